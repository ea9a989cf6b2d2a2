import Formats
import Hydromet
import Ingest

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
