public import Hydromet

/// The rain that a threshold of some statistic and duration is held against.
public struct ComparedRain: Sendable, Hashable {
  /// The number that is compared: exact where complete, else a lower bound; nil without any data.
  public let depth: Depth?
  /// Whether the inputs cover the rule.
  public let isComplete: Bool
  /// Whether the unit lies outside the coverage of everything that could measure this rain.
  public let isBlind: Bool

  public init(depth: Depth?, isComplete: Bool, isBlind: Bool) {
    self.depth = depth
    self.isComplete = isComplete
    self.isBlind = isBlind
  }

  /// The rain of an area or a cell for one statistic.
  ///
  /// - Parameter minimumCoverage: share of the rain that must be known before a number counts as
  ///   complete, 0…1. Rain that is not known is counted as none, so the number stays a lower bound.
  public init(_ rain: ArealRainfall, statistic: RainStatistic, minimumCoverage: Double) {
    let isCovered = rain.validShare * rain.gridShare >= minimumCoverage - 1e-9
    switch statistic {
    case .mean:
      self.init(
        depth: isCovered ? rain.mean : rain.meanLowerBound,
        isComplete: isCovered && rain.mean != nil, isBlind: rain.gridShare <= 0)
    case .maximumCell, .cell:
      self.init(
        depth: rain.maximumCell, isComplete: isCovered && rain.maximumCell != nil,
        isBlind: rain.gridShare <= 0)
    case .maximumGauge:
      self.init(
        depth: rain.maximumGauge, isComplete: rain.gaugesAreComplete && rain.maximumGauge != nil,
        isBlind: rain.gridShare <= 0 && rain.maximumGauge == nil)
    }
  }
}

/// Holds the rain of one unit against its thresholds.
public struct UnitJudge: Sendable {
  public let table: CriticalRainfallTable
  /// The soil state, where it is known.
  public let wetness: Wetness?

  public init(table: CriticalRainfallTable, wetness: Wetness? = nil) {
    self.table = table
    self.wetness = wetness
  }

  /// The answer for one unit and one hazard. Any one threshold suffices (OR over durations and
  /// statistics); the level is the highest that was reached. It is complete where every rule of a
  /// higher level is covered by the inputs.
  ///
  /// - Parameter rain: the rain for a statistic and a duration; nil where there is no such window.
  /// - Returns: nil where the unit has no thresholds for the hazard.
  public func assess(
    kind: UnitKind, unit: String, name: String, hazard: Hazard,
    rain: (RainStatistic, TimeSpan) -> ComparedRain?
  ) -> UnitAssessment? {
    let all = table.rows(kind: kind, unit: unit, hazard: hazard)
    guard !all.isEmpty else { return nil }
    let rows = CriticalRainfallTable.select(all, wetness: wetness)
    var evidence: [Evidence] = []
    var isBlind = true
    for row in rows {
      let compared = rain(row.statistic, row.duration)
      if compared?.isBlind != true { isBlind = false }
      evidence.append(UnitJudge.compare(row, with: compared))
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
      uncovered: open.map { UnitJudge.words(of: $0) })
  }

  static func compare(_ row: CriticalRainfall, with rain: ComparedRain?) -> Evidence {
    guard let rain, let depth = rain.depth else {
      return Evidence(threshold: row, depth: nil, verdict: .unknown, isLowerBound: true)
    }
    let verdict: ThresholdVerdict =
      if depth >= row.depth {
        .reached
      } else if rain.isComplete {
        .notReached
      } else {
        .unknown
      }
    return Evidence(
      threshold: row, depth: depth, verdict: verdict, isLowerBound: !rain.isComplete)
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
    let rule =
      "\(row.level.name) \(row.duration.text) \(row.statistic.rawValue) >= \(row.depth.shortText) mm"
    guard let depth = evidence.depth else { return "\(rule): no data" }
    return "\(rule): at least \(depth.shortText) mm"
  }
}
