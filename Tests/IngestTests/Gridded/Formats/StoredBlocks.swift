/// Makes gzip files for tests (RFC 1952), without compressing.
enum Gzip {
  static func stored(_ bytes: [UInt8]) -> [UInt8] {
    var writer = ByteWriter()
    writer.raw([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255])
    writer.raw(StoredBlocks.of(bytes))
    writer.little(Int(StoredBlocks.checksum(bytes)), 4)
    writer.little(bytes.count, 4)
    return writer.bytes
  }
}

/// What gzip and PNG share.
enum StoredBlocks {
  /// A deflate stream that only holds the bytes (RFC 1951, 3.2.4).
  static func of(_ bytes: [UInt8]) -> [UInt8] {
    var writer = ByteWriter()
    for start in stride(from: 0, to: bytes.count, by: 60_000) {
      let end = min(bytes.count, start + 60_000)
      writer.little(end == bytes.count ? 1 : 0, 1)
      writer.little(end - start, 2)
      writer.little(~(end - start), 2)
      writer.raw(Array(bytes[start..<end]))
    }
    return writer.bytes
  }

  /// CRC-32, bit by bit.
  static func checksum(_ bytes: [UInt8]) -> UInt32 {
    var sum: UInt32 = 0xFFFF_FFFF
    for byte in bytes {
      sum ^= UInt32(byte)
      for _ in 0..<8 { sum = sum & 1 == 1 ? sum >> 1 ^ 0xEDB8_8320 : sum >> 1 }
    }
    return ~sum
  }
}
