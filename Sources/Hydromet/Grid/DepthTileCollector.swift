import CLanes
import Synchronization

/// Puts the tiles of a frame together from blocks of cells, in any order, on any number of threads.
///
/// A cell that no block brings is dry. Blocks must not overlap.
public final class DepthTileCollector: @unchecked Sendable {
  private let rows: Int
  private let columns: Int
  private let tileColumns: Int
  private let memory: DepthTileMemory
  private let used = Atomic<Int>(0)
  private let fingerprint = Atomic<UInt64>(0)
  private let hasGaps = Atomic<Bool>(false)
  private let lacksMemory = Atomic<Bool>(false)
  /// Cells of blocks that cut tiles; asked for when the first one comes.
  private let plane = Mutex<UnsafeMutablePointer<Int32>?>(nil)

  /// - Returns: nil for a grid without cells and where the memory cannot be had.
  public init?(rows: Int, columns: Int) {
    let (cells, overflow) = rows.multipliedReportingOverflow(by: columns)
    guard rows > 0, columns > 0, !overflow, cells <= 1 << 36,
      let memory = DepthTileMemory(
        tiles: DepthTiles.tiles(rows, DepthTiles.rows)
          * DepthTiles.tiles(columns, DepthTiles.columns))
    else { return nil }
    self.memory = memory
    self.rows = rows
    self.columns = columns
    tileColumns = DepthTiles.tiles(columns, DepthTiles.columns)
  }

  deinit {
    let bytes = rows * columns * 4
    plane.withLock { fr_unmap($0, bytes) }
  }

  /// Adds a block of cells.
  ///
  /// - Parameters:
  ///   - values: shape [rows, columns] of the block; a value without any bit set is dry.
  ///   - convert: writes the micrometres of so many values, `DepthField.missing` for none.
  @inlinable @inline(__always)
  public func add<Value>(
    rows: Range<Int>, columns: Range<Int>, _ values: UnsafeBufferPointer<Value>,
    _ convert: (
      _ values: UnsafePointer<Value>, _ count: Int, _ depths: UnsafeMutablePointer<Int32>
    ) -> Void
  ) {
    guard let values = values.baseAddress else { return }
    let isWhole = holdsWholeTiles(rows, columns)
    withUnsafeTemporaryAllocation(of: Int32.self, capacity: DepthTiles.cells) { tile in
      guard let cells = tile.baseAddress else { return }
      cells.initialize(repeating: 0, count: DepthTiles.cells)
      for (tileRows, tileColumns) in pieces(rows, columns) {
        if tileRows.count < DepthTiles.rows || tileColumns.count < DepthTiles.columns {
          cells.update(repeating: 0, count: DepthTiles.cells)
        }
        let left = tileColumns.lowerBound % DepthTiles.columns
        let first =
          values
          + ((tileRows.lowerBound - rows.lowerBound) * columns.count + tileColumns.lowerBound
            - columns.lowerBound)
        let stride = columns.count * MemoryLayout<Value>.stride
        let length = tileColumns.count * MemoryLayout<Value>.stride
        if isWhole, areZero(first, rows: tileRows.count, stride: stride, length: length) {
          continue
        }
        for row in tileRows {
          convert(
            first + (row - tileRows.lowerBound) * columns.count,
            tileColumns.count,
            cells + (row % DepthTiles.rows * DepthTiles.columns + left))
        }
        if isWhole {
          put(UnsafePointer(cells), tileRows, tileColumns)
        } else {
          keep(UnsafePointer(cells), tileRows, tileColumns)
        }
      }
    }
  }

  /// Adds a block of depths as they are.
  public func add(
    rows: Range<Int>, columns: Range<Int>, micrometres: UnsafeBufferPointer<Int32>
  ) {
    add(rows: rows, columns: columns, micrometres) { source, count, target in
      target.update(from: source, count: count)
    }
  }

  /// Adds a block of cells without data.
  public func addVoid(rows: Range<Int>, columns: Range<Int>) {
    let isWhole = holdsWholeTiles(rows, columns)
    let void = [Int32](repeating: DepthField.missing, count: DepthTiles.cells)
    for (tileRows, tileColumns) in pieces(rows, columns) {
      if isWhole {
        putVoid(tileRows, tileColumns)
      } else {
        void.withUnsafeBufferPointer { void in
          if let cells = void.baseAddress { keep(cells, tileRows, tileColumns) }
        }
      }
    }
  }

  /// The tiles. Called once, when all blocks have been added.
  ///
  /// - Returns: nil where there was no memory for blocks that cut tiles.
  public func finish() -> DepthTiles? {
    if lacksMemory.load(ordering: .acquiring) { return nil }
    let bytes = rows * columns * 4
    plane.withLock { plane in
      guard let cells = plane else { return }
      plane = nil
      addKept(cells)
      fr_unmap(cells, bytes)
    }
    return DepthTiles(
      rows: rows, columns: columns, memory, fingerprint: fingerprint.load(ordering: .acquiring),
      hasGaps: hasGaps.load(ordering: .acquiring))
  }

  /// Whether no bit is set in so many rows of so many bytes.
  @usableFromInline
  func areZero(_ first: UnsafeRawPointer, rows: Int, stride: Int, length: Int) -> Bool {
    for row in 0..<rows {
      let line = first + row * stride
      var bits = SIMD8<UInt64>.zero
      var rest: UInt8 = 0
      var done = 0
      while done &+ 64 <= length {
        bits |= line.loadUnaligned(fromByteOffset: done, as: SIMD8<UInt64>.self)
        done &+= 64
      }
      while done < length {
        rest |= line.load(fromByteOffset: done, as: UInt8.self)
        done &+= 1
      }
      let four = bits.lowHalf | bits.highHalf
      let two = four.lowHalf | four.highHalf
      if two[0] | two[1] | UInt64(rest) != 0 { return false }
    }
    return true
  }

  /// Whether a block ends where tiles or the grid do.
  @usableFromInline
  func holdsWholeTiles(_ rows: Range<Int>, _ columns: Range<Int>) -> Bool {
    rows.lowerBound % DepthTiles.rows == 0 && columns.lowerBound % DepthTiles.columns == 0
      && (rows.upperBound % DepthTiles.rows == 0 || rows.upperBound == self.rows)
      && (columns.upperBound % DepthTiles.columns == 0 || columns.upperBound == self.columns)
  }

  /// A block cut at the lines between tiles.
  @usableFromInline
  func pieces(_ rows: Range<Int>, _ columns: Range<Int>) -> [(Range<Int>, Range<Int>)] {
    var pieces: [(Range<Int>, Range<Int>)] = []
    for above in cuts(rows, DepthTiles.rows) {
      for beside in cuts(columns, DepthTiles.columns) { pieces.append((above, beside)) }
    }
    return pieces
  }

  private func cuts(_ range: Range<Int>, _ length: Int) -> [Range<Int>] {
    var cuts: [Range<Int>] = []
    var start = range.lowerBound
    while start < range.upperBound {
      let end = min((start / length + 1) * length, range.upperBound)
      cuts.append(start..<end)
      start = end
    }
    return cuts
  }

  /// Holds a whole tile, unless it is dry or void.
  @usableFromInline
  func put(_ cells: UnsafePointer<Int32>, _ rows: Range<Int>, _ columns: Range<Int>) {
    let index = tile(rows, columns)
    var top: Int32 = 0
    var sign: Int32 = 0
    for i in 0..<DepthTiles.cells {
      top = max(top, cells[i])
      sign |= cells[i]
    }
    guard top > 0 || sign < 0 else { return }
    if top == 0, isVoid(cells, rows.count, columns.count) {
      return putVoid(rows, columns)
    }
    memory.contents[index] = top > 0 ? .rain : []
    if sign < 0 {
      memory.contents[index].insert(.gaps)
      hasGaps.store(true, ordering: .relaxed)
    }
    memory.largest[index] = top
    let slot = used.wrappingAdd(1, ordering: .relaxed).oldValue
    memory.slots[index] = Int32(slot)
    (memory.values + slot * DepthTiles.cells).initialize(from: cells, count: DepthTiles.cells)
    fingerprint.wrappingAdd(DepthTileCollector.fingerprint(cells, index), ordering: .relaxed)
  }

  private func putVoid(_ rows: Range<Int>, _ columns: Range<Int>) {
    let index = tile(rows, columns)
    memory.contents[index] = [.gaps, .void]
    hasGaps.store(true, ordering: .relaxed)
    fingerprint.wrappingAdd(
      (UInt64(index) &* 0x9E37_79B9_7F4A_7C15 | 1) &* 0xD6E8_FEB8_6659_FD93, ordering: .relaxed)
  }

  private func tile(_ rows: Range<Int>, _ columns: Range<Int>) -> Int {
    rows.lowerBound / DepthTiles.rows * tileColumns + columns.lowerBound / DepthTiles.columns
  }

  private func isVoid(_ cells: UnsafePointer<Int32>, _ rows: Int, _ columns: Int) -> Bool {
    var present: Int32 = 0
    for row in 0..<rows {
      for column in 0..<columns {
        present |= cells[row * DepthTiles.columns + column] ^ DepthField.missing
      }
    }
    return present == 0
  }

  /// Pairs of cells, each times an odd number of its place.
  private static func fingerprint(_ cells: UnsafePointer<Int32>, _ tile: Int) -> UInt64 {
    let words = UnsafeRawPointer(cells)
    var place = UInt64(tile) &* 0x9E37_79B9_7F4A_7C15 | 1
    var sum: UInt64 = 0
    for word in 0..<DepthTiles.cells / 2 {
      sum &+= words.load(fromByteOffset: word * 8, as: UInt64.self).littleEndian &* place
      place &+= 0x9E37_79B9_7F4A_7C16
    }
    return sum
  }

  /// Keeps a part of a tile until the others have come.
  @usableFromInline
  func keep(_ cells: UnsafePointer<Int32>, _ rows: Range<Int>, _ columns: Range<Int>) {
    let bytes = self.rows * self.columns * 4
    let plane = plane.withLock { plane in
      if plane == nil { plane = fr_map_zeroed(bytes)?.assumingMemoryBound(to: Int32.self) }
      return plane
    }
    guard let first = plane else {
      lacksMemory.store(true, ordering: .releasing)
      return
    }
    let left = columns.lowerBound / DepthTiles.columns * DepthTiles.columns
    for row in rows {
      for column in columns {
        first[row * self.columns + column] =
          cells[row % DepthTiles.rows * DepthTiles.columns + column - left]
      }
    }
  }

  /// Puts the tiles that came in parts. One that came as a whole has only zeros here.
  private func addKept(_ cells: UnsafeMutablePointer<Int32>) {
    add(
      rows: 0..<rows, columns: 0..<columns,
      micrometres: UnsafeBufferPointer(start: cells, count: rows * columns))
  }
}
