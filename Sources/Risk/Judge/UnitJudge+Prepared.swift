import Hydromet

extension UnitJudge {
  /// The same answer as the evidence of every threshold gives, without writing evidence down that
  /// nobody looks at: only the threshold that decides and those that stay open are put into words.
  func assess(
    _ prepared: PreparedThresholds, factor: ThresholdFactor?, kind: UnitKind, unit: String,
    name: String, hazard: Hazard, inputs: UnitInputs
  ) -> UnitAssessment {
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
    let limits = prepared.limits(soil: soil, factor: factor)
    var level: UInt8 = 0
    var staying: UInt8 = 0
    for threshold in limits.indices {
      guard let depth = rain[prepared.windowOf[threshold]]?.depth?.micrometres else { continue }
      let limit = limits[threshold]
      if depth >= limit { level = max(level, prepared.levels[threshold]) }
      if limit > 0, prepared.levels[threshold] > staying,
        Int64(depth) * 1000 >= Int64(limit) * Int64(stayThousandths)
      {
        staying = prepared.levels[threshold]
      }
    }
    func evidence(_ threshold: Int) -> Evidence {
      let window = prepared.windowOf[threshold]
      return UnitJudge.compare(
        prepared.applied(threshold, at: soil[window], factor: factor), with: rain[window])
    }
    var uncovered: [String] = []
    var best: (threshold: Int, ratio: Double)?
    for threshold in limits.indices {
      let compared = rain[prepared.windowOf[threshold]]
      let limit = limits[threshold]
      let isReached = compared?.depth.map { $0.micrometres >= limit } ?? false
      let isOpen = !isReached && (compared?.depth == nil || compared?.isComplete != true)
      if isOpen, prepared.levels[threshold] > level {
        uncovered.append(UnitJudge.words(of: evidence(threshold)))
      }
      guard let depth = compared?.depth,
        level == 0 || (isReached && prepared.levels[threshold] == level)
      else { continue }
      let ratio = limit > 0 ? Double(depth.micrometres) / Double(limit) : 0
      if let leader = best {
        guard
          ratio > leader.ratio
            || (ratio == leader.ratio && prepared.isBefore(threshold, leader.threshold))
        else { continue }
      }
      best = (threshold, ratio)
    }
    let reached = RiskLevel(rawValue: Int(level)) ?? RiskLevel.none
    let answer: RiskAnswer =
      if isBlind {
        .blind
      } else if uncovered.isEmpty {
        .complete(reached)
      } else {
        .incomplete(reached: reached)
      }
    return UnitAssessment(
      unitKind: kind, unit: unit, name: name, hazard: hazard, answer: answer,
      decisive: best.map { evidence($0.threshold) }, uncovered: uncovered,
      expected: UnitJudge.expected(prepared, factor, inputs, observed: answer),
      staying: RiskLevel(rawValue: Int(staying)) ?? RiskLevel.none)
  }
}
