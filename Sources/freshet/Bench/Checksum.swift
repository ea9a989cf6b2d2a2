/// FNV-1a over 64 bits: one number for the inputs or results of a benchmark, the same on every machine.
///
/// - Source: Fowler, Noll and Vo, "The FNV non-cryptographic hash algorithm".
struct Checksum {
  private var state: UInt64 = 0xcbf2_9ce4_8422_2325

  mutating func add(_ byte: UInt8) {
    state = (state ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
  }

  /// Adds a whole number as eight bytes, lowest first.
  mutating func add(_ value: some FixedWidthInteger) {
    var word = UInt64(truncatingIfNeeded: value)
    for _ in 0..<8 {
      add(UInt8(truncatingIfNeeded: word))
      word >>= 8
    }
  }

  mutating func add(_ value: Double) {
    add(value.bitPattern)
  }

  /// Adds a value that may be absent, so that absent is not zero.
  mutating func add(_ value: Double?) {
    add(UInt8(value == nil ? 0 : 1))
    add(value ?? 0)
  }

  mutating func add(bytes: some Sequence<UInt8>) {
    for byte in bytes { add(byte) }
  }

  /// Sixteen hexadecimal digits.
  var text: String {
    let digits = String(state, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
