import Foundation
import Hydromet
import Pipeline
import Testing

/// What quality control doubts raises nothing and clears nothing.
@Suite struct `Verdicts on gauges in a cycle` {
  /// The storm's files, with one gauge saying something else.
  private func district(_ gauge: String, _ millimetres: (Int) -> String?) throws -> TestDistrict {
    let district = try TestDistrict()
    try TestStorm.write(1...8, into: district)
    for number in 1...8 {
      guard let value = millimetres(number) else { continue }
      let lines = TestStorm.gaugeText(number).split(separator: "\n").map { line in
        line.hasPrefix("\(gauge),")
          ? "\(gauge),\(TestStorm.end(number).iso8601),\(value)" : String(line)
      }
      try (lines.joined(separator: "\n") + "\n").write(
        toFile: "\(district.gauges)/\(TestStorm.gaugeName(number))", atomically: true,
        encoding: .utf8)
    }
    return district
  }

  private func waterlogging(_ report: CycleReport, _ township: String) -> UnitAssessment? {
    report.assessments.first { $0.unit == township && $0.hazard == .waterlogging }
  }

  @Test func `rain that cannot be raises no level, and leaves no unit at none`() throws {
    let district = try district("G3") { $0 == 2 ? "300.0" : nil }
    let engine = try engine(district, workers: 1)
    defer { engine.stop() }
    try engine.digest()
    let report = try engine.report(at: TestStorm.end(3))
    let verdict = try #require(report.gaugeVerdicts.first { $0.station == "G3" })
    #expect(verdict.counts.wrong == 1)
    #expect(verdict.reasons.contains(.limit))
    let answer = try #require(waterlogging(report, "990110002000")).answer
    #expect(answer.level == .none)
    #expect(answer != .complete(.none))
  }

  @Test func `a gauge that stays dry in the storm leaves its township unknown, not at none`() throws
  {
    let district = try district("G4") { _ in "0.0" }
    let engine = try engine(district, workers: 1)
    defer { engine.stop() }
    try engine.digest()
    let report = try engine.report(at: TestStorm.end(6))
    let verdict = try #require(report.gaugeVerdicts.first { $0.station == "G4" })
    #expect(verdict.newest?.use == .doubted || verdict.newest?.use == .refused)
    let answer = try #require(waterlogging(report, "990110003000")).answer
    #expect(answer != .complete(.none))
  }

  @Test func `a person's edit is applied, shown and ends`() throws {
    let district = try district("G3") { $0 == 2 ? "300.0" : nil }
    try district.write(
      "stations/quality-edits.csv",
      """
      station,element,from,to,quality,author,reason,expires
      G3,rain,\(TestStorm.end(1).iso8601),\(TestStorm.end(2).iso8601),0,Li,read by eye,\(TestStorm.end(5).iso8601)

      """)
    let engine = try engine(district, workers: 1)
    defer { engine.stop() }
    try engine.digest()
    let before = try engine.report(at: TestStorm.end(3))
    #expect(waterlogging(before, "990110002000")?.answer.level == .blue)
    let edits = before.gaugeVerdicts.first { $0.station == "G3" }?.edits ?? []
    #expect(edits.count == 1 && edits.first?.contains("Li") == true)
    let after = try engine.report(at: TestStorm.end(6))
    #expect(after.gaugeVerdicts.first { $0.station == "G3" }?.edits.isEmpty == true)
  }

  @Test func `the manifest counts the verdicts and the table of gauges shows them`() throws {
    let district = try district("G3") { $0 == 2 ? "300.0" : nil }
    try run(district, cycles: 3...3)
    let folder = "\(district.products)/\(TestStorm.end(3).compact)"
    let manifest = try String(contentsOfFile: "\(folder)/manifest.json", encoding: .utf8)
    #expect(manifest.contains("\"wrong\": 1"))
    let gauges = try String(contentsOfFile: "\(folder)/gauges.csv", encoding: .utf8)
    let lines = gauges.split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false)
    }
    let reasons = try #require(lines.first?.firstIndex(of: "reasons"))
    #expect(
      lines.first { $0.first == "G3" }?[reasons] == "limit;untestable"
        || lines.first { $0.first == "G3" }?[reasons] == "limit")
  }

  /// Ten hours of a band that stands in another row every hour.
  private func writeBands(isFlipped: Bool, into district: TestDistrict) throws {
    for number in 1...60 {
      func tenths(_ row: Int) -> Int { max(0, 60 - 6 * abs(row - (number - 1) / 6 * 7 % 20)) }
      var frame = TestFrame(number)
      frame.values = { row, _ in Int16(tenths(isFlipped ? 19 - row : row)) }
      try frame.write(to: "\(district.radar)/\(TestStorm.frameName(number))")
      var text = "station,time,rain [mm]\n"
      for station in TestDistrict.stations {
        let value = tenths(min(19, Int((30.4 - station.place.latitude) * 100)))
        text += "\(station.id),\(TestStorm.end(number).iso8601),\(value / 10).\(value % 10)\n"
      }
      try text.write(
        toFile: "\(district.gauges)/\(TestStorm.gaugeName(number))", atomically: true,
        encoding: .utf8)
    }
  }

  @Test(arguments: [false, true])
  func `a grid that lies upside down is told by the gauges and is no witness`(isFlipped: Bool)
    throws
  {
    let district = try TestDistrict { $0.replacingOccurrences(of: "2h]", with: "2h, 12h]") }
    try writeBands(isFlipped: isFlipped, into: district)
    let engine = try engine(district, workers: 1)
    defer { engine.stop() }
    try engine.digest()
    let report = try engine.report(at: TestStorm.end(60))
    #expect(report.gridDoubt?.code == (isFlipped ? "rows_upside_down" : nil))
    #expect(report.gaugeVerdicts.allSatisfy { $0.counts.wrong == 0 })
  }

  @Test(arguments: ["", ", turned_radar: refuse", ", turned_radar: use"])
  func `a grid that lies upside down is not merged unless the district says so`(words: String)
    throws
  {
    let district = try TestDistrict {
      $0.replacingOccurrences(of: "2h]", with: "2h, 12h]")
        + "\nestimate: {method: auto, reach_km: 60\(words)}\n"
    }
    try writeBands(isFlipped: true, into: district)
    let engine = try engine(district, workers: 1)
    defer { engine.stop() }
    try engine.digest()
    let report = try engine.report(at: TestStorm.end(60))
    let isUsed = words.hasSuffix(": use")
    #expect(report.gridDoubt?.code == "rows_upside_down")
    #expect((report.estimate?.status.code == "gauges_only") == !isUsed)
    let codes = report.estimate?.reasons.map(\.code) ?? []
    #expect(codes.contains("radar_refused") == !isUsed)
    let field = try #require(report.fields.last)
    #expect(field.receivedFrames.contains(0) == !isUsed, "far from gauges nothing is known")
  }
}
