import Foundation
import Hydromet
import Pipeline
import Runoff
import Testing

/// Evaporation from the temperature of the day before.
@Suite("Evaporation in cycles")
struct EvaporationCycleTests {
  /// Midnight in Beijing before the storm, which falls in the evening of 1 July.
  private static let midnight = BeijingTime.latest(hour: 0, atOrBefore: TestStorm.start)

  /// Hourly temperatures of the day before; of the fifth station too few.
  private func writeTemperatures(_ district: TestDistrict, hours: ClosedRange<Int> = 1...24) throws
  {
    var text = "station,time,temperature [°C]\n"
    for hour in hours {
      let end = Self.midnight - 86_400 + hour * 3600
      for (number, station) in TestDistrict.stations.prefix(5).enumerated() {
        guard number != 4 || hour <= 17 else { continue }
        // Four stations have means of 26, 27, 28 and 29 °C.
        let swing = hour <= 12 ? 20 : -20
        let tenths = 260 + 10 * number + swing
        text += "\(station.id),\(end.iso8601),\(tenths / 10).\(tenths % 10)\n"
      }
    }
    try district.write("stations/observations/temperatures-\(hours.upperBound).csv", text)
  }

  private func report(_ district: TestDistrict) throws -> CycleReport {
    let engine = try engine(district)
    defer { engine.stop() }
    try engine.digest()
    return try engine.report(at: TestStorm.end(12))
  }

  private func page(_ report: CycleReport) throws -> [Substring] {
    try #require(report.pages.first { $0.name == "evaporation.csv" }).text.split(separator: "\n")
  }

  @Test("the median station's mean of the day before gives the day's capacity, and a file says so")
  func used() throws {
    let warm = try TestDistrict()
    try TestStorm.write(1...12, into: warm)
    let plain = try report(warm)
    #expect(try page(plain).dropFirst().allSatisfy { $0.hasSuffix(",climatology,,,") })
    try writeTemperatures(warm)
    let found = try report(warm)
    let latitude =
      TestDistrict.stations.map(\.place.latitude).reduce(0, +) / Double(TestDistrict.stations.count)
    let capacity = Evaporation.oudin(celsius: 27.5, latitude: latitude, dayOfYear: 182)
    let row = try #require(try page(found).first { $0.hasPrefix("2026-07-01,") })
    let text = try #require(Depth(millimetres: capacity)).text
    #expect(row == "2026-07-01,temperature,27.5,4,\(text)")
    let usual = BasinParameters.usualEvaporation[6]
    #expect((capacity - usual).magnitude > 0.1)
    let (with, without) = (found.hydrology.soil[0], plain.hydrology.soil[0])
    let drier = (with.modelSaturation ?? 0) < (without.modelSaturation ?? 0)
    #expect(drier == (capacity > usual))
    #expect(with.modelSaturation != without.modelSaturation)
    #expect(with.antecedentRainfall == without.antecedentRainfall)
  }

  @Test("temperatures that come late roll the states back and forward to those of an unbroken run")
  func late() throws {
    let calm = try TestDistrict()
    try writeTemperatures(calm)
    try TestStorm.write(1...12, into: calm)
    try run(calm, cycles: 3...12)
    let late = try TestDistrict()
    try TestStorm.write(1...12, into: late)
    try run(late, cycles: 3...11)
    try writeTemperatures(late)
    try run(late, cycles: 12...12)
    let name = TestStorm.end(12).compact
    for file in ["soil.csv", "flow.csv", "hydrographs.csv", "evaporation.csv"] {
      #expect(
        FileManager.default.contentsEqual(
          atPath: "\(calm.products)/\(name)/\(file)", andPath: "\(late.products)/\(name)/\(file)"),
        "\(file)")
    }
  }

  @Test("less than eighteen hours of a station are no day")
  func tooFew() throws {
    let district = try TestDistrict()
    try writeTemperatures(district, hours: 1...17)
    try TestStorm.write(1...12, into: district)
    let report = try report(district)
    #expect(try page(report).dropFirst().allSatisfy { $0.hasSuffix(",climatology,,,") })
  }
}
