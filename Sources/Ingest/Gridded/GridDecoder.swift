import Formats
import Hydromet

/// Reads the numbers of one step and brings them into order: rows from the north, columns from the
/// west, mm or mm/h or dBZ, missing = NaN.
struct GridDecoder {
  private let grid: CFGrid
  private let unit: RainUnit

  init(grid: CFGrid, unit: RainUnit) {
    self.grid = grid
    self.unit = unit
  }

  /// - Returns: shape [rows, columns] of the window, and how many of its cells were taken as missing
  ///   because their rain is a little less than nothing.
  func values(
    position: Int, window: GridWindow
  ) throws(Fault) -> (values: [Float], rejected: Int) {
    let rows = window.rows.count
    let columns = window.columns.count
    guard rows > 0, columns > 0 else { return ([], 0) }
    guard let total = product(rows, columns), total <= 1 << 28 else {
      throw Fault(
        "too_large", at: Fault.Location(grid.path, item: grid.variable.path),
        "\(rows) x \(columns) cells are more than can be read at once",
        remedy: "crop the grid to the district")
    }
    var field = [Float](repeating: .nan, count: total)
    var check = RainPlausibility(
      quantity: unit.quantity, resolution: abs(grid.packing.scale) * unit.factor)
    for piece in pieces(of: window.columns) {
      try fill(
        &field, from: piece, rows: window.rows, columns: columns, position: position, &check)
    }
    let rejected = try check.finish(Fault.Location(grid.path, item: grid.variable.path))
    return (field, rejected)
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

  private func fill(
    _ field: inout [Float], from piece: Piece, rows: Range<Int>, columns: Int, position: Int,
    _ check: inout RainPlausibility
  ) throws(Fault) {
    let placement = grid.placement
    let layout = grid.layout
    let fileRows = placement.risesNorthwards ? mirrored(rows, grid.geometry.rows) : rows
    let fileColumns =
      placement.fallsEastwards ? mirrored(piece.columns, grid.geometry.columns) : piece.columns
    var start = grid.variable.shape.map { _ in 0 }
    var count = grid.variable.shape.map { _ in 1 }
    if let time = layout.timePosition { start[time] = position }
    start[layout.y.position] = fileRows.lowerBound
    count[layout.y.position] = fileRows.count
    start[layout.x.position] = fileColumns.lowerBound
    count[layout.x.position] = fileColumns.count
    let order = Order(
      rows: rows.count, columns: fileColumns.count, fieldColumns: columns, target: piece.target,
      flipsRows: placement.risesNorthwards, flipsColumns: placement.fallsEastwards,
      isTransposed: placement.isTransposed)
    // Sixteen-bit integers are exact in 32-bit floats; wider types are read as doubles.
    switch grid.variable.type {
    case .byte, .ubyte, .short, .ushort, .float:
      let raw = try grid.file.floats(grid.variable, start: start, count: count)
      place(raw, into: &field, order, &check)
    default:
      let raw = try grid.file.doubles(grid.variable, start: start, count: count)
      place(raw, into: &field, order, &check)
    }
  }

  /// How cells of the file become cells of the field.
  private struct Order {
    let rows: Int
    let columns: Int
    let fieldColumns: Int
    let target: Int
    let flipsRows: Bool
    let flipsColumns: Bool
    let isTransposed: Bool
  }

  private func place(
    _ raw: [some BinaryFloatingPoint], into field: inout [Float], _ order: Order,
    _ check: inout RainPlausibility
  ) {
    let packing = grid.packing
    let factor = unit.factor
    for row in 0..<order.rows {
      let fileRow = order.flipsRows ? order.rows - 1 - row : row
      let base = row * order.fieldColumns + order.target
      for column in 0..<order.columns {
        let fileColumn = order.flipsColumns ? order.columns - 1 - column : column
        let index =
          order.isTransposed
          ? fileColumn * order.rows + fileRow : fileRow * order.columns + fileColumn
        guard let value = packing.unpacked(Double(raw[index])) else { continue }
        field[base + column] = check.accept(value * factor)
      }
    }
  }

  private func mirrored(_ range: Range<Int>, _ count: Int) -> Range<Int> {
    (count - range.upperBound)..<(count - range.lowerBound)
  }

  private func product(_ a: Int, _ b: Int) -> Int? {
    let (result, overflow) = a.multipliedReportingOverflow(by: b)
    return overflow ? nil : result
  }
}
