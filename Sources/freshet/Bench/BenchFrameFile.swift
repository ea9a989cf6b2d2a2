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
    let moments = try file.moments(along: [time], attributes: [], hasBounds: true)
    let bounds = try file.timeBounds(along: time, ends: "bound")
    let (lat, lon) = try file.dimensions(of: geometry)
    let centres = try file.centres(lat, lon, longName: nil, saysAxis: false)
    let rain = try file.variable(
      "rain", .short, dimensions: [time, lat, lon],
      storage: .init(chunks: chunk.map { [1, $0, $0] }, deflate: 4, shuffles: true),
      attributes: [
        ("standard_name", .text("lwe_thickness_of_precipitation_amount")), ("units", .text("mm")),
        ("cell_methods", .text("time: sum")), ("scale_factor", .doubles([0.1])),
        ("_FillValue", .shorts([-1])),
      ])
    try file.describe()
    try file.write([period.end], to: moments)
    try file.write([period], to: bounds)
    try file.write(centresOf: geometry, to: centres) { ($0 * 1e6).rounded() / 1e6 }
    try file.write(tenths, to: rain)
    try file.close()
    guard rename(draft, path) == 0 else {
      throw Fault(
        "cannot_write", at: .init(path), "cannot be renamed into place",
        remedy: "check the folder and the free space")
    }
  }
}
