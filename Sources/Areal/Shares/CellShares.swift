public import Hydromet

/// The exact share of every grid cell that a polygon covers.
///
/// A share is the covered part of the cell's rectangle in the grid's own coordinates, where the
/// polygon's edges are straight. Cells that no edge touches have exactly 1 or are absent. Cropping the
/// grid leaves the shares of the kept cells as they are, up to the rounding of the grid's edges.
public struct CellShares: Sendable, Equatable {
  /// A cell that is covered in part.
  public struct Cell: Sendable, Hashable {
    public let row: Int
    public let column: Int
    /// Between 0 and 1, both excluded.
    public let share: Double

    public init(row: Int, column: Int, share: Double) {
      self.row = row
      self.column = column
      self.share = share
    }
  }

  /// Neighbouring cells of a row that are covered wholly.
  public struct Run: Sendable, Hashable {
    public let row: Int
    public let firstColumn: Int
    public let count: Int

    public init(row: Int, firstColumn: Int, count: Int) {
      self.row = row
      self.firstColumn = firstColumn
      self.count = count
    }
  }

  /// By row, then column.
  public let cells: [Cell]
  /// By row, then column; as long as they can be.
  public let runs: [Run]
  /// Whether the whole polygon lies inside the grid.
  public let isInsideGrid: Bool

  /// The shares of a polygon in the grid's own coordinates. Rings of fewer than three points or
  /// without area are passed over; outer rings cover and holes uncover, whichever way they run. On
  /// grids in degrees the polygon is also tried a turn of 360° to the east and to the west.
  ///
  /// - Throws: `Fault` `bad_grid` or `bad_coordinate`.
  public init(of polygon: MultiPolygon, on geometry: GridGeometry) throws(Fault) {
    let frame = try CellFrame(geometry)
    try frame.check(polygon, region: "polygon")
    var scan = CoverageScan(frame, measure: .share)
    isInsideGrid = scan.scan(polygon)
    cells = scan.cells.map { Cell(row: Int($0.row), column: Int($0.column), share: $0.share) }
    runs = scan.runs.map {
      Run(row: Int($0.row), firstColumn: Int($0.column), count: Int($0.count))
    }
  }

  /// Covered area in cells.
  public var total: Double {
    cells.reduce(0) { $0 + $1.share } + Double(runs.reduce(0) { $0 + $1.count })
  }

  /// Every touched or covered cell with its share, partly covered cells first.
  public func forEachCell(_ body: (_ row: Int, _ column: Int, _ share: Double) -> Void) {
    for cell in cells {
      body(cell.row, cell.column, cell.share)
    }
    for run in runs {
      for column in run.firstColumn..<run.firstColumn + run.count {
        body(run.row, column, 1)
      }
    }
  }
}

extension GridGeometry {
  /// Index in row-major order of the cell that holds a point of the grid's own coordinates; on grids
  /// in degrees the point is also tried a turn of 360° to the east and to the west. Nil outside.
  public func cellIndex(of point: Point) -> Int? {
    for turn in isGeographic ? [0, 360, -360] as [Double] : [0] {
      if let cell = cell(at: Point(x: point.x + turn, y: point.y)) {
        return cell.row * columns + cell.column
      }
    }
    return nil
  }
}
