/// Appends numbers as little-endian bytes.
struct ByteWriter {
  var bytes: [UInt8] = []

  mutating func append<Number: FixedWidthInteger>(_ numbers: some Collection<Number>) {
    for number in numbers {
      withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
    }
  }
}

/// Takes little-endian numbers from bytes one after the other. What lies beyond the end reads as 0 or
/// as fewer bytes; the caller checks the length.
struct ByteReader {
  private let bytes: [UInt8]
  private var position = 0

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  mutating func take(_ count: Int) -> ArraySlice<UInt8> {
    let end = min(position + count, bytes.count)
    defer { position = end }
    return bytes[position..<end]
  }

  mutating func word32() -> UInt32 { UInt32(truncatingIfNeeded: number(ofBytes: 4)) }
  mutating func word64() -> UInt64 { number(ofBytes: 8) }

  private mutating func number(ofBytes count: Int) -> UInt64 {
    let part = take(count)
    guard part.count == count else { return 0 }
    return part.reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }
}

/// A 64-bit sum over words of eight bytes, after Fowler, Noll and Vo: any change of a single word
/// changes it. It guards against damage, not against an adversary.
func checksum(of bytes: UnsafeBufferPointer<UInt8>, in range: Range<Int>) -> UInt64 {
  var sum: UInt64 = 0xcbf2_9ce4_8422_2325
  let raw = UnsafeRawBufferPointer(bytes)
  for offset in stride(from: range.lowerBound, to: range.upperBound &- 7, by: 8) {
    sum ^= UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    sum &*= 0x0000_0100_0000_01b3
    sum ^= sum >> 32
  }
  return sum
}
