import Hydromet

/// A grid seen in units of its own cells: u counts cells east of the west edge, v cells south of the
/// north edge, so that cell (row, column) is the square from (column, row) to (column + 1, row + 1).
struct CellFrame {
  let geometry: GridGeometry
  let rows: Int
  /// Columns that are filled. A grid that goes round the earth more than once is filled once.
  let columns: Int
  /// A coordinate this near to a cell line, in cells, is on it: a few units in the last place of the
  /// coordinates, so that 0.3 lies on the third line of cells of 0.1.
  private let toleranceU: Double
  private let toleranceV: Double

  /// - Throws: `Fault` `bad_grid` for a grid without cells, of more than 2³¹ − 1 cells, or whose
  ///   place or cell size is not a usable number.
  init(_ geometry: GridGeometry) throws(Fault) {
    let (count, overflow) = geometry.rows.multipliedReportingOverflow(by: geometry.columns)
    let numbers = [geometry.west, geometry.east, geometry.north, geometry.south]
    guard geometry.rows > 0, geometry.columns > 0, !overflow, count <= Int(Int32.max),
      geometry.cellWidth > 0, geometry.cellHeight > 0, numbers.allSatisfy(\.isFinite),
      geometry.west < geometry.east, geometry.south < geometry.north
    else {
      throw Fault(
        "bad_grid",
        "a grid of \(geometry.rows) rows and \(geometry.columns) columns of "
          + "\(geometry.cellWidth) by \(geometry.cellHeight) has no usable cells",
        remedy: "check the grid's shape, edges and cell size")
    }
    self.geometry = geometry
    rows = geometry.rows
    let turn = (360 / geometry.cellWidth - 1e-6).rounded(.up)
    columns =
      geometry.isGeographic && Double(geometry.columns) > turn ? Int(turn) : geometry.columns
    toleranceU = CellFrame.tolerance(geometry.west, geometry.east, cell: geometry.cellWidth)
    toleranceV = CellFrame.tolerance(geometry.north, geometry.south, cell: geometry.cellHeight)
  }

  private static func tolerance(_ a: Double, _ b: Double, cell: Double) -> Double {
    min(4 * max(abs(a), abs(b)).ulp / cell, 1e-6)
  }

  /// Area of a cell in the square of the coordinates' unit.
  var cellArea: Double { geometry.cellWidth * geometry.cellHeight }

  /// A point in cells, as `Point(x: u, y: v)`, with what lies on a cell line put exactly on it.
  func cells(of p: Point, shiftedBy shift: Double) -> Point {
    let u = (p.x + shift - geometry.west) / geometry.cellWidth
    let v = (geometry.north - p.y) / geometry.cellHeight
    return Point(
      x: CellFrame.snapped(u, toleranceU), y: CellFrame.snapped(v, toleranceV))
  }

  private static let wholeNumbers = 6_755_399_441_055_744.0

  private static func snapped(_ value: Double, _ tolerance: Double) -> Double {
    // The nearest whole number: at 1.5 · 2⁵² doubles are a whole number apart, and coordinates are below
    // 10¹² here (`check`).
    let line = (value + CellFrame.wholeNumbers) - CellFrame.wholeNumbers
    return abs(value - line) <= tolerance ? line : value
  }

  /// Coordinates farther than this many cells from the grid are taken for broken ones.
  private static let farthest = 1e12

  /// Checks that every vertex is a number within reach of the grid, which makes the arithmetic that
  /// follows safe.
  ///
  /// - Throws: `Fault` `bad_coordinate` that names the region.
  func check(_ polygon: MultiPolygon, region: String) throws(Fault) {
    for ring in polygon.rings {
      for p in ring {
        let u = (p.x - geometry.west) / geometry.cellWidth
        let v = (geometry.north - p.y) / geometry.cellHeight
        // False for NaN as well.
        guard abs(u) < CellFrame.farthest, abs(v) < CellFrame.farthest else {
          throw Fault(
            "bad_coordinate", at: Fault.Location("regions", item: region),
            "region \(region) has a vertex at (\(p.x), \(p.y)), which is no place near the grid",
            remedy: "check the region's coordinates and its coordinate reference system")
        }
      }
    }
  }

  /// What to add to x so that the region meets the grid: 0, and on grids in degrees also a turn
  /// either way where that brings the region's box onto the grid.
  func shifts(for box: Box) -> [Double] {
    guard geometry.isGeographic else { return [0] }
    return [-360, 0, 360].filter {
      box.minX + $0 < geometry.east && box.maxX + $0 > geometry.west
    }
  }
}
