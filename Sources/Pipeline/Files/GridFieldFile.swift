import Formats
import Hydromet
import Ingest

/// Fields of one grid as a CF-1.8 netCDF-4 file: `time` with its bounds, coordinates of the centres,
/// the grid mapping, and one variable of 32-bit floats with a fill value for missing cells.
struct GridFieldFile {
  let grid: GriddedRain
  let steps: [Int]

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
    let labels = steps.compactMap { grid.steps[$0].label }
    let periods = steps.compactMap { grid.steps[$0].period }
    let isTimed = labels.count == steps.count
    let hasBounds = isTimed && periods.count == steps.count
    let time = try file.dimension("time", length: steps.count)
    let (y, x) = try file.dimensions(of: geometry)
    let moments =
      isTimed
      ? try file.moments(
        along: [time], longName: "end of the period",
        attributes: [("calendar", .text("standard")), ("axis", .text("T"))], hasBounds: hasBounds)
      : nil
    let bounds = hasBounds ? try file.timeBounds(along: time) : nil
    let centres = try file.centres(y, x)
    let crs = try file.gridMapping(of: geometry)
    let rain = try file.variable(
      GridFieldFile.name(of: grid.quantity), .float, dimensions: [time, y, x],
      storage: .init(chunks: [1, 256, 256], deflate: 1),
      attributes: [
        ("standard_name", .text(GridFieldFile.standardName(of: grid.quantity))),
        ("units", .text(grid.quantity == .rate ? "mm h-1" : GridFieldFile.unit(of: grid.quantity))),
        ("_FillValue", .floats([NetCDFWriter.missingFloat])), ("grid_mapping", .text("crs")),
      ] + remarks)
    try describe(file)
    if let moments { try file.write(labels, to: moments) }
    if let bounds { try file.write(periods, to: bounds) }
    try file.write(centresOf: geometry, to: centres)
    try file.write([Int32(0)], to: crs)
    var values: [Float] = []
    values.reserveCapacity(steps.count * geometry.cellCount)
    for step in steps {
      values += try grid.field(step).values.map { $0.isNaN ? NetCDFWriter.missingFloat : $0 }
    }
    try file.write(values, to: rain)
    try file.close()
  }

  /// What a reader of the variable must know beyond its unit.
  private var remarks: NetCDFWriter.Attributes {
    switch grid.quantity {
    case .amount: [("cell_methods", .text("time: sum"))]
    case .rate: []
    case .reflectivity:
      [("comment", .text("\(ReflectivityRelation.noEcho): the place is seen and has no echo"))]
    }
  }

  private func describe(_ file: NetCDFWriter) throws(Fault) {
    let name = grid.path.split(separator: "/").last.map(String.init) ?? grid.path
    try file.describe([
      ("title", "Rain from \(name)"), ("source", "\(name), \(grid.formatName)"),
      ("history", "converted by Freshet \(ProgramVersion.text)"),
    ])
    if !grid.notes.isEmpty {
      try file.attribute("comment", .text(grid.notes.joined(separator: "; ")))
    }
  }
}
