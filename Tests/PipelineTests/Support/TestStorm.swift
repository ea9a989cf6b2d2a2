import Formats
import Foundation
import Hydromet

/// A storm that crosses the test district from west to east, and the files that describe it.
struct TestStorm {
  /// 2026-07-01T12:00:00Z: the start of the first frame.
  static let start = Timestamp(secondsSince1970: 1_782_907_200)
  static let rows = 20
  static let columns = 20
  static let step = 600

  /// End of the frame with a number; the first is 1.
  static func end(_ number: Int) -> Timestamp { start + number * step }

  /// Tenths of a millimetre in a cell during a frame; row 0 north.
  static func tenths(_ number: Int, _ row: Int, _ column: Int) -> Int16 {
    let distance = 6 * abs(column - 2 * number) + 3 * abs(row - 8)
    return Int16(max(0, 70 - distance))
  }

  static func frameName(_ number: Int) -> String { "radar-\(end(number).compact).nc" }
  static func gaugeName(_ number: Int) -> String { "gauges-\(end(number).compact).csv" }

  /// Writes the frames and gauge files with some numbers.
  static func write(_ numbers: some Sequence<Int>, into district: TestDistrict) throws {
    for number in numbers {
      try TestFrame(number).write(to: "\(district.radar)/\(frameName(number))")
      try gaugeText(number).write(
        toFile: "\(district.gauges)/\(gaugeName(number))", atomically: true, encoding: .utf8)
    }
  }

  /// What the gauges report for a frame: the tenths of their cell, and of the last column for the one
  /// outside the grid.
  static func gaugeText(_ number: Int, stations: Set<String>? = nil, adding extra: Int = 0)
    -> String
  {
    var text = "station,time,rain [mm]\n"
    for station in TestDistrict.stations where stations?.contains(station.id) ?? true {
      let row = min(19, Int((30.4 - station.place.latitude) * 100))
      let column = min(19, Int((station.place.longitude - 108.3) * 100))
      let tenths = Int(tenths(number, row, column)) + extra
      text += "\(station.id),\(end(number).iso8601),\(tenths / 10).\(tenths % 10)\n"
    }
    return text
  }
}

/// One frame as a netCDF file, with what can be wrong about it.
struct TestFrame {
  var end: Timestamp
  var seconds = 600
  var rows = TestStorm.rows
  var columns = TestStorm.columns
  var west = 108.3
  var north = 30.4
  var unit = "mm"
  var latitudes: [Double]?
  var mapping: [(name: String, value: NetCDFValue)]?
  var isTransposed = false
  var values: (_ row: Int, _ column: Int) -> Int16

  init(_ number: Int) {
    end = TestStorm.end(number)
    values = { TestStorm.tenths(number, $0, $1) }
  }

  func write(to path: String) throws {
    let file = try NetCDFWriter(path: path, format: .classic)
    let time = try file.dimension("time", length: 1)
    let bound = try file.dimension("bound", length: 2)
    let lat = try file.dimension("lat", length: rows)
    let lon = try file.dimension("lon", length: columns)
    let moments = try file.variable(
      "time", .double, dimensions: [time],
      attributes: [
        ("units", .text("seconds since 1970-01-01 00:00:00")), ("bounds", .text("time_bounds")),
      ])
    let bounds = try file.variable("time_bounds", .double, dimensions: [time, bound])
    let latitude = try file.variable(
      "lat", .double, dimensions: [lat],
      attributes: [("standard_name", .text("latitude")), ("units", .text("degrees_north"))])
    let longitude = try file.variable(
      "lon", .double, dimensions: [lon],
      attributes: [("standard_name", .text("longitude")), ("units", .text("degrees_east"))])
    var attributes: [(name: String, value: NetCDFValue)] = [
      ("units", .text(unit)), ("cell_methods", .text("time: sum")),
      ("scale_factor", .doubles([0.1])), ("_FillValue", .shorts([-32_768])),
    ]
    if let mapping {
      _ = try file.variable("crs", .int, dimensions: [], attributes: mapping)
      attributes.append(("grid_mapping", .text("crs")))
    }
    let rain = try file.variable(
      "rain", .short, dimensions: isTransposed ? [time, lon, lat] : [time, lat, lon],
      attributes: attributes)
    try file.write([Double(end.secondsSince1970)], to: moments)
    try file.write(
      [Double(end.secondsSince1970 - Int64(seconds)), Double(end.secondsSince1970)], to: bounds)
    try file.write(latitudes ?? (0..<rows).map { north - 0.005 - Double($0) * 0.01 }, to: latitude)
    try file.write((0..<columns).map { west + 0.005 + Double($0) * 0.01 }, to: longitude)
    let cells =
      isTransposed
      ? (0..<columns).flatMap { column in (0..<rows).map { values($0, column) } }
      : (0..<rows).flatMap { row in (0..<columns).map { values(row, $0) } }
    try file.write(cells, to: rain)
    try file.close()
  }
}
