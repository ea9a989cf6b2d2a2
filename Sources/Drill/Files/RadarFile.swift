import Formats
import Hydromet

/// Writes radar amounts, or those of a forecast, as netCDF by the CF conventions 1.8: packed tenths of a millimetre on a grid
/// of longitude and latitude, with the bounds of each period.
struct RadarFile {
  let geometry: GridGeometry
  let frames: [Frame]
  /// Of a forecast, its time of issue.
  var issued: Timestamp?
  /// Of a forecast, what is wrong with it.
  var comment: String?

  struct Frame {
    let period: Period
    /// Tenths of a millimetre, row 0 north; nil where the radar saw nothing.
    let tenths: [Int16?]
  }

  private static let missing: Int16 = -1

  /// One frame takes the classic form: on grids of this size it is no larger than a compressed
  /// netCDF-4 file, whose overhead is as large as its values, and its bytes do not depend on the
  /// library's version. Many frames are compressed together, all times in one chunk.
  ///
  /// - Parameter path: made or replaced; the caller renames it.
  func write(path: String) throws(Fault) {
    let file = try NetCDFWriter(path: path, format: frames.count == 1 ? .classic : .netCDF4)
    let time = try file.dimension("time", length: frames.count)
    let bound = try file.dimension("bound", length: 2)
    let lat = try file.dimension("lat", length: geometry.rows)
    let lon = try file.dimension("lon", length: geometry.columns)
    let moments = try file.variable(
      "time", .double, dimensions: [time],
      attributes: [
        ("standard_name", .text("time")), ("units", .text("seconds since 1970-01-01 00:00:00")),
        ("bounds", .text("time_bounds")),
      ])
    let bounds = try file.variable("time_bounds", .double, dimensions: [time, bound])
    let reference = try issued.map { _ throws(Fault) in
      try file.variable(
        "forecast_reference_time", .double, dimensions: [],
        attributes: [
          ("standard_name", .text("forecast_reference_time")),
          ("units", .text("seconds since 1970-01-01 00:00:00")),
        ])
    }
    let latitudes = try file.variable(
      "lat", .double, dimensions: [lat], attributes: axis("latitude"))
    let longitudes = try file.variable(
      "lon", .double, dimensions: [lon], attributes: axis("longitude"))
    let system = try file.variable(
      "crs", .int, dimensions: [],
      attributes: [
        ("grid_mapping_name", .text("latitude_longitude")),
        ("semi_major_axis", .doubles([6_378_137])),
        ("inverse_flattening", .doubles([298.257223563])),
      ])
    let rain = try file.variable(
      "rain", .short, dimensions: [time, lat, lon],
      storage: .init(
        chunks: [frames.count, geometry.rows, geometry.columns], deflate: 9, shuffles: true),
      attributes: [
        ("standard_name", .text("lwe_thickness_of_precipitation_amount")), ("units", .text("mm")),
        ("cell_methods", .text("time: sum")), ("grid_mapping", .text("crs")),
        ("scale_factor", .doubles([0.1])), ("_FillValue", .shorts([RadarFile.missing])),
      ])
    try file.attribute("Conventions", .text("CF-1.8"))
    let isForecast = issued != nil
    try file.attribute(
      "title",
      .text(
        isForecast
          ? "Synthetic forecast of a Freshet drill"
          : "Synthetic radar rain of a Freshet drill, not an observation"))
    if let comment { try file.attribute("comment", .text(comment)) }
    try file.write(frames.map { Double($0.period.end.secondsSince1970) }, to: moments)
    if let issued, let reference {
      try file.write([Double(issued.secondsSince1970)], to: reference)
    }
    try file.write(
      frames.flatMap { [$0.period.start, $0.period.end] }.map { Double($0.secondsSince1970) },
      to: bounds)
    try file.write(centres(geometry.rows) { geometry.centre(row: $0, column: 0).y }, to: latitudes)
    try file.write(
      centres(geometry.columns) { geometry.centre(row: 0, column: $0).x }, to: longitudes)
    try file.write([Int32(0)], to: system)
    try file.write(frames.flatMap(\.tenths).map { $0 ?? RadarFile.missing }, to: rain)
    try file.close()
  }

  private func axis(_ name: String) -> [(name: String, value: NetCDFValue)] {
    [
      ("standard_name", .text(name)),
      ("units", .text(name == "latitude" ? "degrees_north" : "degrees_east")),
    ]
  }

  private func centres(_ count: Int, _ centre: (Int) -> Double) -> [Double] {
    (0..<count).map { LocalPlane.rounded(centre($0), 9) }
  }
}
