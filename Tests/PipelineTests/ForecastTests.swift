import Archive
import Formats
import Foundation
import Hydromet
import Pipeline
import Testing

/// An issue of a forecast as a netCDF file: even rain over the whole grid, period after period.
struct TestForecast {
  let issued: Timestamp
  /// Start and end of each amount, seconds after the issue, and its millimetres.
  let amounts: [(start: Int, end: Int, mm: Double)]

  /// So many millimetres in each hour of so many.
  init(issued: Timestamp, hourly mm: Double, hours: Int) {
    self.issued = issued
    amounts = (0..<hours).map { ($0 * 3600, ($0 + 1) * 3600, mm) }
  }

  init(issued: Timestamp, _ amounts: [(start: Int, end: Int, mm: Double)]) {
    self.issued = issued
    self.amounts = amounts
  }

  /// - Parameter name: of the file below the feed's folder.
  func write(into district: TestDistrict, name: String? = nil) throws {
    let folder = "\(district.folder)/grids/nwp"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let path = "\(folder)/\(name ?? "forecast-\(issued.compact).nc")"
    // Cells of a tenth of a degree, far coarser than those of the radar.
    let (rows, columns) = (6, 8)
    let file = try NetCDFWriter(path: path, format: .classic)
    let time = try file.dimension("time", length: amounts.count)
    let bound = try file.dimension("bound", length: 2)
    let lat = try file.dimension("lat", length: rows)
    let lon = try file.dimension("lon", length: columns)
    let unit = ("units", NetCDFValue.text("seconds since 1970-01-01 00:00:00"))
    let moments = try file.variable(
      "time", .double, dimensions: [time], attributes: [unit, ("bounds", .text("time_bounds"))])
    let bounds = try file.variable("time_bounds", .double, dimensions: [time, bound])
    let reference = try file.variable(
      "forecast_reference_time", .double, dimensions: [],
      attributes: [unit, ("standard_name", .text("forecast_reference_time"))])
    let latitude = try file.variable(
      "lat", .double, dimensions: [lat],
      attributes: [("standard_name", .text("latitude")), ("units", .text("degrees_north"))])
    let longitude = try file.variable(
      "lon", .double, dimensions: [lon],
      attributes: [("standard_name", .text("longitude")), ("units", .text("degrees_east"))])
    let rain = try file.variable(
      "rain", .short, dimensions: [time, lat, lon],
      attributes: [
        ("units", .text("mm")), ("cell_methods", .text("time: sum")),
        ("scale_factor", .doubles([0.1])), ("_FillValue", .shorts([-32_768])),
      ])
    func seconds(_ offset: Int) -> Double { Double(issued.secondsSince1970 + Int64(offset)) }
    try file.write(amounts.map { seconds($0.end) }, to: moments)
    try file.write(amounts.flatMap { [seconds($0.start), seconds($0.end)] }, to: bounds)
    try file.write([seconds(0)], to: reference)
    try file.write((0..<rows).map { 30.55 - Double($0) * 0.1 }, to: latitude)
    try file.write((0..<columns).map { 108.05 + Double($0) * 0.1 }, to: longitude)
    try file.write(
      amounts.flatMap { amount in
        [Int16](repeating: Int16((amount.mm * 10).rounded()), count: rows * columns)
      }, to: rain)
    try file.close()
  }
}

/// Expected rain in cycles: joined with fallen rain, by issue, and named wherever it counts.
@Suite("Expected rain")
struct ForecastTests {
  /// A district with a feed of forecasts; one threshold of B1: red from 9 mm in an hour.
  static func district(leaving: String = "30min") throws -> TestDistrict {
    let feed = """
        nwp:
          kind: forecast
          folder: grids/nwp
          pattern: "*.nc"
          oldest: 6h
          limits: {memory_mb: 256, seconds: 20}

      """
    let district = try TestDistrict { settings in
      settings.replacingOccurrences(
        of: "feeds:\n", with: "evacuation: {flash_flood: \(leaving)}\nfeeds:\n" + feed)
    }
    try FileManager.default.createDirectory(
      atPath: "\(district.folder)/grids/nwp", withIntermediateDirectories: true)
    try district.write(
      "stations/thresholds.csv",
      "unit_kind,unit,hazard,duration_min,wetness,level,mm,statistic,source,author,effective_from,effective_to\n"
        + "basin,B1,flash_flood,60,any,red,9,mean,test,test,,\n"
        + "hazard_point,P1,flash_flood,60,any,red,9,cell,test,test,,\n")
    return district
  }

  /// One millimetre everywhere in each of the frames.
  static func writeFrames(_ numbers: ClosedRange<Int>, _ district: TestDistrict) throws {
    for number in numbers {
      var frame = TestFrame(number)
      frame.values = { _, _ in 10 }
      try frame.write(to: "\(district.radar)/\(TestStorm.frameName(number))")
    }
  }

  private func assessments(_ report: CycleReport) throws -> [UnitAssessment] {
    ["B1", "P1"].compactMap { unit in report.assessments.first { $0.unit == unit } }
  }

  @Test("fallen and expected rain are joined for every split within the time that leaving takes")
  func joined() throws {
    let district = try ForecastTests.district()
    try ForecastTests.writeFrames(1...12, district)
    try TestForecast(issued: TestStorm.end(6), hourly: 12, hours: 24).write(into: district)
    let engine = try engine(district, clock: TestClock(TestStorm.end(12)))
    defer { engine.stop() }
    try engine.digest()
    let report = try engine.report(at: TestStorm.end(12))
    #expect(report.expectedRain?.issued == TestStorm.end(6))
    let found = try assessments(report)
    #expect(found.count == 2)
    for part in found {
      // 6 mm fell in the hour: no level. In half an hour 3 mm of it and 6 mm more make 9.
      #expect(part.answer == .complete(.none))
      let expected = try #require(part.expected)
      #expect(expected.level == .red)
      #expect(expected.isComplete)
      #expect(expected.lead == .minutes(30))
      #expect(expected.fallen == Depth(millimetres: 3))
      #expect(expected.expected == Depth(millimetres: 6))
      #expect(expected.issued == TestStorm.end(6))
    }
    let short = try ForecastTests.district(leaving: "20min")
    try ForecastTests.writeFrames(1...12, short)
    try TestForecast(issued: TestStorm.end(6), hourly: 12, hours: 24).write(into: short)
    let other = try PipelineTests.engine(short, clock: TestClock(TestStorm.end(12)))
    defer { other.stop() }
    try other.digest()
    let near = try assessments(try other.report(at: TestStorm.end(12)))
    #expect(near.map { $0.expected?.level } == [RiskLevel.none, RiskLevel.none])
    #expect(near[0].expected?.decisive?.depth == Depth(millimetres: 8))
  }

  @Test("the newest issue counts; one that is too old does not, and the answer is observed only")
  func issues() throws {
    let district = try ForecastTests.district()
    try ForecastTests.writeFrames(1...50, district)
    let first = TestStorm.end(1)
    try TestForecast(issued: first, hourly: 12, hours: 36).write(into: district)
    try TestForecast(issued: TestStorm.end(7), hourly: 0, hours: 36).write(into: district)
    let engine = try engine(district, clock: TestClock(TestStorm.end(60)))
    defer { engine.stop() }
    try engine.digest()
    func found(_ number: Int) throws -> UnitAssessment {
      try assessments(try engine.report(at: TestStorm.end(number)))[0]
    }
    #expect(try found(6).expected?.level == .red)
    #expect(try found(12).expected?.level == RiskLevel.none)
    #expect(try found(12).expected?.issued == TestStorm.end(7))
    // Six hours after the second issue it is still used, ten minutes later it is not.
    #expect(try found(43).expected != nil)
    #expect(try found(44).expected == nil)
    let feed = try #require(
      try engine.report(at: TestStorm.end(44)).feeds.first { $0.feed == "nwp" })
    #expect(feed.isLate && feed.newest == nil)
  }

  @Test("a forecast that came later does not change what was known before")
  func knowledge() throws {
    let clock = TestClock(TestStorm.end(12))
    let district = try ForecastTests.district()
    try ForecastTests.writeFrames(1...12, district)
    let engine = try engine(district, clock: clock)
    defer { engine.stop() }
    try engine.digest()
    try engine.runCycle(at: TestStorm.end(12))
    let known = try #require(try engine.workspace.ledger.cycle(at: TestStorm.end(12))).known
    clock.move(to: TestStorm.end(13))
    try TestForecast(issued: TestStorm.end(6), hourly: 12, hours: 24).write(into: district)
    try engine.digest()
    let before = try engine.report(at: TestStorm.end(12), asKnown: known)
    #expect(before.expectedRain == nil)
    #expect(try assessments(before).allSatisfy { $0.expected == nil })
    #expect(try engine.report(at: TestStorm.end(12)).expectedRain != nil)
  }

  @Test("totals since one start, in files of their own, count as their differences")
  func totals() throws {
    let district = try ForecastTests.district(leaving: "2h")
    try ForecastTests.writeFrames(1...12, district)
    let issued = TestStorm.end(12)
    try TestForecast(issued: issued, [(0, 3600, 2.0)]).write(into: district, name: "f01.nc")
    try TestForecast(issued: issued, [(0, 7200, 12.0)]).write(into: district, name: "f02.nc")
    let engine = try engine(district, clock: TestClock(TestStorm.end(12)))
    defer { engine.stop() }
    try engine.digest()
    let expected = try #require(
      try assessments(try engine.report(at: TestStorm.end(12)))[0].expected)
    // 2 mm in the first hour, 10 in the second: it alone reaches 9 mm.
    #expect(expected.level == .red)
    #expect(expected.lead == .hours(2))
    #expect(expected.fallen == .zero)
    #expect(expected.expected == Depth(millimetres: 10))
  }

  @Test("a forecast that ends early proves and does not exclude")
  func short() throws {
    let district = try ForecastTests.district(leaving: "2h")
    try ForecastTests.writeFrames(1...12, district)
    try TestForecast(issued: TestStorm.end(12), hourly: 0, hours: 1).write(into: district)
    let engine = try engine(district, clock: TestClock(TestStorm.end(12)))
    defer { engine.stop() }
    try engine.digest()
    let expected = try #require(
      try assessments(try engine.report(at: TestStorm.end(12)))[0].expected)
    #expect(expected.level == RiskLevel.none)
    #expect(!expected.isComplete)
  }

  @Test("flow rises with expected rain; tables, bulletin and explanation name issue and shares")
  func products() throws {
    let district = try ForecastTests.district()
    try ForecastTests.writeFrames(1...12, district)
    let engine = try engine(district, clock: TestClock(TestStorm.end(12)))
    defer { engine.stop() }
    try engine.digest()
    let dry = try engine.report(at: TestStorm.end(12)).hydrology
    #expect(dry.flow.allSatisfy { $0.basis == .observedOnly })
    try TestForecast(issued: TestStorm.end(6), hourly: 12, hours: 30).write(into: district)
    try engine.digest()
    try engine.runCycle(at: TestStorm.end(12))
    let wet = try engine.report(at: TestStorm.end(12)).hydrology
    #expect(wet.flow.allSatisfy { $0.basis == .withExpectedRain })
    #expect(wet.soil == dry.soil)
    for (before, after) in zip(dry.flow, wet.flow) {
      #expect((after.peak?.discharge ?? 0) > (before.peak?.discharge ?? 0))
    }
    let folder = "\(district.products)/\(TestStorm.end(12).compact)"
    func text(_ name: String) throws -> String {
      try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
    }
    let issue = TestStorm.end(6).iso8601
    let rows = try text("assessments.csv").split(separator: "\n").map(String.init)
    let own = try #require(rows.first { $0.hasPrefix("basin,B1,") })
    #expect(own.hasSuffix(",red,30,,complete,60,9.000,3.000,6.000,\(issue)") || own.contains(issue))
    #expect(try text("flow.csv").contains("with_expected_rain"))
    #expect(try text("manifest.json").contains("forecast-\(TestStorm.end(6).compact).nc"))
    let bulletin = try text("bulletin.txt")
    #expect(bulletin.contains("起报") && bulletin.contains("可能达红色"))
    let told = try Explanation(of: "B1", at: TestStorm.end(12), in: engine).text
    #expect(told.contains("3.000 mm fallen and 6.000 mm expected, issued \(issue)"))
  }
}
