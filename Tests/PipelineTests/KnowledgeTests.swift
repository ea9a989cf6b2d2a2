import Archive
import Foundation
import Hydromet
import Pipeline
import Publish
import Testing

/// What repeated, replaced and late files change, and what stays readable as it was known.
@Suite("What is known, and when")
struct KnowledgeTests {
  private func report(_ engine: Engine, _ number: Int, asKnown known: Timestamp? = nil) throws
    -> CycleReport
  {
    try engine.report(at: TestStorm.end(number), asKnown: known)
  }

  private func mean(_ report: CycleReport, _ township: Int) -> Depth? {
    report.unitRainfall.first { $0.unit == TestDistrict.townships[township].code }?.windows[2].mean
  }

  @Test("a file that arrives again, under its own or another name, changes nothing")
  func again() throws {
    let district = try TestDistrict()
    try TestStorm.write(1...6, into: district)
    let engine = try engine(district)
    defer { engine.stop() }
    try engine.digest()
    let before = try engine.runCycle(at: TestStorm.end(6))
    try FileManager.default.copyItem(
      atPath: "\(district.radar)/\(TestStorm.frameName(3))", toPath: "\(district.radar)/again.nc")
    try FileManager.default.copyItem(
      atPath: "\(district.gauges)/\(TestStorm.gaugeName(3))", toPath: "\(district.gauges)/again.csv"
    )
    try engine.digest()
    #expect(engine.tally.duplicate == 2 && engine.tally.quarantined == 0)
    let dirty = try engine.workspace.ledger.dirtyCycles(
      in: Period(start: TestStorm.start, end: TestStorm.end(10)), reach: 7200)
    #expect(dirty.isEmpty)
    #expect(try engine.runCycle(at: TestStorm.end(6)).manifestHash == before.manifestHash)
  }

  @Test("a replaced frame counts from then on, and the cycle as it was known stays as it was")
  func replaced() throws {
    let clock = TestClock(TestStorm.end(7))
    let district = try TestDistrict()
    try TestStorm.write(1...6, into: district)
    let engine = try engine(district, clock: clock)
    defer { engine.stop() }
    try engine.digest()
    try engine.runCycle(at: TestStorm.end(6))
    let known = try #require(try engine.workspace.ledger.cycle(at: TestStorm.end(6))).known
    let before = try report(engine, 6)

    clock.move(to: TestStorm.end(8))
    var frame = TestFrame(5)
    frame.values = { _, _ in 300 }
    try frame.write(to: "\(district.radar)/\(TestStorm.frameName(5))")
    try engine.digest()
    let after = try report(engine, 6)
    let frameRain = Depth(tenthsOfMillimetre: 300)
    let old = try #require(mean(before, 0))
    let new = try #require(mean(after, 0))
    #expect(new > old && new > frameRain)
    #expect(try mean(report(engine, 6, asKnown: known), 0) == old)
    #expect(
      try engine.workspace.ledger.files(fate: .superseded).map(\.name)
        == [TestStorm.frameName(5)])
    #expect(
      try engine.workspace.ledger.dirtyCycles(
        in: Period(start: TestStorm.start, end: TestStorm.end(6)), reach: 7200) == [
          TestStorm.end(6)
        ])
  }

  @Test("a late frame makes every cycle whose windows reach back to it due again, and no other")
  func late() throws {
    let district = try TestDistrict()
    try TestStorm.write(1...3, into: district)
    try TestStorm.write(5...18, into: district)
    let engine = try engine(district)
    defer { engine.stop() }
    try engine.digest()
    for number in [3, 4, 9, 15, 16, 18] { try engine.runCycle(at: TestStorm.end(number)) }
    #expect(try report(engine, 9).townships.allSatisfy { $0.answer != .complete(.none) })
    try TestStorm.write([4], into: district)
    try engine.digest()
    let all = Period(start: TestStorm.start, end: TestStorm.end(18))
    let dirty = try engine.workspace.ledger.dirtyCycles(
      in: all, reach: engine.workspace.reachSeconds)
    #expect(dirty == [4, 9, 15].map { TestStorm.end($0) })
    for time in dirty { try engine.runCycle(at: time) }
    #expect(try engine.workspace.ledger.dirtyCycles(in: all, reach: 7200).isEmpty)
  }
}
