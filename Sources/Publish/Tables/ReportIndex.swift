import Hydromet

/// What units are called in a report: kind and id.
struct UnitKey: Hashable {
  let kind: UnitKind
  let unit: String
}

/// A cycle's report with its answers ready to be looked up by unit.
struct ReportIndex {
  let report: CycleReport
  private let rainfall: [UnitKey: UnitRainfall]
  private let assessments: [UnitKey: UnitAnswer]
  private let townships: [String: TownshipAssessment]
  private let gauges: [String: GaugeRainfall]
  private let verdicts: [String: StationVerdict]

  /// The answer of one unit over all its hazards.
  struct UnitAnswer {
    let answer: RiskAnswer
    /// The assessment with the highest level, of equal ones that with the largest ratio.
    let leading: UnitAssessment
  }

  init(_ report: CycleReport) {
    self.report = report
    rainfall = Dictionary(
      report.unitRainfall.map { (UnitKey(kind: $0.unitKind, unit: $0.unit), $0) },
      uniquingKeysWith: { a, _ in a })
    townships = Dictionary(
      report.townships.map { ($0.township, $0) }, uniquingKeysWith: { a, _ in a })
    gauges = Dictionary(
      report.gaugeRainfall.map { ($0.station, $0) }, uniquingKeysWith: { a, _ in a })
    verdicts = Dictionary(
      report.gaugeVerdicts.map { ($0.station, $0) }, uniquingKeysWith: { a, _ in a })
    assessments = Dictionary(
      grouping: report.assessments, by: { UnitKey(kind: $0.unitKind, unit: $0.unit) }
    ).compactMapValues { parts in
      guard let answer = RiskAnswer.combined(parts.map(\.answer)),
        let leading = ReportIndex.leading(parts)
      else { return nil }
      return UnitAnswer(answer: answer, leading: leading)
    }
  }

  func rain(_ kind: UnitKind, _ unit: String) -> UnitRainfall? {
    rainfall[UnitKey(kind: kind, unit: unit)]
  }

  /// Rain of a unit over one window of the report; nil where the report has none.
  func rain(_ kind: UnitKind, _ unit: String, window: Int) -> ArealRainfall? {
    guard let windows = rain(kind, unit)?.windows, windows.indices.contains(window) else {
      return nil
    }
    return windows[window]
  }

  func answer(_ kind: UnitKind, _ unit: String) -> UnitAnswer? {
    assessments[UnitKey(kind: kind, unit: unit)]
  }

  func township(_ code: String) -> TownshipAssessment? { townships[code] }

  /// The answer for a township; a township that the report does not speak of is unknown, not safe.
  func townshipAnswer(_ code: String) -> RiskAnswer {
    townships[code]?.answer ?? .incomplete(reached: .none)
  }

  func gauge(_ station: String) -> GaugeRainfall? { gauges[station] }

  func verdict(_ station: String) -> StationVerdict? { verdicts[station] }

  private static func leading(_ parts: [UnitAssessment]) -> UnitAssessment? {
    var best: UnitAssessment?
    for part in parts {
      guard let current = best else {
        best = part
        continue
      }
      let isHigher = part.answer.level > current.answer.level
      let isEqual = part.answer.level == current.answer.level
      let ratio = part.decisive?.ratio ?? -1
      if isHigher || (isEqual && ratio > (current.decisive?.ratio ?? -1)) { best = part }
    }
    return best
  }
}
