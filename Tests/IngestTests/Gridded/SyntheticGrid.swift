import Formats
import Hydromet

/// A small CF file in any of the forms that radar services write. Its rain has no symmetry, so that
/// every flip, turn and half-cell shift shows.
struct SyntheticGrid {
  var rows = 4
  var columns = 6
  /// Rain of a cell, row 0 north, column 0 west; nil is missing.
  var rain: (_ row: Int, _ column: Int) -> Double? = SyntheticGrid.asymmetric

  // How it is stored.
  var isClassic = false
  var type = NetCDFType.short
  var scale: Double? = 0.25
  var fill: Double? = -1
  var risesNorthwards = false
  var fallsEastwards = false
  var isTransposed = false

  // What it is.
  var name = "precipitation"
  var attributes: [(name: String, value: NetCDFValue)] = [("units", .text("mm"))]

  // Where it is: centres of the first row and column, metres or degrees.
  var firstX = -2500.0
  var firstY = 1500.0
  var step = 1000.0
  /// The stored coordinates are these, divided by `coordinateUnit`.
  var coordinateUnit = 1.0
  var xName = "x"
  var yName = "y"
  var xAttributes: [(name: String, value: NetCDFValue)] = [
    ("standard_name", .text("projection_x_coordinate")), ("units", .text("m")),
  ]
  var yAttributes: [(name: String, value: NetCDFValue)] = [
    ("standard_name", .text("projection_y_coordinate")), ("units", .text("m")),
  ]
  /// Takes the place of the regular coordinates, in the order of the file.
  var xCoordinates: [Double]?
  var yCoordinates: [Double]?
  /// Two per cell, in the order of the file.
  var xBounds: [Double]?
  var yBounds: [Double]?
  var mapping: [(name: String, value: NetCDFValue)]? = SyntheticGrid.albers
  var globals: [(name: String, value: NetCDFValue)] = []
  /// Further variables without dimensions: times beside the grid.
  var scalars: [(name: String, value: Double, attributes: [(name: String, value: NetCDFValue)])] =
    []
  /// Times, their attributes and bounds; nil has no time dimension.
  var times: [Double]?
  var timeAttributes: [(name: String, value: NetCDFValue)] = [
    ("units", .text("minutes since 2021-08-23T08:50:00"))
  ]
  var timeBounds: [Double]?
  /// A second grid of the same shape, all zero.
  var otherName: String?

  static let albers: [(name: String, value: NetCDFValue)] = [
    ("grid_mapping_name", .text("albers_conical_equal_area")),
    ("standard_parallel", .doubles([-26.2, -29.3])),
    ("longitude_of_central_meridian", .doubles([153.24])),
    ("latitude_of_projection_origin", .doubles([-27.7178])),
    ("semi_major_axis", .doubles([6_378_137])), ("semi_minor_axis", .doubles([6_356_752.31414])),
  ]

  static func asymmetric(row: Int, column: Int) -> Double? {
    if row == 1 && column == 4 { return nil }
    if row == 2 && column == 0 { return 0 }
    return Double(row * row * 8 + column * 3 + 1) / 4
  }

  /// Longitude and latitude without any grid mapping.
  static func geographic(firstLongitude: Double, firstLatitude: Double, step: Double)
    -> SyntheticGrid
  {
    var grid = SyntheticGrid()
    grid.mapping = nil
    grid.firstX = firstLongitude
    grid.firstY = firstLatitude
    grid.step = step
    grid.xName = "lon"
    grid.yName = "lat"
    grid.xAttributes = [("units", .text("degrees_east"))]
    grid.yAttributes = [("units", .text("degrees_north"))]
    return grid
  }

  /// The field in the order that readers must give, of one step.
  func expectedValues(_ scaledBy: Double = 1) -> [Float] {
    (0..<rows).flatMap { row in
      (0..<columns).map { column in rain(row, column).map { Float($0 * scaledBy) } ?? .nan }
    }
  }

  func write(to path: String) throws {
    let writer = try NetCDFWriter(path: path, format: isClassic ? .classic : .netCDF4)
    for global in globals { try writer.attribute(global.name, global.value) }
    let y = try writer.dimension(yName, length: rows)
    let x = try writer.dimension(xName, length: columns)
    let pair = try writer.dimension("pair", length: 2)
    let time = try times.map { try writer.dimension("time", length: $0.count) }
    let xVariable = try writer.variable(
      xName, .double, dimensions: [x],
      attributes: xAttributes + (xBounds == nil ? [] : [("bounds", .text("x_bounds"))]))
    let yVariable = try writer.variable(
      yName, .double, dimensions: [y],
      attributes: yAttributes + (yBounds == nil ? [] : [("bounds", .text("y_bounds"))]))
    let xBoundsVariable = try xBounds.map { _ in
      try writer.variable("x_bounds", .double, dimensions: [x, pair])
    }
    let yBoundsVariable = try yBounds.map { _ in
      try writer.variable("y_bounds", .double, dimensions: [y, pair])
    }
    if let mapping {
      _ = try writer.variable("crs", .int, dimensions: [], attributes: mapping)
    }
    var described = attributes
    if let scale { described.append(("scale_factor", .doubles([scale]))) }
    if let fill { described.append(("_FillValue", typed(fill))) }
    if mapping != nil { described.append(("grid_mapping", .text("crs"))) }
    let axes = (time.map { [$0] } ?? []) + (isTransposed ? [x, y] : [y, x])
    let variable = try writer.variable(name, type, dimensions: axes, attributes: described)
    let other = try otherName.map {
      try writer.variable($0, .short, dimensions: axes, attributes: [("units", .text("mm"))])
    }
    let timeVariable = try time.map {
      try writer.variable(
        "time", .double, dimensions: [$0],
        attributes: timeAttributes + (timeBounds == nil ? [] : [("bounds", .text("time_bounds"))]))
    }
    let timeBoundsVariable = try time.flatMap { axis in
      try timeBounds.map { _ in
        try writer.variable("time_bounds", .double, dimensions: [axis, pair])
      }
    }
    let scalarVariables = try scalars.map {
      try writer.variable($0.name, .double, dimensions: [], attributes: $0.attributes)
    }
    try writer.write(storedX, to: xVariable)
    try writer.write(storedY, to: yVariable)
    if let xBounds, let xBoundsVariable { try writer.write(xBounds, to: xBoundsVariable) }
    if let yBounds, let yBoundsVariable { try writer.write(yBounds, to: yBoundsVariable) }
    if let times, let timeVariable { try writer.write(times, to: timeVariable) }
    if let timeBounds, let timeBoundsVariable {
      try writer.write(timeBounds, to: timeBoundsVariable)
    }
    for (scalar, variable) in zip(scalars, scalarVariables) {
      try writer.write([scalar.value], to: variable)
    }
    let count = (times?.count ?? 1) * rows * columns
    if let other { try writer.write([Int16](repeating: 0, count: count), to: other) }
    try writeValues(writer, variable)
    try writer.close()
  }

  private var storedX: [Double] {
    let rising = (0..<columns).map { (firstX + Double($0) * step) / coordinateUnit }
    return xCoordinates ?? (fallsEastwards ? rising.reversed() : rising)
  }

  private var storedY: [Double] {
    let falling = (0..<rows).map { (firstY - Double($0) * step) / coordinateUnit }
    return yCoordinates ?? (risesNorthwards ? falling.reversed() : falling)
  }

  /// Stored numbers in the order of the file; every further time has 0.25 mm more in each wet cell.
  private var storedValues: [Double] {
    var values: [Double] = []
    for time in 0..<(times?.count ?? 1) {
      let outer = isTransposed ? columns : rows
      let inner = isTransposed ? rows : columns
      for first in 0..<outer {
        for second in 0..<inner {
          let fileRow = isTransposed ? second : first
          let fileColumn = isTransposed ? first : second
          let row = risesNorthwards ? rows - 1 - fileRow : fileRow
          let column = fallsEastwards ? columns - 1 - fileColumn : fileColumn
          let value = rain(row, column).map { $0 > 0 ? $0 + Double(time) / 4 : $0 }
          values.append(value.map { $0 / (scale ?? 1) } ?? fill ?? .nan)
        }
      }
    }
    return values
  }

  private func writeValues(_ writer: NetCDFWriter, _ variable: NetCDFWriter.Variable) throws {
    switch type {
    case .byte:
      try writer.write(storedValues.map { Int8(truncatingIfNeeded: Int($0)) }, to: variable)
    case .short: try writer.write(storedValues.map { Int16($0) }, to: variable)
    case .int: try writer.write(storedValues.map { Int32($0) }, to: variable)
    case .float: try writer.write(storedValues.map { Float($0) }, to: variable)
    default: try writer.write(storedValues, to: variable)
    }
  }

  private func typed(_ number: Double) -> NetCDFValue {
    switch type {
    case .byte: .bytes([Int8(truncatingIfNeeded: Int(number))])
    case .short: .shorts([Int16(number)])
    case .int: .ints([Int32(number)])
    case .float: .floats([Float(number)])
    default: .doubles([number])
    }
  }
}

/// Whether two fields are the same, missing cells included.
func areSame(_ a: [Float], _ b: [Float]) -> Bool {
  a.count == b.count && zip(a, b).allSatisfy { $0 == $1 || ($0.isNaN && $1.isNaN) }
}
