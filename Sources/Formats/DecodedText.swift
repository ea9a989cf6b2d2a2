import Glibc
public import Hydromet

/// How the characters of a text file are coded.
public enum TextEncoding: String, Sendable, Hashable, Codable {
  case utf8 = "UTF-8"
  case gb18030 = "GB18030"
}

/// The bytes of a text file as UTF-8, without a byte order mark and without NUL bytes.
public struct DecodedText: Sendable {
  public let bytes: [UInt8]
  public let encoding: TextEncoding

  /// - Throws: a fault that names the line of the first byte that is no text.
  public init(_ raw: [UInt8], file: String) throws(Fault) {
    if raw.starts(with: [0xFF, 0xFE]) || raw.starts(with: [0xFE, 0xFF]) {
      throw Fault(
        "utf16_text", at: .init(file), "the text is UTF-16, UTF-8 or GB18030 is expected",
        remedy: "save the file as UTF-8")
    }
    if let place = raw.firstIndex(of: 0) {
      throw Fault(
        "nul_byte", at: .init(file, line: DecodedText.line(of: place, in: raw)),
        "the file holds a NUL byte, text is expected",
        remedy: "check that the file is a table of text and was copied whole")
    }
    let content = raw.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(raw.dropFirst(3)) : raw
    guard let place = DecodedText.firstInvalidUTF8(in: content) else {
      bytes = content
      encoding = .utf8
      return
    }
    guard let converted = DecodedText.convertedFromGB18030(content) else {
      throw Fault(
        "unknown_encoding", at: .init(file, line: DecodedText.line(of: place, in: content)),
        "the text is neither UTF-8 nor GB18030", remedy: "save the file as UTF-8")
    }
    bytes = converted
    encoding = .gb18030
  }

  /// The place of the first byte that does not belong to a valid UTF-8 sequence (Unicode 15, table
  /// 3-7: no overlong forms, no surrogates, nothing beyond U+10FFFF).
  static func firstInvalidUTF8(in bytes: [UInt8]) -> Int? {
    var i = 0
    while i < bytes.count {
      let lead = bytes[i]
      if lead < 0x80 {
        i += 1
        continue
      }
      let length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2
      guard (0xC2...0xF4).contains(lead), i + length <= bytes.count else { return i }
      let second = bytes[i + 1]
      let lowest: UInt8 = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80
      let highest: UInt8 = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF
      guard (lowest...highest).contains(second) else { return i }
      for k in 2..<max(2, length) where bytes[i + k] & 0xC0 != 0x80 { return i }
      i += length
    }
    return nil
  }

  /// The text as UTF-8, or nil where the C library cannot read it as GB 18030.
  static func convertedFromGB18030(_ bytes: [UInt8]) -> [UInt8]? {
    guard let converter = iconv_open("UTF-8", "GB18030"), Int(bitPattern: converter) != -1 else {
      return nil
    }
    defer { iconv_close(converter) }
    var input = bytes.map { CChar(bitPattern: $0) }
    // GB 18030 spends at least one byte on a character, UTF-8 at most four.
    var output = [CChar](repeating: 0, count: bytes.count * 4)
    let capacity = output.count
    let written: Int? = input.withUnsafeMutableBufferPointer { source in
      output.withUnsafeMutableBufferPointer { target in
        var from = source.baseAddress
        var to = target.baseAddress
        var fromLeft = source.count
        var toLeft = target.count
        let result = iconv(converter, &from, &fromLeft, &to, &toLeft)
        return result == -1 || fromLeft > 0 ? nil : capacity - toLeft
      }
    }
    guard let written else { return nil }
    return output[..<written].map { UInt8(bitPattern: $0) }
  }

  private static func line(of place: Int, in bytes: [UInt8]) -> Int {
    1 + bytes[..<place].lazy.filter { $0 == UInt8(ascii: "\n") }.count
  }
}
