import Hydromet
import Ingest

extension ConfigurationReader {
  private static let feedKeys = [
    "kind", "folder", "pattern", "step", "late_after", "oldest", "state", "originals", "move_to",
    "limits",
    "wis2",
  ]

  mutating func readFeeds(_ value: Setting) -> [Feed] {
    let named = settings.mapping(value, known: nil)
    guard named.count <= 64 else {
      settings.note(
        "too_many_feeds", value, "there are \(named.count) feeds, at most 64 are watched",
        remedy: "let one pattern take several kinds of files of one layout")
      return []
    }
    let feeds = named.compactMap { name, setting in readFeed(name, setting) }
    for (i, feed) in feeds.enumerated() {
      let twin = feeds[..<i].first { $0.folder == feed.folder && $0.pattern == feed.pattern }
      guard let twin else { continue }
      settings.note(
        "feeds_overlap", value, "the feeds \(twin.name) and \(feed.name) watch the same files",
        remedy: "give them folders or patterns of their own")
    }
    return feeds
  }

  private mutating func readFeed(_ name: String, _ value: Setting) -> Feed? {
    let isPlain = name.unicodeScalars.allSatisfy {
      $0.properties.isAlphabetic || ("0"..."9").contains($0) || $0 == "-" || $0 == "_"
    }
    if name.isEmpty || name.utf8.count > 64 || !isPlain {
      settings.note(
        "bad_name", value, "\"\(name)\" is no name of a feed",
        remedy: "use letters, digits, - and _")
    }
    let values = settings.mapping(value, known: ConfigurationReader.feedKeys)
    func setting(_ key: String) -> Setting? { values.first { $0.key == key }?.value }
    let isForecast = setting("kind")?.scalarText == Feed.Kind.forecast.rawValue
    let needed = isForecast ? ["kind", "folder"] : ["kind", "folder", "step"]
    for key in needed where setting(key) == nil {
      settings.note(
        "missing_key", value, "the feed \(name) has no \(key)",
        remedy: "write \(key): below \(name):")
    }
    guard
      let kind = setting("kind").flatMap({ settings.choice($0, as: Feed.Kind.self) }),
      let folder = setting("folder").flatMap({ settings.path($0) }),
      let step = setting("step").map({ settings.duration($0) }) ?? (isForecast ? .hours(1) : nil)
    else { return nil }
    var feed = Feed(
      name: name, kind: kind, folder: folder, pattern: "*", step: step,
      lateAfter: TimeSpan(seconds: 300))
    for (key, value) in values { readFeedValue(key, value, into: &feed) }
    switch kind {
    case .grid: feed.gridStatement.stepSeconds = step.seconds
    case .stations: feed.stationStatement.stepSeconds = step.seconds
    case .forecast:
      // The files say how long their periods are; a step is stated where they do not.
      if setting("step") != nil { feed.gridStatement.stepSeconds = step.seconds }
    }
    if feed.originals == .move, feed.moveTo == nil {
      settings.note(
        "missing_key", value, "the feed \(name) moves its originals and does not say where",
        remedy: "write move_to: with a folder, or originals: keep")
    }
    return feed
  }

  private mutating func readFeedValue(_ key: String, _ value: Setting, into feed: inout Feed) {
    switch key {
    case "pattern":
      guard let pattern = settings.text(value) else { return }
      if pattern.contains("/") {
        settings.note(
          "bad_pattern", value, "the pattern \(pattern) names a folder",
          remedy: "write the folder under folder: and file names with * and ? here")
      }
      feed.pattern = pattern
    case "late_after":
      feed.lateAfter = settings.duration(value, allowsZero: true) ?? feed.lateAfter
    case "oldest":
      feed.oldest = settings.duration(value) ?? feed.oldest
      if feed.kind != .forecast {
        settings.note(
          "unused_key", value, "the feed is none of forecasts and has no oldest issue",
          remedy: "remove oldest:, or write kind: forecast")
      }
    case "originals":
      feed.originals = settings.choice(value, as: Feed.Originals.self) ?? feed.originals
    case "move_to": feed.moveTo = settings.path(value)
    case "wis2": feed.notices = readNotices(value)
    case "limits":
      for (key, limit) in settings.mapping(value, known: ["memory_mb", "seconds"]) {
        if key == "memory_mb" {
          feed.limits.memoryMegabytes = settings.integer(limit, 64...1_048_576) ?? 1024
        } else {
          feed.limits.seconds = settings.integer(limit, 1...86_400) ?? 60
        }
      }
    case "state":
      if feed.kind != .stations {
        readGridStatement(value, into: &feed.gridStatement)
      } else {
        readStationStatement(value, into: &feed.stationStatement)
      }
    default: break
    }
  }

  private mutating func readGridStatement(_ value: Setting, into statement: inout GridStatement) {
    let known = [
      "variable", "quantity", "unit", "projection", "label", "coordinate_unit", "missing_values",
      "zr", "zone", "member", "time_from_name", "registration", "first_row",
    ]
    for (key, setting) in settings.mapping(value, known: known) {
      switch key {
      case "variable": statement.variable = settings.text(setting)
      case "quantity": statement.quantity = settings.choice(setting, as: Quantity.self)
      case "unit": statement.unit = settings.text(setting)
      case "projection": statement.projection = readSystem(setting)
      case "label": statement.label = settings.choice(setting, as: GridStatement.Label.self)
      case "coordinate_unit": statement.coordinateUnit = settings.text(setting)
      case "missing_values":
        statement.missingValues = settings.list(setting).compactMap { settings.number($0) }
      default: readGridReading(key, setting, into: &statement)
      }
    }
  }

  /// Statements that only some formats need.
  private mutating func readGridReading(
    _ key: String, _ setting: Setting, into statement: inout GridStatement
  ) {
    switch key {
    case "zr":
      guard let text = settings.text(setting) else { return }
      statement.reflectivity = ReflectivityRelation(text)
      if statement.reflectivity == nil {
        settings.note(
          "bad_relation", setting, "\"\(text)\" is no relation of reflectivity and rain",
          remedy: "write marshall_palmer, wsr88d, tropical, or a and b of Z = a R^b: 300 1.4")
      }
    case "zone":
      guard let text = settings.text(setting) else { return }
      statement.zoneOffsetSeconds = StationStatement.zoneOffset(text)
      if statement.zoneOffsetSeconds == nil {
        settings.note(
          "bad_zone", setting, "\"\(text)\" is no zone",
          remedy: "write \"+08:00\" in quotes, Beijing or UTC")
      }
    case "member": statement.member = settings.integer(setting, 0...10_000)
    case "time_from_name":
      guard let text = settings.text(setting) else { return }
      statement.nameTime = text
      if NameTime(text) == nil {
        settings.note(
          "bad_pattern", setting, "\"\(text)\" does not say where a name holds its time",
          remedy: "write the name with yyyy, MM, dd, HH, mm and ss: rain_yyyyMMddHHmm*.tif")
      }
    case "registration":
      statement.registration = settings.choice(setting, as: GridStatement.Registration.self)
    default: statement.firstRow = settings.choice(setting, as: GridStatement.FirstRow.self)
    }
  }

  private mutating func readStationStatement(
    _ value: Setting, into statement: inout StationStatement
  ) {
    let known = [
      "zone", "units", "columns", "station", "stations_in_columns", "missing_values", "layout",
    ]
    for (key, setting) in settings.mapping(value, known: known) {
      switch key {
      case "zone": statement.zoneOffsetSeconds = readZone(setting)
      case "stations_in_columns":
        statement.stationsInColumns = settings.choice(setting, as: Element.self)
      case "station": statement.station = settings.text(setting)
      case "missing_values":
        statement.missingValues = settings.list(setting).compactMap { settings.text($0) }
      case "layout": readStationLayout(setting, into: &statement.layout)
      case "units":
        for (name, unit) in settings.mapping(setting, known: Element.allCases.map(\.rawValue)) {
          guard let text = settings.text(unit), let element = Element(rawValue: name) else {
            continue
          }
          if ElementUnit(text, of: element) == nil {
            let symbols = ElementUnit.symbols(of: element).joined(separator: ", ")
            settings.note(
              "unknown_unit", unit, "\(text) is no unit of \(name)",
              remedy: "write one of \(symbols)")
          }
          statement.units[name] = text
        }
      default:
        for (name, column) in settings.mapping(setting, known: StationStatement.columnNames) {
          statement.columns[name] = settings.text(column)
        }
      }
    }
  }

  private mutating func readZone(_ setting: Setting) -> Int? {
    guard let text = settings.text(setting) else { return nil }
    let offset = StationStatement.zoneOffset(text)
    if offset == nil {
      settings.note(
        "bad_zone", setting, "\"\(text)\" is no zone",
        remedy: "write \"+08:00\" in quotes, Beijing or UTC")
    }
    return offset
  }

  /// What the fixed formats of stations leave open.
  private mutating func readStationLayout(_ value: Setting, into layout: inout StationLayout) {
    let known = ["zone", "minutes", "zero_rain", "rain_day", "element"]
    for (key, setting) in settings.mapping(value, known: known) {
      switch key {
      case "zone": layout.zoneOffsetSeconds = readZone(setting)
      case "minutes":
        layout.minuteOrder =
          settings.choice(setting, as: StationLayout.MinuteOrder.self) ?? layout.minuteOrder
      case "zero_rain":
        layout.zeroRain =
          settings.choice(setting, as: StationLayout.ZeroRain.self) ?? layout.zeroRain
      case "rain_day":
        layout.rainDay =
          settings.choice(setting, as: StationLayout.RainDay.self) ?? layout.rainDay
      default: layout.element = settings.choice(setting, as: Element.self)
      }
    }
  }
}
