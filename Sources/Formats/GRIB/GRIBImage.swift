import CDeflate
import Glibc
public import Hydromet

/// The numbers of a GRIB field that are packed as a grey PNG image, as MRMS packs them.
///
/// ecCodes spends most of its time on such a field with single bits and with doubles. Here the image
/// is expanded once, and a number is unpacked where it is wanted, by the same arithmetic: the values
/// are those of ecCodes to the last bit. What is not quite usual is left to ecCodes.
///
/// - Source: WMO-No. 306, FM 92 GRIB edition 2, data representation template 5.41; PNG, ISO/IEC 15948.
public final class GRIBImage {
  public let width: Int
  public let height: Int
  private let bits: Int
  private let reference: Double
  private let binaryFactor: Double
  private let decimalFactor: Double
  private var deflated: [UInt8] = []
  private var numbers: [UInt16] = []

  /// - Parameter message: of one field.
  /// - Returns: nil for a field that is packed otherwise, has a bitmap, or is damaged.
  init?(_ message: [UInt8], count: Int) {
    guard let parts = GRIBImage.sections(message), let five = parts[5], let six = parts[6],
      let seven = parts[7], five.count >= 21, six.count == 6, message[six.lowerBound + 5] == 255
    else { return nil }
    let number = { (offset: Int, bytes: Int) -> Int in
      (0..<bytes).reduce(0) { $0 << 8 | Int(message[five.lowerBound + offset + $1]) }
    }
    guard number(9, 2) == 41, number(5, 4) == count, count > 0, count <= 1 << 28 else { return nil }
    let signed = { (value: Int) in value & 0x8000 != 0 ? -(value & 0x7FFF) : value }
    let float = Float(bitPattern: UInt32(number(11, 4)))
    bits = number(19, 1)
    // ecCodes reads numbers below the normal ones in a way of its own.
    guard bits == 8 || bits == 16, float.isNormal || float == 0 else { return nil }
    reference = Double(float)
    let (binary, decimal) = (signed(number(15, 2)), signed(number(17, 2)))
    guard abs(binary) < 64, abs(decimal) < 20 else { return nil }
    binaryFactor = GRIBImage.power(binary, of: 2)
    decimalFactor = GRIBImage.power(-decimal, of: 10)
    guard let image = GRIBImage.picture(message[(seven.lowerBound + 5)..<seven.upperBound], bits),
      image.width * image.height == count
    else { return nil }
    (width, height, deflated) = (image.width, image.height, image.deflated)
  }

  /// A power by repeated multiplication or division, as ecCodes takes it.
  private static func power(_ exponent: Int, of base: Double) -> Double {
    var power = 1.0
    for _ in 0..<abs(exponent) { power = exponent > 0 ? power * base : power / base }
    return power
  }

  /// What a number stands for, in the unit of the field.
  @inline(__always)
  public func value(of number: UInt16) -> Double {
    (Double(number) * binaryFactor + reference) * decimalFactor
  }

  /// Hands out the numbers in the order of the message, as far as the rows above `rows`.
  ///
  /// - Returns: nil where the image does not expand to what it should be.
  public func withNumbers<Result>(
    rows: Int, _ body: (UnsafeBufferPointer<UInt16>) throws(Fault) -> Result
  ) throws(Fault) -> Result? {
    guard expand(rows: min(max(rows, 0), height)) else { return nil }
    // `withUnsafeBufferPointer` would lose the type of the fault.
    let answer = numbers.withUnsafeBufferPointer { buffer in
      Swift.Result { () throws(Fault) in try body(buffer) }
    }
    return try answer.get()
  }

  // MARK: - The parts of the message

  private static func sections(_ message: [UInt8]) -> [Int: Range<Int>]? {
    guard message.count >= 20, message[7] == 2 else { return nil }
    var parts: [Int: Range<Int>] = [:]
    var position = 16
    while position + 5 <= message.count - 4 {
      let length = (0..<4).reduce(0) { $0 << 8 | Int(message[position + $1]) }
      guard length >= 5, position + length <= message.count - 4 else { return nil }
      parts[Int(message[position + 4])] = position..<(position + length)
      position += length
    }
    return parts
  }

  /// The size of a grey image without interlace, and its deflated rows. Every part must bear its sum.
  private static func picture(
    _ bytes: ArraySlice<UInt8>, _ bits: Int
  ) -> (width: Int, height: Int, deflated: [UInt8])? {
    guard bytes.starts(with: GRIBImageCheck.signature) else { return nil }
    func number(_ at: Int) -> Int { (0..<4).reduce(0) { $0 << 8 | Int(bytes[at + $1]) } }
    var position = bytes.startIndex + 8
    var size: (Int, Int)?
    var deflated: [UInt8] = []
    while position + 12 <= bytes.endIndex {
      let length = number(position)
      guard length <= bytes.endIndex - position - 12 else { return nil }
      let kind = bytes[(position + 4)..<(position + 8)]
      let data = bytes[(position + 8)..<(position + 8 + length)]
      let sum = bytes[(position + 4)..<(position + 8 + length)].withUnsafeBytes {
        libdeflate_crc32(0, $0.baseAddress, $0.count)
      }
      guard Int(sum) == number(position + 8 + length) else { return nil }
      if kind.elementsEqual("IHDR".utf8) {
        let start = data.startIndex
        guard length == 13, Int(bytes[start + 8]) == bits,
          bytes[(start + 9)..<(start + 13)].allSatisfy({ $0 == 0 })
        else { return nil }
        size = (number(start), number(start + 4))
      } else if kind.elementsEqual("IDAT".utf8) {
        deflated += data
      } else if kind.elementsEqual("IEND".utf8) {
        guard let size, size.0 > 0, size.1 > 0, size.0 <= 1 << 20, size.1 <= 1 << 20 else {
          return nil
        }
        return (size.0, size.1, deflated)
      } else if kind.first.map({ $0 & 0x20 == 0 }) ?? true {
        // A part that may not be passed over: a palette.
        return nil
      }
      position += 12 + length
    }
    return nil
  }

  // MARK: - The image

  private func expand(rows: Int) -> Bool {
    if numbers.count >= rows * width { return true }
    let stride = 1 + width * bits / 8
    guard let inflater = libdeflate_alloc_decompressor() else { return false }
    defer { libdeflate_free_decompressor(inflater) }
    guard let room = malloc(stride * height) else { return false }
    defer { free(room) }
    let status = deflated.withUnsafeBytes {
      libdeflate_zlib_decompress(
        inflater, $0.baseAddress, $0.count, room, stride * height, nil)
    }
    guard status == LIBDEFLATE_SUCCESS else { return false }
    let filtered = UnsafePointer(room.assumingMemoryBound(to: UInt8.self))
    var isGood = true
    let (width, bits) = (width, bits)
    numbers = [UInt16](unsafeUninitializedCapacity: rows * width) { buffer, filled in
      guard let first = buffer.baseAddress else { return }
      for row in 0..<rows {
        let source = filtered + row * stride
        let target = first + row * width
        let above = row > 0 ? UnsafePointer(target - width) : nil
        let filter = RowFilter(rawValue: source[0])
        isGood = isGood && filter != nil
        if bits == 16 {
          (filter ?? .none).undo16(source + 1, above, target, width)
        } else {
          (filter ?? .none).undo8(source + 1, above, target, width)
        }
      }
      filled = rows * width
    }
    if !isGood { numbers = [] }
    return isGood
  }
}

/// How a row of a PNG image was written as differences (ISO/IEC 15948, clause 9).
private enum RowFilter: UInt8 {
  case none = 0
  case sub = 1
  case up = 2
  case average = 3
  case paeth = 4

  /// Rows of numbers of two bytes, the high one first; each byte is filtered for itself.
  ///
  /// - Parameter above: the row above as numbers; nil above the first, which counts as zeros.
  func undo16(
    _ bytes: UnsafePointer<UInt8>, _ above: UnsafePointer<UInt16>?,
    _ numbers: UnsafeMutablePointer<UInt16>, _ count: Int
  ) {
    var left: UInt16 = 0
    var corner: UInt16 = 0
    switch self {
    case .none:
      for i in 0..<count { numbers[i] = RowFilter.pair(bytes, i) }
    case .sub:
      for i in 0..<count {
        left = RowFilter.sum(left, RowFilter.pair(bytes, i))
        numbers[i] = left
      }
    case .up:
      for i in 0..<count {
        numbers[i] = RowFilter.sum(above.map { $0[i] } ?? 0, RowFilter.pair(bytes, i))
      }
    case .average:
      for i in 0..<count {
        let mean = RowFilter.mean(left, above.map { $0[i] } ?? 0)
        left = RowFilter.sum(mean, RowFilter.pair(bytes, i))
        numbers[i] = left
      }
    case .paeth:
      for i in 0..<count {
        let up = above.map { $0[i] } ?? 0
        let high = RowFilter.nearest(left >> 8, up >> 8, corner >> 8)
        let low = RowFilter.nearest(left & 0xFF, up & 0xFF, corner & 0xFF)
        left = RowFilter.sum(high << 8 | low, RowFilter.pair(bytes, i))
        corner = up
        numbers[i] = left
      }
    }
  }

  /// Rows of numbers of one byte.
  func undo8(
    _ bytes: UnsafePointer<UInt8>, _ above: UnsafePointer<UInt16>?,
    _ numbers: UnsafeMutablePointer<UInt16>, _ count: Int
  ) {
    var left: UInt16 = 0
    var corner: UInt16 = 0
    for i in 0..<count {
      let up = above.map { $0[i] } ?? 0
      let guess: UInt16
      switch self {
      case .none: guess = 0
      case .sub: guess = left
      case .up: guess = up
      case .average: guess = (left + up) / 2
      case .paeth: guess = RowFilter.nearest(left, up, corner)
      }
      left = (guess + UInt16(bytes[i])) & 0xFF
      corner = up
      numbers[i] = left
    }
  }

  @inline(__always)
  private static func pair(_ bytes: UnsafePointer<UInt8>, _ i: Int) -> UInt16 {
    UInt16(bytes[2 * i]) << 8 | UInt16(bytes[2 * i + 1])
  }

  /// Sums of the high bytes and of the low bytes, each without a carry.
  @inline(__always)
  private static func sum(_ a: UInt16, _ b: UInt16) -> UInt16 {
    ((a & 0xFF00) &+ (b & 0xFF00)) | ((a & 0xFF) &+ (b & 0xFF)) & 0xFF
  }

  /// Means of the high bytes and of the low bytes, rounded down.
  @inline(__always)
  private static func mean(_ a: UInt16, _ b: UInt16) -> UInt16 {
    let high = ((a >> 8) &+ (b >> 8)) >> 1
    let low = ((a & 0xFF) &+ (b & 0xFF)) >> 1
    return high << 8 | low
  }

  /// Paeth's predictor: which of left, up and corner comes nearest to left + up − corner.
  @inline(__always)
  private static func nearest(_ a: UInt16, _ b: UInt16, _ c: UInt16) -> UInt16 {
    let (left, up, corner) = (Int32(a), Int32(b), Int32(c))
    let toLeft = abs(up - corner)
    let toUp = abs(left - corner)
    let toCorner = abs(left + up - 2 * corner)
    if toLeft <= toUp, toLeft <= toCorner { return a }
    return toUp <= toCorner ? b : c
  }
}
