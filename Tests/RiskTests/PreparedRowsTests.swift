import Hydromet
import Kernels
import Risk
import Testing

/// Three ways to one answer: row by row with all evidence, prepared rows, and the kernel of many units.
struct PreparedRowsTests {
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

  @Test("prepared rows give what the evidence of every row gives")
  func preparedRows() throws {
    var chance = Chance(41)
    // A factor of one changes no depth and makes every row be looked at by itself.
    let one = ThresholdFactor(
      unitKind: nil, unit: "*", hazard: nil, thousandths: 1000, reason: "", author: "",
      effectiveFrom: cycleTime, effectiveTo: cycleTime + 1, line: 2)
    for _ in 0..<20_000 {
      let rows = PreparedRowsTests.rows(&chance)
      let rain = PreparedRowsTests.rain(&chance)
      let fast = PreparedRowsTests.assess(CriticalRainfallTable(rows, at: cycleTime), rain)
      let slow = PreparedRowsTests.assess(
        CriticalRainfallTable(rows, factors: [one], at: cycleTime), rain)
      #expect(fast?.answer == slow?.answer)
      #expect(fast?.staying == slow?.staying)
      #expect(fast?.uncovered == slow?.uncovered)
      #expect(fast?.decisive?.threshold == slow?.decisive?.threshold)
      #expect(fast?.decisive?.depth == slow?.decisive?.depth)
      #expect(fast?.decisive?.verdict == slow?.decisive?.verdict)
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
      let rows = PreparedRowsTests.rows(&chance)
      let rain = PreparedRowsTests.rain(&chance)
      for row in rows {
        let duration = try #require(PreparedRowsTests.durations.firstIndex(of: row.duration))
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
        let judged = PreparedRowsTests.assess(
          CriticalRainfallTable(rowsOfUnit[unit], at: cycleTime), rainOfUnit[unit])
        guard let answer = judged?.answer, answer.state != .blind else { continue }
        #expect(Int(table.reached[unit]) == answer.level.rawValue)
        #expect((table.open[unit] > table.reached[unit]) == (answer.state != .complete))
      }
    }
  }
}
