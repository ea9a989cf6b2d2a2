import Formats
import Glibc
import Hydromet

/// Writes a frame as radar products come: CF netCDF-4, packed tenths of a millimetre, deflated.
enum BenchFrameFile {
  /// - Parameters:
  ///   - path: appears whole, by a rename.
  ///   - chunk: cells of a side of the parts that are deflated; nil leaves it to the library.
  static func write(
    _ tenths: [Int16], geometry: GridGeometry, period: Period, path: String, chunk: Int? = nil
  ) throws(Fault) {
    let draft = path + ".tmp"
    let file = try NetCDFWriter(path: draft)
    let time = try file.dimension("time", length: 1)
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
    let latitudes = try file.variable(
      "lat", .double, dimensions: [lat],
      attributes: [("standard_name", .text("latitude")), ("units", .text("degrees_north"))])
    let longitudes = try file.variable(
      "lon", .double, dimensions: [lon],
      attributes: [("standard_name", .text("longitude")), ("units", .text("degrees_east"))])
    let rain = try file.variable(
      "rain", .short, dimensions: [time, lat, lon],
      storage: .init(chunks: chunk.map { [1, $0, $0] }, deflate: 4, shuffles: true),
      attributes: [
        ("standard_name", .text("lwe_thickness_of_precipitation_amount")), ("units", .text("mm")),
        ("cell_methods", .text("time: sum")), ("scale_factor", .doubles([0.1])),
        ("_FillValue", .shorts([-1])),
      ])
    try file.attribute("Conventions", .text("CF-1.8"))
    try file.write([Double(period.end.secondsSince1970)], to: moments)
    try file.write([period.start, period.end].map { Double($0.secondsSince1970) }, to: bounds)
    try file.write(
      (0..<geometry.rows).map { rounded(geometry.centre(row: $0, column: 0).y) }, to: latitudes)
    try file.write(
      (0..<geometry.columns).map { rounded(geometry.centre(row: 0, column: $0).x) }, to: longitudes)
    try file.write(tenths, to: rain)
    try file.close()
    guard rename(draft, path) == 0 else {
      throw Fault(
        "cannot_write", at: .init(path), "cannot be renamed into place",
        remedy: "check the folder and the free space")
    }
  }

  private static func rounded(_ degrees: Double) -> Double {
    (degrees * 1e6).rounded() / 1e6
  }
}
