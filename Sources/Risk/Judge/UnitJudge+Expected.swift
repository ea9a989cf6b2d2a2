import Hydromet

extension UnitJudge {
  /// Where fallen and expected rain would bring the unit within the leads of the inputs: of every
  /// threshold, every window of its duration that ends within them, split at the data time.
  ///
  /// - Returns: nil where nothing is forecast.
  static func expected(
    _ thresholds: [AppliedThreshold], _ inputs: UnitInputs, observed: RiskAnswer
  ) -> ExpectedAnswer? {
    guard let joined = inputs.joined, !inputs.leads.isEmpty else { return nil }
    var best: (evidence: Evidence, lead: TimeSpan, rain: JoinedRain)?
    var level = RiskLevel.none
    var open: [RiskLevel] = []
    for threshold in thresholds {
      for lead in inputs.leads {
        guard let rain = joined(threshold.row.statistic, threshold.row.duration, lead) else {
          open.append(threshold.row.level)
          continue
        }
        let evidence = compare(threshold, with: rain.sum)
        if evidence.verdict == .unknown { open.append(threshold.row.level) }
        if evidence.verdict == .reached { level = max(level, threshold.row.level) }
        if let leader = best, !isBefore(evidence, leader.evidence) { continue }
        if evidence.depth != nil { best = (evidence, lead, rain) }
      }
    }
    return ExpectedAnswer(
      level: max(level, observed.level), isComplete: !open.contains { $0 > level },
      decisive: best?.evidence, lead: best?.lead, fallen: best?.rain.fallen,
      expected: best?.rain.expected)
  }

  /// Whether one threshold decides rather than another: the higher level reached, else the larger
  /// ratio. Of equals the first stays, which is that of the shortest lead.
  private static func isBefore(_ a: Evidence, _ b: Evidence) -> Bool {
    let x = a.verdict == .reached ? a.threshold.level : RiskLevel.none
    let y = b.verdict == .reached ? b.threshold.level : RiskLevel.none
    if x != y { return x > y }
    return (a.ratio ?? -1) > (b.ratio ?? -1)
  }
}
