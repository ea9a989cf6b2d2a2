import Archive
import Foundation
import Hydromet
import Pipeline
import Publish
import Testing

/// Gauges and radar merged in every cycle.
@Suite("Merging in the service")
struct EstimateCycleTests {
  private static let cycles = 5...10

  private static func district() throws -> TestDistrict {
    try TestDistrict { $0 + "\nestimate: {method: auto, reach_km: 60}\n" }
  }

  /// The radar sees half of what the gauges measure.
  private static func write(
    _ numbers: some Sequence<Int>, into district: TestDistrict
  ) throws {
    for number in numbers {
      try TestStorm.write([number], into: district)
      var frame = TestFrame(number)
      frame.values = { TestStorm.tenths(number, $0, $1) / 2 }
      try frame.write(to: "\(district.radar)/\(TestStorm.frameName(number))")
    }
  }

  /// What every file of every cycle is where nothing came late; made once for all tests.
  private static let calm = Result {
    let quiet = try district()
    try write(1...10, into: quiet)
    try run(quiet, cycles: cycles, workers: 1)
    return try TestFolder.files(below: quiet.products)
  }

  /// The newest cycle of a radar that sees half of the rain, with and without merging, and of one that sees
  /// it all; made once for all tests.
  private static let reports = Result {
    let merged = try district()
    try write(1...10, into: merged)
    let raw = try TestDistrict()
    try write(1...10, into: raw)
    let truth = try TestDistrict()
    try TestStorm.write(1...10, into: truth)
    return try [merged, raw, truth].map { one in
      let engine = try engine(one)
      defer { engine.stop() }
      try engine.digest()
      return try engine.report(at: TestStorm.end(10))
    }
  }

  private func mean(_ report: CycleReport, window: Int) -> Double {
    report.unitRainfall.first { $0.unit == TestDistrict.townships[0].code }?
      .windows[window].mean?.millimetres ?? 0
  }

  @Test("a radar that sees half of the rain is put right, and the products say how")
  func adjusted() throws {
    let reports = try EstimateCycleTests.reports.get()
    let means = reports.map { mean($0, window: 3) }
    #expect(reports.map { $0.estimate != nil } == [true, false, false])
    #expect((means[0] - means[2]).magnitude < 0.5 * (means[1] - means[2]).magnitude)
    let files = try EstimateCycleTests.calm.get()
    func text(_ name: String) -> String {
      String(decoding: files["\(TestStorm.end(10).compact)/\(name)"] ?? Data(), as: UTF8.self)
    }
    let manifest = text("manifest.json")
    #expect(manifest.contains("\"estimate\": {") && manifest.contains("\"left_out\": {"))
    #expect(manifest.contains("\"pass\": \"late\"") && manifest.contains("\"gauges\": 6"))
    #expect(manifest.contains("\"advection\": null"))
    #expect(text("bulletin.txt").contains("定量估测"))
    #expect(text("estimate.csv").split(separator: "\n").count == 7)
  }

  @Test("late gauges make the product anew, and it is that of a calm replay")
  func lateGauges() throws {
    let late = try EstimateCycleTests.district()
    try EstimateCycleTests.write(1...10, into: late)
    try TestStorm.gaugeText(6, stations: ["G1", "G3"]).write(
      toFile: "\(late.gauges)/\(TestStorm.gaugeName(6))", atomically: true, encoding: .utf8)
    let engine = try engine(late)
    defer { engine.stop() }
    try engine.digest()
    for number in EstimateCycleTests.cycles { try engine.runCycle(at: TestStorm.end(number)) }
    let early = try engine.report(at: TestStorm.end(6))
    #expect(early.estimate?.pass == .early && early.estimate?.gaugeCount == 2)
    #expect(early.estimate?.reasons.contains { $0.code == "few_gauges" } ?? false)
    try TestStorm.gaugeText(6).write(
      toFile: "\(late.gauges)/later.csv", atomically: true, encoding: .utf8)
    try engine.digest()
    let dirty = try engine.workspace.ledger.dirtyCycles(
      in: Period(start: TestStorm.start, end: TestStorm.end(10)),
      reach: engine.workspace.reachSeconds)
    #expect(dirty.count >= 5)
    for time in dirty { try engine.runCycle(at: time) }
    try expectCalm(late)
  }

  private func expectCalm(_ district: TestDistrict) throws {
    let calm = try EstimateCycleTests.calm.get()
    let files = try TestFolder.files(below: district.products)
    for number in EstimateCycleTests.cycles {
      for file in EstimateCycleTests.compared {
        let name = "\(TestStorm.end(number).compact)/\(file)"
        #expect(files[name] != nil && files[name] == calm[name], "\(name)")
      }
    }
  }

  private static let compared = [
    "rain.nc", "townships.csv", "basins.csv", "estimate.csv", "soil.csv", "flow.csv",
    "hydrographs.csv",
  ]

  @Test("a late frame makes sums, soil and flow anew, and they are those of an unbroken run")
  func lateFrame() throws {
    let late = try EstimateCycleTests.district()
    try EstimateCycleTests.write((1...10).filter { $0 != 6 }, into: late)
    try TestStorm.gaugeText(6).write(
      toFile: "\(late.gauges)/\(TestStorm.gaugeName(6))", atomically: true, encoding: .utf8)
    let engine = try engine(late)
    defer { engine.stop() }
    try engine.digest()
    for number in EstimateCycleTests.cycles { try engine.runCycle(at: TestStorm.end(number)) }
    let without = try String(
      contentsOfFile: "\(late.products)/\(TestStorm.end(8).compact)/soil.csv", encoding: .utf8)
    try EstimateCycleTests.write([6], into: late)
    try engine.digest()
    let dirty = try engine.workspace.ledger.dirtyCycles(
      in: Period(start: TestStorm.start, end: TestStorm.end(10)),
      reach: engine.workspace.reachSeconds)
    #expect(dirty.contains(TestStorm.end(6)) && dirty.contains(TestStorm.end(10)))
    for time in dirty { try engine.runCycle(at: time) }
    try expectCalm(late)
    let with = try String(
      contentsOfFile: "\(late.products)/\(TestStorm.end(8).compact)/soil.csv", encoding: .utf8)
    #expect(with != without, "the frame has rain")
  }

  @Test("soil takes in the rain that gauges put right")
  func soil() throws {
    let saturations = try EstimateCycleTests.reports.get().map { report in
      let states = report.hydrology.soil.compactMap(\.saturation)
      #expect(!states.isEmpty)
      return states.reduce(0, +) / Double(max(1, states.count))
    }
    #expect(saturations[1] < saturations[2])
    #expect((saturations[0] - saturations[2]).magnitude < 0.5 * (saturations[2] - saturations[1]))
  }

  @Test(
    "an engine that goes on where another stopped makes the same bytes, with or without its memory")
  func restart() throws {
    let second = try EstimateCycleTests.district()
    try EstimateCycleTests.write(1...7, into: second)
    try run(second, cycles: 5...7)
    try EstimateCycleTests.write(8...10, into: second)
    try run(second, cycles: 8...9)
    try FileManager.default.removeItem(atPath: "\(second.folder)/state/estimate")
    try run(second, cycles: 10...10)
    #expect(try TestFolder.files(below: second.products) == EstimateCycleTests.calm.get())
  }

  @Test("a hole in the radar is not filled from far gauges")
  func hole() throws {
    let district = try EstimateCycleTests.district()
    try EstimateCycleTests.write(1...4, into: district)
    for number in 1...4 {
      var frame = TestFrame(number)
      frame.values = { row, column in
        column < 12 && row > 10 ? -32_768 : TestStorm.tenths(number, row, column)
      }
      try frame.write(to: "\(district.radar)/\(TestStorm.frameName(number))")
    }
    let engine = try engine(district)
    defer { engine.stop() }
    try engine.digest()
    let report = try engine.report(at: TestStorm.end(4))
    let field = try #require(report.fields.first)
    // G4 stands in row 15, column 5; row 18, column 0 is beyond its five kilometres.
    #expect(field.receivedFrames[15 * 20 + 5] == 1)
    #expect(field.receivedFrames[18 * 20] == 0)
  }
}
