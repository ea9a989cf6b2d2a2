import Formats
import Foundation
import Hydromet
import Ingest
import Pipeline
import Quality
import Testing

/// Rain of stations in netCDF.
@Suite struct `Station series in netCDF` {
  /// Three stations at one place each and four times ten minutes apart, mm.
  private func write(
    _ path: String, unit: String?, timeUnit: String, times: [Double] = [10, 20, 30, 40],
    names: [String]? = nil
  ) throws {
    let file = try NetCDFWriter(path: path, format: .classic)
    let station = try file.dimension("station", length: 3)
    let time = try file.dimension("time", length: 4)
    let moments = try file.variable(
      "time", .double, dimensions: [time], attributes: [("units", .text(timeUnit))])
    let longitude = try file.variable("lon", .double, dimensions: [station], attributes: [])
    let latitude = try file.variable("lat", .double, dimensions: [station], attributes: [])
    let rain = try file.variable(
      "rainfall_amount", .double, dimensions: [station, time],
      attributes: (unit.map { [("units", .text($0))] } ?? []) + [("_FillValue", .doubles([-9]))])
    if let names {
      let width = try file.dimension("width", length: 12)
      let identifiers = try file.variable("station_id", .char, dimensions: [station, width])
      try file.write(names, to: identifiers)
    }
    try file.write(times, to: moments)
    try file.write([106.1, 106.2, 106.3] as [Double], to: longitude)
    try file.write([29.1, 29.2, 29.3] as [Double], to: latitude)
    try file.write([0, 0.1, 0.2, 0.3, 1, -9, 1.25, .nan, 2, 2.1, 2.2, 2.3] as [Double], to: rain)
    try file.close()
  }

  private func judge(_ path: String) throws -> [JudgedReading] {
    try QualityFiles.judge(QualityFiles.Request(readings: [path], stations: path)).result.judged
  }

  @Test func `values, periods and places are those of the file`() throws {
    let folder = TestFolder.fresh("series")
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let path = "\(folder)/series.nc"
    try write(path, unit: "mm", timeUnit: "minutes since 2024-07-01 00:00:00")
    let judged = try judge(path)
    #expect(judged.count == 12)
    let second = judged.filter { $0.reading.station == "S2" }
    #expect(second.map(\.reading.tenths) == [10, nil, 13, nil])
    #expect(
      second.map(\.reading.period.end.iso8601) == [
        "2024-07-01T00:10:00Z", "2024-07-01T00:20:00Z", "2024-07-01T00:30:00Z",
        "2024-07-01T00:40:00Z",
      ])
    #expect(second.allSatisfy { $0.reading.period.seconds == 600 })
  }

  @Test func `readings that come oftener than the length stated for them stand for less`() throws {
    let folder = TestFolder.fresh("series-step")
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let path = "\(folder)/series.nc"
    try write(path, unit: "mm", timeUnit: "minutes since 2024-07-01 00:00:00")
    for (stated, seconds) in [(3600, 600), (600, 600), (300, 300)] {
      let file = try StationFile.read(
        path: path, statement: StationStatement(stepSeconds: stated))
      #expect(file.readings.allSatisfy { $0.period.seconds == seconds }, "\(stated) s")
    }
  }

  @Test func `blanks that fill up a name are no part of it`() throws {
    let folder = TestFolder.fresh("series-names")
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let path = "\(folder)/series.nc"
    try write(
      path, unit: "mm", timeUnit: "minutes since 2024-07-01 00:00:00",
      names: [" A1", "B2  ", "\u{3000}57612 "])
    let file = try StationFile.read(path: path, statement: StationStatement())
    #expect(Set(file.readings.map(\.station)) == ["A1", "B2", "57612"])
  }

  @Test(arguments: [-1.1e9, 4.3e9, 1e300, .nan])
  func `a time that no calendar has is refused by name, and the others are kept`(
    minute: Double
  ) throws {
    let folder = TestFolder.fresh("series-year")
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let path = "\(folder)/series.nc"
    try write(
      path, unit: "mm", timeUnit: "minutes since 2024-07-01 00:00:00", times: [10, minute, 20, 30])
    let file = try StationFile.read(path: path, statement: StationStatement(stepSeconds: 600))
    #expect(file.readings.count == 9)
    #expect(file.refusals.map(\.code) == ["bad_time"])
  }

  @Test(arguments: [("furlong", "minutes since 2024-07-01"), ("mm", "months since 2024-07-01")])
  func `a unit that is none is refused`(unit: String, timeUnit: String) throws {
    let folder = TestFolder.fresh("series")
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let path = "\(folder)/series.nc"
    try write(path, unit: unit, timeUnit: timeUnit)
    #expect(throws: Fault.self) { try judge(path) }
  }
}
