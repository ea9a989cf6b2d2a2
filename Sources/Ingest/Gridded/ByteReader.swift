import Hydromet

/// Numbers at known places of a binary header, little-endian. Nothing outside the bytes is read: a
/// place beyond the end is zero, and `covers` says so beforehand.
struct ByteReader {
  let bytes: [UInt8]

  /// - Throws: `truncated` where the file is shorter than `count` bytes.
  func require(_ count: Int, _ what: String, _ place: Fault.Location) throws(Fault) {
    guard bytes.count < count else { return }
    throw Fault(
      "truncated", at: place,
      "the file is cut off: it has \(bytes.count) bytes, \(what) needs \(count)",
      remedy: "fetch the file again")
  }

  func byte(_ at: Int) -> UInt8 { bytes.indices.contains(at) ? bytes[at] : 0 }

  private func word(_ at: Int, _ width: Int) -> UInt64 {
    (0..<width).reduce(0) { $0 | UInt64(byte(at + $1)) << UInt64(8 * $1) }
  }

  func int16(_ at: Int) -> Int { Int(Int16(truncatingIfNeeded: word(at, 2))) }
  func uint16(_ at: Int) -> Int { Int(word(at, 2)) }
  func int32(_ at: Int) -> Int { Int(Int32(truncatingIfNeeded: word(at, 4))) }
  func float(_ at: Int) -> Double { Double(Float(bitPattern: UInt32(word(at, 4)))) }

  /// A 32-bit number as the decimal number that was meant: 106.61 and not 106.61000061.
  func decimal(_ at: Int) -> Double {
    let value = Float(bitPattern: UInt32(word(at, 4)))
    return value.isFinite ? GridPacking.decimal(value) : .nan
  }

  /// Letters up to the first NUL, without blanks around them.
  func text(_ at: Int, _ count: Int) -> String {
    guard at >= 0, at < bytes.count else { return "" }
    let part = bytes[at..<min(bytes.count, at + count)].prefix { $0 != 0 }
    let ascii = part.allSatisfy { $0 < 128 }
    let text = ascii ? String(decoding: part, as: UTF8.self) : "(not ASCII)"
    return String(text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }
}
