import Hydromet

/// A cell that a polygon covers in part.
struct ScannedCell {
  let row: Int32
  let column: Int32
  /// Share of the cell, between 0 and 1 exclusive.
  var share: Double
  /// True area of the covered part, km², where that was asked for.
  var trueArea = 0.0
  /// Centroid of the covered part in cells, where that was asked for.
  var centroid = Point(x: 0, y: 0)
}

/// Neighbouring cells of a row that a polygon covers wholly.
struct ScannedRun {
  let row: Int32
  let column: Int32
  var count: Int32
}

/// Finds the exact share of every cell that a polygon covers, by signed areas.
///
/// Every piece of an edge covers, with a sign, all that lies east of it in its row; the sum over the
/// edges west of a place is the share of the row's height that the polygon covers there. The pieces
/// are sorted by row and column and each row is swept from the west. Cells that no edge touches are
/// covered wholly or not at all, so the sum is rounded to a whole winding number there and errors of
/// rounding cannot travel. Cost: pieces × log(pieces) plus the covered cells' rows.
struct CoverageScan {
  /// A share this near to 0 or 1 is 0 or 1: the rounding of sums of a few hundred edges.
  private static let noise = 1e-12

  let frame: CellFrame
  private let measure: CellMeasure
  private var pieces: EdgePieces
  private var order: [UInt64] = []
  /// Partly covered cells of the last polygon, by row and column.
  private(set) var cells: [ScannedCell] = []
  /// Wholly covered cells of the last polygon, by row and column.
  private(set) var runs: [ScannedRun] = []
  /// True area of one cell of each row, km²; empty where not asked for.
  let rowAreas: [Double]

  init(_ frame: CellFrame, measure: CellMeasure) {
    self.frame = frame
    self.measure = measure
    pieces = EdgePieces(frame, measure: measure)
    guard case .ellipsoidal(let densities) = measure else {
      rowAreas = []
      return
    }
    let g = frame.geometry
    rowAreas = (0..<frame.rows).map { row in
      let north = g.north - Double(row) * g.cellHeight
      return densities.density.integral(from: north - g.cellHeight, to: north) * g.cellWidth
    }
  }

  /// Scans a polygon whose vertices have been checked by `CellFrame.check`.
  ///
  /// - Returns: whether the polygon lies wholly inside the grid.
  mutating func scan(_ polygon: MultiPolygon) -> Bool {
    cells.removeAll(keepingCapacity: true)
    runs.removeAll(keepingCapacity: true)
    pieces.removeAll()
    guard let box = polygon.box else { return false }
    var isInside = false
    for shift in frame.shifts(for: box) {
      let corner = frame.cells(of: Point(x: box.minX, y: box.maxY), shiftedBy: shift)
      let opposite = frame.cells(of: Point(x: box.maxX, y: box.minY), shiftedBy: shift)
      guard opposite.x > 0, opposite.y > 0, corner.x < Double(frame.columns),
        corner.y < Double(frame.rows)
      else { continue }
      let insideHere =
        corner.x >= 0 && corner.y >= 0 && opposite.x <= Double(frame.columns)
        && opposite.y <= Double(frame.rows)
      isInside = isInside || insideHere
      addEdges(of: polygon, shiftedBy: shift)
      if insideHere, corner.x.rounded(.down) + 1 >= opposite.x,
        corner.y.rounded(.down) + 1 >= opposite.y
      {
        sweep()
        sharpen(polygon, corner, opposite)
        return true
      }
    }
    sweep()
    return isInside
  }

  private mutating func addEdges(of polygon: MultiPolygon, shiftedBy shift: Double) {
    for part in polygon.polygons {
      addRing(part.outer, covers: true, shiftedBy: shift)
      for hole in part.holes {
        addRing(hole, covers: false, shiftedBy: shift)
      }
    }
  }

  private mutating func addRing(_ ring: [Point], covers: Bool, shiftedBy shift: Double) {
    guard ring.count >= 3 else { return }
    let area = MultiPolygon.signedArea(ring)
    guard area != 0 else { return }
    let sign = (area > 0) == covers ? 1.0 : -1.0
    var previous = frame.cells(of: ring[ring.count - 1], shiftedBy: shift)
    for point in ring {
      let next = frame.cells(of: point, shiftedBy: shift)
      pieces.add(from: previous, to: next, sign: sign)
      previous = next
    }
  }

  /// Goes through the pieces row by row from the west.
  private mutating func sweep() {
    order.removeAll(keepingCapacity: true)
    for (index, place) in pieces.places.enumerated() {
      order.append(UInt64(place) << 32 | UInt64(index))
    }
    order.sort()
    let stride = pieces.stride
    var row = -1
    var nextColumn = 0
    var left = EdgePiece()
    var i = 0
    while i < order.count {
      let place = order[i] >> 32
      var here = EdgePiece()
      while i < order.count, order[i] >> 32 == place {
        here.add(pieces.pieces[Int(order[i] & 0xFFFF_FFFF)])
        i += 1
      }
      if Int(place) / stride != row {
        cover(row: row, from: nextColumn, to: frame.columns, &left)
        row = Int(place) / stride
        nextColumn = 0
        left = EdgePiece()
      }
      let column = Int(place) - row * stride - 1
      if column >= 0 {
        cover(row: row, from: nextColumn, to: column, &left)
        finish(row: row, column: column, left: left, here: here)
      }
      left.cover += here.cover
      left.coverMeasure += here.coverMeasure
      nextColumn = column + 1
    }
    cover(row: row, from: nextColumn, to: frame.columns, &left)
  }

  /// Covers the untouched cells between two touched ones, wholly or not at all.
  private mutating func cover(row: Int, from start: Int, to end: Int, _ left: inout EdgePiece) {
    guard start < end, row >= 0 else { return }
    let winding = left.cover.rounded()
    left.cover = winding
    switch measure {
    case .share: break
    case .ellipsoidal: left.coverMeasure = winding * rowAreas[row]
    case .centroid: left.coverMeasure = winding / 2
    }
    if winding >= 1 {
      extend(row: row, column: start, count: end - start)
    }
  }

  /// Judges a touched cell from what covers it from the west and the pieces inside it.
  private mutating func finish(row: Int, column: Int, left: EdgePiece, here: EdgePiece) {
    let share = left.cover + here.area
    guard share > CoverageScan.noise else { return }
    if share >= 1 - CoverageScan.noise {
      extend(row: row, column: column, count: 1)
      return
    }
    var cell = ScannedCell(row: Int32(row), column: Int32(column), share: share)
    switch measure {
    case .share: break
    case .ellipsoidal:
      cell.trueArea = min(max(left.coverMeasure + here.areaMeasure, 0), rowAreas[row])
    case .centroid:
      let u = (left.cover / 2 + here.areaMoment) / share
      let v = (left.coverMeasure + here.areaMeasure) / share
      cell.centroid = Point(
        x: Double(column) + min(max(u, 0), 1), y: Double(row) + min(max(v, 0), 1))
    }
    cells.append(cell)
  }

  private mutating func extend(row: Int, column: Int, count: Int) {
    if let last = runs.last, last.row == row, Int(last.column) + Int(last.count) == column {
      runs[runs.count - 1].count += Int32(count)
    } else {
      runs.append(ScannedRun(row: Int32(row), column: Int32(column), count: Int32(count)))
    }
  }

  /// Replaces the sum of a polygon that lies in one cell by its own area, which has all its digits
  /// however small the polygon is.
  private mutating func sharpen(_ polygon: MultiPolygon, _ corner: Point, _ opposite: Point) {
    let share = RegionArea.planar(polygon) / frame.cellArea
    guard runs.isEmpty, cells.count <= 1, share > 0, share < 1 - CoverageScan.noise else { return }
    if cells.isEmpty {
      var cell = ScannedCell(
        row: Int32(corner.y), column: Int32(corner.x), share: share)
      cell.centroid = Point(x: (corner.x + opposite.x) / 2, y: (corner.y + opposite.y) / 2)
      cells.append(cell)
    }
    cells[0].share = share
    if case .ellipsoidal(let densities) = measure {
      cells[0].trueArea = RegionArea.ellipsoidal(polygon, density: densities.density)
    }
  }
}
