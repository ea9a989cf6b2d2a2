import Hydromet

extension UnitJudge {
  /// The same answer as the evidence of every row gives, without writing evidence down that nobody
  /// looks at: only the row that decides and the rows that stay open are put into words.
  func assess(
    _ prepared: PreparedRows, kind: UnitKind, unit: String, name: String, hazard: Hazard,
    fallen: (RainStatistic, TimeSpan) -> ComparedRain?
  ) -> UnitAssessment {
    var rain: [ComparedRain?] = []
    rain.reserveCapacity(prepared.windows.count)
    var isBlind = true
    for window in prepared.windows {
      let compared = fallen(window.statistic, window.duration)
      if compared?.isBlind != true { isBlind = false }
      rain.append(compared)
    }
    var level: UInt8 = 0
    var staying: UInt8 = 0
    for row in prepared.depths.indices {
      guard let depth = rain[prepared.windowOfRow[row]]?.depth?.micrometres else { continue }
      let threshold = prepared.depths[row]
      if depth >= threshold { level = max(level, prepared.levels[row]) }
      if threshold > 0, prepared.levels[row] > staying,
        Int64(depth) * 1000 >= Int64(threshold) * Int64(stayThousandths)
      {
        staying = prepared.levels[row]
      }
    }
    var uncovered: [String] = []
    var best: (row: Int, ratio: Double)?
    for row in prepared.depths.indices {
      let compared = rain[prepared.windowOfRow[row]]
      let threshold = prepared.depths[row]
      let isReached = compared?.depth.map { $0.micrometres >= threshold } ?? false
      let isOpen = !isReached && (compared?.depth == nil || compared?.isComplete != true)
      if isOpen, prepared.levels[row] > level {
        uncovered.append(UnitJudge.words(of: evidence(prepared.rows[row], compared)))
      }
      guard let depth = compared?.depth, level == 0 || (isReached && prepared.levels[row] == level)
      else { continue }
      let ratio = threshold > 0 ? Double(depth.micrometres) / Double(threshold) : 0
      if let leader = best {
        guard
          ratio > leader.ratio
            || (ratio == leader.ratio && isBefore(prepared.rows[row], prepared.rows[leader.row]))
        else { continue }
      }
      best = (row, ratio)
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
      decisive: best.map { evidence(prepared.rows[$0.row], rain[prepared.windowOfRow[$0.row]]) },
      uncovered: uncovered, staying: RiskLevel(rawValue: Int(staying)) ?? RiskLevel.none)
  }

  private func evidence(_ row: CriticalRainfall, _ rain: ComparedRain?) -> Evidence {
    UnitJudge.compare(AppliedThreshold(row: row, derivation: nil), with: rain)
  }

  private func isBefore(_ a: CriticalRainfall, _ b: CriticalRainfall) -> Bool {
    (a.duration, a.line) < (b.duration, b.line)
  }
}
