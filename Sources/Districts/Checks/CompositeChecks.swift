import Hydromet

/// Whether rules and factors fit the district, and whether every level of a rule can ever be shown.
struct CompositeChecks {
  private let rules: [(rule: RainRule, place: Fault.Location)]
  private let ids: [UnitKind: Set<String>]

  init(
    _ file: RuleFile, townships: [Township], basins: [SmallBasin], points: [HazardPoint]
  ) {
    rules = Array(zip(file.rules, file.places).map { ($0, $1) })
    ids = CompositeChecks.ids(townships, basins, points)
  }

  private static func ids(
    _ townships: [Township], _ basins: [SmallBasin], _ points: [HazardPoint]
  ) -> [UnitKind: Set<String>] {
    [
      .basin: Set(basins.map(\.id)), .township: Set(townships.map(\.code)),
      .hazardPoint: Set(points.map(\.id)),
    ]
  }

  func check(windows: [TimeSpan], hasForecast: Bool, _ findings: inout Findings) {
    for (rule, place) in rules {
      for unit in rule.units where unit != "*" && ids[rule.unitKind]?.contains(unit) != true {
        findings.fault(
          "unknown_unit_id", at: place, "there is no \(rule.unitKind.rawValue) \(unit)",
          remedy: "write an id of the district's files, or * for every \(rule.unitKind.rawValue)")
      }
      for leaf in rule.condition.leaves { check(leaf, of: rule, place, windows, &findings) }
      let asks = rule.condition.leaves.contains { leaf in
        if case .rain(let test) = leaf { return test.tense != .fallen }
        return false
      }
      if asks, !hasForecast {
        findings.warn(
          "rule_without_forecast", at: place,
          "rule \(rule.id) asks for expected rain, and no feed is a forecast: once the rest of it is "
            + "reached its units stay unknown",
          remedy: "add a feed of kind forecast to district.yaml")
      }
    }
    checkLevels(&findings)
  }

  private func check(
    _ leaf: RuleCondition, of rule: RainRule, _ place: Fault.Location, _ windows: [TimeSpan],
    _ findings: inout Findings
  ) {
    let asked: (statistic: RainStatistic, durations: [TimeSpan])
    switch leaf {
    case .rain(let test): asked = (test.statistic, [test.duration])
    case .triggeringIndex(let index): asked = (index.statistic, [.hours(1), .hours(24)])
    case .soilRainLine(let line): asked = (line.statistic, [.hours(1)])
    case .atLeast: return
    }
    for duration in asked.durations where !windows.contains(duration) {
      findings.fault(
        "duration_without_window", at: place,
        "rule \(rule.id): \(duration.text) is not among the windows "
          + windows.map(\.text).joined(separator: ", "),
        remedy: "add \(duration.text) to windows in district.yaml, or change the rule")
    }
    if asked.statistic == .cell, rule.unitKind != .hazardPoint {
      findings.fault(
        "statistic_of_point", at: place,
        "rule \(rule.id): cell is the rain at a point, and a \(rule.unitKind.rawValue) is none",
        remedy: "write mean, max_cell or max_gauge")
    }
  }

  /// Of two rules for the same units, the lower level is never shown where its rain always reaches
  /// the higher one as well.
  private func checkLevels(_ findings: inout Findings) {
    guard rules.count <= 500 else { return }
    for (low, place) in rules {
      for (high, _) in rules where low.level < high.level {
        guard low.hazard == high.hazard, low.unitKind == high.unitKind,
          high.units == ["*"] || low.units.allSatisfy({ high.units.contains($0) }),
          low.condition.implies(high.condition) == true
        else { continue }
        findings.warn(
          "unreachable_rule", at: place,
          "rule \(low.id) (\(low.level.name)) is never shown: what reaches it reaches \(high.id) "
            + "(\(high.level.name)) as well", remedy: "raise \(high.id) or remove \(low.id)")
      }
    }
  }

  /// Factors name units that exist, and end within a year or so.
  static func check(
    _ table: FactorTable, townships: [Township], basins: [SmallBasin], points: [HazardPoint],
    _ findings: inout Findings
  ) {
    let ids = ids(townships, basins, points)
    for row in table.factors {
      let factor = row.value
      if factor.unit != "*", let kind = factor.unitKind, ids[kind]?.contains(factor.unit) != true {
        findings.fault(
          "unknown_unit_id", at: table.table.location(row.row, "unit"),
          "there is no \(kind.rawValue) \(factor.unit)",
          remedy: "write an id of the district's files, or *")
      }
      if factor.effectiveTo.seconds(since: factor.effectiveFrom) > 367 * 86_400 {
        findings.warn(
          "long_factor", at: table.table.location(row.row, "effective_to"),
          "the factor holds for more than a year",
          remedy: "let a person look at it every year; set it anew then")
      }
    }
  }
}
