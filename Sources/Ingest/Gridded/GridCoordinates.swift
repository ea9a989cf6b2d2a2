import Formats
import Hydromet

/// The numbers of coordinate variables, unpacked.
struct GridCoordinates {
  let file: NetCDFFile

  /// All values of a coordinate variable; missing ones are NaN.
  func values(of variable: NetCDFVariable) throws(Fault) -> [Double] {
    try numbers(variable, GridPacking(variable, statedMissing: []))
  }

  /// The coordinates of columns (or of rows) from a variable that has one for every cell.
  ///
  /// - Throws: `uneven_coordinates` where they differ from row to row (from column to column): such cells
  ///   are no rectangles of degrees.
  func line(of variable: NetCDFVariable, isRow: Bool) throws(Fault) -> [Double] {
    let all = try values(of: variable)
    let columns = variable.shape.last ?? 0
    guard columns > 0, !all.isEmpty else { return [] }
    let rows = all.count / columns
    let line = isRow ? Array(all[..<columns]) : (0..<rows).map { all[$0 * columns] }
    let tolerance = 4 * precision(of: variable, line)
    for row in 0..<rows {
      for column in 0..<columns {
        let other = line[isRow ? column : row]
        guard abs(all[row * columns + column] - other) <= tolerance else {
          throw Fault(
            "uneven_coordinates", at: Fault.Location(file.path, item: variable.path),
            "at row \(row), column \(column) it is \(all[row * columns + column]), at the edge \(other): "
              + "longitude and latitude must be those of whole columns and rows",
            remedy:
              "give x and y in the projection of the grid, or put the data on a grid of degrees")
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
    try file.doubles(variable).map { stored in
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
