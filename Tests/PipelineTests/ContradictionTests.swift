import Foundation
import Hydromet
import Pipeline
import Testing

@Suite("Totals of a gauge that disagree", .serialized)
struct ContradictionTests {
  /// An hour whose six ten-minute readings, in a file each, add up to what `total` tenths say or not.
  private func district(total: Int) throws -> TestDistrict {
    let district = try TestDistrict()
    try TestStorm.write(1...6, into: district)
    try district.write(
      "stations/observations/hour.csv",
      "station,time,rain [mm],period\nG1,\(TestStorm.end(6).iso8601),\(total / 10).\(total % 10),1h\n"
    )
    return district
  }

  private func minutesOfG1() -> Int {
    (1...6).reduce(0) { $0 + Int(TestStorm.tenths($1, 7, 3)) }
  }

  @Test("are counted in the table of gauges, told by explain and logged once")
  func flagged() throws {
    let district = try district(total: minutesOfG1() + 30)
    let diary = Diary()
    let engine = try engine(
      district, workers: 1, clock: TestClock(TestStorm.end(8)), diary: diary)
    defer { engine.stop() }
    try engine.digest()
    try engine.runCycle(at: TestStorm.end(6))
    try engine.runCycle(at: TestStorm.end(7))
    let table = try String(
      contentsOfFile: "\(district.products)/latest/gauges.csv", encoding: .utf8)
    let rows = table.split(separator: "\n").map { $0.split(separator: ",").map(String.init) }
    #expect(rows.first?.last == "contradictions")
    #expect(rows.dropFirst().map { $0.last ?? "" } == ["1", "0", "0", "0", "0", "0"])
    let text = try Explanation(of: "990110001000", at: TestStorm.end(6), in: engine).text
    #expect(text.contains("G1: 6 readings inside the 1h to 2026-07-01T13:00:00Z add up to"))
    let told = diary.lines(with: "add up to")
    #expect(told.count == 1)
    #expect(told.first?.hasPrefix("station=G1 ") == true)
  }

  @Test("an hour that agrees with its minutes is not flagged")
  func agreeing() throws {
    let engine = try engine(try district(total: minutesOfG1()), workers: 1)
    defer { engine.stop() }
    try engine.digest()
    let report = try engine.report(at: TestStorm.end(6))
    #expect(report.gaugeRainfall.allSatisfy { $0.contradictions.isEmpty })
  }
}
