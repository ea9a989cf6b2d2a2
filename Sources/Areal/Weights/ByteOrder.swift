/// Appends numbers as little-endian bytes.
struct ByteWriter {
  var bytes: [UInt8] = []

  mutating func append<Number: FixedWidthInteger>(_ numbers: some Collection<Number>) {
    bytes.reserveCapacity(bytes.count + numbers.count * (Number.bitWidth / 8))
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

  mutating func word32() -> UInt32 { numbers(1, of: UInt32.self).first ?? 0 }
  mutating func word64() -> UInt64 { numbers(1, of: UInt64.self).first ?? 0 }

  mutating func doubles(_ count: Int) -> [Double] {
    numbers(count, of: UInt64.self).map { Double(bitPattern: $0) }
  }

  mutating func integers(_ count: Int) -> [Int32] {
    numbers(count, of: UInt32.self).map { Int32(bitPattern: $0) }
  }

  /// The offsets of `count` lists in an array of `limit` elements; nil unless they begin at 0, never
  /// fall and end at the limit.
  mutating func offsets(_ count: Int, upTo limit: Int) -> [Int]? {
    let words = numbers(count + 1, of: UInt64.self)
    guard words.count == count + 1, words.first == 0, words.last == UInt64(limit),
      zip(words, words.dropFirst()).allSatisfy({ $0 <= $1 })
    else { return nil }
    return words.map { Int($0) }
  }

  private mutating func numbers<Number: FixedWidthInteger & BitwiseCopyable>(
    _ count: Int, of type: Number.Type
  ) -> [Number] {
    let size = Number.bitWidth / 8
    let available = min(count, (bytes.count - position) / size)
    defer { position += available * size }
    return bytes.withUnsafeBytes { raw in
      (0..<available).map { i in
        Number(
          littleEndian: raw.loadUnaligned(fromByteOffset: position + i * size, as: type))
      }
    }
  }
}

/// A 64-bit sum over words of eight bytes, after Fowler, Noll and Vo: any change of a single word
/// changes it. It guards against damage, not against an adversary.
func checksum(of bytes: [UInt8], in range: Range<Int>) -> UInt64 {
  var sum: UInt64 = 0xcbf2_9ce4_8422_2325
  bytes.withUnsafeBytes { raw in
    for offset in stride(from: range.lowerBound, to: range.upperBound &- 7, by: 8) {
      sum ^= UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
      sum &*= 0x0000_0100_0000_01b3
      sum ^= sum >> 32
    }
  }
  return sum
}
