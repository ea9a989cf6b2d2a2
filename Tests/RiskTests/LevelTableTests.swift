import Hydromet
import Kernels
import Risk
import Testing

@Suite("Levels of many units")
struct LevelTableTests {
  private func table(_ units: Int) -> LevelTable {
    var table = LevelTable(units: units, durations: 2, levels: 3)
    for unit in 0..<units {
      for level in 0..<3 {
        table.set(
          Depth(micrometres: Int32(30_000 + level * 20_000)), duration: 0, level: level, unit: unit)
      }
      // The longer duration has a rule for the highest level only.
      table.set(Depth(micrometres: 100_000), duration: 1, level: 2, unit: unit)
    }
    return table
  }

  @Test(
    "a depth reaches a level at the threshold itself; a lower bound proves but does not clear",
    arguments: [
      // 1 h, 3 h, 1 h known, 3 h known -> reached, open
      (29_999, 0, true, true, 0, 0), (30_000, 0, true, true, 1, 0), (70_000, 0, true, true, 3, 0),
      (0, 100_000, true, true, 3, 0), (55_000, 99_999, true, true, 2, 0),
      (30_000, 0, false, true, 1, 3), (0, 0, true, false, 0, 3), (-1, -1, false, false, 0, 3),
      (70_000, 0, false, false, 3, 3),
    ] as [(Int32, Int32, Bool, Bool, UInt8, UInt8)])
  func levels(
    hour: Int32, threeHours: Int32, hourKnown: Bool, threeKnown: Bool, reached: UInt8, open: UInt8
  ) throws {
    var table = table(40)
    let depths =
      [Int32](repeating: hour, count: table.paddedUnits)
      + [Int32](repeating: threeHours, count: table.paddedUnits)
    let known =
      [UInt8](repeating: hourKnown ? 1 : 0, count: table.paddedUnits)
      + [UInt8](repeating: threeKnown ? 1 : 0, count: table.paddedUnits)
    for kernel in InstructionSet.available.compactMap({ Kernel($0) }) {
      try table.judge(depths, known, kernel: kernel)
      #expect(table.reached[..<40].allSatisfy { $0 == reached })
      // Level 3 stays open where it was reached only by another duration: it is reached all the same.
      #expect(table.open[..<40].allSatisfy { max($0, reached) == max(open, reached) })
    }
  }

  @Test("units without rules reach nothing and leave nothing open")
  func noRules() throws {
    var table = LevelTable(units: 3, durations: 1, levels: 2)
    let depths = [Int32](repeating: .max, count: table.paddedUnits)
    try table.judge(depths, [UInt8](repeating: 0, count: table.paddedUnits))
    #expect(table.reached.allSatisfy { $0 == 0 } && table.open.allSatisfy { $0 == 0 })
  }
}
