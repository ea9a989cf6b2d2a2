import Hydromet

/// Whether the threshold table fits the district and is in order: a higher level needs more rain, a
/// longer duration no less, wetter soil no more. A table that is not is refused, never repaired.
struct ThresholdChecks {
  private let rows: [Located<CriticalRainfall>]
  private let table: DistrictTable

  /// Rows of one unit, hazard and statistic are compared pair by pair.
  private static let mostRowsOfUnit = 1000

  init(_ table: ThresholdTable) {
    rows = table.thresholds
    self.table = table.table
  }

  func check(
    windows: [TimeSpan], townships: [Township], basins: [SmallBasin], points: [HazardPoint],
    rules: [RainRule], _ findings: inout Findings
  ) {
    let ids: [UnitKind: Set<String>] = [
      .basin: Set(basins.map(\.id)), .township: Set(townships.map(\.code)),
      .hazardPoint: Set(points.map(\.id)),
    ]
    let pointById = Dictionary(
      points.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    for row in rows {
      checkUnit(row, ids: ids, points: pointById, &findings)
      if !windows.contains(row.value.duration) {
        findings.fault(
          "duration_without_window", at: table.location(row.row, "duration_min"),
          "\(row.value.duration.text) is not among the windows "
            + windows.map(\.text).joined(separator: ", "),
          remedy:
            "add \(row.value.duration.text) to windows in district.yaml, or change the duration")
      }
    }
    checkOrder(&findings)
    checkPoints(points, rules, &findings)
  }

  private func checkUnit(
    _ row: Located<CriticalRainfall>, ids: [UnitKind: Set<String>], points: [String: HazardPoint],
    _ findings: inout Findings
  ) {
    let value = row.value
    if value.unit != "*", ids[value.unitKind]?.contains(value.unit) != true {
      findings.fault(
        "unknown_unit_id", at: table.location(row.row, "unit"),
        "there is no \(value.unitKind.rawValue) \(value.unit)",
        remedy: "write an id of the district's files, or * for every \(value.unitKind.rawValue)")
    }
    if value.statistic == .cell, value.unitKind != .hazardPoint {
      findings.fault(
        "statistic_of_point", at: table.location(row.row, "statistic"),
        "cell is the rain at a point, and a \(value.unitKind.rawValue) is none",
        remedy: "write mean, max_cell or max_gauge")
    }
    if value.statistic == .upstreamMean, value.unitKind == .township {
      findings.fault(
        "statistic_of_basin", at: table.location(row.row, "statistic"),
        "upstream_mean is the rain above a basin's outlet, and a township has none",
        remedy: "write mean, max_cell or max_gauge")
    }
    guard value.unitKind == .hazardPoint, let point = points[value.unit] else { return }
    if point.hazard != value.hazard {
      findings.warn(
        "other_hazard", at: table.location(row.row, "hazard"),
        "point \(point.id) is a point of \(point.hazard.rawValue), the row of \(value.hazard.rawValue)",
        remedy: "correct the hazard, or keep the row if the point has both")
    }
    if value.statistic != .cell, point.basin == nil {
      findings.warn(
        "point_without_basin", at: table.location(row.row, "statistic"),
        "\(value.statistic.rawValue) needs an area, and point \(point.id) has no basin",
        remedy: "write cell, or name the point's basin in hazard-points.csv")
    }
  }

  private struct Group: Hashable {
    let kind: UnitKind
    let unit: String
    let hazard: Hazard
    let statistic: RainStatistic
  }

  private func checkOrder(_ findings: inout Findings) {
    var groups: [Group: [Located<CriticalRainfall>]] = [:]
    var order: [Group] = []
    for row in rows {
      let value = row.value
      let group = Group(
        kind: value.unitKind, unit: value.unit, hazard: value.hazard, statistic: value.statistic)
      if groups[group] == nil { order.append(group) }
      groups[group, default: []].append(row)
    }
    for group in order {
      let members = groups[group, default: []]
      guard members.count <= ThresholdChecks.mostRowsOfUnit else {
        findings.fault(
          "too_many_rows", at: members.last.map { table.location($0.row, "unit") },
          "\(group.kind.rawValue) \(group.unit) has \(members.count) rows for \(group.hazard.rawValue)",
          remedy:
            "keep at most \(ThresholdChecks.mostRowsOfUnit), one for each duration, wetness and level"
        )
        continue
      }
      for i in members.indices {
        for j in members.indices.dropFirst(i + 1) { compare(members[i], members[j], &findings) }
      }
    }
  }

  /// Compares two rows of one unit, hazard and statistic that hold at the same time.
  private func compare(
    _ first: Located<CriticalRainfall>, _ second: Located<CriticalRainfall>,
    _ findings: inout Findings
  ) {
    let a = first.value
    let b = second.value
    guard ThresholdChecks.overlap(a, b) else { return }
    let isSameDuration = a.duration == b.duration
    let isSameWetness = a.wetness == b.wetness
    // A forced row takes the place of the others of its duration and level.
    if isSameDuration, a.level == b.level, a.isForced != b.isForced { return }
    if isSameDuration, isSameWetness, a.level == b.level {
      findings.fault(
        "duplicate_threshold", at: table.location(second.row, "unit"),
        "line \(a.line) sets \(a.level.name) for the same unit, duration and wetness and holds at "
          + "the same time", remedy: "keep one of the two, or let one end before the other begins")
    } else if isSameDuration, isSameWetness {
      let (low, high) = a.level < b.level ? (first, second) : (second, first)
      refuse(
        low, mustBeBelow: high, strictly: true, "the higher level must need more rain", &findings)
    } else if isSameWetness, a.level == b.level {
      let (short, long) = a.duration < b.duration ? (first, second) : (second, first)
      refuse(
        short, mustBeBelow: long, strictly: false, "the longer duration must not need less rain",
        &findings)
    } else if isSameDuration, a.level == b.level, a.wetness != .any, b.wetness != .any {
      let (wet, dry) =
        ThresholdChecks.dryness(a) < ThresholdChecks.dryness(b)
        ? (first, second) : (second, first)
      refuse(
        wet, mustBeBelow: dry, strictly: false, "wetter soil must not need more rain", &findings)
    } else if isSameWetness {
      warnWhereUnreachable(first, second, &findings)
      warnWhereUnreachable(second, first, &findings)
    }
  }

  private func refuse(
    _ lower: Located<CriticalRainfall>, mustBeBelow upper: Located<CriticalRainfall>,
    strictly: Bool, _ rule: String, _ findings: inout Findings
  ) {
    let isInOrder =
      strictly ? lower.value.depth < upper.value.depth : lower.value.depth <= upper.value.depth
    guard !isInOrder else { return }
    let later = lower.row < upper.row ? upper : lower
    findings.fault(
      "not_monotone", at: table.location(later.row, "mm"),
      "\(rule): line \(lower.value.line) says \(describe(lower)) and line \(upper.value.line) "
        + describe(upper), remedy: "correct one of the two lines")
  }

  /// A level is never shown where the rain that reaches it always reaches a higher one as well: a sum
  /// over a longer duration is never less.
  private func warnWhereUnreachable(
    _ row: Located<CriticalRainfall>, _ other: Located<CriticalRainfall>,
    _ findings: inout Findings
  ) {
    guard row.value.level < other.value.level, row.value.duration < other.value.duration,
      other.value.depth <= row.value.depth
    else { return }
    findings.warn(
      "unreachable_threshold", at: table.location(row.row, "mm"),
      "\(describe(row)) is never shown: the same rain reaches line \(other.value.line), "
        + describe(other), remedy: "raise line \(other.value.line) or remove this row")
  }

  private func describe(_ row: Located<CriticalRainfall>) -> String {
    let wetness = row.value.wetness == .any ? "" : " \(row.value.wetness.rawValue)"
    return
      "\(row.value.level.name)\(wetness) from \(DecimalText.millimetres(row.value.depth)) mm in "
      + row.value.duration.text
  }

  private static func dryness(_ row: CriticalRainfall) -> Int {
    switch row.wetness {
    case .wet: 0
    case .normal: 1
    case .dry: 2
    case .any: 3
    }
  }

  private static func overlap(_ a: CriticalRainfall, _ b: CriticalRainfall) -> Bool {
    if let end = a.effectiveTo, let start = b.effectiveFrom, end <= start { return false }
    if let end = b.effectiveTo, let start = a.effectiveFrom, end <= start { return false }
    if let first = a.season, let second = b.season { return first.overlaps(second) }
    return true
  }

  /// Points for whose hazard neither they nor their basin or township have a threshold.
  private func checkPoints(
    _ points: [HazardPoint], _ composite: [RainRule], _ findings: inout Findings
  ) {
    struct Rule: Hashable {
      let kind: UnitKind
      let unit: String
      let hazard: Hazard
    }
    var rules = Set(
      rows.map { Rule(kind: $0.value.unitKind, unit: $0.value.unit, hazard: $0.value.hazard) })
    for rule in composite {
      for unit in rule.units {
        rules.insert(Rule(kind: rule.unitKind, unit: unit, hazard: rule.hazard))
      }
    }
    let bare = points.filter { point in
      var units: [(UnitKind, String)] = [
        (.hazardPoint, point.id), (.hazardPoint, "*"), (.township, point.township),
        (.township, "*"),
      ]
      if let basin = point.basin { units += [(.basin, basin), (.basin, "*")] }
      return !units.contains { rules.contains(Rule(kind: $0.0, unit: $0.1, hazard: point.hazard)) }
    }
    guard !bare.isEmpty else { return }
    findings.warn(
      "points_without_threshold", at: table.location(0, "unit"),
      "\(bare.count) hazard points have no threshold for their hazard: \(bare.map(\.id).listed())",
      remedy: "add rows for hazard_point, or for the basin or township they lie in")
  }
}
