import Crypto

enum Hash {
  private static let digits = Array("0123456789abcdef".utf8)

  /// SHA-256 of the bytes, lower-case hexadecimal.
  static func hexadecimal(_ bytes: [UInt8]) -> String {
    var text: [UInt8] = []
    text.reserveCapacity(64)
    for byte in SHA256.hash(data: bytes) {
      text.append(digits[Int(byte >> 4)])
      text.append(digits[Int(byte & 15)])
    }
    return String(decoding: text, as: UTF8.self)
  }
}
