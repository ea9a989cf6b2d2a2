import Hydromet

/// Reads `threshold-factors.csv`: factors on thresholds after an earthquake or a fire. Each says why,
/// who set it and when it ends.
struct FactorTable {
  private(set) var factors: [Located<ThresholdFactor>] = []
  let table: DistrictTable

  init?(path: String, _ findings: inout Findings) {
    guard
      let table = DistrictTable(
        path: path,
        required: [
          "unit_kind", "unit", "hazard", "factor", "reason", "author", "effective_from",
          "effective_to",
        ], optional: [], &findings)
    else { return nil }
    self.table = table
    for row in table.rows {
      if let factor = FactorTable.read(table, row, &findings) {
        factors.append(Located(value: factor, row: row))
      }
    }
  }

  private static func read(
    _ table: DistrictTable, _ row: Int, _ findings: inout Findings
  ) -> ThresholdFactor? {
    let isEveryKind = table.text(row, "unit_kind") == "*"
    let kind = isEveryKind ? nil : table.choice(row, "unit_kind", as: UnitKind.self, &findings)
    let unit = table.filled(row, "unit", &findings)
    let isEveryHazard = table.text(row, "hazard") == "*"
    let hazard = isEveryHazard ? nil : table.choice(row, "hazard", as: Hazard.self, &findings)
    let factor = table.number(row, "factor", 0.1...2, &findings)
    let reason = table.filled(row, "reason", &findings)
    let author = table.filled(row, "author", &findings)
    let from = endpoint(table, row, "effective_from", &findings)
    let to = endpoint(table, row, "effective_to", &findings)
    guard isEveryKind || kind != nil, let unit, isEveryHazard || hazard != nil, let factor,
      let reason, let author, let from, let to
    else { return nil }
    guard to >= from else {
      findings.fault(
        "reversed_dates", at: table.location(row, "effective_to"),
        "the factor ends before it begins", remedy: "exchange or correct the two days")
      return nil
    }
    if isEveryKind, unit != "*" {
      findings.fault(
        "unknown_unit_id", at: table.location(row, "unit"),
        "\(unit) is the id of no unit of every kind",
        remedy: "name the kind: basin, township or hazard_point")
      return nil
    }
    return ThresholdFactor(
      unitKind: kind, unit: unit, hazard: hazard, thousandths: Int((factor * 1000).rounded()),
      reason: reason, author: author, effectiveFrom: from, effectiveTo: to + 86_400,
      line: table.line(row))
  }

  /// A factor without a first and a last day is refused: nobody would remember to end it.
  private static func endpoint(
    _ table: DistrictTable, _ row: Int, _ name: String, _ findings: inout Findings
  ) -> Timestamp? {
    guard !table.text(row, name).isEmpty else {
      findings.fault(
        "factor_without_end", at: table.location(row, name), "\(name) is empty",
        remedy: "write the day; a factor that is still needed then is set anew by a person")
      return nil
    }
    return table.day(row, name, &findings)
  }
}
