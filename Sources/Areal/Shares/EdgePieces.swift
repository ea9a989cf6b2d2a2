import Hydromet

/// What is wanted of each covered cell besides its share.
enum CellMeasure {
  case share
  /// True area on the ellipsoid.
  case ellipsoidal(RowDensities)
  /// Centroid of the covered part.
  case centroid
}

/// The part of the polygons' edges inside one cell, as what it adds to the cells of its row.
///
/// An edge has the polygon on its right hand looking from the north, that is, walking south along
/// the western side of a polygon covers everything east of it: `cover` for each cell farther east,
/// `area` for the cell itself. Walking north along the eastern side takes it away again.
///
/// Numbers are kept in pairs, and written and read as pairs: pieces of one cell are added up right after
/// one another, and a pair that was written as two numbers makes the processor wait.
struct EdgePiece {
  private var shares: SIMD2<Double>
  private var measures: SIMD2<Double>
  /// First moment of `area` in u, where centroids are wanted.
  private(set) var areaMoment: Double

  /// - Parameter measures: true areas, or first moments in v, of `cover` and `area`.
  init(
    cover: Double = 0, area: Double = 0, measures: SIMD2<Double> = SIMD2(), areaMoment: Double = 0
  ) {
    shares = SIMD2(cover, area)
    self.measures = measures
    self.areaMoment = areaMoment
  }

  /// Share of the row's height, signed.
  var cover: Double {
    get { shares.x }
    set { shares.x = newValue }
  }
  /// Share of the cell to the east of the piece, signed.
  var area: Double { shares.y }
  /// True area of `cover` over a whole cell, km²; or its first moment in v.
  var coverMeasure: Double {
    get { measures.x }
    set { measures.x = newValue }
  }
  /// True area of `area`, km²; or its first moment in v.
  var areaMeasure: Double { measures.y }

  @inline(__always)
  mutating func add(_ other: EdgePiece) {
    shares += other.shares
    measures += other.measures
    areaMoment += other.areaMoment
  }
}

/// Cuts edges at the cell lines and gathers the pieces, to be sorted by (row, column).
///
/// Column −1 stands for everything west of the grid: its pieces cover the rows they span from the
/// grid's west edge on. What lies north, south or east of the grid covers nothing and is dropped.
/// A piece that is level adds nothing but is kept, because it marks its cell as touched.
struct EdgePieces {
  private let rows: Int
  private let columns: Int
  private let measure: CellMeasure
  private let cellHeight: Double
  private let cellWidth: Double
  private(set) var pieces: [EdgePiece] = []
  /// Place of each piece: row × (columns + 1) + column + 1.
  private(set) var places: [UInt32] = []

  init(_ frame: CellFrame, measure: CellMeasure) {
    rows = frame.rows
    columns = frame.columns
    self.measure = measure
    cellHeight = frame.geometry.cellHeight
    cellWidth = frame.geometry.cellWidth
  }

  var stride: Int { columns + 1 }

  mutating func removeAll() {
    pieces.removeAll(keepingCapacity: true)
    places.removeAll(keepingCapacity: true)
  }

  /// Adds an edge between two points in cells; `sign` is −1 for a ring that runs the wrong way.
  mutating func add(from a: Point, to b: Point, sign: Double) {
    let limit = Double(rows)
    guard max(a.y, b.y) >= 0, min(a.y, b.y) <= limit, min(a.x, b.x) < Double(columns) else {
      return
    }
    if a.y == b.y {
      addLevel(from: min(a.x, b.x), to: max(a.x, b.x), v: a.y)
      return
    }
    let start = clipped(a, b, limit)
    let end = clipped(b, a, limit)
    let slope = (b.x - a.x) / (b.y - a.y)
    let low = min(a.x, b.x)
    let high = max(a.x, b.x)
    var from = start
    while from.y != end.y {
      let down = end.y > from.y
      let row = down ? EdgePieces.line(at: from.y) : EdgePieces.line(before: from.y)
      let line = down ? row + 1 : row
      var to = end
      if down ? line < end.y : line > end.y {
        to = Point(x: min(max(a.x + (line - a.y) * slope, low), high), y: line)
      }
      addInRow(Int(row), from: from, to: to, sign: sign)
      from = to
    }
  }

  /// The last cell line at or before a place in the grid. Rounding by way of whole numbers is one
  /// instruction on every processor, where rounding to a whole number may be a call.
  private static func line(at place: Double) -> Double { Double(Int32(place)) }

  /// The last cell line before a place in the grid.
  private static func line(before place: Double) -> Double {
    let line = line(at: place)
    return line == place ? line - 1 : line
  }

  /// `p`, or where the edge from `p` to `other` enters the grid's rows.
  private func clipped(_ p: Point, _ other: Point, _ limit: Double) -> Point {
    let v = min(max(p.y, 0), limit)
    guard v != p.y else { return p }
    let u = p.x + (v - p.y) * ((other.x - p.x) / (other.y - p.y))
    return Point(x: min(max(u, min(p.x, other.x)), max(p.x, other.x)), y: v)
  }

  /// Marks the cells that a level edge runs through; along a cell line it touches none.
  private mutating func addLevel(from west: Double, to east: Double, v: Double) {
    guard v > 0, v < Double(rows), v != v.rounded(.down), east > 0 else { return }
    let first = Int(max(west, 0).rounded(.down))
    let last = Int(min(east, Double(columns)).rounded(.up))
    for column in first..<max(first, last) {
      append(EdgePiece(), row: Int(v), column: column)
    }
  }

  /// Adds an edge that stays within a row.
  private mutating func addInRow(_ row: Int, from a: Point, to b: Point, sign: Double) {
    let limit = Double(columns)
    if max(a.x, b.x) <= 0 {
      append(westOfGrid(row, a.y, b.y, sign), row: row, column: -1)
      return
    }
    guard min(a.x, b.x) < limit else { return }
    if a.x == b.x {
      addInCell(row, Int(a.x), from: a, to: b, sign: sign)
      return
    }
    let slope = (b.y - a.y) / (b.x - a.x)
    let low = min(a.y, b.y)
    let high = max(a.y, b.y)
    func crossing(_ u: Double) -> Point {
      Point(x: u, y: min(max(a.y + (u - a.x) * slope, low), high))
    }
    let east = b.x > a.x
    var from = a
    if a.x < 0 {
      from = crossing(0)
      append(westOfGrid(row, a.y, from.y, sign), row: row, column: -1)
    } else if a.x > limit {
      from = crossing(limit)
    }
    let end = b.x < 0 ? crossing(0) : b.x > limit ? crossing(limit) : b
    while from.x != end.x {
      let column = east ? EdgePieces.line(at: from.x) : EdgePieces.line(before: from.x)
      let line = east ? column + 1 : column
      let to = (east ? line < end.x : line > end.x) ? crossing(line) : end
      addInCell(row, Int(column), from: from, to: to, sign: sign)
      from = to
    }
    if b.x < 0 {
      append(westOfGrid(row, end.y, b.y, sign), row: row, column: -1)
    }
  }

  /// Adds an edge that stays within a cell.
  private mutating func addInCell(
    _ row: Int, _ column: Int, from a: Point, to b: Point, sign: Double
  ) {
    let height = (b.y - a.y) * sign
    // Distances from the cell's eastern line.
    let east = Double(column + 1)
    let da = east - a.x
    let db = east - b.x
    let area = height * ((da + db) / 2)
    let piece: EdgePiece
    switch measure {
    case .share: piece = EdgePiece(cover: height, area: area)
    case .ellipsoidal(let densities):
      piece = EdgePiece(
        cover: height, area: area,
        measures: trueAreas(height, row, from: (a.y, da), to: (b.y, db), densities))
    case .centroid:
      let va = a.y - Double(row)
      let vb = b.y - Double(row)
      piece = EdgePiece(
        cover: height, area: area,
        measures: height
          * SIMD2((va + vb) / 2, (va * da + vb * db) / 3 + (va * db + vb * da) / 6),
        areaMoment: height * ((da + db) / 2 - (da * da + da * db + db * db) / 6))
    }
    append(piece, row: row, column: column)
  }

  private func westOfGrid(_ row: Int, _ va: Double, _ vb: Double, _ sign: Double) -> EdgePiece {
    let height = (vb - va) * sign
    return switch measure {
    case .share: EdgePiece(cover: height)
    case .ellipsoidal(let densities):
      EdgePiece(
        cover: height, measures: trueAreas(height, row, from: (va, 0), to: (vb, 0), densities))
    case .centroid:
      EdgePiece(cover: height, measures: SIMD2(height * ((va + vb) / 2 - Double(row)), 0))
    }
  }

  /// True areas of a piece between two heights, given its distances to the cell's eastern line: of its
  /// `cover` over a whole cell, and of its `area`.
  private func trueAreas(
    _ height: Double, _ row: Int, from a: (v: Double, width: Double),
    to b: (v: Double, width: Double), _ densities: RowDensities
  ) -> SIMD2<Double> {
    var areas = SIMD2<Double>()
    for node in 0..<3 {
      let t = 0.5 + 0.5 * (Double(node) - 1) * GaussRule.node
      let weight = node == 1 ? GaussRule.middleWeight : GaussRule.outerWeight
      let density = densities.value(row: row, at: a.v + (b.v - a.v) * t)
      areas += weight * density * SIMD2(1, a.width + (b.width - a.width) * t)
    }
    return height / 2 * cellHeight * cellWidth * areas
  }

  /// Neighbouring pieces of one cell are added up at once: a ring mostly stays where it is.
  private mutating func append(_ piece: EdgePiece, row: Int, column: Int) {
    let place = UInt32(row * stride + column + 1)
    if let last = places.last, last == place {
      pieces[pieces.count - 1].add(piece)
    } else {
      places.append(place)
      pieces.append(piece)
    }
  }
}
