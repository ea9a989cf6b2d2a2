import Drill
import Hydromet

/// Four-sided areas that tile a box: a lattice whose corners are moved and whose edges wave.
///
/// Neighbours share their edges vertex by vertex, as drawn basins do. Coordinates are whole millionths
/// of a degree, so that a text file with six decimals holds the same numbers.
struct BenchMesh {
  let rows: Int
  let columns: Int
  let box: Box
  /// Corners, row-major from the north-west, `(rows + 1) × (columns + 1)`.
  private var corners: [Point] = []
  /// Points between two corners of a row, from west to east, `(rows + 1) × columns`.
  private var acrossEdges: [[Point]] = []
  /// Points between two corners of a column, from north to south, `rows × (columns + 1)`.
  private var downEdges: [[Point]] = []

  /// Points within an edge: four corners and all edges make 74 vertices.
  private static let acrossPoints = 18
  private static let downPoints = 17

  init(rows: Int, columns: Int, box: Box, seed: UInt64) {
    self.rows = rows
    self.columns = columns
    self.box = box
    var chance = SplitMix64(seed: seed, subject: "bench mesh")
    makeCorners(&chance)
    makeEdges(&chance)
  }

  var count: Int { rows * columns }

  /// The centre of an area's place in the lattice, which lies inside the area.
  func centre(_ index: Int) -> Point {
    let width = (box.maxX - box.minX) / Double(columns)
    let height = (box.maxY - box.minY) / Double(rows)
    return Point(
      x: BenchMesh.rounded(box.minX + (Double(index % columns) + 0.5) * width),
      y: BenchMesh.rounded(box.maxY - (Double(index / columns) + 0.5) * height))
  }

  /// An area by its number, row-major from the north-west; its ring runs counter-clockwise.
  func area(_ index: Int) -> MultiPolygon {
    let row = index / columns
    let column = index % columns
    var ring = [corner(row + 1, column)]
    ring += acrossEdges[(row + 1) * columns + column]
    ring.append(corner(row + 1, column + 1))
    ring += downEdges[row * (columns + 1) + column + 1].reversed()
    ring.append(corner(row, column + 1))
    ring += acrossEdges[row * columns + column].reversed()
    ring.append(corner(row, column))
    ring += downEdges[row * (columns + 1) + column]
    return MultiPolygon([Polygon(outer: ring)])
  }

  private func corner(_ row: Int, _ column: Int) -> Point {
    corners[row * (columns + 1) + column]
  }

  /// Moves corners by up to a fifth of an area; those of the border stay on it.
  private mutating func makeCorners(_ chance: inout SplitMix64) {
    let width = (box.maxX - box.minX) / Double(columns)
    let height = (box.maxY - box.minY) / Double(rows)
    for row in 0...rows {
      for column in 0...columns {
        let dx = chance.number(-0.2, 0.2) * width
        let dy = chance.number(-0.2, 0.2) * height
        let isInsideX = column > 0 && column < columns
        let isInsideY = row > 0 && row < rows
        corners.append(
          Point(
            x: BenchMesh.rounded(box.minX + Double(column) * width + (isInsideX ? dx : 0)),
            y: BenchMesh.rounded(box.maxY - Double(row) * height + (isInsideY ? dy : 0))))
      }
    }
  }

  private mutating func makeEdges(_ chance: inout SplitMix64) {
    let width = (box.maxX - box.minX) / Double(columns)
    let height = (box.maxY - box.minY) / Double(rows)
    for row in 0...rows {
      for column in 0..<columns {
        let sway = row > 0 && row < rows ? Point(x: 0, y: 0.06 * height) : Point(x: 0, y: 0)
        acrossEdges.append(
          BenchMesh.edge(
            from: corner(row, column), to: corner(row, column + 1), BenchMesh.acrossPoints, sway,
            &chance))
      }
    }
    for row in 0..<rows {
      for column in 0...columns {
        let sway = column > 0 && column < columns ? Point(x: 0.06 * width, y: 0) : Point(x: 0, y: 0)
        downEdges.append(
          BenchMesh.edge(
            from: corner(row, column), to: corner(row + 1, column), BenchMesh.downPoints, sway,
            &chance))
      }
    }
  }

  /// Points between two corners. The sway fades towards the corners, so that edges never cross.
  private static func edge(
    from a: Point, to b: Point, _ count: Int, _ sway: Point, _ chance: inout SplitMix64
  ) -> [Point] {
    (1...count).map { step in
      let t = Double(step) / Double(count + 1)
      let reach = chance.number(-1, 1) * 4 * t * (1 - t)
      return Point(
        x: rounded(a.x + (b.x - a.x) * t + reach * sway.x),
        y: rounded(a.y + (b.y - a.y) * t + reach * sway.y))
    }
  }

  private static func rounded(_ degrees: Double) -> Double {
    (degrees * 1e6).rounded() / 1e6
  }
}
