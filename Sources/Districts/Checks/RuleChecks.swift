import Hydromet

/// Whether the feeds and gauges of a district can ever answer its thresholds. A rule that nothing can
/// answer keeps its units unknown for ever; a unit that has no rule is not judged at all.
struct RuleChecks {
  private let rows: [Located<CriticalRainfall>]
  private let table: DistrictTable

  init(_ table: ThresholdTable) {
    rows = table.thresholds
    self.table = table.table
  }

  func check(
    feeds: [Feed], townships: [Township], basins: [SmallBasin], stations: [Station],
    rules: [RainRule], _ findings: inout Findings
  ) {
    if !feeds.contains(where: { $0.kind == .grid }) { warnWithoutGrid(&findings) }
    let places =
      feeds.contains { $0.kind == .stations }
      ? stations.map { Point(x: $0.place.longitude, y: $0.place.latitude) } : []
    warnWithoutGauge(
      .township, townships.map { ($0.code, $0.geometry) }, gauges: places, &findings)
    warnWithoutGauge(.basin, basins.map { ($0.id, $0.geometry) }, gauges: places, &findings)
    warnWithoutThreshold(.township, townships.map(\.code), rules, &findings)
    warnWithoutThreshold(.basin, basins.map(\.id), rules, &findings)
  }

  private func warnWithoutGrid(_ findings: inout Findings) {
    let open = rows.filter { $0.value.statistic != .maximumGauge }
    guard let first = open.first else { return }
    findings.warn(
      "rule_without_grid", at: table.location(first.row, "statistic"),
      "\(open.count) rows ask for rain of a grid, and no feed is a grid: they can never be answered",
      remedy: "add a grid feed to district.yaml, or write max_gauge")
  }

  /// Units with a rule for their largest gauge and no gauge in them.
  private func warnWithoutGauge(
    _ kind: UnitKind, _ units: [(id: String, shape: MultiPolygon)], gauges: [Point],
    _ findings: inout Findings
  ) {
    let own = Dictionary(
      grouping: rows.filter { $0.value.unitKind == kind }, by: \.value.unit)
    func asks(_ unit: String) -> Bool {
      (own[unit] ?? own["*"] ?? []).contains { $0.value.statistic == .maximumGauge }
    }
    let bare = units.filter { unit in
      guard asks(unit.id) else { return false }
      guard let box = unit.shape.box else { return true }
      return !gauges.contains { gauge in
        (box.minX...box.maxX).contains(gauge.x) && (box.minY...box.maxY).contains(gauge.y)
          && unit.shape.contains(gauge)
      }
    }
    guard !bare.isEmpty else { return }
    let first = rows.first { $0.value.unitKind == kind && $0.value.statistic == .maximumGauge }
    findings.warn(
      "rule_without_gauge", at: first.map { table.location($0.row, "statistic") },
      "\(bare.count) units of kind \(kind.rawValue) have rows of max_gauge and no gauge in them: "
        + bare.map(\.id).listed(),
      remedy: "give these units rows of another statistic; without a gauge they stay unknown")
  }

  /// Units that were left out of a table that speaks of others of their kind.
  private func warnWithoutThreshold(
    _ kind: UnitKind, _ units: [String], _ rules: [RainRule], _ findings: inout Findings
  ) {
    let named = Set(rows.filter { $0.value.unitKind == kind }.map(\.value.unit))
      .union(rules.filter { $0.unitKind == kind }.flatMap(\.units))
    guard !named.isEmpty, !named.contains("*") else { return }
    let bare = units.filter { !named.contains($0) }
    guard !bare.isEmpty else { return }
    findings.warn(
      "units_without_threshold", at: table.location(0, "unit"),
      "\(bare.count) units of kind \(kind.rawValue) have no threshold and are not judged: "
        + bare.listed(), remedy: "add rows for each, or rows for *")
  }
}
