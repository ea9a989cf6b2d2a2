import Hydromet

/// Five townships, one in each state that a draft has to speak about.
enum SmallDistrict {
  static let time = CivilTime(year: 2026, month: 7, day: 5, hour: 14, minute: 20)
    .timestamp(offsetSeconds: BeijingTime.offsetSeconds)!

  static func district(id: String = "500199") -> DistrictDescription {
    let square = MultiPolygon([
      Polygon(outer: [
        Point(x: 106, y: 29), Point(x: 106.1, y: 29), Point(x: 106.1, y: 29.1),
        Point(x: 106, y: 29.1),
      ])
    ])
    let names = [
      ("500199001000", "古桥街道", "Guqiao"), ("500199101000", "石角镇", "Shijiao"),
      ("500199102000", "东溪镇", "Dongxi"), ("500199103000", "三江镇", "Sanjiang"),
      ("500199104000", "横山镇", "Hengshan"),
    ]
    return DistrictDescription(
      id: id, name: "云溪区", englishName: "Yunxi District", office: "云溪区气象台",
      englishOffice: "Yunxi District Weather Office",
      townships: names.map {
        Township(code: $0.0, name: $0.1, englishName: $0.2, geometry: square)
      },
      basins: [], hazardPoints: [], stations: [], rivers: [])
  }

  static func evidence(
    _ hazard: Hazard, level: RiskLevel, hours: Int, threshold: Int32, depth: Int32,
    isLowerBound: Bool = false
  ) -> Evidence {
    Evidence(
      threshold: CriticalRainfall(
        unitKind: .basin, unit: "*", hazard: hazard, duration: .hours(hours), wetness: .any,
        level: level, depth: Depth(tenthsOfMillimetre: threshold), statistic: .mean,
        source: "table", author: "bureau", effectiveFrom: nil, effectiveTo: nil, line: 2),
      depth: Depth(micrometres: depth), verdict: .reached, isLowerBound: isLowerBound)
  }

  static func part(
    _ kind: UnitKind, _ unit: String, _ name: String, _ hazard: Hazard, _ answer: RiskAnswer,
    _ evidence: Evidence? = nil
  ) -> UnitAssessment {
    UnitAssessment(
      unitKind: kind, unit: unit, name: name, hazard: hazard, answer: answer, decisive: evidence,
      uncovered: [])
  }

  static func township(_ code: String, _ name: String, _ parts: [UnitAssessment])
    -> TownshipAssessment
  {
    TownshipAssessment(
      township: code, name: name, answer: RiskAnswer.combined(parts.map(\.answer)) ?? .blind,
      hazard: parts.first?.hazard, decisive: parts.first, parts: parts)
  }

  /// Two townships at orange (one of them at least), one without risk, one unknown, one blind;
  /// deliberately not in administrative order.
  static let storm: [TownshipAssessment] = [
    township(
      "500199102000", "东溪镇",
      [
        part(
          .basin, "B2", "蒲河", .flashFlood, .incomplete(reached: .orange),
          evidence(
            .flashFlood, level: .orange, hours: 3, threshold: 500, depth: 63_296,
            isLowerBound: true))
      ]),
    township(
      "500199101000", "石角镇",
      [
        part(
          .township, "500199101000", "石角镇", .flashFlood, .complete(.orange),
          evidence(.flashFlood, level: .orange, hours: 1, threshold: 400, depth: 41_000))
      ]),
    township(
      "500199001000", "古桥街道",
      [part(.basin, "B1", "清溪", .flashFlood, .complete(.none))]),
    township(
      "500199103000", "三江镇",
      [part(.basin, "B3", "羊渡河", .flashFlood, .incomplete(reached: .none))]),
    township("500199104000", "横山镇", [part(.basin, "B4", "松坎河", .flashFlood, .blind)]),
  ]
}
