import CLanes

/// The depths of a frame in tiles of sixteen rows by 64 columns, of which only those with rain or
/// with gaps are held: most of a country is dry at any time, and the sea of a mosaic has no radar.
///
/// A depth is a whole number of micrometres; a negative one means that the cell has no data. Tiles
/// stand row by row from the north; those at the southern and eastern edge are filled up with zeros.
/// They are put together by a `DepthTileCollector` and do not change any more.
public struct DepthTiles: Sendable {
  public static let rows = 16
  public static let columns = 64
  public static let cells = rows * columns
  /// Parts of a tile, side by side, of which it is known whether they changed.
  public static let parts = 4
  public static let partColumns = columns / parts

  /// What a tile holds.
  public struct Content: OptionSet, Sendable, Hashable {
    public let rawValue: UInt8

    public init(rawValue: UInt8) {
      self.rawValue = rawValue
    }

    /// At least one cell has a depth above zero.
    public static let rain = Content(rawValue: 1)
    /// At least one cell has no data.
    public static let gaps = Content(rawValue: 2)
    /// Every cell is `DepthField.missing`; nothing is held for the tile.
    public static let void = Content(rawValue: 4)
  }

  public let gridRows: Int
  public let gridColumns: Int
  /// A number that tells the contents of two frames apart, wherever their tiles are held.
  public let fingerprint: UInt64
  /// Whether any cell has no data.
  public let hasGaps: Bool
  private let memory: DepthTileMemory

  init(rows: Int, columns: Int, _ memory: DepthTileMemory, fingerprint: UInt64, hasGaps: Bool) {
    gridRows = rows
    gridColumns = columns
    self.memory = memory
    self.fingerprint = fingerprint
    self.hasGaps = hasGaps
  }

  /// - Parameter micrometres: shape [rows, columns], row 0 north.
  /// - Returns: nil where they are not as many as the grid has cells, and where the memory cannot be
  ///   had.
  public init?(rows: Int, columns: Int, micrometres: [Int32]) {
    let (count, overflow) = rows.multipliedReportingOverflow(by: columns)
    guard rows >= 0, columns >= 0, !overflow, micrometres.count == count,
      let collector = DepthTileCollector(rows: rows, columns: columns)
    else { return nil }
    micrometres.withUnsafeBufferPointer {
      collector.add(rows: 0..<rows, columns: 0..<columns, micrometres: $0)
    }
    guard let tiles = collector.finish() else { return nil }
    self = tiles
  }

  /// The tiles of no grid: what a frame holds that cannot be held.
  static let none = DepthTiles(
    rows: 0, columns: 0, DepthTileMemory(), fingerprint: 0, hasGaps: false)

  public var tileRows: Int { DepthTiles.tiles(gridRows, DepthTiles.rows) }
  public var tileColumns: Int { DepthTiles.tiles(gridColumns, DepthTiles.columns) }
  public var tileCount: Int { tileRows * tileColumns }

  static func tiles(_ cells: Int, _ length: Int) -> Int { (cells + length - 1) / length }

  /// What each tile holds. Valid as long as these tiles are.
  public var contents: UnsafePointer<Content> { UnsafePointer(memory.contents) }
  /// The largest depth of each tile, at least 0. Valid as long as these tiles are.
  public var largest: UnsafePointer<Int32> { UnsafePointer(memory.largest) }
  /// Where each tile is held, in tiles; −1 for one that is dry or void. Valid as long as these tiles
  /// are.
  public var slots: UnsafePointer<Int32> { UnsafePointer(memory.slots) }
  /// The depths of the tiles that are held, row by row. Valid as long as these tiles are.
  public var values: UnsafePointer<Int32> { UnsafePointer(memory.values) }

  /// The depth of one cell; `DepthField.missing` outside the grid.
  public func depth(row: Int, column: Int) -> Int32 {
    guard row >= 0, row < gridRows, column >= 0, column < gridColumns else {
      return DepthField.missing
    }
    let tile = row / DepthTiles.rows * tileColumns + column / DepthTiles.columns
    if contents[tile].contains(.void) { return DepthField.missing }
    guard slots[tile] >= 0 else { return 0 }
    let place = row % DepthTiles.rows * DepthTiles.columns + column % DepthTiles.columns
    return values[Int(slots[tile]) * DepthTiles.cells + place]
  }

  /// All depths: shape [rows, columns].
  public var micrometres: [Int32] {
    let columns = gridColumns
    var cells = [Int32](repeating: 0, count: gridRows * columns)
    for tile in 0..<tileCount where contents[tile] != [] {
      let firstRow = tile / tileColumns * DepthTiles.rows
      let firstColumn = tile % tileColumns * DepthTiles.columns
      let isVoid = contents[tile].contains(.void)
      let width = min(DepthTiles.columns, columns - firstColumn)
      for row in 0..<min(DepthTiles.rows, gridRows - firstRow) {
        let target = (firstRow + row) * columns + firstColumn
        let source = Int(slots[tile]) * DepthTiles.cells + row * DepthTiles.columns
        for column in 0..<width {
          cells[target + column] = isVoid ? DepthField.missing : values[source + column]
        }
      }
    }
    return cells
  }
}

extension DepthTiles: Equatable {
  public static func == (a: DepthTiles, b: DepthTiles) -> Bool {
    guard a.gridRows == b.gridRows, a.gridColumns == b.gridColumns,
      a.fingerprint == b.fingerprint
    else { return false }
    return (0..<a.tileCount).allSatisfy { tile in
      guard a.contents[tile] == b.contents[tile], a.largest[tile] == b.largest[tile] else {
        return false
      }
      guard a.slots[tile] >= 0, b.slots[tile] >= 0 else { return a.slots[tile] == b.slots[tile] }
      let x = a.values + Int(a.slots[tile]) * DepthTiles.cells
      let y = b.values + Int(b.slots[tile]) * DepthTiles.cells
      return (0..<DepthTiles.cells).allSatisfy { x[$0] == y[$0] }
    }
  }
}

/// Memory of tiles: room for all of them is asked for, only what is written to is taken.
final class DepthTileMemory: @unchecked Sendable {
  let contents: UnsafeMutablePointer<DepthTiles.Content>
  let largest: UnsafeMutablePointer<Int32>
  let slots: UnsafeMutablePointer<Int32>
  let values: UnsafeMutablePointer<Int32>
  private let valueBytes: Int

  /// Nil where the memory cannot be had.
  init?(tiles: Int) {
    let (bytes, overflow) = tiles.multipliedReportingOverflow(by: DepthTiles.cells * 4)
    guard tiles > 0, !overflow, bytes <= 1 << 40, let memory = fr_map_zeroed(bytes) else {
      return nil
    }
    valueBytes = bytes
    values = memory.assumingMemoryBound(to: Int32.self)
    contents = .allocate(capacity: tiles)
    contents.initialize(repeating: [], count: tiles)
    largest = .allocate(capacity: tiles)
    largest.initialize(repeating: 0, count: tiles)
    slots = .allocate(capacity: tiles)
    slots.initialize(repeating: -1, count: tiles)
  }

  /// The memory of no tiles.
  init() {
    valueBytes = 0
    values = .allocate(capacity: 1)
    contents = .allocate(capacity: 1)
    largest = .allocate(capacity: 1)
    slots = .allocate(capacity: 1)
  }

  deinit {
    contents.deallocate()
    largest.deallocate()
    slots.deallocate()
    if valueBytes > 0 { fr_unmap(values, valueBytes) } else { values.deallocate() }
  }
}
