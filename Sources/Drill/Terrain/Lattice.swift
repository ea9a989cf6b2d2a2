import Hydromet

/// Square cells in the local plane. Row 0 is the northernmost, column 0 the westernmost; cell
/// numbers run row by row.
struct Lattice: Sendable {
  let rows: Int
  let columns: Int
  /// Side of a cell, km.
  let cellKilometres: Double

  var count: Int { rows * columns }
  var cellArea: Double { cellKilometres * cellKilometres }

  func row(_ cell: Int) -> Int { cell / columns }
  func column(_ cell: Int) -> Int { cell % columns }

  /// Centre of a cell, km; the middle of the lattice is the origin of the plane.
  func centre(_ cell: Int) -> Point {
    corner(row: Double(row(cell)) + 0.5, column: Double(column(cell)) + 0.5)
  }

  func corner(row: Double, column: Double) -> Point {
    Point(
      x: (column - Double(columns) / 2) * cellKilometres,
      y: (Double(rows) / 2 - row) * cellKilometres)
  }

  /// The cell that holds a point; nil outside.
  func cell(at p: Point) -> Int? {
    let column = (p.x / cellKilometres + Double(columns) / 2).rounded(.down)
    let row = (Double(rows) / 2 - p.y / cellKilometres).rounded(.down)
    guard column >= 0, row >= 0, column < Double(columns), row < Double(rows) else { return nil }
    return Int(row) * columns + Int(column)
  }

  /// The up to eight cells around one, in a fixed order, with the distance in cells.
  func forEachNeighbour(of cell: Int, _ body: (Int, Double) -> Void) {
    let (row, column) = (row(cell), column(cell))
    for (down, right) in Lattice.directions {
      let (r, c) = (row + down, column + right)
      guard r >= 0, c >= 0, r < rows, c < columns else { continue }
      body(r * columns + c, down != 0 && right != 0 ? 1.414_213_562_373_095_1 : 1)
    }
  }

  private static let directions = [
    (-1, 0), (0, 1), (1, 0), (0, -1), (-1, 1), (1, 1), (1, -1), (-1, -1),
  ]

  static func distance(_ a: Point, _ b: Point) -> Double {
    ((a.x - b.x) * (a.x - b.x) + (a.y - b.y) * (a.y - b.y)).squareRoot()
  }
}
