import Archive
import Foundation
import Hydromet
import Pipeline
import Testing

/// Soil and rivers in the cycles of a small district.
@Suite("Soil and flow of cycles")
struct HydrologyCycleTests {
  private func hydrology(_ engine: Engine, _ number: Int, asKnown known: Timestamp? = nil) throws
    -> Hydrology
  {
    try engine.report(at: TestStorm.end(number), asKnown: known).hydrology
  }

  /// Everything digested at once, one report at the end.
  private func atOnce(_ frames: some Sequence<Int>, at number: Int) throws -> Hydrology {
    let district = try TestDistrict()
    try TestStorm.write(frames, into: district)
    let engine = try engine(district)
    defer { engine.stop() }
    try engine.digest()
    return try hydrology(engine, number)
  }

  @Test("states carried on from cycle to cycle, and through restarts, are those of one long run")
  func restart() throws {
    let district = try TestDistrict()
    var last = Hydrology.none
    for number in 1...14 {
      try TestStorm.write([number], into: district)
      let engine = try engine(district)
      defer { engine.stop() }
      try engine.digest()
      try engine.runCycle(at: TestStorm.end(number))
      last = try hydrology(engine, number)
      #expect(last.soil.count == TestDistrict.basins.count)
      #expect(last.soil.allSatisfy { $0.time == TestStorm.end(number) })
    }
    #expect(try atOnce(1...14, at: 14) == last)
    #expect(
      last.flow.allSatisfy { ($0.peak?.discharge ?? 0) > 0 && $0.discharge.count == 144 + 14 })
  }

  @Test("a late frame rolls the states back and forward; the cycle as it was known stays as it was")
  func late() throws {
    let clock = TestClock(TestStorm.end(13))
    let district = try TestDistrict()
    try TestStorm.write((1...12).filter { $0 != 5 }, into: district)
    let engine = try engine(district, clock: clock)
    defer { engine.stop() }
    try engine.digest()
    try engine.runCycle(at: TestStorm.end(12))
    let known = try #require(try engine.workspace.ledger.cycle(at: TestStorm.end(12))).known
    let without = try hydrology(engine, 12, asKnown: known)

    clock.move(to: TestStorm.end(14))
    try TestStorm.write([5], into: district)
    try engine.digest()
    try engine.runCycle(at: TestStorm.end(12))
    let with = try hydrology(engine, 12)
    #expect(with != without)
    #expect(with == (try atOnce(1...12, at: 12)))
    #expect(try hydrology(engine, 12, asKnown: known) == without)
    for (before, after) in zip(without.soil, with.soil) where before.basin != "B4" {
      #expect(after.antecedentRainfall >= before.antecedentRainfall)
      #expect(after.gapShare < before.gapShare)
    }
  }

  @Test("soil, flow, guidance and hydrographs are products; explain tells a basin's")
  func products() throws {
    let district = try TestDistrict()
    try district.write(
      "stations/basin-parameters.csv",
      "basin,capacity_mm,concentration_h,harmful_m3s,q5_m3s,source\nB1,120,1.5,40,2,survey\n*,100,2,,,\n"
    )
    try TestStorm.write(1...12, into: district)
    let engine = try engine(district)
    defer { engine.stop() }
    try engine.digest()
    try engine.runCycle(at: TestStorm.end(12))
    let folder = "\(district.products)/\(TestStorm.end(12).compact)"
    func lines(_ name: String) throws -> [Substring] {
      try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8).split(separator: "\n")
    }
    #expect(try lines("soil.csv").count == TestDistrict.basins.count + 1)
    #expect(try lines("flow.csv").count == TestDistrict.basins.count + 1)
    #expect(try lines("guidance.csv").dropFirst().allSatisfy { $0.hasPrefix("B1,") })
    #expect(try lines("guidance.csv").count > 1)
    #expect(try lines("hydrographs.csv")[0] == "time,B1,B2,B3,B4")
    let text = try Explanation(of: "B1", at: TestStorm.end(12), in: engine).text
    #expect(text.contains("土壤 soil") && text.contains("survey") && text.contains("40.000 m³/s"))
  }

  @Test("a saved state that is damaged is worked out again")
  func damaged() throws {
    let district = try TestDistrict()
    try TestStorm.write(1...12, into: district)
    let first = try engine(district)
    try first.digest()
    try first.runCycle(at: TestStorm.end(12))
    let before = try hydrology(first, 12)
    let saved = try first.workspace.ledger.states(.basins, atOrBefore: TestStorm.end(12), limit: 10)
    #expect(!saved.isEmpty)
    first.stop()
    let other = try TestDistrict()
    try TestStorm.write(1...12, into: other)
    let second = try engine(other)
    defer { second.stop() }
    try second.digest()
    for state in saved {
      var bytes = state.bytes
      bytes[bytes.count / 2] ^= 1
      try second.workspace.ledger.keep(
        [
          StateCheckpoint(
            time: state.time, chain: state.chain, known: state.known, bytes: bytes)
        ], of: .basins)
    }
    #expect(try hydrology(second, 12) == before)
  }
}
