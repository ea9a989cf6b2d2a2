import Archive
import Foundation
import Hydromet
import Pipeline
import Testing

/// A real forecast of the CMA (GRIB 2, half a degree over the whole globe, packed by JPEG 2000) as
/// expected rain.
@Suite(
  "Real forecasts",
  .enabled(if: RealData.isThere, "skipped: no real data (set FRESHET_DATA)"))
struct RealForecastTests {
  static let file =
    "nwp/cma-geps-20231207/Z_NAFP_C_BABJ_20231207000000_P_CMA-GEPS-GLB-048_first4.grib2"
  static let issued = Timestamp(secondsSince1970: 1_701_907_200)
  /// 24 h after the issue: where the interval of the file begins.
  static let time = issued + 86_400

  static func district(oldest: String) throws -> TestDistrict {
    let feed = """
        nwp:
          kind: forecast
          folder: grids/nwp
          pattern: "*.grib2"
          oldest: \(oldest)
          limits: {memory_mb: 512, seconds: 60}

      """
    let district = try TestDistrict { settings in
      settings.replacingOccurrences(
        of: "feeds:\n", with: "evacuation: {flash_flood: 2h}\nfeeds:\n" + feed)
    }
    try FileManager.default.createDirectory(
      atPath: "\(district.folder)/grids/nwp", withIntermediateDirectories: true)
    try district.write(
      "stations/thresholds.csv",
      "unit_kind,unit,hazard,duration_min,wetness,level,mm,statistic,source,author,effective_from,effective_to\n"
        + "basin,B1,flash_flood,60,any,red,3.7,mean,test,test,,\n")
    for number in 1...12 {
      var frame = TestFrame(number)
      frame.end = time + (number - 12) * 600
      frame.values = { _, _ in 0 }
      try frame.write(to: "\(district.radar)/radar-\(frame.end.compact).nc")
    }
    return district
  }

  /// The file's first message, whose percentages are called sums of rain, and whose grid is turned about
  /// the axis of the earth until 40.5°E 30.25°N, where ecCodes reads 90.322576, lies over the district.
  static func sums() throws -> [UInt8] {
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: RealData.path(file))))
    func number(_ start: Int, _ count: Int) -> Int {
      bytes[start..<(start + count)].reduce(0) { $0 << 8 | Int($1) }
    }
    func big(_ number: Int, _ count: Int) -> [UInt8] {
      (0..<count).reversed().map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
    }
    let length = number(8, 8)
    var place = 16
    var sections: [UInt8] = []
    while place + 5 < length - 4 {
      let size = number(place, 4)
      var section = Array(bytes[place..<(place + size)])
      if section[4] == 3 {
        section.replaceSubrange(50..<54, with: big(68_000_000, 4))
        section.replaceSubrange(59..<63, with: big(67_500_000, 4))
      } else if section[4] == 4 {
        // Template 9 is template 8 with thirteen octets of a probability between.
        section.removeSubrange(34..<47)
        section.replaceSubrange(0..<4, with: big(size - 13, 4))
        section.replaceSubrange(7..<9, with: big(8, 2))
      }
      sections += section
      place += size
    }
    let head = Array(bytes[0..<8]) + big(16 + sections.count + 4, 8)
    return head + sections + Array("7777".utf8)
  }

  private func put(_ bytes: [UInt8], into district: TestDistrict) throws {
    try Data(bytes).write(
      to: URL(fileURLWithPath: "\(district.folder)/grids/nwp/geps-048.grib2"))
  }

  @Test("percentages of an ensemble are refused by name, and the answer says observed only")
  func probabilities() throws {
    let district = try RealForecastTests.district(oldest: "36h")
    try put(
      [UInt8](
        try Data(contentsOf: URL(fileURLWithPath: RealData.path(RealForecastTests.file)))),
      into: district)
    let engine = try engine(district, clock: TestClock(RealForecastTests.time))
    defer { engine.stop() }
    try engine.digest()
    try engine.runCycle(at: RealForecastTests.time)
    let report = try engine.report(at: RealForecastTests.time)
    #expect(report.expectedRain == nil)
    #expect(report.feeds.first { $0.feed == "nwp" }?.isLate == true)
    #expect(report.assessments.allSatisfy { $0.expected == nil })
    let bulletin = try String(
      contentsOfFile:
        "\(district.products)/\(RealForecastTests.time.compact)/bulletin_en.txt",
      encoding: .utf8)
    #expect(bulletin.contains("Observed only"))
    let record = try #require(
      try engine.workspace.ledger.files(feed: "nwp").first { $0.name == "geps-048.grib2" })
    #expect(record.fate == .quarantined)
    #expect(record.reason?.problem.contains("probabilit") == true)
  }

  @Test("issue, interval and amounts are those that ecCodes reads")
  func amounts() throws {
    let district = try RealForecastTests.district(oldest: "36h")
    try put(try RealForecastTests.sums(), into: district)
    let engine = try engine(district, clock: TestClock(RealForecastTests.time))
    defer { engine.stop() }
    try engine.digest()
    let report = try engine.report(at: RealForecastTests.time)
    let source = try #require(report.expectedRain)
    #expect(source.issued == RealForecastTests.issued)
    #expect(source.until == RealForecastTests.time + 86_400)
    let found = try #require(report.assessments.first { $0.unit == "B1" })
    #expect(found.answer == .complete(.none))
    let expected = try #require(found.expected)
    // 90.322576 mm in 24 hours, even over them: 3.763 mm in the first.
    #expect(expected.level == .red && expected.lead == .hours(1) && expected.isComplete)
    #expect(expected.fallen == .zero)
    #expect(abs((expected.decisive?.depth?.millimetres ?? 0) - 90.322576 / 24) < 0.002)
    #expect(report.hydrology.flow.allSatisfy { $0.basis == .withExpectedRain })
    let old = try RealForecastTests.district(oldest: "12h")
    try put(try RealForecastTests.sums(), into: old)
    let other = try PipelineTests.engine(old, clock: TestClock(RealForecastTests.time))
    defer { other.stop() }
    try other.digest()
    #expect(try other.report(at: RealForecastTests.time).expectedRain == nil)
  }
}
