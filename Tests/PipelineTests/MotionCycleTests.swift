import Archive
import Foundation
import Hydromet
import Pipeline
import Publish
import Testing

/// Rain moved between the frames of every cycle.
@Suite("Fast cells in the service")
struct MotionCycleTests {
  private static let cycles = 4...8
  private static let moves = "\nestimate: {method: none, advection: yes}\n"
  private static let movesAndMerges = "\nestimate: {method: auto, reach_km: 60, advection: yes}\n"

  private static func district(_ settings: String) throws -> TestDistrict {
    try TestDistrict { $0 + settings }
  }

  /// A cell of 1.6 km that moves five columns east and one row south in ten minutes, in tenths of a
  /// millimetre of ten minutes' rain, at so many steps after the first frame.
  private static func rate(_ row: Int, _ column: Int, at steps: Double) -> Double {
    let x = Double(column) + 4 - 5 * steps
    let y = Double(row) - 6 - steps
    return 200 * exp(-(x * x + y * y) / 5)
  }

  private static func write(
    _ numbers: some Sequence<Int>, into district: TestDistrict
  ) throws {
    for number in numbers {
      try TestStorm.gaugeText(number).write(
        toFile: "\(district.gauges)/\(TestStorm.gaugeName(number))", atomically: true,
        encoding: .utf8)
      var frame = TestFrame(number)
      frame.values = { Int16(rate($0, $1, at: Double(number)).rounded()) }
      try frame.write(to: "\(district.radar)/\(TestStorm.frameName(number))")
    }
  }

  /// What truly fell up to the end of a frame, mm: the frames are moments of it.
  private static func truth(_ row: Int, _ column: Int, until number: Int) -> Double {
    let parts = 100
    var sum = 0.0
    for part in 0..<(parts * number) {
      sum += rate(row, column, at: (Double(part) + 0.5) / Double(parts))
    }
    return sum / Double(parts) / 10
  }

  private func report(_ district: TestDistrict, at number: Int) throws -> CycleReport {
    let engine = try engine(district)
    defer { engine.stop() }
    try engine.digest()
    return try engine.report(at: TestStorm.end(number))
  }

  /// The longest sums, mm.
  private func sums(_ report: CycleReport) throws -> [Double] {
    try #require(report.fields.last).micrometres.map { Double($0) / 1000 }
  }

  @Test(
    "peak and trail of a fast cell are those of the truth, and the products say how far it moved")
  func fastCell() throws {
    let moved = try MotionCycleTests.district(MotionCycleTests.moves)
    try MotionCycleTests.write(1...5, into: moved)
    let plain = try TestDistrict()
    try MotionCycleTests.write(1...5, into: plain)
    let asMoved = try report(moved, at: 4)
    let asPlain = try report(plain, at: 4)
    var errors = (moved: 0.0, plain: 0.0)
    let (band, stops) = (try sums(asMoved), try sums(asPlain))
    var truths: [Double] = []
    for row in 0..<20 {
      for column in 0..<20 {
        let truth = MotionCycleTests.truth(row, column, until: 4)
        truths.append(truth)
        // The first frame has none before it, and the cell passes there.
        guard column > 6, column < 14 else { continue }
        let cell = row * 20 + column
        errors.moved += (band[cell] - truth) * (band[cell] - truth)
        errors.plain += (stops[cell] - truth) * (stops[cell] - truth)
      }
    }
    #expect(errors.moved.squareRoot() < 0.5 * errors.plain.squareRoot())
    // Half way between the third and the fourth frame, and where the third stood.
    for (row, column) in [(9, 13), (9, 14), (9, 11)] {
      let cell = row * 20 + column
      #expect((band[cell] / truths[cell] - 1).magnitude < 0.15, "row \(row) column \(column)")
    }
    #expect(asPlain.rainMotion == nil)
    let motion = try #require(asMoved.rainMotion)
    #expect(motion.count(.noEarlierFrame) == 1 && motion.counts.reduce(0, +) == 4)
    try run(moved, cycles: 4...4)
    let folder = "\(moved.products)/\(TestStorm.end(4).compact)"
    let manifest = try String(contentsOfFile: "\(folder)/manifest.json", encoding: .utf8)
    #expect(manifest.contains("\"advection\": {") && manifest.contains("\"status\": \"moved\""))
    let bulletin = try String(contentsOfFile: "\(folder)/bulletin.txt", encoding: .utf8)
    #expect(bulletin.contains("帧间移动订正 最近一帧东移"))
    let engine = try engine(moved)
    defer { engine.stop() }
    let explanation = try Explanation(
      of: TestDistrict.townships[0].code, at: TestStorm.end(4), in: engine)
    let told = explanation.lines.first { $0.hasPrefix("移动") }
    #expect(told?.contains("km east") ?? false)
    let step = try engine.report(at: TestStorm.end(4)).rainMotion?.newest
    // Five columns of 0.96 km, one row of 1.11 km.
    #expect(((step?.eastKilometres ?? 0) - 4.8).magnitude < 0.6)
    #expect(((step?.northKilometres ?? 0) + 1.1).magnitude < 0.6)
  }

  @Test(
    "a missing frame stays missing; when it comes, the sums are those of an unbroken run",
    arguments: [moves, movesAndMerges])
  func lateFrame(settings: String) throws {
    let calm = try MotionCycleTests.district(settings)
    try TestStorm.write(1...8, into: calm)
    try run(calm, cycles: MotionCycleTests.cycles, workers: 1)
    let late = try MotionCycleTests.district(settings)
    try TestStorm.write((1...8).filter { $0 != 5 }, into: late)
    try TestStorm.gaugeText(5).write(
      toFile: "\(late.gauges)/\(TestStorm.gaugeName(5))", atomically: true, encoding: .utf8)
    let engine = try engine(late)
    defer { engine.stop() }
    try engine.digest()
    for number in MotionCycleTests.cycles { try engine.runCycle(at: TestStorm.end(number)) }
    let without = try engine.report(at: TestStorm.end(6))
    #expect(without.rainMotion?.newest.status == .noEarlierFrame)
    let field = try #require(without.fields.first { $0.period.seconds == 1800 })
    #expect(field.receivedFrames.max() == 2)
    try TestStorm.write([5], into: late)
    try engine.digest()
    let dirty = try engine.workspace.ledger.dirtyCycles(
      in: Period(start: TestStorm.start, end: TestStorm.end(8)),
      reach: engine.workspace.reachSeconds)
    #expect(dirty.contains(TestStorm.end(6)) && dirty.contains(TestStorm.end(8)))
    for time in dirty { try engine.runCycle(at: time) }
    for number in MotionCycleTests.cycles {
      let name = TestStorm.end(number).compact
      for file in ["rain.nc", "townships.csv", "basins.csv", "soil.csv", "flow.csv"] {
        #expect(
          FileManager.default.contentsEqual(
            atPath: "\(calm.products)/\(name)/\(file)", andPath: "\(late.products)/\(name)/\(file)"),
          "\(name) \(file)")
      }
    }
  }

  @Test("another engine, without what was kept of moved frames, makes the same bytes")
  func restart() throws {
    let calm = try MotionCycleTests.district(MotionCycleTests.moves)
    try TestStorm.write(1...8, into: calm)
    try run(calm, cycles: MotionCycleTests.cycles, workers: 1)
    let second = try MotionCycleTests.district(MotionCycleTests.moves)
    try TestStorm.write(1...6, into: second)
    try run(second, cycles: 4...6)
    try TestStorm.write(7...8, into: second)
    try run(second, cycles: 7...7)
    #expect(FileManager.default.fileExists(atPath: "\(second.folder)/state/motion/frames/moved"))
    try FileManager.default.removeItem(atPath: "\(second.folder)/state/motion")
    try run(second, cycles: 8...8)
    #expect(try TestFolder.differences(calm.products, second.products) == [])
  }
}
