import Formats
import Hydromet

/// The numbers of coordinate variables, unpacked.
struct GridCoordinates {
  let file: NetCDFFile

  /// All values of a coordinate variable; missing ones are NaN.
  func values(of variable: NetCDFVariable) throws(Fault) -> [Double] {
    try numbers(variable, GridPacking(variable, statedMissing: []))
  }

  /// Coordinates of every cell, shape [outer, inner] of the last two dimensions.
  ///
  /// - Throws: `moving_grid` where they change along the dimensions before these.
  func plane(of variable: NetCDFVariable) throws(Fault) -> [Double] {
    let shape = variable.shape
    let leading = shape.dropLast(2)
    guard shape.count > 2, leading.allSatisfy({ $0 > 0 }) else { return try values(of: variable) }
    let count = leading.map { _ in 1 } + shape.suffix(2)
    let packing = GridPacking(variable, statedMissing: [])
    let first = try numbers(variable, packing, start: shape.map { _ in 0 }, count: count)
    guard leading.contains(where: { $0 > 1 }) else { return first }
    let last = try numbers(
      variable, packing, start: leading.map { $0 - 1 } + [0, 0], count: count)
    guard zip(first, last).allSatisfy({ $0 == $1 || ($0.isNaN && $1.isNaN) }) else {
      throw Fault(
        "moving_grid", at: Fault.Location(file.path, item: variable.path),
        "the cells lie elsewhere at the last time than at the first",
        remedy: "give a file for each time, or put the data on a grid that stays")
    }
    return first
  }

  /// The coordinate of one cell of the first plane; NaN where it is missing.
  func corner(of variable: NetCDFVariable, _ outer: Int, _ inner: Int) throws(Fault) -> Double {
    let leading = variable.shape.dropLast(2).map { _ in 0 }
    return try numbers(
      variable, GridPacking(variable, statedMissing: []), start: leading + [outer, inner],
      count: variable.shape.map { _ in 1 }
    ).first ?? .nan
  }

  /// The coordinates of columns (or of rows) from a variable that has one for every cell.
  ///
  /// - Parameter runsInside: the axis is the last dimension of the variable.
  /// - Throws: `uneven_coordinates` where they differ from row to row (from column to column): such cells
  ///   are no rectangles of degrees.
  func line(of variable: NetCDFVariable, runsInside: Bool) throws(Fault) -> [Double] {
    let all = try plane(of: variable)
    let columns = variable.shape.last ?? 0
    guard columns > 0, !all.isEmpty else { return [] }
    let rows = all.count / columns
    let line = runsInside ? Array(all[..<columns]) : (0..<rows).map { all[$0 * columns] }
    let step = abs((line.last ?? 0) - (line.first ?? 0)) / Double(max(1, line.count - 1))
    let tolerance = max(4 * precision(of: variable, line), step.isFinite ? 0.01 * step : 0)
    for row in 0..<rows {
      for column in 0..<columns {
        let other = line[runsInside ? column : row]
        guard abs(all[row * columns + column] - other) <= tolerance else {
          throw Fault(
            "uneven_coordinates", at: Fault.Location(file.path, item: variable.path),
            "at row \(row), column \(column) it is \(all[row * columns + column]), at the edge \(other): "
              + "the cells are no rows and columns of degrees, and the file names no projection",
            remedy: "state the projection of the grid with `projection:`, or put it on a grid of "
              + "degrees: gdalwarp -geoloc -t_srs EPSG:4326 NETCDF:FILE:VARIABLE OUT.tif")
        }
      }
    }
    return line
  }

  /// 32-bit coordinates are taken as the decimal numbers that were meant, 106.61 and not
  /// 106.61000061: else cells of a hundredth of a degree would come out a little uneven.
  private func numbers(
    _ variable: NetCDFVariable, _ packing: GridPacking
  ) throws(Fault) -> [Double] {
    try numbers(
      variable, packing, start: variable.shape.map { _ in 0 }, count: variable.shape)
  }

  private func numbers(
    _ variable: NetCDFVariable, _ packing: GridPacking, start: [Int], count: [Int]
  ) throws(Fault) -> [Double] {
    try file.doubles(variable, start: start, count: count).map { stored in
      guard let value = packing.unpacked(stored) else { return .nan }
      return variable.type == .float && !packing.isPacked
        ? GridPacking.decimal(Float(stored)) : value
    }
  }

  /// Two numbers per cell from the variable that `bounds` names; nil where there is none.
  ///
  /// - Throws: `bad_bounds` where it is named but absent or of another shape.
  func bounds(of variable: NetCDFVariable) throws(Fault) -> [Double]? {
    guard let name = variable.text("bounds") else { return nil }
    let place = Fault.Location(file.path, item: variable.path)
    let group = String(variable.path.dropLast(variable.name.count))
    guard let bounds = file.variable(group + name) ?? file.variable(name) else {
      throw Fault(
        "bad_bounds", at: place, "its bounds “\(name)” are not in the file",
        remedy: "correct the attribute `bounds`")
    }
    guard bounds.shape == variable.shape + [2], bounds.type.isNumber else {
      throw Fault(
        "bad_bounds", at: Fault.Location(file.path, item: bounds.path),
        "the bounds have the shape \(bounds.shape), expected \(variable.shape + [2])",
        remedy: "correct the bounds of the coordinate variable")
    }
    // Bounds without attributes share the packing and the unit of their coordinates.
    let packing = GridPacking(
      bounds["scale_factor"] == nil && bounds["add_offset"] == nil && bounds.type == variable.type
        ? variable : bounds, statedMissing: [])
    return try numbers(bounds, packing)
  }

  /// Size of the last digit of the stored coordinates.
  func precision(of variable: NetCDFVariable, _ values: [Double]) -> Double {
    let largest = values.reduce(0) { max($0, abs($1)) }
    switch variable.type {
    case .float: return largest * 0x1p-23
    case .double: return largest * 0x1p-52
    default: return abs(variable.number("scale_factor") ?? 0) / 2
    }
  }
}
