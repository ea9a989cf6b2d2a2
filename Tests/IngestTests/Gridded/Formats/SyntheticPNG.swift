/// A grey PNG image without compression (ISO/IEC 15948), with the row filters that a test wants.
struct SyntheticPNG {
  var width: Int
  /// 8 or 16.
  var depth: Int
  /// Of row 0, 1, …, again and again.
  var filters: [Int]

  func bytes(_ numbers: [Int]) -> [UInt8] {
    let height = numbers.count / width
    var header = ByteWriter()
    header.big(width, 4)
    header.big(height, 4)
    for part in [depth, 0, 0, 0, 0] { header.big(part, 1) }
    return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + chunk("IHDR", header.bytes)
      + chunk("IDAT", zlib(filtered(numbers, height))) + chunk("IEND", [])
  }

  private func filtered(_ numbers: [Int], _ height: Int) -> [UInt8] {
    let size = depth / 8
    let rows = (0..<height).map { row -> [Int] in
      numbers[(row * width)..<((row + 1) * width)].flatMap { number in
        (0..<size).map { number >> (8 * (size - 1 - $0)) & 0xFF }
      }
    }
    var bytes: [UInt8] = []
    for row in 0..<height {
      let filter = filters[row % filters.count]
      bytes.append(UInt8(filter))
      for i in rows[row].indices {
        let left = i >= size ? rows[row][i - size] : 0
        let up = row > 0 ? rows[row - 1][i] : 0
        let corner = row > 0 && i >= size ? rows[row - 1][i - size] : 0
        let guess =
          switch filter {
          case 1: left
          case 2: up
          case 3: (left + up) / 2
          case 4: paeth(left, up, corner)
          default: 0
          }
        bytes.append(UInt8(truncatingIfNeeded: rows[row][i] - guess))
      }
    }
    return bytes
  }

  private func paeth(_ left: Int, _ up: Int, _ corner: Int) -> Int {
    let sum = left + up - corner
    let distances = [(abs(sum - left), left), (abs(sum - up), up), (abs(sum - corner), corner)]
    return distances.min { $0.0 < $1.0 }?.1 ?? 0
  }

  private func chunk(_ kind: String, _ data: [UInt8]) -> [UInt8] {
    let body = Array(kind.utf8) + data
    var writer = ByteWriter()
    writer.big(data.count, 4)
    writer.raw(body)
    writer.big(Int(StoredBlocks.checksum(body)), 4)
    return writer.bytes
  }

  /// Stored blocks (RFC 1950 and 1951).
  private func zlib(_ bytes: [UInt8]) -> [UInt8] {
    var writer = ByteWriter()
    writer.raw([0x78, 0x01])
    writer.raw(StoredBlocks.of(bytes))
    var (a, b) = (1, 0)
    for byte in bytes {
      a = (a + Int(byte)) % 65_521
      b = (b + a) % 65_521
    }
    writer.big(b << 16 | a, 4)
    return writer.bytes
  }
}
