import Formats
import Hydromet

/// Where the cells of a plain grid lie, and how the order of the file becomes rows from the north and
/// columns from the west.
struct GridPlace {
  let geometry: GridGeometry
  let order: CellOrder

  /// - Parameters:
  ///   - x, y: edges of the grid in metres or degrees, with the directions of the file.
  ///   - isTransposed: the file stores columns outside rows.
  ///   - alternates: every other line of the file runs backwards.
  /// - Throws: `too_large`, `bad_coordinates`.
  init(
    x: GridAxis, y: GridAxis, system: CoordinateSystem, isTransposed: Bool = false,
    alternates: Bool = false, place: Fault.Location
  ) throws(Fault) {
    try GridPlace.checkSize(rows: y.count, columns: x.count, place)
    guard system.isGeographic || system.metresPerUnit == 1 else {
      throw Fault(
        "unknown_unit", at: place, "the projection “\(system.text)” is not in metres",
        remedy: "put the grid into a projection in metres, or state the right one")
    }
    if system.isGeographic { try GridPlacement.checkDegrees(x, y, place) }
    let circle = GridPlacement.normalised(x, isLongitude: system.isGeographic && !system.isRotated)
    geometry = GridGeometry(
      rows: y.count, columns: x.count, projection: system.text, isGeographic: system.isGeographic,
      west: circle.axis.lower, north: y.upper, cellWidth: x.step, cellHeight: y.step)
    order = CellOrder(
      rows: y.count, columns: x.count, risesNorthwards: !y.isFalling, fallsEastwards: x.isFalling,
      isTransposed: isTransposed, alternates: alternates, turnedColumns: circle.turnedColumns)
  }

  /// Bounds every count that a file names, before anything is allocated.
  static func checkSize(rows: Int, columns: Int, _ place: Fault.Location) throws(Fault) {
    let (total, overflow) = rows.multipliedReportingOverflow(by: columns)
    guard rows > 0, columns > 0, rows <= 1 << 24, columns <= 1 << 24, !overflow, total <= 1 << 28
    else {
      throw Fault(
        "too_large", at: place,
        "the file names \(rows) x \(columns) cells, expected 1 to \(1 << 28) in all",
        remedy: "check that the file is complete; crop a grid that really is larger")
    }
  }
}

extension GridAxis {
  /// Equal cells from the centre of the first one.
  ///
  /// - Parameter step: distance to the next one; its sign is the direction.
  init(firstCentre: Double, step: Double, count: Int, place: Fault.Location) throws(Fault) {
    let last = firstCentre + Double(max(0, count - 1)) * step
    try self.init(
      edges: (min(firstCentre, last) - abs(step) / 2, max(firstCentre, last) + abs(step) / 2),
      count: count, isFalling: step < 0, place: place)
  }

  /// Equal cells between two outer edges.
  init(
    edges: (lower: Double, upper: Double), count: Int, isFalling: Bool, place: Fault.Location
  ) throws(Fault) {
    let width = (edges.upper - edges.lower) / Double(max(1, count))
    guard count > 0, edges.lower.isFinite, edges.upper.isFinite, width > GridAxis.leastWidth,
      max(abs(edges.lower), abs(edges.upper)) < GridAxis.farthest
    else {
      throw Fault(
        "bad_coordinates", at: place,
        "\(count) cells reach from \(edges.lower) to \(edges.upper)",
        remedy: "correct the position of the grid in the file")
    }
    self.init(
      lower: GridAxis.neat(edges.lower), upper: GridAxis.neat(edges.upper),
      step: GridAxis.neat(width), count: count, isFalling: isFalling)
  }
}

/// How the cells of a file lie in it.
struct CellOrder: Equatable {
  let rows: Int
  let columns: Int
  /// The file runs from south to north.
  let risesNorthwards: Bool
  /// The file runs from east to west.
  let fallsEastwards: Bool
  /// The file stores columns outside rows.
  let isTransposed: Bool
  /// Every other line of the file runs backwards.
  let alternates: Bool
  /// Column of the file, counted from its west, that becomes column 0.
  let turnedColumns: Int

  /// Position in the file of a cell of the grid.
  @inline(__always)
  func position(row: Int, column: Int) -> Int {
    var fileColumn = column + turnedColumns
    if fileColumn >= columns { fileColumn -= columns }
    if fallsEastwards { fileColumn = columns - 1 - fileColumn }
    let fileRow = risesNorthwards ? rows - 1 - row : row
    let line = isTransposed ? fileColumn : fileRow
    let length = isTransposed ? rows : columns
    var offset = isTransposed ? fileRow : fileColumn
    if alternates, line & 1 == 1 { offset = length - 1 - offset }
    return line * length + offset
  }

  /// Whether the cells lie in the order of the field: row 0 north, column 0 west.
  var isPlain: Bool {
    !fallsEastwards && !risesNorthwards && !isTransposed && !alternates && turnedColumns == 0
  }

  /// For people.
  var words: String {
    "\(isTransposed ? "x y" : "y x"); x \(fallsEastwards ? "falling" : "rising"), "
      + "y \(risesNorthwards ? "rising" : "falling")"
      + (alternates ? ", every other line backwards" : "")
  }
}

/// What a stored number stands for.
enum StoredCell {
  /// In the unit of the file.
  case value(Double)
  /// The place is covered, the value is not known.
  case missing
  /// No instrument sees the place.
  case uncovered
}

/// Turns the numbers of one field of a file into cells.
struct CellReader {
  let order: CellOrder
  let quantity: Quantity
  /// From the unit of the file to mm, mm/h or dBZ.
  let factor: Double
  /// One step of the stored numbers in the unit of the file.
  let resolution: Double
  let place: Fault.Location

  /// - Parameter stored: the meaning of the number at a position of the file.
  /// - Throws: `negative_rain`, `implausible`.
  @inline(__always)
  func cells(
    _ window: GridWindow, _ stored: (Int) -> StoredCell
  ) throws(Fault) -> GridCells {
    let columns = window.columns.count
    var cells = GridCells(
      values: [Float](repeating: .nan, count: window.rows.count * columns))
    var check = RainPlausibility(quantity: quantity, resolution: resolution * factor)
    var target = 0
    for row in window.rows {
      for column in window.columns {
        switch stored(order.position(row: row, column: column)) {
        case .value(let value) where value.isFinite:
          cells.values[target] = check.accept(value * factor)
        case .uncovered: cells.tally.uncovered += 1
        default: break
        }
        target += 1
      }
    }
    cells.tally.rejected = try check.finish(place)
    return cells
  }
}
