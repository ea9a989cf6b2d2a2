public import Hydromet

/// Holds the rain of one unit against its thresholds and rules.
public struct UnitJudge: Sendable {
  public let table: CriticalRainfallTable
  /// The soil state, where it is known, for units whose inputs say nothing of it.
  public let wetness: Wetness?
  /// In thousandths of a threshold: rain from there on keeps a level up that is shown already.
  public let stayThousandths: Int

  public init(
    table: CriticalRainfallTable, wetness: Wetness? = nil, stayThousandths: Int = 1000
  ) {
    self.table = table
    self.wetness = wetness
    self.stayThousandths = stayThousandths
  }

  /// The answer for one unit and one hazard by its fallen rain alone.
  ///
  /// - Parameter rain: the rain for a statistic and a duration; nil where there is no such window.
  /// - Returns: nil where the unit has no thresholds for the hazard.
  public func assess(
    kind: UnitKind, unit: String, name: String, hazard: Hazard,
    rain: @escaping (RainStatistic, TimeSpan) -> ComparedRain?
  ) -> UnitAssessment? {
    assess(
      kind: kind, unit: unit, name: name, hazard: hazard,
      inputs: UnitInputs(fallen: rain, soil: UnitJudge.soil(of: wetness)))
  }

  private static func soil(of wetness: Wetness?) -> UnitSoil {
    switch wetness {
    case .dry: UnitSoil(saturation: 0.2)
    case .normal: UnitSoil(saturation: 0.5)
    case .wet: UnitSoil(saturation: 0.8)
    case .any, nil: .unknown
    }
  }

  /// The answer for one unit and one hazard. Any one threshold or rule suffices (OR over durations
  /// and statistics); the level is the highest that was reached. It is complete where every
  /// threshold and rule of a higher level is covered by the inputs.
  ///
  /// - Returns: nil where the unit has no thresholds and no rules for the hazard.
  public func assess(
    kind: UnitKind, unit: String, name: String, hazard: Hazard, inputs: UnitInputs
  ) -> UnitAssessment? {
    let rules = table.rules(kind: kind, unit: unit, hazard: hazard)
    let prepared = table.prepared(kind: kind, unit: unit, hazard: hazard)
    let factor = table.factor(kind: kind, unit: unit, hazard: hazard)
    if rules.isEmpty, inputs.guidance.isEmpty {
      guard let prepared else { return nil }
      return assess(
        prepared, factor: factor, kind: kind, unit: unit, name: name, hazard: hazard,
        inputs: inputs)
    }
    guard prepared != nil || !rules.isEmpty else { return nil }
    let thresholds = applied(prepared, factor, inputs)
    var evidence: [Evidence] = []
    var isBlind = true
    for threshold in thresholds {
      let compared = inputs.fallen(threshold.row.statistic, threshold.row.duration)
      if compared?.isBlind != true { isBlind = false }
      evidence.append(UnitJudge.compare(threshold, with: compared))
    }
    if !rules.isEmpty {
      let judge = RuleJudge(inputs: inputs, factor: factor)
      for rule in rules {
        guard let found = judge.evidence(rule, kind: kind, unit: unit) else { continue }
        if !found.isBlind { isBlind = false }
        evidence.append(found.0)
      }
    }
    for derived in inputs.guidance {
      guard let found = UnitJudge.compare(derived, kind, unit, hazard, inputs) else { continue }
      evidence.append(found)
    }
    let level =
      evidence.filter { $0.verdict == .reached }.map(\.threshold.level).max() ?? RiskLevel.none
    let open = evidence.filter { $0.verdict == .unknown && $0.threshold.level > level }
    let answer: RiskAnswer =
      if isBlind {
        .blind
      } else if open.isEmpty {
        .complete(level)
      } else {
        .incomplete(reached: level)
      }
    return UnitAssessment(
      unitKind: kind, unit: unit, name: name, hazard: hazard, answer: answer,
      decisive: UnitJudge.decisive(evidence, level: level),
      uncovered: open.map { UnitJudge.words(of: $0) },
      expected: UnitJudge.expected(
        prepared, factor, inputs, observed: answer, rules: rules, kind: kind, unit: unit),
      staying: staying(evidence))
  }

  /// Every threshold for the soil that its window found when it began.
  private func applied(
    _ prepared: PreparedThresholds?, _ factor: ThresholdFactor?, _ inputs: UnitInputs
  ) -> [AppliedThreshold] {
    guard let prepared else { return [] }
    return prepared.levels.indices.map {
      let window = prepared.windows[prepared.windowOf[$0]]
      return prepared.applied($0, at: inputs.soil(before: window), factor: factor)
    }
  }

  private func staying(_ evidence: [Evidence]) -> RiskLevel {
    var level = RiskLevel.none
    for item in evidence where item.threshold.level > level {
      guard let depth = item.depth, item.threshold.depth > .zero else { continue }
      let share = Int64(item.threshold.depth.micrometres) * Int64(stayThousandths)
      if Int64(depth.micrometres) * 1000 >= share { level = item.threshold.level }
    }
    return level
  }

  static func compare(_ threshold: AppliedThreshold, with rain: ComparedRain?) -> Evidence {
    guard let rain, let depth = rain.depth else {
      return Evidence(
        threshold: threshold.row, depth: nil, verdict: .unknown, isLowerBound: true,
        derivation: threshold.derivation)
    }
    let verdict: ThresholdVerdict =
      if depth >= threshold.row.depth {
        .reached
      } else if rain.isComplete {
        .notReached
      } else {
        .unknown
      }
    return Evidence(
      threshold: threshold.row, depth: depth, verdict: verdict, isLowerBound: !rain.isComplete,
      derivation: threshold.derivation)
  }

  /// Of the level reached, the evidence with the largest ratio; where none was reached, the largest
  /// ratio of all. Ties go to the shorter duration, then to the earlier line.
  static func decisive(_ evidence: [Evidence], level: RiskLevel) -> Evidence? {
    let candidates =
      level == .none
      ? evidence : evidence.filter { $0.verdict == .reached && $0.threshold.level == level }
    return candidates.filter { $0.depth != nil }.max { a, b in
      let x = a.ratio ?? 0
      let y = b.ratio ?? 0
      if x != y { return x < y }
      return (b.threshold.duration, b.threshold.line) < (a.threshold.duration, a.threshold.line)
    }
  }

  /// `orange 3h mean >= 100.0 mm: at least 63.2 mm` or `…: no data`.
  static func words(of evidence: Evidence) -> String {
    let row = evidence.threshold
    var rule =
      "\(row.level.name) \(row.duration.text) \(row.statistic.rawValue) >= \(row.depth.shortText) mm"
    if let whole = evidence.rule?.rule { rule = "\(row.level.name) rule \(whole.id): \(rule)" }
    guard let depth = evidence.depth else { return "\(rule): no data" }
    return "\(rule): at least \(depth.shortText) mm"
  }
}
