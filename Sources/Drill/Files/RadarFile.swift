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
    let moments = try file.moments(along: [time], attributes: [], hasBounds: true)
    let bounds = try file.timeBounds(along: time, ends: "bound")
    let reference = try issued.map { _ throws(Fault) in
      try file.moments("forecast_reference_time", along: [], attributes: [])
    }
    let (lat, lon) = try file.dimensions(of: geometry)
    let centres = try file.centres(lat, lon, longName: nil, saysAxis: false)
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
    try file.describe([
      (
        "title",
        issued != nil
          ? "Synthetic forecast of a Freshet drill"
          : "Synthetic radar rain of a Freshet drill, not an observation"
      )
    ])
    if let comment { try file.attribute("comment", .text(comment)) }
    try file.write(frames.map(\.period.end), to: moments)
    if let issued, let reference { try file.write([issued], to: reference) }
    try file.write(frames.map(\.period), to: bounds)
    try file.write(centresOf: geometry, to: centres) { LocalPlane.rounded($0, 9) }
    try file.write([Int32(0)], to: system)
    try file.write(frames.flatMap(\.tenths).map { $0 ?? RadarFile.missing }, to: rain)
    try file.close()
  }
}
