public import Hydromet
public import Kernels

/// Rain that moves on between frames: what a fast cell leaves under its path instead of the fish bones
/// of its stops.
///
/// The depth of a frame is spread over its period along the motion from the frame before: at each of a
/// few moments the frame before, moved on, and the frame itself, moved back, are blended by nearness
/// in time (Anagnostou and Krajewski 1999). The rain of every frame keeps its sum to half a micrometre
/// a cell, and cells without data stay without.
public enum Advection {
  /// Frames with the rain between them.
  ///
  /// - Parameter frames: of one grid, in order of time. The first of each unbroken run is left as it is.
  public static func spread(_ frames: [DepthField], workers: Workers = .one) -> [DepthField] {
    var result: [DepthField] = []
    for (index, frame) in frames.enumerated() {
      guard index > 0, frames[index - 1].period.end == frame.period.start,
        frames[index - 1].geometry == frame.geometry, frame.largest > .zero
      else {
        result.append(frame)
        continue
      }
      result.append(spread(frame, after: frames[index - 1], workers))
    }
    return result
  }

  private static func spread(_ frame: DepthField, after earlier: DepthField, _ workers: Workers)
    -> DepthField
  {
    let before = earlier.micrometres
    let after = frame.micrometres
    let motion = MotionField(
      from: before, to: after, geometry: frame.geometry, seconds: frame.period.seconds,
      workers: workers)
    let moments = min(16, Int(motion.longest.rounded(.up)))
    guard moments > 0 else { return frame }
    var moved = [Float](repeating: 0, count: after.count)
    moved.withUnsafeMutableBufferPointer { moved in
      let target = Target(cells: moved)
      workers.forEachRange(of: frame.geometry.rows, partsPerThread: 8) { rows in
        let path = Path(
          before: before, after: after, rows: frame.geometry.rows,
          columns: frame.geometry.columns, moments: moments)
        for row in rows {
          for column in 0..<frame.geometry.columns {
            let vector = motion.vector(row: row, column: column)
            target.cells[row * frame.geometry.columns + column] = path.mean(row, column, vector)
          }
        }
      }
    }
    return DepthField(
      geometry: frame.geometry, period: frame.period, micrometres: balanced(moved, after))
  }

  private struct Target: @unchecked Sendable {
    let cells: UnsafeMutableBufferPointer<Float>
  }

  /// The moved rain with the sum of the frame.
  private static func balanced(_ moved: [Float], _ frame: [Int32]) -> [Int32] {
    var wanted = 0.0
    var there = 0.0
    for (value, depth) in zip(moved, frame) where depth >= 0 {
      wanted += Double(depth)
      there += Double(value)
    }
    guard there > 0 else { return frame }
    let factor = wanted / there
    return zip(moved, frame).map { value, depth in
      depth < 0 ? depth : Int32(min(Double(value) * factor, 2e9) + 0.5)
    }
  }

  /// What passes over one cell in the time of a frame.
  private struct Path {
    let before: [Int32]
    let after: [Int32]
    let rows: Int
    let columns: Int
    let moments: Int

    func mean(_ row: Int, _ column: Int, _ vector: (x: Float, y: Float)) -> Float {
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
      return weights > 0 ? sum / weights : Float(max(0, after[row * columns + column]))
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
