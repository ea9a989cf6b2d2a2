import Formats
import Hydromet
import Ingest

/// Reads `district.yaml`.
struct ConfigurationReader {
  typealias Setting = SettingsDocument.Setting

  /// The settings as far as they could be read; nil without a code or name.
  private(set) var configuration: DistrictConfiguration?
  private(set) var warnings: [Fault] = []
  var settings = SettingsReader()
  /// Where files and folders are named, for faults about what they hold.
  private(set) var places: [String: Fault.Location] = [:]

  var faults: [Fault] { settings.faults }

  static let keys = [
    "district", "language", "cadence", "windows", "minimum_coverage", "stations", "hazard_points",
    "thresholds", "contacts", "townships", "basins", "rivers", "reference", "feeds", "products",
    "state", "warning", "rules", "threshold_factors", "hold", "calls", "evacuation", "console",
    "estimate", "soil",
  ]

  init(_ document: SettingsDocument) {
    let values = settings.mapping(document.root, known: ConfigurationReader.keys)
    guard let heading = values.first(where: { $0.key == "district" })?.value else {
      settings.note(
        "missing_key", document.root, "the file names no district",
        remedy: "write district: with code, name and office below it")
      return
    }
    guard var read = readHeading(heading) else { return }
    for (key, value) in values {
      places[key] = value.location
      readValue(key, value, into: &read)
    }
    checkTimes(read)
    configuration = read
  }

  private mutating func readHeading(_ heading: Setting) -> DistrictConfiguration? {
    var texts: [String: String] = [:]
    let known = ["code", "name", "english_name", "office", "english_office"]
    for (key, value) in settings.mapping(heading, known: known) {
      texts[key] = settings.text(value)
      if key == "code", let code = texts[key], !ConfigurationReader.isDistrictCode(code) {
        settings.note(
          "bad_code", value, "the district's code \(code) has not six digits",
          remedy: "write the administrative code in quotes, for instance \"500110\"")
      }
    }
    guard let code = texts["code"], let name = texts["name"] else {
      settings.note(
        "missing_key", heading, "the district has no code or no name",
        remedy: "write code: \"500110\" and name: below district:")
      return nil
    }
    let englishName = texts["english_name"] ?? name
    return DistrictConfiguration(
      code: code, name: name, englishName: englishName, office: texts["office"] ?? name + "气象台",
      englishOffice: texts["english_office"] ?? englishName + " Meteorological Office")
  }

  static func isDistrictCode(_ code: String) -> Bool {
    code.utf8.count == 6 && code.utf8.allSatisfy { (48...57).contains($0) }
  }

  private mutating func readValue(
    _ key: String, _ value: Setting, into read: inout DistrictConfiguration
  ) {
    switch key {
    case "language":
      read.language =
        settings.choice(value, as: DistrictConfiguration.Language.self) ?? read.language
    case "cadence": read.cadence = settings.duration(value) ?? read.cadence
    case "windows": read.windows = readWindows(value) ?? read.windows
    case "minimum_coverage": read.minimumCoverage = settings.share(value) ?? read.minimumCoverage
    case "stations": read.stationsFile = settings.path(value) ?? read.stationsFile
    case "hazard_points": read.hazardPointsFile = settings.path(value) ?? read.hazardPointsFile
    case "thresholds": read.thresholdsFile = settings.path(value) ?? read.thresholdsFile
    case "hold": read.hold = readHold(value)
    case "evacuation": readEvacuation(value, into: &read)
    case "rules": read.rulesFile = settings.path(value) ?? read.rulesFile
    case "threshold_factors": read.factorsFile = settings.path(value) ?? read.factorsFile
    case "contacts": read.contactsFile = settings.path(value) ?? read.contactsFile
    case "townships":
      let fields = ["code", "name", "english_name"]
      read.townships = readShapes(value, fields: fields) ?? read.townships
    case "basins": read.basins = readShapes(value, fields: ["id", "name", "downstream"])
    case "rivers": read.rivers = readShapes(value, fields: [])
    case "reference": read.reference = readShapes(value, fields: [])
    case "feeds": read.feeds = readFeeds(value)
    case "state": read.stateFolder = settings.path(value) ?? read.stateFolder
    case "calls": read.calls = readCalls(value)
    case "products": readProducts(value, into: &read)
    case "warning": readWarning(value, into: &read)
    case "console": read.console = readConsole(value)
    case "estimate": readEstimate(value, into: &read)
    case "soil": readSoil(value, into: &read)
    default: break
    }
  }

  private mutating func readHold(_ value: Setting) -> DistrictConfiguration.Hold {
    var hold = DistrictConfiguration.Hold()
    for (key, setting) in settings.mapping(value, known: ["minimum", "ratio", "longest"]) {
      switch key {
      case "minimum": hold.minimum = settings.duration(setting, allowsZero: true) ?? hold.minimum
      case "longest": hold.longest = settings.duration(setting) ?? hold.longest
      default:
        if let share = settings.share(setting) {
          hold.stayThousandths = Int((share * 1000).rounded())
        }
      }
    }
    return hold
  }

  private static let estimateKeys = ["method", "reach_km", "turned_radar", "advection"]

  private mutating func readEstimate(_ value: Setting, into read: inout DistrictConfiguration) {
    for (key, setting) in settings.mapping(value, known: ConfigurationReader.estimateKeys) {
      if key == "advection" {
        places["advection"] = setting.location
        if let answer = settings.choice(setting, as: YesOrNo.self) {
          read.estimateMovesRain = answer == .yes
        }
        continue
      }
      if key == "turned_radar" {
        guard let word = settings.text(setting) else { continue }
        guard ["refuse", "use"].contains(word) else {
          settings.note(
            "bad_turned_radar", setting, "\(word) is no way to treat a radar that lies wrong",
            remedy: "write refuse (gauges alone are merged) or use")
          continue
        }
        read.estimateUsesTurnedRadar = word == "use"
        continue
      }
      if key == "reach_km" {
        guard let reach = settings.number(setting) else { continue }
        guard (1...500).contains(reach) else {
          settings.note(
            "bad_reach", setting, "a gauge would speak for places \(reach) km away",
            remedy: "write a number of kilometres from 1 to 500")
          continue
        }
        read.estimateReach = reach
        continue
      }
      guard let name = settings.text(setting) else { continue }
      guard EstimateSummary.choices.contains(name) else {
        settings.note(
          "unknown_method", setting, "\(name) is no way to merge gauges and radar",
          remedy: "write one of \(EstimateSummary.choices.joined(separator: ", "))")
        continue
      }
      read.estimateMethod = name
    }
  }

  /// `soil: {cells: 1}`: every radar cell has a soil of its own; 4: every block of four by four.
  private mutating func readSoil(_ value: Setting, into read: inout DistrictConfiguration) {
    for (_, setting) in settings.mapping(value, known: ["cells"]) {
      read.soilCells = settings.integer(setting, 1...256)
    }
  }

  /// `evacuation: {flash_flood: 2h, landslide: 3h}`
  private mutating func readEvacuation(
    _ value: Setting, into read: inout DistrictConfiguration
  ) {
    for (key, setting) in settings.mapping(value, known: Hazard.allCases.map(\.rawValue)) {
      guard let hazard = Hazard(rawValue: key), let time = settings.duration(setting) else {
        continue
      }
      guard time <= .hours(24) else {
        settings.note(
          "too_long", setting, "\(time.text) to leave is longer than rain is looked ahead for",
          remedy: "write at most 24h")
        continue
      }
      read.evacuation[hazard] = time
    }
  }

  private mutating func readProducts(_ value: Setting, into read: inout DistrictConfiguration) {
    for (key, setting) in settings.mapping(value, known: ["folder", "keep"]) {
      if key == "folder" {
        read.productsFolder = settings.path(setting) ?? read.productsFolder
      } else if setting.scalarText == "forever" {
        read.productsKept = nil
      } else {
        read.productsKept = settings.duration(setting) ?? read.productsKept
      }
    }
  }

  private mutating func readWindows(_ value: Setting) -> [TimeSpan]? {
    var windows: [TimeSpan] = []
    let elements = settings.list(value)
    guard elements.count <= 64 else {
      settings.note(
        "too_many_windows", value, "there are \(elements.count) windows, at most 64 are summed",
        remedy: "keep the windows that thresholds and products need")
      return nil
    }
    for element in elements {
      guard let span = settings.duration(element) else { continue }
      if windows.contains(span) {
        settings.note(
          "duplicate_window", element, "the window \(span.text) stands here twice",
          remedy: "keep one of them")
      }
      windows.append(span)
    }
    if elements.isEmpty {
      settings.note(
        "no_windows", value, "no window is named", remedy: "write windows: [1h, 3h, 6h, 24h]")
    }
    return windows.isEmpty ? nil : windows.sorted()
  }

  private mutating func readShapes(
    _ value: Setting, fields: [String]
  ) -> DistrictConfiguration.ShapeSource? {
    if value.scalarText != nil {
      return settings.path(value).map { DistrictConfiguration.ShapeSource(file: $0) }
    }
    var source = DistrictConfiguration.ShapeSource(file: "")
    for (key, setting) in settings.mapping(
      value, known: ["file", "layer", "crs", "coordinates"] + fields)
    {
      switch key {
      case "file": source.file = settings.path(setting) ?? source.file
      case "layer": source.layer = settings.text(setting)
      case "crs": source.crs = readSystem(setting)
      case "coordinates":
        source.coordinates =
          settings.choice(setting, as: DistrictConfiguration.Coordinates.self) ?? source.coordinates
      default: source.fields[key] = settings.text(setting)
      }
    }
    if source.file.isEmpty { source.file = "grids/\(value.path).geojson" }
    return source
  }

  /// A coordinate reference system, which PROJ must know; WKT is long.
  mutating func readSystem(_ setting: Setting) -> String? {
    guard let text = settings.text(setting, limit: 8000) else { return nil }
    do throws(Fault) {
      _ = try CoordinateSystem(text, place: setting.location)
      return text
    } catch {
      settings.note(error)
      return nil
    }
  }

  /// A window must consist of whole steps of every feed, or its sum could never be complete.
  private mutating func checkTimes(_ read: DistrictConfiguration) {
    for feed in read.feeds where feed.kind != .forecast {
      let odd = read.windows.filter { $0.seconds % max(feed.step.seconds, 1) != 0 }
      guard !odd.isEmpty else { continue }
      let place = places["windows"] ?? places["feeds"]
      settings.note(
        "window_not_multiple", at: place,
        "the windows \(odd.map(\.text).joined(separator: ", ")) are no multiples of "
          + "\(feed.step.text), the step of feed \(feed.name)",
        remedy: "choose windows of whole steps, or state the step that the feed really has")
    }
    if read.minimumCoverage < 1 {
      warnings.append(
        Fault(
          "coverage_below_one", at: places["minimum_coverage"],
          "with minimum_coverage \(DecimalText.text(read.minimumCoverage, decimals: 3)) rain that is "
            + "not known counts as none, and \"no risk\" may be said without it",
          remedy: "write minimum_coverage: 1.0, or keep it knowing that"))
    }
    let grids = read.feeds.filter { $0.kind == .grid }
    if read.estimateMovesRain, let grid = grids.first, grid.step > .minutes(15) {
      warnings.append(
        Fault(
          "advection_long_step", at: places["advection"],
          "frames of feed \(grid.name) come every \(grid.step.text): in that time rain changes too much "
            + "to be found again",
          remedy: "write advection: no, or take frames of 15 minutes or less"))
    }
    if let grid = grids.first(where: { read.cadence.seconds % max($0.step.seconds, 1) != 0 }) {
      warnings.append(
        Fault(
          "cadence_off_step", at: places["cadence"] ?? places["feeds"],
          "cycles every \(read.cadence.text) do not fall on the frames of feed \(grid.name), one "
            + "every \(grid.step.text)",
          remedy: "choose a cadence of whole steps"))
    }
    if read.feeds.isEmpty {
      warnings.append(
        Fault(
          "no_feeds", at: places["district"], "no feed is named: nothing will arrive",
          remedy: "describe the radar and gauge folders under feeds:"))
    }
  }
}
