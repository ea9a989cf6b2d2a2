import Hydromet

extension UnitJudge {
  /// The same answer as the evidence of every threshold gives, without writing evidence down that
  /// nobody looks at: only the threshold that decides and those that stay open are put into words.
  func assess(
    _ prepared: PreparedThresholds, factor: ThresholdFactor?, kind: UnitKind, unit: String,
    name: String, hazard: Hazard, inputs: UnitInputs
  ) -> UnitAssessment {
    let comparison = PreparedComparison(prepared, factor, inputs)
    let level = comparison.level
    let uncovered = comparison.uncovered(above: level)
    let reached = RiskLevel(rawValue: Int(level)) ?? RiskLevel.none
    let answer: RiskAnswer =
      if comparison.isBlind {
        .blind
      } else if uncovered.isEmpty {
        .complete(reached)
      } else {
        .incomplete(reached: reached)
      }
    return UnitAssessment(
      unitKind: kind, unit: unit, name: name, hazard: hazard, answer: answer,
      decisive: comparison.decisive(at: level), uncovered: uncovered,
      expected: UnitJudge.expected(prepared, factor, inputs, observed: answer),
      staying: RiskLevel(rawValue: Int(comparison.staying(stayThousandths))) ?? RiskLevel.none)
  }
}

/// The rain of one unit beside its thresholds, as they are after soil and factor.
private struct PreparedComparison {
  private let prepared: PreparedThresholds
  private let factor: ThresholdFactor?
  /// By window.
  private let rain: [ComparedRain?]
  private let soil: [Int32]
  /// By threshold, micrometres.
  private let limits: [Int32]
  /// Whether nothing could measure any of the rain.
  let isBlind: Bool

  init(_ prepared: PreparedThresholds, _ factor: ThresholdFactor?, _ inputs: UnitInputs) {
    var rain: [ComparedRain?] = []
    var soil: [Int32] = []
    rain.reserveCapacity(prepared.windows.count)
    soil.reserveCapacity(prepared.windows.count)
    var isBlind = true
    for window in prepared.windows {
      let compared = inputs.fallen(window.statistic, window.duration)
      if compared?.isBlind != true { isBlind = false }
      rain.append(compared)
      soil.append(
        prepared.asksForSoil ? inputs.soil(before: window) : PreparedThresholds.unknownSoil)
    }
    limits = prepared.limits(soil: soil, factor: factor)
    self.prepared = prepared
    self.factor = factor
    self.rain = rain
    self.soil = soil
    self.isBlind = isBlind
  }

  /// The highest level whose threshold the rain reaches, also where it is a lower bound.
  var level: UInt8 {
    var level: UInt8 = 0
    for threshold in limits.indices {
      guard let depth = depth(threshold), depth >= limits[threshold] else { continue }
      level = max(level, prepared.levels[threshold])
    }
    return level
  }

  /// The highest level at which the unit may stay: rain that reaches so many thousandths of its threshold.
  func staying(_ thousandths: Int) -> UInt8 {
    var staying: UInt8 = 0
    for threshold in limits.indices {
      let limit = limits[threshold]
      guard let depth = depth(threshold), limit > 0, prepared.levels[threshold] > staying,
        Int64(depth) * 1000 >= Int64(limit) * Int64(thousandths)
      else { continue }
      staying = prepared.levels[threshold]
    }
    return staying
  }

  /// The thresholds above a level that more rain than is known might reach, in words.
  func uncovered(above level: UInt8) -> [String] {
    limits.indices.filter { threshold in
      guard prepared.levels[threshold] > level, !isReached(threshold) else { return false }
      let compared = rain[prepared.windowOf[threshold]]
      return compared?.depth == nil || compared?.isComplete != true
    }.map { UnitJudge.words(of: evidence($0)) }
  }

  /// The evidence of the threshold that decides: of those that are reached at the level, or of all where
  /// there is none, the one to which the rain stands highest.
  func decisive(at level: UInt8) -> Evidence? {
    var best: (threshold: Int, ratio: Double)?
    for threshold in limits.indices {
      guard let depth = depth(threshold),
        level == 0 || (isReached(threshold) && prepared.levels[threshold] == level)
      else { continue }
      let limit = limits[threshold]
      let ratio = limit > 0 ? Double(depth) / Double(limit) : 0
      if let leader = best {
        guard
          ratio > leader.ratio
            || (ratio == leader.ratio && prepared.isBefore(threshold, leader.threshold))
        else { continue }
      }
      best = (threshold, ratio)
    }
    return best.map { evidence($0.threshold) }
  }

  /// Micrometres; nil without any data.
  private func depth(_ threshold: Int) -> Int32? {
    rain[prepared.windowOf[threshold]]?.depth?.micrometres
  }

  private func isReached(_ threshold: Int) -> Bool {
    depth(threshold).map { $0 >= limits[threshold] } ?? false
  }

  private func evidence(_ threshold: Int) -> Evidence {
    let window = prepared.windowOf[threshold]
    return UnitJudge.compare(
      prepared.applied(threshold, at: soil[window], factor: factor), with: rain[window])
  }
}
