/// Packs the cells of a frame: most of a rain field is dry or missing, and neighbours are alike.
///
/// The packed bytes are a sequence of groups. A group begins with a number n: where n is even, n / 2
/// cells follow that all have one value, given by one step; where n is odd, n / 2 (cut) cells follow
/// with one step each. A step is the difference to the cell before (to 0 for the first cell), modulo
/// 2³², as a signed number folded to an unsigned one (0, −1, 1, −2, … become 0, 1, 2, 3, …). Numbers
/// are written seven bits a byte, the lowest first; the highest bit says that another byte follows.
enum CellPacking {
  /// Runs shorter than this are cheaper as single steps.
  private static let shortestRun = 4

  static func pack(_ cells: [Int32]) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(cells.count / 2 + 64)
    var previous: Int32 = 0
    var literalStart = 0
    var position = 0
    func appendLiterals(upTo end: Int) {
      guard end > literalStart else { return }
      append(UInt64(end - literalStart) << 1 | 1, to: &bytes)
      for cell in cells[literalStart..<end] {
        append(folded(cell &- previous), to: &bytes)
        previous = cell
      }
    }
    while position < cells.count {
      let value = cells[position]
      var end = position + 1
      while end < cells.count && cells[end] == value { end += 1 }
      if end - position >= shortestRun {
        appendLiterals(upTo: position)
        append(UInt64(end - position) << 1, to: &bytes)
        append(folded(value &- previous), to: &bytes)
        previous = value
        literalStart = end
      }
      position = end
    }
    appendLiterals(upTo: cells.count)
    return bytes
  }

  /// - Returns: exactly `count` cells, or nil where the bytes are not the packing of so many.
  static func unpack(_ bytes: ArraySlice<UInt8>, count: Int) -> [Int32]? {
    var cells: [Int32] = []
    cells.reserveCapacity(count)
    var reader = NumberReader(bytes: bytes, position: bytes.startIndex)
    var previous: Int32 = 0
    while cells.count < count {
      guard let head = reader.next(), head >> 1 > 0, head >> 1 <= UInt64(count - cells.count)
      else { return nil }
      let length = Int(head >> 1)
      if head & 1 == 0 {
        guard let step = reader.nextStep() else { return nil }
        previous &+= step
        cells.append(contentsOf: repeatElement(previous, count: length))
      } else {
        for _ in 0..<length {
          guard let step = reader.nextStep() else { return nil }
          previous &+= step
          cells.append(previous)
        }
      }
    }
    return reader.isAtEnd ? cells : nil
  }

  private static func folded(_ step: Int32) -> UInt64 {
    UInt64(UInt32(bitPattern: (step << 1) ^ (step >> 31)))
  }

  private static func append(_ number: UInt64, to bytes: inout [UInt8]) {
    var rest = number
    while rest >= 128 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 128)
      rest >>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: rest))
  }
}

private struct NumberReader {
  let bytes: ArraySlice<UInt8>
  var position: Int

  var isAtEnd: Bool { position == bytes.endIndex }

  /// The next number; nil at the end and for one that needs more than 63 bits.
  mutating func next() -> UInt64? {
    var number: UInt64 = 0
    var shift: UInt64 = 0
    while position < bytes.endIndex && shift < 63 {
      let byte = bytes[position]
      position += 1
      number |= UInt64(byte & 127) << shift
      if byte < 128 { return number }
      shift += 7
    }
    return nil
  }

  mutating func nextStep() -> Int32? {
    guard let number = next(), let folded = UInt32(exactly: number) else { return nil }
    return Int32(bitPattern: folded >> 1) ^ -Int32(bitPattern: folded & 1)
  }
}
