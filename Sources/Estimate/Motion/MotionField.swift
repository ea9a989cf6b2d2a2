import Hydromet
import Kernels

/// How rain moved from one frame to the next: one vector for each block of cells, found by matching
/// blocks (Rinehart and Garvey 1978), smoothed, and read between blocks bilinearly.
struct MotionField: Sendable {
  static let block = 32
  /// The fastest motion that is looked for, m/s.
  static let fastest = 30.0
  private static let furthest = 24
  /// Depths above this count like it, micrometres, so that one cell does not decide.
  private static let ceiling: Int32 = 20_000

  private let blockRows: Int
  private let blockColumns: Int
  /// Cells per frame, row by row of blocks; x east, y south.
  private let x: [Float]
  private let y: [Float]

  /// The longest vector, cells.
  let longest: Float
  /// Whether any block was found again.
  let isFound: Bool

  /// - Parameters:
  ///   - earlier, later: micrometres, shape [rows, columns], negative where missing.
  ///   - seconds: from one frame to the next.
  init(
    from earlier: [Int32], to later: [Int32], geometry: GridGeometry, seconds: Int,
    workers: Workers
  ) {
    let plane = KilometrePlane(geometry)
    let cell = max(1e-6, min(plane.cellWidth, plane.cellHeight))
    let reach = MotionField.fastest * Double(seconds) / 1000 / cell
    let radius = min(MotionField.furthest, max(1, reach < 1000 ? Int(reach.rounded(.up)) : 1))
    blockRows = (geometry.rows + MotionField.block - 1) / MotionField.block
    blockColumns = (geometry.columns + MotionField.block - 1) / MotionField.block
    let matcher = BlockMatcher(
      earlier: earlier.map { min($0, MotionField.ceiling) },
      later: later.map { min($0, MotionField.ceiling) }, rows: geometry.rows,
      columns: geometry.columns, radius: radius)
    let columns = blockColumns
    var found = [BlockMatcher.Vector?](repeating: nil, count: blockRows * blockColumns)
    found.withUnsafeMutableBufferPointer { found in
      let target = Target(vectors: found)
      workers.forEachRange(of: target.vectors.count, partsPerThread: 8) { range in
        for index in range {
          target.vectors[index] = matcher.match(
            row: index / columns * MotionField.block, column: index % columns * MotionField.block)
        }
      }
    }
    (x, y) = MotionField.smoothed(found, blockRows, blockColumns)
    isFound = found.contains { $0 != nil }
    longest = zip(x, y).reduce(0) { max($0, max($1.0.magnitude, $1.1.magnitude)) }
  }

  private struct Target: @unchecked Sendable {
    let vectors: UnsafeMutableBufferPointer<BlockMatcher.Vector?>
  }

  /// The means of a block and its neighbours, without those far from the middle of all.
  private static func smoothed(
    _ found: [BlockMatcher.Vector?], _ rows: Int, _ columns: Int
  ) -> ([Float], [Float]) {
    let known = found.compactMap { $0 }
    let middleX = Float(median(known.map { Double($0.x) }))
    let middleY = Float(median(known.map { Double($0.y) }))
    let spread =
      2
      + 3
      * Float(
        median(
          known.map {
            Double(max((Float($0.x) - middleX).magnitude, (Float($0.y) - middleY).magnitude))
          }))
    var x = [Float](repeating: middleX, count: found.count)
    var y = [Float](repeating: middleY, count: found.count)
    for row in 0..<rows {
      for column in 0..<columns {
        var sum = (x: middleX, y: middleY, n: Float(1))
        for r in max(0, row - 1)...min(rows - 1, row + 1) {
          for c in max(0, column - 1)...min(columns - 1, column + 1) {
            guard let vector = found[r * columns + c],
              (Float(vector.x) - middleX).magnitude <= spread,
              (Float(vector.y) - middleY).magnitude <= spread
            else { continue }
            sum = (sum.x + Float(vector.x), sum.y + Float(vector.y), sum.n + 1)
          }
        }
        x[row * columns + column] = sum.x / sum.n
        y[row * columns + column] = sum.y / sum.n
      }
    }
    return (x, y)
  }

  /// The motion of a cell, cells per frame.
  func vector(row: Int, column: Int) -> (x: Float, y: Float) {
    let half = Float(MotionField.block) / 2
    let py = max(0, (Float(row) + 0.5 - half) / Float(MotionField.block))
    let px = max(0, (Float(column) + 0.5 - half) / Float(MotionField.block))
    let r = min(Int(py), blockRows - 1)
    let c = min(Int(px), blockColumns - 1)
    let below = min(r + 1, blockRows - 1)
    let beside = min(c + 1, blockColumns - 1)
    let south = min(1, py - Float(r))
    let east = min(1, px - Float(c))
    func blend(_ field: [Float]) -> Float {
      let top = field[r * blockColumns + c] * (1 - east) + field[r * blockColumns + beside] * east
      let bottom =
        field[below * blockColumns + c] * (1 - east) + field[below * blockColumns + beside] * east
      return top * (1 - south) + bottom * south
    }
    return (blend(x), blend(y))
  }
}

extension MotionField {
  /// The motion of the rain of a frame.
  ///
  /// - Parameter depths: micrometres, shape [rows, columns], negative where missing.
  func displacement(over depths: [Int32], _ geometry: GridGeometry) -> Advection.Displacement {
    let plane = KilometrePlane(geometry)
    var rain = 0.0
    var east = 0.0
    var south = 0.0
    for row in 0..<geometry.rows {
      for column in 0..<geometry.columns {
        let depth = Double(max(0, depths[row * geometry.columns + column]))
        guard depth > 0 else { continue }
        let vector = vector(row: row, column: column)
        rain += depth
        east += depth * Double(vector.x)
        south += depth * Double(vector.y)
      }
    }
    var longest = 0.0
    for (x, y) in zip(x, y) {
      let east = Double(x) * plane.cellWidth
      let north = Double(y) * plane.cellHeight
      longest = max(longest, (east * east + north * north).squareRoot())
    }
    return Advection.Displacement(
      eastKilometres: rain > 0 ? east / rain * plane.cellWidth : 0,
      northKilometres: rain > 0 ? -south / rain * plane.cellHeight : 0,
      longestKilometres: longest)
  }
}

/// Looks for a block of one frame in the next.
struct BlockMatcher: Sendable {
  struct Vector: Sendable {
    let x: Int
    let y: Int
  }

  let earlier: [Int32]
  let later: [Int32]
  let rows: Int
  let columns: Int
  let radius: Int

  /// Every second cell of every second row is compared.
  private static let step = 2
  /// Fewest wet cells among the compared ones.
  private static let fewest = 12

  /// Where the block went: the displacement with the least mean difference; of equal ones the
  /// shortest. Nil where there is too little rain, or no clear place.
  func match(row: Int, column: Int) -> Vector? {
    var wet = 0
    for r in stride(from: row, to: min(row + MotionField.block, rows), by: BlockMatcher.step) {
      for c in stride(
        from: column, to: min(column + MotionField.block, columns), by: BlockMatcher.step)
      where later[r * columns + c] > 0 {
        wet += 1
      }
    }
    guard wet >= BlockMatcher.fewest else { return nil }
    var best: (difference: Double, length: Int, vector: Vector)?
    var sum = 0.0
    var count = 0
    for y in -radius...radius {
      for x in -radius...radius {
        guard let difference = difference(row, column, x, y) else { continue }
        sum += difference
        count += 1
        let length = x * x + y * y
        if let found = best, (found.difference, found.length) <= (difference, length) { continue }
        best = (difference, length, Vector(x: x, y: y))
      }
    }
    guard let best, count > 0, best.difference < 0.8 * sum / Double(count) else { return nil }
    return best.vector
  }

  private func difference(_ row: Int, _ column: Int, _ x: Int, _ y: Int) -> Double? {
    var sum: Int64 = 0
    var compared = 0
    for r in stride(from: row, to: min(row + MotionField.block, rows), by: BlockMatcher.step) {
      let from = r - y
      guard from >= 0, from < rows else { continue }
      let first = max(column, x)
      let last = min(min(column + MotionField.block, columns), columns + x)
      guard first < last else { continue }
      for c in stride(from: first, to: last, by: BlockMatcher.step) {
        let a = earlier[from * columns + c - x]
        let b = later[r * columns + c]
        guard a >= 0, b >= 0 else { continue }
        sum += Int64((a - b).magnitude)
        compared += 1
      }
    }
    guard compared >= 64 else { return nil }
    return Double(sum) / Double(compared)
  }
}
