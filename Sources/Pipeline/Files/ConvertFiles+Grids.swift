import Formats
public import Hydromet
public import Ingest

/// Grids become CF-netCDF or GeoTIFF.
extension ConvertFiles {
  /// What was read and written.
  public struct Grid: Sendable {
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
  ///   - stations: what the same options state of station files: the notes tell that it is of no use.
  ///   - end: only the period that ends then, or the step of that label; nil takes all.
  ///   - output: ends with `.nc`, `.tif` or `.tiff`.
  /// - Throws: `unknown_output`, `no_frames`, `several_times`, `too_large`, and what reading and
  ///   writing throw.
  public static func convert(
    _ path: String, _ stated: GridStatement, stations: StationStatement = StationStatement(),
    end: Timestamp?, to output: String
  ) throws(Fault) -> Grid {
    let target = try target(of: output)
    let grid = try GriddedRain(path: path, statement: stated)
    let wanted = grid.steps.indices.filter { end == nil || grid.steps[$0].label == end }
    guard let first = wanted.first else {
      throw Fault(
        "no_frames", at: .init(path),
        "the file has no time \(end?.iso8601 ?? ""); it has \(times(of: grid))",
        remedy: "choose one of them with --time")
    }
    switch target {
    case .geoTIFF:
      guard wanted.count == 1 else {
        throw Fault(
          "several_times", at: .init(path),
          "the file has \(wanted.count) times, a GeoTIFF holds one: \(times(of: grid))",
          remedy: "choose one with --time, or write .nc")
      }
      let field = try grid.field(first)
      try FileBytes.replace(output) { draft throws(Fault) in
        try writeRaster(field, of: grid, to: draft)
      }
    case .netCDF:
      let (total, overflow) = wanted.count.multipliedReportingOverflow(by: grid.geometry.cellCount)
      guard !overflow, total <= largestContent else {
        throw Fault(
          "too_large", at: .init(path),
          "\(wanted.count) times of \(grid.geometry.cellCount) cells are more than is held at once",
          remedy: "convert one time after the other with --time")
      }
      try FileBytes.replace(output) { draft throws(Fault) in
        try GridFieldFile(grid: grid, steps: Array(wanted)).write(to: draft)
      }
    }
    return Grid(
      format: grid.formatName, steps: wanted.count,
      notes: grid.notes + grid.unusedOptions(of: stated, stations: stations))
  }

  private static func target(of output: String) throws(Fault) -> Target {
    if output.hasSuffix(".nc") { return .netCDF }
    if output.hasSuffix(".tif") || output.hasSuffix(".tiff") { return .geoTIFF }
    throw Fault(
      "unknown_output", at: .init(output), "the ending of the output names no format",
      remedy: "write to a name that ends with .nc, .tif or .tiff")
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
