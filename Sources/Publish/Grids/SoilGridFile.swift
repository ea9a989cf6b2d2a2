import Formats
public import Hydromet

/// `soil.nc`: the soil of cells as CF-1.8 netCDF-4.
///
/// - `soil_water_index(time, y, x)`, `antecedent_rainfall(time, y, x)`: mm; fill where a cell is not
///   carried on.
/// - `saturation(time, y, x)`: antecedent rainfall over its capacity, 0…1.
/// - `gap_share(time, y, x)`: share of what the cell remembers that is not known; above 0 the soil is at
///   least as wet.
///
/// Row 0 is the northernmost. Dimension and variable names are `lat`, `lon` on geographic grids.
public enum SoilGridFile {
  private static let missing: Float = -9999

  private static let variables: [(name: String, long: String, unit: String)] = [
    ("soil_water_index", "water in the three tanks of the soil water index", "mm"),
    ("antecedent_rainfall", "antecedent rainfall", "mm"),
    ("saturation", "antecedent rainfall over its capacity", "1"),
    ("gap_share", "share of what the cell remembers that is not known", "1"),
  ]

  /// - Throws: what the file system and the library report.
  public static func write(
    _ soil: CellSoil, attributes: [(name: String, text: String)], to path: String
  ) throws(Fault) {
    let geometry = soil.geometry
    let file = try NetCDFWriter(path: path)
    let time = try file.dimension("time", length: 1)
    let (y, x) = try file.dimensions(of: geometry)
    let moment = try file.moments(along: [time])
    let centres = try file.centres(y, x, longName: nil)
    let crs = try file.gridMapping(of: geometry)
    var made: [NetCDFWriter.Variable] = []
    for (name, long, unit) in variables {
      made.append(
        try file.variable(
          name, .float, dimensions: [time, y, x], storage: .fields,
          attributes: [
            ("long_name", .text(long)), ("units", .text(unit)), ("grid_mapping", .text("crs")),
            ("_FillValue", .floats([missing])),
          ]))
    }
    try file.describe(attributes)
    try file.write([soil.time], to: moment)
    try file.write(centresOf: geometry, to: centres)
    try file.write([Int32(0)], to: crs)
    let saturation = zip(soil.antecedentRainfall, soil.capacity).map {
      SoilState.saturation($0, of: $1)
    }
    let values = [soil.soilWaterIndex, soil.antecedentRainfall, saturation, soil.gapShare]
    for (variable, own) in zip(made, values) {
      var grid = [Float](repeating: missing, count: geometry.cellCount)
      for (cell, value) in zip(soil.cells, own) where grid.indices.contains(cell) {
        grid[cell] = Float(value)
      }
      try file.write(grid, to: variable)
    }
    try file.close()
  }

  static func attributes(of report: CycleReport) -> [(name: String, text: String)] {
    let time = report.time.iso8601
    return [
      ("title", "Soil of the cells of \(report.district.englishName) at \(time)"),
      ("institution", report.district.englishOffice), ("source", "radar as it came"),
      ("history", "\(time) (data time): worked out by Freshet \(report.programVersion)"),
    ]
  }
}
