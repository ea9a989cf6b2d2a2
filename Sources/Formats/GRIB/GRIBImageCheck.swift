/// What has to be sure of fields packed as images before ecCodes sees them: it ends the process on an
/// image that is cut, or that has other bits or another size than its message says.
///
/// - Source: WMO-No. 306, FM 92 GRIB edition 2, data representation template 5.41; PNG, ISO/IEC 15948.
enum GRIBImageCheck {
  static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

  /// The template of the standard, and the one it had before that.
  private static let templates = [41, 40010]

  /// Whether any field of a message says to be packed as an image and holds none, a cut one, or
  /// another one than it says.
  static func contradicts(_ message: [UInt8]) -> Bool {
    guard message.count >= 20, message[7] == 2 else { return false }
    var packing: Range<Int>?
    var position = 16
    while position + 5 <= message.count - 4 {
      let length = number(message, position, 4)
      guard length >= 5, position + length <= message.count - 4 else { return false }
      let section = position..<(position + length)
      switch message[position + 4] {
      case 5: packing = section
      case 7:
        if let packing, isContradicted(message, packing, section) { return true }
      default: break
      }
      position += length
    }
    return false
  }

  private static func isContradicted(
    _ message: [UInt8], _ five: Range<Int>, _ seven: Range<Int>
  ) -> Bool {
    guard five.count >= 21, templates.contains(number(message, five.lowerBound + 9, 2)) else {
      return false
    }
    let bits = (number(message, five.lowerBound + 19, 1) + 7) / 8 * 8
    // A field of one value has no image.
    guard bits > 0 else { return false }
    let image = message[(seven.lowerBound + 5)..<seven.upperBound]
    guard image.count >= 33, isWhole(image) else { return true }
    // Behind the signature, and the length and name of the header: width, height, bits, kind.
    let header = image.startIndex + 16
    let (width, height) = (number(message, header, 4), number(message, header + 4, 4))
    guard width <= 1 << 28, height <= 1 << 28,
      width * height == number(message, five.lowerBound + 5, 4)
    else { return true }
    // Grey, colours, and colours with transparency; ecCodes knows no others.
    let channels = [0: 1, 2: 3, 6: 4][message[header + 9]] ?? 0
    return number(message, header + 8, 1) * channels != bits
  }

  /// Whether the parts of an image follow one another from the header to the end within its bytes.
  private static func isWhole(_ image: ArraySlice<UInt8>) -> Bool {
    guard image.starts(with: signature) else { return false }
    var position = image.startIndex + 8
    var isFirst = true
    while position + 12 <= image.endIndex {
      let length = (0..<4).reduce(0) { $0 << 8 | Int(image[position + $1]) }
      guard length <= image.endIndex - position - 12 else { return false }
      let kind = image[(position + 4)..<(position + 8)]
      if isFirst, length != 13 || !kind.elementsEqual("IHDR".utf8) { return false }
      if kind.elementsEqual("IEND".utf8) { return true }
      isFirst = false
      position += 12 + length
    }
    return false
  }

  private static func number(_ bytes: [UInt8], _ at: Int, _ count: Int) -> Int {
    (0..<count).reduce(0) { $0 << 8 | Int(bytes[at + $1]) }
  }
}
