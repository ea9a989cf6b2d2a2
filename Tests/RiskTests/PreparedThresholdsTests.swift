import Hydromet
import Kernels
import Risk
import Testing

/// Three ways to one answer: threshold by threshold, prepared, and the kernel of many units.
struct PreparedThresholdsTests {
  static let durations = [1, 3, 6, 24].map { TimeSpan.hours($0) }

  /// Rows of chance depths for some durations and levels of one unit.
  static func rows(_ chance: inout Chance) -> [CriticalRainfall] {
    var rows: [CriticalRainfall] = []
    for (index, duration) in durations.enumerated() {
      for level in RiskLevel.warnings where chance.below(4) > 0 {
        rows.append(
          row(
            level, hours: duration.seconds / 3600,
            mm: Int32(10 + chance.below(60) + 10 * index + 10 * level.rawValue),
            line: rows.count + 2))
      }
    }
    return rows
  }

  static func rain(_ chance: inout Chance) -> [ComparedRain] {
    durations.map { _ in
      ComparedRain(
        depth: chance.below(6) == 0 ? nil : Depth(millimetres: Double(chance.below(110))),
        isComplete: chance.below(3) > 0, isBlind: chance.below(9) == 0)
    }
  }

  static func assess(
    _ table: CriticalRainfallTable, _ rain: [ComparedRain]
  ) -> UnitAssessment? {
    UnitJudge(table: table, stayThousandths: 800).assess(
      kind: .basin, unit: "B1", name: "", hazard: .flashFlood
    ) { _, duration in
      durations.firstIndex(of: duration).map { rain[$0] }
    }
  }

  /// The plain way: every threshold held against its rain, one after the other.
  static func plain(
    _ table: CriticalRainfallTable, _ rain: [ComparedRain], soil: (TimeSpan) -> Double?
  ) -> (level: RiskLevel, open: RiskLevel, staying: RiskLevel, ratio: Double?) {
    var level = RiskLevel.none
    var staying = RiskLevel.none
    var open = RiskLevel.none
    var ratios: [(level: RiskLevel, ratio: Double)] = []
    for duration in durations {
      let applied = table.applied(
        kind: .basin, unit: "B1", hazard: .flashFlood, saturation: soil(duration))
      for threshold in applied.map(\.row) where threshold.duration == duration {
        let compared = durations.firstIndex(of: duration).map { rain[$0] }
        let isReached = (compared?.depth).map { $0 >= threshold.depth } ?? false
        if let depth = compared?.depth {
          let ratio = Double(depth.micrometres) / Double(threshold.depth.micrometres)
          ratios.append((isReached ? threshold.level : .none, ratio))
          if ratio >= 0.8 { staying = max(staying, threshold.level) }
        }
        if isReached {
          level = max(level, threshold.level)
        } else if compared?.depth == nil || compared?.isComplete == false {
          open = max(open, threshold.level)
        }
      }
    }
    return (level, open, staying, ratios.filter { $0.level == level }.map(\.ratio).max())
  }

  @Test("prepared thresholds give what every threshold by itself gives, for any soil and factor")
  func preparedThresholds() throws {
    var chance = Chance(41)
    let states: [Wetness] = [.dry, .normal, .wet]
    for round in 0..<20_000 {
      var rows = PreparedThresholdsTests.rows(&chance)
      if round % 2 == 1 {
        rows = rows.flatMap { own in
          states.enumerated().filter { _ in chance.below(4) > 0 }.map { drier, state in
            own.with(
              depth: Depth(micrometres: own.depth.micrometres - Int32(drier) * 3_300),
              wetness: state)
          }
        }
      }
      let rain = PreparedThresholdsTests.rain(&chance)
      let factor = ThresholdFactor(
        unitKind: nil, unit: "*", hazard: nil, thousandths: 1000 - 100 * chance.below(4),
        reason: "", author: "", effectiveFrom: cycleTime, effectiveTo: cycleTime + 1, line: 2)
      let table = CriticalRainfallTable(
        rows, factors: round % 3 == 0 ? [factor] : [], at: cycleTime)
      let soils = PreparedThresholdsTests.durations.map { _ in
        chance.below(5) == 0 ? nil : chance.share()
      }
      func soil(_ seconds: Int) -> Double? {
        PreparedThresholdsTests.durations.firstIndex(of: TimeSpan(seconds: -seconds))
          .flatMap { soils[$0] }
      }
      let fast = UnitJudge(table: table, stayThousandths: 800).assess(
        kind: .basin, unit: "B1", name: "", hazard: .flashFlood,
        inputs: UnitInputs(
          fallen: { _, duration in
            PreparedThresholdsTests.durations.firstIndex(of: duration).map { rain[$0] }
          }, saturation: soil))
      guard let fast, fast.answer.state != .blind else { continue }
      let slow = PreparedThresholdsTests.plain(table, rain) { soil(-$0.seconds) }
      #expect(fast.answer.level == slow.level)
      #expect((fast.answer.state == .complete) == (slow.open <= slow.level))
      #expect(fast.staying == max(slow.staying, slow.level))
      #expect(fast.decisive?.ratio == slow.ratio)
    }
  }

  @Test("the kernel of many units gives the level and the open level of the judge")
  func kernel() throws {
    var chance = Chance(43)
    let units = 500
    var table = LevelTable(units: units, durations: 4, levels: 4)
    var rowsOfUnit: [[CriticalRainfall]] = []
    var rainOfUnit: [[ComparedRain]] = []
    var depths = [Int32](repeating: -1, count: table.paddedUnits * 4)
    var known = [UInt8](repeating: 0, count: table.paddedUnits * 4)
    for unit in 0..<units {
      let rows = PreparedThresholdsTests.rows(&chance)
      let rain = PreparedThresholdsTests.rain(&chance)
      for row in rows {
        let duration = try #require(PreparedThresholdsTests.durations.firstIndex(of: row.duration))
        table.set(row.depth, duration: duration, level: row.level.rawValue - 1, unit: unit)
      }
      for (duration, compared) in rain.enumerated() {
        depths[duration * table.paddedUnits + unit] = compared.depth?.micrometres ?? -1
        known[duration * table.paddedUnits + unit] =
          compared.depth != nil && compared.isComplete ? 1 : 0
      }
      rowsOfUnit.append(rows)
      rainOfUnit.append(rain)
    }
    for kernel in InstructionSet.available.compactMap({ Kernel($0) }) {
      try table.judge(depths, known, kernel: kernel)
      for unit in 0..<units where rainOfUnit[unit].contains(where: { !$0.isBlind }) {
        let judged = PreparedThresholdsTests.assess(
          CriticalRainfallTable(rowsOfUnit[unit], at: cycleTime), rainOfUnit[unit])
        guard let answer = judged?.answer, answer.state != .blind else { continue }
        #expect(Int(table.reached[unit]) == answer.level.rawValue)
        #expect((table.open[unit] > table.reached[unit]) == (answer.state != .complete))
      }
    }
  }
}
