public import Hydromet

/// What the CF conventions 1.8 ask of a file with fields on one grid: times and their bounds, the
/// centres of the cells, the grid mapping. What is defined stands in the file in the order of the
/// calls.
extension NetCDFWriter {
  /// Attributes in their order.
  public typealias Attributes = [(name: String, value: NetCDFValue)]

  /// What the library takes for a float that was never written.
  public static let missingFloat: Float = 9.969_209_968_386_869e36

  /// Says that the file keeps to the conventions, then what else there is to say of the whole file.
  public func describe(_ texts: [(name: String, text: String)] = []) throws(Fault) {
    try attribute("Conventions", .text("CF-1.8"))
    for (name, text) in texts { try attribute(name, .text(text)) }
  }

  /// Defines a variable of moments, in seconds since 1970 UTC.
  ///
  /// - Parameters:
  ///   - name: a standard name of CF.
  ///   - attributes: those between the unit and the bounds.
  ///   - hasBounds: whether `timeBounds` follows.
  public func moments(
    _ name: String = "time", along dimensions: [Dimension], longName: String? = nil,
    attributes: Attributes = [("calendar", .text("standard"))], hasBounds: Bool = false
  ) throws(Fault) -> Variable {
    try variable(
      name, .double, dimensions: dimensions,
      attributes: named(name, longName, unit: "seconds since 1970-01-01 00:00:00") + attributes
        + (hasBounds ? [("bounds", .text("time_bounds"))] : []))
  }

  /// Defines the starts and ends of the periods of `time`, and the dimension of these two.
  public func timeBounds(along time: Dimension, ends: String = "nv") throws(Fault) -> Variable {
    try variable("time_bounds", .double, dimensions: [time, try dimension(ends, length: 2)])
  }

  /// Defines the dimensions of a grid: `lat` and `lon` where it is geographic, else `y` and `x`.
  public func dimensions(
    of geometry: GridGeometry
  ) throws(Fault) -> (y: Dimension, x: Dimension) {
    let isGeographic = geometry.isGeographic
    return (
      y: try dimension(isGeographic ? "lat" : "y", length: geometry.rows),
      x: try dimension(isGeographic ? "lon" : "x", length: geometry.columns)
    )
  }

  /// Defines the coordinates along the dimensions of a grid.
  ///
  /// - Parameter saysAxis: whether they name the axis, Y or X, that they stand for.
  public func centres(
    _ y: Dimension, _ x: Dimension, longName: String? = "centre of the cell", saysAxis: Bool = true
  ) throws(Fault) -> (y: Variable, x: Variable) {
    func centre(_ dimension: Dimension, _ axis: String) throws(Fault) -> Variable {
      let (standardName, unit) =
        switch dimension.name {
        case "lat": ("latitude", "degrees_north")
        case "lon": ("longitude", "degrees_east")
        default: ("projection_\(dimension.name)_coordinate", "m")
        }
      return try variable(
        dimension.name, .double, dimensions: [dimension],
        attributes: named(standardName, longName, unit: unit)
          + (saysAxis ? [("axis", .text(axis))] : []))
    }
    return (y: try centre(y, "Y"), x: try centre(x, "X"))
  }

  /// Defines `crs`, the grid mapping of a grid.
  public func gridMapping(of geometry: GridGeometry) throws(Fault) -> Variable {
    try variable(
      "crs", .int, dimensions: [],
      attributes: try CoordinateSystem(geometry.projection).gridMappingAttributes())
  }

  private func named(_ standardName: String, _ longName: String?, unit: String) -> Attributes {
    [("standard_name", .text(standardName))]
      + (longName.map { [("long_name", .text($0))] } ?? []) + [("units", .text(unit))]
  }

  /// Writes moments as seconds since 1970 UTC.
  public func write(_ moments: [Timestamp], to variable: Variable) throws(Fault) {
    try write(moments.map { Double($0.secondsSince1970) }, to: variable)
  }

  /// Writes start and end of every period.
  public func write(_ periods: [Period], to bounds: Variable) throws(Fault) {
    try write(periods.flatMap { [$0.start, $0.end] }, to: bounds)
  }

  /// Writes the centres of the rows and of the columns, metres or degrees.
  public func write(
    centresOf geometry: GridGeometry, to centres: (y: Variable, x: Variable),
    rounded: (Double) -> Double = { $0 }
  ) throws(Fault) {
    try write(
      (0..<geometry.rows).map { rounded(geometry.centre(row: $0, column: 0).y) }, to: centres.y)
    try write(
      (0..<geometry.columns).map { rounded(geometry.centre(row: 0, column: $0).x) }, to: centres.x)
  }
}

extension NetCDFWriter.Storage {
  /// Fields over [time, rows, columns]: parts of 256 × 256 cells, lightly compressed.
  public static let fields = NetCDFWriter.Storage(
    chunks: [1, 256, 256], deflate: 1, shuffles: true)
}
