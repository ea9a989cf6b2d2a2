import Hydromet

/// Reads `rules.yaml`: rules that join several tests of rain and soil.
///
/// ```yaml
/// rules:
///   kr-1:                        # id of the rule
///     name: 强降雨直通短信
///     unit_kind: township        # basin | township | hazard_point
///     units: ["*"]               # ids, or * for every unit of the kind
///     hazard: rainstorm
///     level: red                 # blue … red; prepare is orange, evacuate_now is red
///     source: …
///     author: …
///     effective_from: 2026-05-01 # days of Beijing time; may be left out
///     effective_to: 2027-04-30
///     season: 05-01..09-30
///     when:
///       any:
///         - all:
///             - rain: {over: 1h, mm: 50, statistic: max_gauge}
///             - rain: {over: 3h, mm: 90, statistic: max_gauge}
///         - rain: {over: 1h, mm: 72, statistic: max_gauge}
/// ```
///
/// A condition is one of `all: […]`, `any: […]`, `at_least: {count: 2, of: […]}`,
/// `rain: {over, mm, statistic, when}` with `when` one of fallen (where not given), expected, joined,
/// `triggering_index: {at, statistic, decay, days}` in mm²/h, and
/// `soil_rain_line: {statistic, corners: [[index mm, rain mm], …]}`.
struct RuleFile {
  typealias Setting = SettingsDocument.Setting

  private(set) var rules: [RainRule] = []
  /// Where each rule begins.
  private(set) var places: [Fault.Location] = []
  private var reader = SettingsReader()

  private static let mostRules = 2000
  private static let deepest = 8
  private static let mostTests = 64

  init?(path: String, _ findings: inout Findings) {
    let document: SettingsDocument
    do throws(Fault) {
      document = try SettingsDocument(path: path)
    } catch {
      findings.add(error)
      return nil
    }
    for (_, value) in reader.mapping(document.root, known: ["rules"]) {
      let named = reader.mapping(value, known: nil)
      guard named.count <= RuleFile.mostRules else {
        reader.note(
          "too_many_rules", value, "there are \(named.count) rules",
          remedy: "keep at most \(RuleFile.mostRules); one rule can name many units")
        continue
      }
      for (id, setting) in named {
        guard let rule = readRule(id, setting) else { continue }
        rules.append(rule)
        places.append(setting.location)
      }
    }
    findings.add(contentsOf: reader.faults)
  }

  private static let keys = [
    "name", "unit_kind", "units", "hazard", "level", "source", "author", "effective_from",
    "effective_to", "season", "when",
  ]

  private mutating func readRule(_ id: String, _ setting: Setting) -> RainRule? {
    var values: [String: Setting] = [:]
    for (key, value) in reader.mapping(setting, known: RuleFile.keys) { values[key] = value }
    let kind = required(values, "unit_kind", in: setting).flatMap {
      reader.choice($0, as: UnitKind.self)
    }
    let hazard = required(values, "hazard", in: setting).flatMap {
      reader.choice($0, as: Hazard.self)
    }
    let level = required(values, "level", in: setting).flatMap { readLevel($0) }
    let units = required(values, "units", in: setting).flatMap { readUnits($0) }
    let source = required(values, "source", in: setting).flatMap { reader.text($0) }
    let author = required(values, "author", in: setting).flatMap { reader.text($0) }
    let from = values["effective_from"].flatMap { readDay($0) }
    let to = values["effective_to"].flatMap { readDay($0) }
    let season = values["season"].flatMap { readSeason($0) }
    var tests = 0
    let condition = required(values, "when", in: setting).flatMap {
      readCondition($0, depth: 0, &tests)
    }
    if let from, let to, to < from {
      reader.note(
        "reversed_dates", setting, "the rule \(id) ends before it begins",
        remedy: "exchange or correct the two days")
    }
    guard let kind, let hazard, let level, let units, let source, let author, let condition else {
      return nil
    }
    return RainRule(
      id: id, name: values["name"].flatMap { reader.text($0) } ?? id, unitKind: kind, units: units,
      hazard: hazard, level: level, condition: condition, source: source, author: author,
      season: season, effectiveFrom: from, effectiveTo: to.map { $0 + 86_400 },
      line: setting.location.line ?? 0)
  }

  private mutating func required(
    _ values: [String: Setting], _ key: String, in setting: Setting
  ) -> Setting? {
    if let value = values[key] { return value }
    reader.note(
      "missing_key", setting, "\(setting.path) has no \(key)", remedy: "write \(key): below it")
    return nil
  }

  private mutating func readLevel(_ setting: Setting) -> RiskLevel? {
    guard let text = reader.text(setting) else { return nil }
    if let action = EvacuationAction(rawValue: text) { return action.level }
    if let level = RiskLevel(name: text), level != .none { return level }
    reader.note(
      "unknown_word", setting, "\(setting.path): \"\(text)\" is no level",
      remedy: "write one of blue, yellow, orange, red, prepare, evacuate_now")
    return nil
  }

  private mutating func readUnits(_ setting: Setting) -> [String]? {
    if setting.scalarText != nil { return reader.text(setting).map { [$0] } }
    let units = reader.list(setting).compactMap { reader.text($0) }
    if units.isEmpty || (units.contains("*") && units.count > 1) {
      reader.note(
        "bad_units", setting, "\(setting.path) names no unit, or * beside others",
        remedy: "write [\"*\"] for every unit of the kind, or the ids")
      return nil
    }
    return units
  }

  private mutating func readDay(_ setting: Setting) -> Timestamp? {
    guard let text = reader.text(setting) else { return nil }
    if text.utf8.count == 10,
      let day = Timestamp(iso8601: text, defaultOffsetSeconds: BeijingTime.offsetSeconds)
    {
      return day
    }
    reader.note(
      "bad_date", setting, "\(setting.path): \"\(text)\" is no day of the calendar",
      remedy: "write 2026-07-05")
    return nil
  }

  private mutating func readSeason(_ setting: Setting) -> Season? {
    guard let text = reader.text(setting) else { return nil }
    if let season = Season(text) { return season }
    reader.note(
      "bad_season", setting, "\(setting.path): \"\(text)\" is no part of the year",
      remedy: "write the first and the last day: 05-01..09-30")
    return nil
  }

  private mutating func readCondition(
    _ setting: Setting, depth: Int, _ tests: inout Int
  ) -> RuleCondition? {
    tests += 1
    guard depth < RuleFile.deepest, tests <= RuleFile.mostTests else {
      reader.note(
        "rule_too_large", setting,
        "the rule is nested deeper than \(RuleFile.deepest) or has more than \(RuleFile.mostTests) conditions",
        remedy: "make several rules of it: any one of them suffices")
      return nil
    }
    let known = ["all", "any", "at_least", "rain", "triggering_index", "soil_rain_line"]
    let values = reader.mapping(setting, known: known)
    guard values.count == 1, let (key, value) = values.first else {
      reader.note(
        "bad_condition", setting, "\(setting.path) is not one condition",
        remedy: "write one of \(known.joined(separator: ", ")) with what belongs to it")
      return nil
    }
    switch key {
    case "all", "any":
      guard let parts = readParts(value, depth: depth, &tests) else { return nil }
      return key == "all" ? .all(parts) : .any(parts)
    case "at_least": return readAtLeast(value, depth: depth, &tests)
    case "rain": return readRain(value)
    case "triggering_index": return readIndex(value)
    default: return readLine(value)
    }
  }

  private mutating func readParts(
    _ setting: Setting, depth: Int, _ tests: inout Int
  ) -> [RuleCondition]? {
    let elements = reader.list(setting)
    var parts: [RuleCondition] = []
    for element in elements {
      if let part = readCondition(element, depth: depth + 1, &tests) { parts.append(part) }
    }
    return parts.isEmpty || parts.count < elements.count ? nil : parts
  }

  private mutating func readAtLeast(
    _ setting: Setting, depth: Int, _ tests: inout Int
  ) -> RuleCondition? {
    var count: Int?
    var parts: [RuleCondition]?
    for (key, value) in reader.mapping(setting, known: ["count", "of"]) {
      if key == "count" {
        count = reader.integer(value, 1...RuleFile.mostTests)
      } else {
        parts = readParts(value, depth: depth, &tests)
      }
    }
    guard let count, let parts else { return nil }
    guard count <= parts.count else {
      reader.note(
        "unreachable_rule", setting, "\(count) of \(parts.count) conditions can never be reached",
        remedy: "write a count of at most \(parts.count)")
      return nil
    }
    return .atLeast(count, parts)
  }
}

extension RuleFile {
  private mutating func readRain(_ setting: Setting) -> RuleCondition? {
    var values: [String: Setting] = [:]
    let known = ["over", "mm", "statistic", "when"]
    for (key, value) in reader.mapping(setting, known: known) { values[key] = value }
    let duration = required(values, "over", in: setting).flatMap { reader.duration($0) }
    let depth = required(values, "mm", in: setting).flatMap { readDepth($0) }
    let statistic = required(values, "statistic", in: setting).flatMap {
      reader.choice($0, as: RainStatistic.self)
    }
    var tense: RainTense? = .fallen
    if let when = values["when"] { tense = reader.choice(when, as: RainTense.self) }
    guard let duration, let depth, let statistic, let tense else { return nil }
    return .rain(RainTest(depth: depth, duration: duration, statistic: statistic, tense: tense))
  }

  /// Depths are whole tenths of a millimetre, above 0.
  private mutating func readDepth(_ setting: Setting) -> Depth? {
    guard let millimetres = reader.number(setting) else { return nil }
    let tenths = (millimetres * 10).rounded()
    guard tenths >= 1, tenths <= 200_000, (millimetres * 10 - tenths).magnitude < 1e-6 else {
      reader.note(
        "bad_number", setting, "\(setting.path): \(setting.scalarText ?? "") is no depth of rain",
        remedy: "write millimetres above 0 with at most one decimal")
      return nil
    }
    return Depth(tenthsOfMillimetre: Int32(tenths))
  }

  private mutating func readIndex(_ setting: Setting) -> RuleCondition? {
    var values: [String: Setting] = [:]
    let known = ["at", "statistic", "decay", "days"]
    for (key, value) in reader.mapping(setting, known: known) { values[key] = value }
    let threshold = required(values, "at", in: setting).flatMap { reader.number($0) }
    let statistic = required(values, "statistic", in: setting).flatMap {
      reader.choice($0, as: RainStatistic.self)
    }
    var decay: Double? = 0.7
    if let value = values["decay"] { decay = reader.share(value) }
    var days: Int? = 7
    if let value = values["days"] { days = reader.integer(value, 1...30) }
    guard let threshold, let statistic, let decay, let days else { return nil }
    guard threshold > 0, threshold <= 10_000_000 else {
      reader.note(
        "bad_number", setting, "\(setting.path).at is no index", remedy: "write mm²/h above 0")
      return nil
    }
    return .triggeringIndex(
      TriggeringIndex(threshold: threshold, statistic: statistic, decay: decay, days: days))
  }

  private mutating func readLine(_ setting: Setting) -> RuleCondition? {
    var values: [String: Setting] = [:]
    for (key, value) in reader.mapping(setting, known: ["statistic", "corners"]) {
      values[key] = value
    }
    let statistic = required(values, "statistic", in: setting).flatMap {
      reader.choice($0, as: RainStatistic.self)
    }
    let list = required(values, "corners", in: setting)
    guard let statistic, let list else { return nil }
    var corners: [SoilRainLine.Corner] = []
    for element in reader.list(list) {
      let pair = reader.list(element)
      guard pair.count == 2, let index = reader.number(pair[0]), let rain = readDepth(pair[1])
      else {
        reader.note(
          "bad_corner", element, "\(element.path) is no corner of the line",
          remedy: "write [soil water index in mm, rain of 60 minutes in mm]")
        return nil
      }
      if let last = corners.last, index <= last.index || rain > last.rain {
        reader.note(
          "not_monotone", element, "wetter soil must not need more rain, and the index must rise",
          remedy: "order the corners by rising index and falling rain")
        return nil
      }
      corners.append(SoilRainLine.Corner(index: index, rain: rain))
    }
    guard (2...64).contains(corners.count), (corners.first?.index ?? -1) >= 0 else {
      reader.note(
        "bad_corner", list, "\(list.path) is no line", remedy: "write 2 to 64 corners, index from 0"
      )
      return nil
    }
    return .soilRainLine(SoilRainLine(statistic: statistic, corners: corners))
  }
}
