import Hydromet

extension UnitJudge {
  /// What may decide: one threshold or rule and one moment after the data time at which windows end.
  private struct Candidate {
    enum Source {
      case threshold(Int, soil: Int32, JoinedRain)
      case rule(Evidence)
    }

    let source: Source
    let lead: TimeSpan
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

  /// The best candidate so far, the highest level reached and the highest that is open.
  private struct Search {
    var best: Candidate?
    var level: UInt8 = 0
    var open: UInt8 = 0

    mutating func look(at candidate: Candidate) {
      level = max(level, candidate.reached)
      if best.map({ candidate.decidesBefore($0) }) ?? true { best = candidate }
    }
  }

  /// Where fallen and expected rain would bring the unit within the leads of the inputs: of every
  /// threshold and every rule, every window of its durations that ends within them, split at the data
  /// time; thresholds for the soil that the window finds when it begins, triggering indices and lines
  /// for the soil at its end.
  ///
  /// - Returns: nil where nothing is forecast.
  static func expected(
    _ prepared: PreparedThresholds?, _ factor: ThresholdFactor?, _ inputs: UnitInputs,
    observed: RiskAnswer, rules: [RainRule] = [], kind: UnitKind = .basin, unit: String = ""
  ) -> ExpectedAnswer? {
    guard let joined = inputs.joined, !inputs.leads.isEmpty else { return nil }
    var search = Search()
    if let prepared { look(prepared, factor, inputs, joined, &search) }
    if !rules.isEmpty {
      for lead in inputs.leads {
        let judge = RuleJudge(inputs: inputs, factor: factor, lead: lead)
        for rule in rules {
          guard let (evidence, _) = judge.evidence(rule, kind: kind, unit: unit) else { continue }
          let level = UInt8(clamping: rule.level.rawValue)
          if evidence.verdict == .unknown { search.open = max(search.open, level) }
          search.look(
            at: Candidate(
              source: .rule(evidence), lead: lead,
              reached: evidence.verdict == .reached ? level : 0, ratio: evidence.ratio ?? -1))
        }
      }
    }
    return answer(search, prepared, factor, inputs, joined, observed: observed)
  }

  private static func look(
    _ prepared: PreparedThresholds, _ factor: ThresholdFactor?, _ inputs: UnitInputs,
    _ joined: (RainStatistic, TimeSpan, TimeSpan) -> JoinedRain?, _ search: inout Search
  ) {
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
          search.open = max(search.open, prepared.levels[threshold])
          continue
        }
        let limit = limits[threshold]
        let isReached = depth >= limit
        if !isReached, !rain.sum.isComplete, (rain.ceiling?.micrometres ?? .max) >= limit {
          search.open = max(search.open, prepared.levels[threshold])
        }
        search.look(
          at: Candidate(
            source: .threshold(threshold, soil: soil[window], rain), lead: lead,
            reached: isReached ? prepared.levels[threshold] : 0,
            ratio: limit > 0 ? Double(depth) / Double(limit) : -1))
      }
    }
  }

  private static func answer(
    _ search: Search, _ prepared: PreparedThresholds?, _ factor: ThresholdFactor?,
    _ inputs: UnitInputs, _ joined: (RainStatistic, TimeSpan, TimeSpan) -> JoinedRain?,
    observed: RiskAnswer
  ) -> ExpectedAnswer {
    var decisive: Evidence?
    var rain: JoinedRain?
    switch search.best?.source {
    case .threshold(let threshold, let soil, let own):
      decisive = prepared.map {
        compare($0.applied(threshold, at: soil, factor: factor), with: own.sum)
      }
      rain = own
    case .rule(let evidence):
      decisive = evidence
      let row = evidence.threshold
      rain = search.best.flatMap { joined(row.statistic, row.duration, $0.lead) }
    case nil: break
    }
    let reached = RiskLevel(rawValue: Int(search.level)) ?? RiskLevel.none
    return ExpectedAnswer(
      level: max(reached, observed.level), isComplete: search.open <= search.level,
      decisive: decisive, lead: search.best?.lead, fallen: rain?.fallen, expected: rain?.expected,
      issued: inputs.issued)
  }
}
