import Formats
import Hydromet
import Synchronization

extension CFGrid {
  func forEachBlock(
    _ step: Int, _ window: GridWindow, threads: Int?, _ body: @Sendable (RainBlock) -> Void
  ) throws(Fault) -> CellTally {
    let tiles = TilePool()
    let cells = cells(for: window)
    let decoder = GridDecoder(grid: self, cells: cells, threads: threads)
    let rejected = try decoder.forEachRectangle(position: positions[step], window: window) {
      rectangle, check in
      if rectangle.rows.isEmpty || rectangle.columns.isEmpty { return }
      let tile = tiles.take()
      let columns = rectangle.columns.count
      let uniform = rectangle.isUniform ? cells.uniform(rectangle.stored, &check) : nil
      let height = max(1, RainBlock.largestCount / columns)
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
    return CellTally(rejected: rejected)
  }
}

/// Memory for the cells of one block. Belongs to one thread at a time.
private final class Tile: @unchecked Sendable {
  private var memory = UnsafeMutablePointer<Float>.allocate(capacity: 1)
  private var room = 1
  /// The first cells that all have this value.
  private var filled: (count: Int, bits: UInt32)?

  deinit {
    memory.deallocate()
  }

  /// - Parameter uniform: what all cells are to hold; nil where the caller writes them.
  func cells(_ count: Int, uniform: Float?) -> UnsafeMutablePointer<Float> {
    if room < count {
      memory.deallocate()
      memory = .allocate(capacity: count)
      room = count
      filled = nil
    }
    guard let uniform else {
      filled = nil
      return memory
    }
    if let filled, filled.count >= count, filled.bits == uniform.bitPattern { return memory }
    memory.initialize(repeating: uniform, count: count)
    filled = (count, uniform.bitPattern)
    return memory
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
