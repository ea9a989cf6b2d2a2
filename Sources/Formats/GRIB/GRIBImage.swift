import CDeflate
import Glibc

/// The numbers of a GRIB field that are packed as a grey PNG image, as MRMS packs them.
///
/// ecCodes spends most of its time on such a field with single bits and with doubles. Here the image
/// is expanded once and its rows are handed out one by one, while they are in the processor's cache; a
/// number is unpacked by the same arithmetic, so that the values are those of ecCodes to the last bit. What is not quite usual is left to ecCodes.
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

  /// Hands out the numbers row by row in the order of the message, those of the first `rows` rows.
  ///
  /// - Parameter body: takes a row's number and its `width` numbers, which are valid only while it runs.
  /// - Returns: whether the image expands to what it should be; where not, rows that were handed out
  ///   are worth nothing.
  public func forEachRow(
    below rows: Int, _ body: (Int, UnsafePointer<UInt16>) -> Void
  ) -> Bool {
    let stride = 1 + width * bits / 8
    guard let inflater = libdeflate_alloc_decompressor() else { return false }
    defer { libdeflate_free_decompressor(inflater) }
    guard let room = malloc(stride * height) else { return false }
    defer { free(room) }
    LargePages.advise(UnsafeMutableRawBufferPointer(start: room, count: stride * height))
    let status = deflated.withUnsafeBytes {
      libdeflate_zlib_decompress(
        inflater, $0.baseAddress, $0.count, room, stride * height, nil)
    }
    guard status == LIBDEFLATE_SUCCESS else { return false }
    // The row above the first counts as zeros.
    let lines = UnsafeMutablePointer<UInt16>.allocate(capacity: 2 * width)
    defer { lines.deallocate() }
    lines.initialize(repeating: 0, count: 2 * width)
    let filtered = UnsafePointer(room.assumingMemoryBound(to: UInt8.self))
    for row in 0..<min(max(rows, 0), height) {
      let source = filtered + row * stride
      let target = lines + row % 2 * width
      let above = UnsafePointer(lines + (row + 1) % 2 * width)
      guard let filter = PNGRowFilter(rawValue: source[0]) else { return false }
      if bits == 16 {
        filter.undo16(source + 1, above, target, width)
      } else {
        filter.undo8(source + 1, above, target, width)
      }
      body(row, UnsafePointer(target))
    }
    return true
  }

  /// How many different numbers there can be.
  public var numberCount: Int { 1 << bits }

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
}
