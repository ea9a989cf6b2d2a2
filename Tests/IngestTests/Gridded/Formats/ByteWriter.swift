/// Bytes of a binary file, put together number by number.
struct ByteWriter {
  private(set) var bytes: [UInt8] = []

  init(count: Int = 0) {
    bytes = [UInt8](repeating: 0, count: count)
  }

  mutating func little(_ value: Int, _ width: Int) {
    for index in 0..<width { bytes.append(UInt8(truncatingIfNeeded: value >> (8 * index))) }
  }

  mutating func big(_ value: Int, _ width: Int) {
    for index in 0..<width {
      bytes.append(UInt8(truncatingIfNeeded: value >> (8 * (width - 1 - index))))
    }
  }

  mutating func text(_ text: String) { bytes += Array(text.utf8) }

  mutating func raw(_ more: [UInt8]) { bytes += more }

  /// Overwrites numbers of a header that was made with `init(count:)`.
  mutating func put(_ value: Int, _ width: Int, at: Int) {
    for index in 0..<width { bytes[at + index] = UInt8(truncatingIfNeeded: value >> (8 * index)) }
  }

  mutating func put(_ value: Float, at: Int) { put(Int(value.bitPattern), 4, at: at) }

  mutating func put(_ text: String, at: Int) { put(Array(text.utf8), at: at) }

  mutating func put(_ more: [UInt8], at: Int) {
    bytes.replaceSubrange(at..<(at + more.count), with: more)
  }
}

/// The rain of a small grid that has no symmetry: every cell tells its row (from the north) and its
/// column (from the west).
enum Pattern {
  static let rows = 3
  static let columns = 4

  /// Tenths of a millimetre.
  static func tenths(row: Int, column: Int) -> Int { 10 * row + column + 1 }

  static func millimetres(row: Int, column: Int) -> Float {
    Float(tenths(row: row, column: column)) / 10
  }

  /// Row 0 north, column 0 west.
  static var field: [Float] {
    (0..<rows).flatMap { row in (0..<columns).map { millimetres(row: row, column: $0) } }
  }
}
