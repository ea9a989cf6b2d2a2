import Estimate
import Foundation
import Hydromet
import Ingest
import Pipeline
import Testing

/// `freshet estimate`.
@Suite("Gauges and radar in files, merged")
struct EstimateFileTests {
  /// Frames and gauge files with numbers; the gauges' rows say nothing of their length.
  private func request(
    _ district: TestDistrict, _ numbers: ClosedRange<Int>, step: Int?
  ) throws -> EstimateFiles.Request {
    try TestStorm.write(numbers, into: district)
    return EstimateFiles.Request(
      radar: numbers.map { "\(district.radar)/\(TestStorm.frameName($0))" },
      gauges: numbers.map { "\(district.gauges)/\(TestStorm.gaugeName($0))" },
      stations: "\(district.folder)/stations/stations.csv",
      settings: MergeSettings(choice: .automatic),
      statement: StationStatement(stepSeconds: step))
  }

  @Test("a row stands for the length that is stated for it, never for the window")
  func lengthOfRows() throws {
    let district = try TestDistrict()
    var request = try request(district, 1...12, step: 600)
    request.window = TimeSpan(seconds: 3600)
    let result = try EstimateFiles.merge(request)
    let period = Period(end: TestStorm.end(12), seconds: 3600)
    #expect(result.merged.report.period == period)
    #expect(result.merged.report.gaugeCount > 0)
    request.statement.stepSeconds = nil
    let fault = #expect(throws: Fault.self) { try EstimateFiles.merge(request) }
    #expect(fault?.code == "unknown_period")
  }

  @Test("frames outside the period are one note, not one for each")
  func outside() throws {
    let district = try TestDistrict()
    var request = try request(district, 1...12, step: 600)
    request.window = TimeSpan(seconds: 3600)
    let notes = try EstimateFiles.merge(request).notes.filter { $0.contains("left out") }
    #expect(notes.count == 1)
    #expect(notes.first?.contains(": 6, ending \(TestStorm.end(1).iso8601)") == true)
  }

  @Test("a stated end alone ends the period there, whatever came later")
  func endAlone() throws {
    let district = try TestDistrict()
    var request = try request(district, 1...8, step: 600)
    request.end = TestStorm.end(5)
    let period = try EstimateFiles.merge(request).merged.report.period
    #expect(period == Period(start: TestStorm.start, end: TestStorm.end(5)))
  }
}
