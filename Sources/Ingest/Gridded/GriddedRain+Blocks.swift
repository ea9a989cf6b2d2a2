public import Hydromet

/// A part of a window with its rain.
///
/// Valid only while the closure runs that receives it.
public struct RainBlock {
  /// Rows of the window, 0 in the north.
  public let rows: Range<Int>
  /// Columns of the window, 0 in the west.
  public let columns: Range<Int>
  /// mm, mm/h or dBZ, missing = NaN: shape [rows, columns], row-major.
  public let values: UnsafeBufferPointer<Float>
  /// The value of all cells, where that is known to be one: NaN for a block without data.
  public let uniform: Float?
}

extension RainBlock {
  /// Blocks have at most this many cells, so that they stay in the processor's cache.
  static let largestCount = 1 << 17

  /// Rows of a block of full rows: as many as tiles have, where they fit.
  static func height(columns: Int) -> Int {
    let rows = max(1, largestCount / max(columns, 1))
    return rows < DepthTiles.rows ? rows : rows / DepthTiles.rows * DepthTiles.rows
  }

  /// Hands out a whole field in blocks of full rows.
  static func handOut(
    _ values: [Float], columns: Int, _ body: @Sendable (RainBlock) -> Void
  ) {
    guard columns > 0, !values.isEmpty else { return }
    let rows = values.count / columns
    let height = height(columns: columns)
    values.withUnsafeBufferPointer { field in
      for first in stride(from: 0, to: rows, by: height) {
        let range = first..<min(rows, first + height)
        body(
          RainBlock(
            rows: range, columns: 0..<columns,
            values: UnsafeBufferPointer(
              rebasing: field[(range.lowerBound * columns)..<(range.upperBound * columns)]),
            uniform: nil))
      }
    }
  }
}

extension GriddedRain {
  /// Hands out the field of one step block by block; formats that can do it never hold the whole of
  /// it. Every cell of the window is in exactly one block, with the value that `field(_:window:)` gives.
  ///
  /// - Parameters:
  ///   - window: the part that is wanted; it is cut to the grid. Blocks count rows and columns from
  ///     its north-western corner.
  ///   - threads: how many threads; nil takes `ReadingThreads.standard`.
  ///   - body: called by several threads at once, for different blocks, in no fixed order.
  /// - Throws: what `field(_:window:)` throws. That rain is implausible is known only at the end, when
  ///   all blocks have been handed out: what was made of them must then be thrown away.
  public func forEachBlock(
    _ step: Int, window: GridWindow? = nil, threads: Int? = nil,
    _ body: @Sendable (RainBlock) -> Void
  ) throws(Fault) {
    let part = try part(window, step: step)
    guard !converts else {
      let values = try field(step, window: part, threads: threads).values
      RainBlock.handOut(values, columns: part.columns.count, body)
      return
    }
    try reading { source throws(Fault) in
      try source.forEachBlock(step, part, threads: threads, body)
    }
  }
}
