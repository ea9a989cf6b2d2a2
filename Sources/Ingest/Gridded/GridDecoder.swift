import Formats
import Hydromet
import Synchronization

/// Reads the numbers of one step and brings them into order: rows from the north, columns from the
/// west, mm or mm/h or dBZ, missing = NaN. Box by box, on several threads.
struct GridDecoder {
  private let grid: CFGrid
  private let cells: CellDecoder
  private let threads: Int?

  init(grid: CFGrid, cells: CellDecoder, threads: Int?) {
    self.grid = grid
    self.cells = cells
    self.threads = threads
  }

  /// The most cells of a window: 2^28.
  private static let largestWindow = 1 << 28

  /// - Returns: shape [rows, columns] of the window, and how many of its cells were taken as missing
  ///   because their rain is a little less than nothing.
  func values(
    position: Int, window: GridWindow
  ) throws(Fault) -> (values: [Float], rejected: Int) {
    let total = try cellCount(of: window)
    guard total > 0 else { return ([], 0) }
    let columns = window.columns.count
    let cells = cells
    var result = Result<Int, Fault>.success(0)
    let values = [Float](unsafeUninitializedCapacity: total) { buffer, filled in
      LargePages.advise(UnsafeMutableRawBufferPointer(buffer))
      guard let first = buffer.baseAddress else { return }
      let field = FieldCells(first: first)
      result = Result { () throws(Fault) in
        try forEachRectangle(position: position, window: window) { rectangle, check in
          let target =
            field.first + rectangle.rows.lowerBound * columns + rectangle.columns.lowerBound
          guard rectangle.isUniform else {
            cells.decode(rectangle.stored, into: target, stride: columns, &check)
            return
          }
          let value = cells.uniform(rectangle.stored, &check)
          for row in 0..<rectangle.stored.rows {
            (target + row * columns).update(repeating: value, count: rectangle.stored.columns)
          }
        }
      }
      if case .success = result { filled = total }
    }
    return (values, try result.get())
  }

  private struct FieldCells: @unchecked Sendable {
    let first: UnsafeMutablePointer<Float>
  }

  // MARK: - Rectangles

  /// Stored numbers, and where they go.
  struct Rectangle {
    /// Of the window.
    let rows: Range<Int>
    /// Of the window.
    let columns: Range<Int>
    let stored: StoredRectangle
    let isUniform: Bool
  }

  /// Hands out a window of one step, each cell once, and checks what the rain of all of them is like.
  ///
  /// - Parameter body: called by several threads at once.
  /// - Returns: how many cells were taken as missing.
  func forEachRectangle(
    position: Int, window: GridWindow,
    _ body: @Sendable (Rectangle, inout RainPlausibility) -> Void
  ) throws(Fault) -> Int {
    guard try cellCount(of: window) > 0 else { return 0 }
    let fresh = cells.freshCheck
    let whole = Mutex(fresh)
    for piece in pieces(of: window.columns) {
      let order = GridOrder(
        grid, window: window, westColumn: piece.columns.lowerBound - piece.target)
      let slab = slab(piece, rows: window.rows, position: position)
      try grid.file.forEachBlock(
        of: grid.variable, start: slab.start, count: slab.count, threads: threads
      ) { block in
        var check = fresh
        body(order.rectangle(block), &check)
        whole.withLock { $0.merge(check, times: 1) }
      }
    }
    return try whole.withLock { $0 }.finish(Fault.Location(grid.path, item: grid.variable.path))
  }

  private func cellCount(of window: GridWindow) throws(Fault) -> Int {
    let rows = window.rows.count
    let columns = window.columns.count
    let (total, overflow) = rows.multipliedReportingOverflow(by: columns)
    guard !overflow, total <= GridDecoder.largestWindow else {
      throw Fault(
        "too_large", at: Fault.Location(grid.path, item: grid.variable.path),
        "\(rows) x \(columns) cells are more than can be read at once",
        remedy: "crop the grid to the district")
    }
    return total
  }

  /// Columns that lie side by side in the file, and where they go in the window.
  private struct Piece {
    /// Columns of the file, counted from its west.
    let columns: Range<Int>
    let target: Int
  }

  /// A grid that was turned has its wanted columns in up to two pieces.
  private func pieces(of columns: Range<Int>) -> [Piece] {
    let whole = grid.geometry.columns
    let turn = grid.placement.turnedColumns
    let seam = whole - turn
    var pieces: [Piece] = []
    let west = columns.clamped(to: 0..<seam)
    if !west.isEmpty {
      pieces.append(
        Piece(
          columns: (west.lowerBound + turn)..<(west.upperBound + turn),
          target: west.lowerBound - columns.lowerBound))
    }
    let east = columns.clamped(to: seam..<whole)
    if !east.isEmpty {
      pieces.append(
        Piece(
          columns: (east.lowerBound - seam)..<(east.upperBound - seam),
          target: east.lowerBound - columns.lowerBound))
    }
    return pieces
  }

  private func slab(
    _ piece: Piece, rows: Range<Int>, position: Int
  ) -> (start: [Int], count: [Int]) {
    let placement = grid.placement
    let layout = grid.layout
    let fileRows = placement.risesNorthwards ? mirrored(rows, grid.geometry.rows) : rows
    let fileColumns =
      placement.fallsEastwards ? mirrored(piece.columns, grid.geometry.columns) : piece.columns
    var start = grid.variable.shape.map { _ in 0 }
    var count = grid.variable.shape.map { _ in 1 }
    if let time = layout.timePosition { start[time] = position }
    if let member = layout.member { start[member.position] = member.index }
    start[layout.y.position] = fileRows.lowerBound
    count[layout.y.position] = fileRows.count
    start[layout.x.position] = fileColumns.lowerBound
    count[layout.x.position] = fileColumns.count
    return (start, count)
  }

  private func mirrored(_ range: Range<Int>, _ count: Int) -> Range<Int> {
    (count - range.upperBound)..<(count - range.lowerBound)
  }
}

/// How boxes of the file become rectangles of a window.
private struct GridOrder: Sendable {
  private let yAxis: Int
  private let xAxis: Int
  private let fileRows: Int
  private let fileColumns: Int
  private let risesNorthwards: Bool
  private let fallsEastwards: Bool
  /// The row of the grid that is row 0 of the window.
  private let northRow: Int
  /// The column, counted from the file's west, that is column 0 of the window.
  private let westColumn: Int

  init(_ grid: CFGrid, window: GridWindow, westColumn: Int) {
    yAxis = grid.layout.y.position
    xAxis = grid.layout.x.position
    fileRows = grid.geometry.rows
    fileColumns = grid.geometry.columns
    risesNorthwards = grid.placement.risesNorthwards
    fallsEastwards = grid.placement.fallsEastwards
    northRow = window.rows.lowerBound
    self.westColumn = westColumn
  }

  func rectangle(_ block: StoredBlock) -> GridDecoder.Rectangle {
    let rows = block.count[yAxis]
    let columns = block.count[xAxis]
    let rowStride = block.strides[yAxis]
    let columnStride = block.strides[xAxis]
    let row =
      (risesNorthwards ? fileRows - block.start[yAxis] - rows : block.start[yAxis]) - northRow
    let column =
      (fallsEastwards ? fileColumns - block.start[xAxis] - columns : block.start[xAxis])
      - westColumn
    let corner =
      (risesNorthwards ? (rows - 1) * rowStride : 0)
      + (fallsEastwards ? (columns - 1) * columnStride : 0)
    return GridDecoder.Rectangle(
      rows: row..<(row + rows), columns: column..<(column + columns),
      stored: StoredRectangle(
        first: block.first + corner * block.width, width: block.width, rows: rows,
        columns: columns, rowStride: risesNorthwards ? -rowStride : rowStride,
        columnStride: fallsEastwards ? -columnStride : columnStride),
      isUniform: block.isUniform)
  }
}
