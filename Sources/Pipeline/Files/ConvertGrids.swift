import Formats
import Glibc
public import Hydromet
import Ingest

/// A grid file in another format: `freshet convert`.
public enum ConvertGrids {
  /// What was read and written.
  public struct Result: Sendable {
    /// Of the file that was read.
    public let format: String
    public let steps: Int
    public let notes: [String]
  }

  private enum Target {
    case netCDF
    case geoTIFF
  }

  /// Numbers that are held at once.
  private static let largestContent = 1 << 28

  /// - Parameters:
  ///   - end: only the period that ends then, or the step of that label; nil takes all.
  ///   - output: ends with `.nc`, `.tif` or `.tiff`.
  /// - Throws: `unknown_output`, `no_frames`, `several_times`, `too_large`, and what reading and
  ///   writing throw.
  public static func convert(
    _ path: String, _ stated: StatedGrid, end: Timestamp?, to output: String
  ) throws(Fault) -> Result {
    let target = try target(of: output)
    let grid = try GriddedRain(path: path, statement: stated.statement)
    let wanted = grid.steps.indices.filter { end == nil || grid.steps[$0].label == end }
    guard let first = wanted.first else {
      throw Fault(
        "no_frames", at: .init(path),
        "the file has no time \(end?.iso8601 ?? ""); it has \(times(of: grid))",
        remedy: "choose one of them with --time")
    }
    let draft = "\(output).tmp"
    switch target {
    case .geoTIFF:
      guard wanted.count == 1 else {
        throw Fault(
          "several_times", at: .init(path),
          "the file has \(wanted.count) times, a GeoTIFF holds one: \(times(of: grid))",
          remedy: "choose one with --time, or write .nc")
      }
      try writeRaster(try grid.field(first), of: grid, to: draft)
    case .netCDF:
      let (total, overflow) = wanted.count.multipliedReportingOverflow(by: grid.geometry.cellCount)
      guard !overflow, total <= largestContent else {
        throw Fault(
          "too_large", at: .init(path),
          "\(wanted.count) times of \(grid.geometry.cellCount) cells are more than is held at once",
          remedy: "convert one time after the other with --time")
      }
      try GridFieldFile(grid: grid, steps: Array(wanted)).write(to: draft)
    }
    try rename(draft, to: output)
    return Result(format: grid.formatName, steps: wanted.count, notes: grid.notes)
  }

  /// Whether the ending of an output names a format of grids.
  public static func writes(_ output: String) -> Bool {
    (try? target(of: output)) != nil
  }

  private static func target(of output: String) throws(Fault) -> Target {
    if output.hasSuffix(".nc") { return .netCDF }
    if output.hasSuffix(".tif") || output.hasSuffix(".tiff") { return .geoTIFF }
    throw Fault(
      "unknown_output", at: .init(output), "the ending of the output names no format",
      remedy: "write to a name that ends with .nc, .tif or .tiff")
  }

  private static func rename(_ draft: String, to output: String) throws(Fault) {
    guard Glibc.rename(draft, output) != 0 else { return }
    throw Fault(
      "cannot_write", at: .init(output),
      "the file cannot be named: \(String(cString: strerror(errno)))",
      remedy: "check the folder and its permissions")
  }

  private static func times(of grid: GriddedRain) -> String {
    let labels = grid.steps.prefix(12).map { $0.label?.iso8601 ?? "no time" }
    return labels.joined(separator: ", ") + (grid.steps.count > 12 ? ", …" : "")
  }

  private static func writeRaster(
    _ field: RainField, of grid: GriddedRain, to output: String
  ) throws(Fault) {
    let missing = -9999.0
    var metadata = [
      ("FORMAT_READ", grid.formatName), ("PROGRAM", "Freshet \(ProgramVersion.text)"),
    ]
    if let period = field.period {
      metadata += [("PERIOD_START", period.start.iso8601), ("PERIOD_END", period.end.iso8601)]
    }
    try GeoTIFF(
      geometry: field.geometry,
      values: .float32(field.values.map { $0.isNaN ? Float(missing) : $0 }), missing: missing,
      unit: GridFieldFile.unit(of: field.quantity), summary: GridFieldFile.name(of: field.quantity),
      metadata: metadata.map { (name: $0.0, value: $0.1) }
    ).write(to: output)
  }
}

/// Fields of one grid as a CF-1.8 netCDF-4 file: `time` with its bounds, coordinates of the centres,
/// the grid mapping, and one variable of 32-bit floats with a fill value for missing cells.
struct GridFieldFile {
  let grid: GriddedRain
  let steps: [Int]

  private static let fill: Float = 9.969_209_968_386_869e36

  static func name(of quantity: Quantity) -> String {
    switch quantity {
    case .amount: "rainfall_amount"
    case .rate: "rainfall_rate"
    case .reflectivity: "reflectivity"
    }
  }

  static func unit(of quantity: Quantity) -> String {
    switch quantity {
    case .amount: "mm"
    case .rate: "mm/h"
    case .reflectivity: "dBZ"
    }
  }

  private static func standardName(of quantity: Quantity) -> String {
    switch quantity {
    case .amount: "thickness_of_rainfall_amount"
    case .rate: "rainfall_rate"
    case .reflectivity: "equivalent_reflectivity_factor"
    }
  }

  func write(to path: String) throws(Fault) {
    let geometry = grid.geometry
    let file = try NetCDFWriter(path: path)
    let periods = steps.map { grid.steps[$0].period }
    let labels = steps.map { grid.steps[$0].label }
    let isTimed = !labels.contains(nil)
    let time = try file.dimension("time", length: steps.count)
    let y = try file.dimension(geometry.isGeographic ? "lat" : "y", length: geometry.rows)
    let x = try file.dimension(geometry.isGeographic ? "lon" : "x", length: geometry.columns)
    let moments = isTimed ? try defineTime(file, time, hasBounds: !periods.contains(nil)) : nil
    let yVariable = try file.variable(
      y.name, .double, dimensions: [y], attributes: axis("y", geometry.isGeographic))
    let xVariable = try file.variable(
      x.name, .double, dimensions: [x], attributes: axis("x", geometry.isGeographic))
    let crs = try file.variable(
      "crs", .int, dimensions: [],
      attributes: try CoordinateSystem(geometry.projection).gridMappingAttributes())
    let rain = try file.variable(
      GridFieldFile.name(of: grid.quantity), .float, dimensions: [time, y, x],
      storage: .init(
        chunks: [1, min(256, geometry.rows), min(256, geometry.columns)], deflate: 1),
      attributes: [
        ("standard_name", .text(GridFieldFile.standardName(of: grid.quantity))),
        ("units", .text(grid.quantity == .rate ? "mm h-1" : GridFieldFile.unit(of: grid.quantity))),
        ("_FillValue", .floats([GridFieldFile.fill])), ("grid_mapping", .text("crs")),
      ] + remarks)
    try describe(file)
    if let moments { try write(moments, file, labels, periods) }
    try file.write((0..<geometry.rows).map { geometry.centre(row: $0, column: 0).y }, to: yVariable)
    try file.write(
      (0..<geometry.columns).map { geometry.centre(row: 0, column: $0).x }, to: xVariable)
    try file.write([Int32(0)], to: crs)
    var values: [Float] = []
    values.reserveCapacity(steps.count * geometry.cellCount)
    for step in steps {
      values += try grid.field(step).values.map { $0.isNaN ? GridFieldFile.fill : $0 }
    }
    try file.write(values, to: rain)
    try file.close()
  }

  /// What a reader of the variable must know beyond its unit.
  private var remarks: [(name: String, value: NetCDFValue)] {
    switch grid.quantity {
    case .amount: [("cell_methods", .text("time: sum"))]
    case .rate: []
    case .reflectivity:
      [("comment", .text("\(ReflectivityRelation.noEcho): the place is seen and has no echo"))]
    }
  }

  private struct Moments {
    let time: NetCDFWriter.Variable
    let bounds: NetCDFWriter.Variable?
  }

  private func defineTime(
    _ file: NetCDFWriter, _ axis: NetCDFWriter.Dimension, hasBounds: Bool
  ) throws(Fault) -> Moments {
    let attributes: [(name: String, value: NetCDFValue)] = [
      ("standard_name", .text("time")), ("long_name", .text("end of the period")),
      ("units", .text("seconds since 1970-01-01 00:00:00")), ("calendar", .text("standard")),
      ("axis", .text("T")),
    ]
    let time = try file.variable(
      "time", .double, dimensions: [axis],
      attributes: attributes + (hasBounds ? [("bounds", .text("time_bounds"))] : []))
    guard hasBounds else { return Moments(time: time, bounds: nil) }
    let ends = try file.dimension("nv", length: 2)
    return Moments(
      time: time,
      bounds: try file.variable("time_bounds", .double, dimensions: [axis, ends]))
  }

  private func write(
    _ moments: Moments, _ file: NetCDFWriter, _ labels: [Timestamp?], _ periods: [Period?]
  ) throws(Fault) {
    try file.write(labels.compactMap { $0.map { Double($0.secondsSince1970) } }, to: moments.time)
    guard let bounds = moments.bounds else { return }
    try file.write(
      periods.compactMap(\.self).flatMap {
        [Double($0.start.secondsSince1970), Double($0.end.secondsSince1970)]
      }, to: bounds)
  }

  private func axis(_ axis: String, _ isGeographic: Bool) -> [(name: String, value: NetCDFValue)] {
    let isX = axis == "x"
    return [
      (
        "standard_name",
        .text(
          isGeographic ? (isX ? "longitude" : "latitude") : "projection_\(axis)_coordinate")
      ),
      ("long_name", .text("centre of the cell")),
      ("units", .text(isGeographic ? (isX ? "degrees_east" : "degrees_north") : "m")),
      ("axis", .text(axis.uppercased())),
    ]
  }

  private func describe(_ file: NetCDFWriter) throws(Fault) {
    let name = grid.path.split(separator: "/").last.map(String.init) ?? grid.path
    try file.attribute("Conventions", .text("CF-1.8"))
    try file.attribute("title", .text("Rain from \(name)"))
    try file.attribute("source", .text("\(name), \(grid.formatName)"))
    try file.attribute("history", .text("converted by Freshet \(ProgramVersion.text)"))
    if !grid.notes.isEmpty {
      try file.attribute("comment", .text(grid.notes.joined(separator: "; ")))
    }
  }
}
