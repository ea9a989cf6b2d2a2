public import Hydromet
public import Kernels

/// Rain that moves on between frames: what a fast cell leaves under its path instead of the fish bones
/// of its stops.
///
/// For frames that are moments: a rate at the end of the frame's period times its length. The rain of
/// the period is that of a few moments in it: at each the frame before, moved on, and the frame itself,
/// moved back, are blended by nearness in time (Anagnostou and Krajewski 1999). A steady cell so leaves
/// the rain of one frame in every period, a growing one the mean of two; cells without data stay without.
/// Frames that are sums already have their rain where it fell, and are not to be spread.
public enum Advection {
  /// A frame with the rain of its whole period.
  public struct Moved: Sendable, Equatable {
    public let field: DepthField
    /// Nil where the frame is as it came: none came just before it, or no rain was found again.
    public let displacement: Displacement?
  }

  /// How far rain moved from one frame to the next.
  public struct Displacement: Sendable, Hashable {
    /// Mean over the rain of the later frame, km.
    public let eastKilometres: Double
    public let northKilometres: Double
    /// The longest of any cell, km.
    public let longestKilometres: Double
  }

  /// Frames with the rain between them.
  ///
  /// - Parameter frames: of one grid, in order of time. The first of each unbroken run is left as it is.
  public static func spread(_ frames: [DepthField], workers: Workers = .one) -> [DepthField] {
    frames.enumerated().map { index, frame in
      move(frame, after: index > 0 ? frames[index - 1] : nil, workers: workers).field
    }
  }

  /// A frame with the rain of the time since the frame before it.
  ///
  /// - Parameter earlier: of the same grid, and ends where the frame's period starts; otherwise the frame
  ///   is left as it is.
  public static func move(
    _ frame: DepthField, after earlier: DepthField?, workers: Workers = .one
  ) -> Moved {
    guard let earlier, earlier.period.end == frame.period.start,
      earlier.geometry == frame.geometry, frame.largest > .zero
    else { return Moved(field: frame, displacement: nil) }
    let before = earlier.micrometres
    let after = frame.micrometres
    let motion = MotionField(
      from: before, to: after, geometry: frame.geometry, seconds: frame.period.seconds,
      workers: workers)
    guard motion.isFound else { return Moved(field: frame, displacement: nil) }
    var moved = [Int32](repeating: 0, count: after.count)
    moved.withUnsafeMutableBufferPointer { moved in
      let target = Target(cells: moved)
      let path = Path(
        before: before, after: after, rows: frame.geometry.rows,
        columns: frame.geometry.columns,
        moments: max(1, min(16, Int(motion.longest.rounded(.up)))))
      workers.forEachRange(of: frame.geometry.rows, partsPerThread: 8) { rows in
        for row in rows {
          for column in 0..<frame.geometry.columns {
            let vector = motion.vector(row: row, column: column)
            target.cells[row * frame.geometry.columns + column] = path.depth(row, column, vector)
          }
        }
      }
    }
    return Moved(
      field: DepthField(geometry: frame.geometry, period: frame.period, micrometres: moved),
      displacement: motion.displacement(over: after, frame.geometry))
  }

  private struct Target: @unchecked Sendable {
    let cells: UnsafeMutableBufferPointer<Int32>
  }

  /// What passes over one cell in the time of a frame.
  private struct Path {
    let before: [Int32]
    let after: [Int32]
    let rows: Int
    let columns: Int
    let moments: Int
    /// Blocks in or beside which either frame has rain: a path is shorter than a block.
    private let isNearRain: [Bool]
    private let blockColumns: Int

    init(before: [Int32], after: [Int32], rows: Int, columns: Int, moments: Int) {
      self.before = before
      self.after = after
      self.rows = rows
      self.columns = columns
      self.moments = moments
      let block = MotionField.block
      let blockRows = (rows + block - 1) / block
      blockColumns = (columns + block - 1) / block
      var isNearRain = [Bool](repeating: false, count: blockRows * blockColumns)
      for row in 0..<rows {
        for column in 0..<columns {
          let cell = row * columns + column
          guard before[cell] > 0 || after[cell] > 0 else { continue }
          isNearRain[row / block * blockColumns + column / block] = true
        }
      }
      let wet = isNearRain
      for r in 0..<blockRows {
        for c in 0..<blockColumns where wet[r * blockColumns + c] {
          for y in max(0, r - 1)...min(blockRows - 1, r + 1) {
            for x in max(0, c - 1)...min(blockColumns - 1, c + 1) {
              isNearRain[y * blockColumns + x] = true
            }
          }
        }
      }
      self.isNearRain = isNearRain
    }

    /// Whole micrometres; missing where the frame has no data.
    func depth(_ row: Int, _ column: Int, _ vector: (x: Float, y: Float)) -> Int32 {
      let own = after[row * columns + column]
      let block = row / MotionField.block * blockColumns + column / MotionField.block
      guard own >= 0, isNearRain[block] else { return own }
      return Int32(min(mean(row, column, vector) ?? Float(own), 2e9) + 0.5)
    }

    private func mean(_ row: Int, _ column: Int, _ vector: (x: Float, y: Float)) -> Float? {
      var sum: Float = 0
      var weights: Float = 0
      for moment in 0..<moments {
        let share = (Float(moment) + 0.5) / Float(moments)
        let rest = 1 - share
        if let old = sample(
          before, Float(row) - vector.y * share, Float(column) - vector.x * share)
        {
          sum += rest * old
          weights += rest
        }
        if let new = sample(after, Float(row) + vector.y * rest, Float(column) + vector.x * rest) {
          sum += share * new
          weights += share
        }
      }
      return weights > 0 ? sum / weights : nil
    }

    /// Between the four cells around a place; nil where any of them lies outside or has no data.
    private func sample(_ cells: [Int32], _ y: Float, _ x: Float) -> Float? {
      guard y >= 0, x >= 0, y <= Float(rows - 1), x <= Float(columns - 1) else { return nil }
      let row = min(Int(y), max(0, rows - 2))
      let column = min(Int(x), max(0, columns - 2))
      let below = min(row + 1, rows - 1)
      let beside = min(column + 1, columns - 1)
      let a = cells[row * columns + column]
      let b = cells[row * columns + beside]
      let c = cells[below * columns + column]
      let d = cells[below * columns + beside]
      guard a >= 0, b >= 0, c >= 0, d >= 0 else { return nil }
      let south = y - Float(row)
      let east = x - Float(column)
      let top = Float(a) * (1 - east) + Float(b) * east
      let bottom = Float(c) * (1 - east) + Float(d) * east
      return top * (1 - south) + bottom * south
    }
  }
}
