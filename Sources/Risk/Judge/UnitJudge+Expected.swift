import Hydromet

extension UnitJudge {
  /// One threshold and one window of it that ends after the data time.
  private struct Candidate {
    let threshold: Int
    let lead: TimeSpan
    let soil: Int32
    let rain: JoinedRain
    /// Of the level where the rain reaches it, 0 otherwise.
    let reached: UInt8
    let ratio: Double

    /// The higher level reached; of those that reach the same level the shortest lead, because it says
    /// how much time is left; else the larger ratio. Of equals the first stays.
    func decidesBefore(_ other: Candidate) -> Bool {
      if reached != other.reached { return reached > other.reached }
      if reached > 0, lead != other.lead { return lead < other.lead }
      return ratio > other.ratio
    }
  }

  /// Where fallen and expected rain would bring the unit within the leads of the inputs: of every
  /// threshold, every window of its duration that ends within them, split at the data time, held
  /// against the threshold for the soil that the window finds when it begins.
  ///
  /// - Returns: nil where nothing is forecast.
  static func expected(
    _ prepared: PreparedThresholds?, _ factor: ThresholdFactor?, _ inputs: UnitInputs,
    observed: RiskAnswer
  ) -> ExpectedAnswer? {
    guard let joined = inputs.joined, !inputs.leads.isEmpty else { return nil }
    guard let prepared else {
      return ExpectedAnswer(
        level: observed.level, isComplete: true, decisive: nil, lead: nil, fallen: nil,
        expected: nil, issued: inputs.issued)
    }
    var best: Candidate?
    var level: UInt8 = 0
    var open: UInt8 = 0
    for lead in inputs.leads {
      let rain = prepared.windows.map { joined($0.statistic, $0.duration, lead) }
      let soil = prepared.windows.map {
        prepared.asksForSoil
          ? inputs.soil(before: $0, lead: lead.seconds) : PreparedThresholds.unknownSoil
      }
      let limits = prepared.limits(soil: soil, factor: factor)
      for threshold in limits.indices {
        let window = prepared.windowOf[threshold]
        guard let rain = rain[window], let depth = rain.sum.depth?.micrometres else {
          open = max(open, prepared.levels[threshold])
          continue
        }
        let limit = limits[threshold]
        let isReached = depth >= limit
        if isReached {
          level = max(level, prepared.levels[threshold])
        } else if !rain.sum.isComplete, (rain.ceiling?.micrometres ?? .max) >= limit {
          open = max(open, prepared.levels[threshold])
        }
        let candidate = Candidate(
          threshold: threshold, lead: lead, soil: soil[window], rain: rain,
          reached: isReached ? prepared.levels[threshold] : 0,
          ratio: limit > 0 ? Double(depth) / Double(limit) : -1)
        if best.map({ candidate.decidesBefore($0) }) ?? true { best = candidate }
      }
    }
    let reached = RiskLevel(rawValue: Int(level)) ?? RiskLevel.none
    return ExpectedAnswer(
      level: max(reached, observed.level), isComplete: open <= level,
      decisive: best.map {
        compare(prepared.applied($0.threshold, at: $0.soil, factor: factor), with: $0.rain.sum)
      }, lead: best?.lead, fallen: best?.rain.fallen, expected: best?.rain.expected,
      issued: inputs.issued)
  }
}
