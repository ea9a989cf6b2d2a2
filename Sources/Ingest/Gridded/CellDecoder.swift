import Formats
import Hydromet

/// Turns stored numbers into rain: mm, mm/h or dBZ, missing = NaN.
///
/// Types of 8 and 16 bits may be looked up in a table of all their numbers, which is made with the
/// same arithmetic that other types take cell by cell: both give the same bits.
struct CellDecoder: Sendable {
  private let type: NetCDFType
  private let packing: GridPacking
  private let unit: RainUnit
  private let table: [Float]?

  /// Stands in the table for rain that the plausibility check refuses or counts: such cells are
  /// decoded one by one. All other entries of a depth or rate have a clear sign.
  private static let marked = Float(bitPattern: 0xFFC0_0000)

  init(_ variable: NetCDFVariable, _ packing: GridPacking, _ unit: RainUnit, hasTable: Bool) {
    type = variable.type
    self.packing = packing
    self.unit = unit
    table =
      hasTable
      ? CellDecoder.table(variable.type, packing, unit, CellDecoder.check(packing, unit)) : nil
  }

  /// A check that has seen nothing.
  static func check(_ packing: GridPacking, _ unit: RainUnit) -> RainPlausibility {
    RainPlausibility(quantity: unit.quantity, resolution: abs(packing.scale) * unit.factor)
  }

  var freshCheck: RainPlausibility { CellDecoder.check(packing, unit) }

  static func canHaveTable(_ type: NetCDFType) -> Bool {
    [.byte, .ubyte, .short, .ushort].contains(type)
  }

  private static func table(
    _ type: NetCDFType, _ packing: GridPacking, _ unit: RainUnit, _ check: RainPlausibility
  ) -> [Float]? {
    let entry = { (number: Double) -> Float in
      guard let value = packing.unpacked(number) else { return .nan }
      var trial = check
      let cell = trial.accept(value * unit.factor)
      return trial.isClean ? cell : marked
    }
    switch type {
    case .byte: return (0...UInt8.max).map { entry(Double(Int8(bitPattern: $0))) }
    case .ubyte: return (0...UInt8.max).map { entry(Double($0)) }
    case .short: return (0...UInt16.max).map { entry(Double(Int16(bitPattern: $0))) }
    case .ushort: return (0...UInt16.max).map { entry(Double($0)) }
    default: return nil
    }
  }

  /// Decodes a rectangle of stored numbers.
  ///
  /// - Parameters:
  ///   - cells: where the first cell goes; the cells of a row lie side by side.
  ///   - stride: cells between rows there.
  func decode(
    _ stored: StoredRectangle, into cells: UnsafeMutablePointer<Float>, stride: Int,
    _ check: inout RainPlausibility
  ) {
    if let table, lookUp(stored, in: table, cells, stride, &check) { return }
    switch type {
    case .byte:
      runs(stored, cells, stride, &check) { (bits: UInt8) in Double(Int8(bitPattern: bits)) }
    case .ubyte: runs(stored, cells, stride, &check) { (bits: UInt8) in Double(bits) }
    case .short:
      runs(stored, cells, stride, &check) { (bits: UInt16) in Double(Int16(bitPattern: bits)) }
    case .ushort: runs(stored, cells, stride, &check) { (bits: UInt16) in Double(bits) }
    case .int:
      runs(stored, cells, stride, &check) { (bits: UInt32) in Double(Int32(bitPattern: bits)) }
    case .uint: runs(stored, cells, stride, &check) { (bits: UInt32) in Double(bits) }
    case .int64:
      runs(stored, cells, stride, &check) { (bits: UInt64) in Double(Int64(bitPattern: bits)) }
    case .uint64: runs(stored, cells, stride, &check) { (bits: UInt64) in Double(bits) }
    case .float:
      runs(stored, cells, stride, &check) { (bits: UInt32) in Double(Float(bitPattern: bits)) }
    default: runs(stored, cells, stride, &check) { (bits: UInt64) in Double(bitPattern: bits) }
    }
  }

  /// The value of a rectangle whose stored numbers are all the same.
  func uniform(_ stored: StoredRectangle, _ check: inout RainPlausibility) -> Float {
    var cell = Float.nan
    let one = StoredRectangle(
      first: stored.first, width: stored.width, rows: 1, columns: 1, rowStride: 1, columnStride: 1)
    var trial = freshCheck
    decode(one, into: &cell, stride: 1, &trial)
    check.merge(trial, times: stored.rows * stored.columns)
    return cell
  }

  // MARK: - One by one

  /// Equal numbers that follow each other are unpacked once.
  @inline(__always)
  private func runs<Bits: FixedWidthInteger>(
    _ stored: StoredRectangle, _ cells: UnsafeMutablePointer<Float>, _ stride: Int,
    _ check: inout RainPlausibility, _ number: (Bits) -> Double
  ) {
    // Blocks of this type are aligned for it.
    let first = stored.first.assumingMemoryBound(to: Bits.self)
    let step = stored.columnStride
    for row in 0..<stored.rows {
      let line = first + row * stored.rowStride
      let target = cells + row * stride
      var column = 0
      while column < stored.columns {
        let bits = line[column * step]
        var end = column + 1
        while end < stored.columns, line[end * step] == bits { end += 1 }
        let value = cell(number(bits), times: end - column, &check)
        for place in column..<end { target[place] = value }
        column = end
      }
    }
  }

  @inline(__always)
  private func cell(_ number: Double, times: Int, _ check: inout RainPlausibility) -> Float {
    guard let value = packing.unpacked(number) else { return .nan }
    return check.accept(value * unit.factor, times: times)
  }

  // MARK: - By table

  /// - Returns: whether the rectangle is done; else it has cells that must be checked one by one.
  private func lookUp(
    _ stored: StoredRectangle, in table: [Float], _ cells: UnsafeMutablePointer<Float>,
    _ stride: Int, _ check: inout RainPlausibility
  ) -> Bool {
    var lookup = TableLookup()
    table.withUnsafeBufferPointer { entries in
      guard let first = entries.baseAddress else { return }
      if stored.width == 1 {
        lookup.decode(stored, UInt8.self, first, cells, stride)
      } else {
        lookup.decode(stored, UInt16.self, first, cells, stride)
      }
    }
    if unit.quantity != .reflectivity, lookup.hasSign { return false }
    check.countValid(stored.rows * stored.columns - lookup.missing)
    return true
  }
}

/// Stored numbers in the order of the field: row 0 north, column 0 west.
struct StoredRectangle {
  /// The number of the north-western cell.
  let first: UnsafeRawPointer
  /// Bytes of a number.
  let width: Int
  let rows: Int
  let columns: Int
  /// Numbers between a cell and its southern neighbour; negative where the file rises northwards.
  let rowStride: Int
  /// Numbers between a cell and its eastern neighbour.
  let columnStride: Int

  /// Some of the rows.
  func stripe(_ rows: Range<Int>) -> StoredRectangle {
    StoredRectangle(
      first: first + rows.lowerBound * rowStride * width, width: width, rows: rows.count,
      columns: columns, rowStride: rowStride, columnStride: columnStride)
  }
}
