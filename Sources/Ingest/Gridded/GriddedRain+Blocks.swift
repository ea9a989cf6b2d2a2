import Formats
public import Hydromet
import Synchronization

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

extension GriddedRain {
  /// Blocks have at most this many cells, so that they stay in the processor's cache.
  private static let largestBlock = 1 << 17

  /// Hands out the field of one step block by block, without ever holding the whole of it. Every cell
  /// of the window is in exactly one block, with the value that `field(_:window:)` gives.
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
    let tiles = TilePool()
    let cells = cells(for: part)
    let decoder = GridDecoder(grid: self, cells: cells, threads: threads)
    let rejected = try decoder.forEachRectangle(position: positions[step], window: part) {
      rectangle, check in
      let tile = tiles.take()
      let columns = rectangle.columns.count
      let uniform = rectangle.isUniform ? cells.uniform(rectangle.stored, &check) : nil
      let height = max(1, GriddedRain.largestBlock / columns)
      var row = 0
      while row < rectangle.rows.count {
        let rows = row..<min(rectangle.rows.count, row + height)
        let values = tile.cells(rows.count * columns, uniform: uniform)
        if uniform == nil {
          cells.decode(rectangle.stored.stripe(rows), into: values, stride: columns, &check)
        }
        let north = rectangle.rows.lowerBound
        body(
          RainBlock(
            rows: (north + rows.lowerBound)..<(north + rows.upperBound),
            columns: rectangle.columns,
            values: UnsafeBufferPointer(start: values, count: rows.count * columns),
            uniform: uniform))
        row = rows.upperBound
      }
      tiles.giveBack(tile)
    }
    countRejected(rejected)
  }
}

/// Memory for the cells of one block. Belongs to one thread at a time.
private final class Tile: @unchecked Sendable {
  private var memory = UnsafeMutableBufferPointer<Float>(start: nil, count: 0)
  /// The first cells that all have this value.
  private var filled: (count: Int, bits: UInt32)?

  deinit {
    memory.deallocate()
  }

  /// - Parameter uniform: what all cells are to hold; nil where the caller writes them.
  func cells(_ count: Int, uniform: Float?) -> UnsafeMutablePointer<Float> {
    if memory.count < count {
      memory.deallocate()
      memory = .allocate(capacity: max(1, count))
      filled = nil
    }
    // The memory is not empty.
    let first = memory.baseAddress.unsafelyUnwrapped
    guard let uniform else {
      filled = nil
      return first
    }
    if let filled, filled.count >= count, filled.bits == uniform.bitPattern { return first }
    first.initialize(repeating: uniform, count: count)
    filled = (count, uniform.bitPattern)
    return first
  }
}

/// Tiles that no thread uses at the moment.
private final class TilePool: Sendable {
  private let idle = Mutex<[Tile]>([])

  func take() -> Tile {
    idle.withLock { $0.popLast() } ?? Tile()
  }

  func giveBack(_ tile: Tile) {
    idle.withLock { $0.append(tile) }
  }
}
