/// The depths of a frame in tiles of sixteen rows by 64 columns, of which only those with rain or
/// with gaps are held: most of a country is dry at any time, and the sea of a mosaic has no radar.
///
/// A depth is a whole number of micrometres; a negative one means that the cell has no data. Tiles
/// stand row by row from the north; those at the southern and eastern edge are filled up with zeros.
public struct DepthTiles: Sendable, Equatable {
  public static let rows = 16
  public static let columns = 64
  public static let cells = rows * columns

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
  public let tileRows: Int
  public let tileColumns: Int
  /// Of each tile.
  public private(set) var contents: [Content]
  /// The largest depth of each tile, at least 0.
  public private(set) var largest: [Int32]
  /// Where each tile is held among `values`, in tiles; −1 for one that is dry or void.
  public private(set) var slots: [Int32]
  /// The depths of the tiles that are held, row by row.
  public private(set) var values: [Int32]
  /// A number that tells the contents of two frames apart.
  public private(set) var fingerprint: UInt64

  public var tileCount: Int { tileRows * tileColumns }
  /// Whether any cell has no data.
  public private(set) var hasGaps = false

  /// - Parameter micrometres: shape [rows, columns], row 0 north; as many as the grid has cells.
  public init(rows: Int, columns: Int, micrometres: [Int32]) {
    self.init(rows: rows, columns: columns)
    guard micrometres.count == rows &* columns else { return }
    var tile = [Int32](repeating: 0, count: DepthTiles.cells)
    micrometres.withUnsafeBufferPointer { cells in
      for row in 0..<tileRows {
        for column in 0..<tileColumns {
          let isVoid = DepthTiles.copy(cells, rows, columns, row, column, into: &tile)
          put(tile, at: row * tileColumns + column, isVoid: isVoid)
        }
      }
    }
  }

  /// A grid without rain and without gaps.
  public init(rows: Int, columns: Int) {
    gridRows = rows
    gridColumns = columns
    tileRows = (rows + DepthTiles.rows - 1) / DepthTiles.rows
    tileColumns = (columns + DepthTiles.columns - 1) / DepthTiles.columns
    let count = tileRows * tileColumns
    contents = Array(repeating: [], count: count)
    largest = Array(repeating: 0, count: count)
    slots = Array(repeating: -1, count: count)
    values = []
    fingerprint = 0
  }

  /// Sets a tile that was not set before.
  ///
  /// - Parameters:
  ///   - depths: as many as a tile has cells; what lies outside the grid is 0.
  ///   - isVoid: whether every cell inside the grid is `DepthField.missing`.
  public mutating func put(_ depths: some Collection<Int32>, at tile: Int, isVoid: Bool) {
    if isVoid {
      return putVoid(at: tile)
    }
    var top: Int32 = 0
    var sign: Int32 = 0
    var sum: UInt64 = 0
    var place = UInt64(tile) &* 0x9E37_79B9_7F4A_7C15 | 1
    for depth in depths {
      top = max(top, depth)
      sign |= depth
      sum &+= UInt64(UInt32(bitPattern: depth)) &* place
      place &+= 0x9E37_79B9_7F4A_7C16
    }
    guard top > 0 || sign < 0 else { return }
    slots[tile] = Int32(values.count / DepthTiles.cells)
    largest[tile] = top
    contents[tile] = top > 0 ? .rain : []
    if sign < 0 {
      contents[tile].insert(.gaps)
      hasGaps = true
    }
    values += depths
    fingerprint &+= sum
  }

  /// Sets a tile of which no cell has data.
  public mutating func putVoid(at tile: Int) {
    contents[tile] = [.gaps, .void]
    hasGaps = true
    fingerprint &+= (UInt64(tile) &* 0x9E37_79B9_7F4A_7C15 | 1) &* 0xD6E8_FEB8_6659_FD93
  }

  /// All depths: shape [rows, columns].
  public var micrometres: [Int32] {
    let columns = gridColumns
    var cells = [Int32](repeating: 0, count: gridRows * columns)
    for tile in 0..<tileCount where contents[tile] != [] {
      let (firstRow, firstColumn) = origin(of: tile)
      let width = min(DepthTiles.columns, columns - firstColumn)
      for row in 0..<min(DepthTiles.rows, gridRows - firstRow) {
        let target = (firstRow + row) * columns + firstColumn
        let source = Int(slots[tile]) * DepthTiles.cells + row * DepthTiles.columns
        for column in 0..<width {
          cells[target + column] =
            contents[tile].contains(.void) ? DepthField.missing : values[source + column]
        }
      }
    }
    return cells
  }

  /// The cell in the north-west corner of a tile.
  public func origin(of tile: Int) -> (row: Int, column: Int) {
    (tile / tileColumns * DepthTiles.rows, tile % tileColumns * DepthTiles.columns)
  }

  /// - Returns: whether every cell is missing.
  private static func copy(
    _ cells: UnsafeBufferPointer<Int32>, _ rows: Int, _ columns: Int, _ tileRow: Int,
    _ tileColumn: Int, into tile: inout [Int32]
  ) -> Bool {
    let height = min(DepthTiles.rows, rows - tileRow * DepthTiles.rows)
    let width = min(DepthTiles.columns, columns - tileColumn * DepthTiles.columns)
    var present: Int32 = 0
    tile.withUnsafeMutableBufferPointer { tile in
      if height < DepthTiles.rows || width < DepthTiles.columns { tile.update(repeating: 0) }
      for row in 0..<height {
        let source = (tileRow * DepthTiles.rows + row) * columns + tileColumn * DepthTiles.columns
        for column in 0..<width {
          let depth = cells[source + column]
          tile[row * DepthTiles.columns + column] = depth
          present |= depth ^ DepthField.missing
        }
      }
    }
    return present == 0
  }
}
