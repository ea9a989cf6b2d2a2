import Glibc
public import Hydromet

/// How the characters of a text file are coded.
public enum TextEncoding: String, Sendable, Hashable, Codable {
  case utf8 = "UTF-8"
  case gb18030 = "GB18030"
  case utf16 = "UTF-16"
}

/// The bytes of a text file as UTF-8, without a byte order mark and without NUL bytes. UTF-16, as
/// spreadsheets save "Unicode text", is known by its byte order mark or by its zeros.
public struct DecodedText: Sendable {
  public let bytes: [UInt8]
  public let encoding: TextEncoding

  /// - Throws: a fault that names the line of the first byte that is no text.
  public init(_ raw: [UInt8], file: String) throws(Fault) {
    if let order = ByteOrder(ofUTF16: raw) {
      bytes = try DecodedText.convertedFromUTF16(raw, order, file: file)
      encoding = .utf16
      return
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

  /// Whether bytes begin like a text in UTF-16.
  public static func isUTF16(_ head: some Collection<UInt8>) -> Bool {
    ByteOrder(ofUTF16: head) != nil
  }

  /// Which byte of a number comes first.
  private enum ByteOrder {
    case little
    case big

    /// By the byte order mark; without one, by the zeros beside the first two characters.
    init?(ofUTF16 bytes: some Collection<UInt8>) {
      let head = Array(bytes.prefix(4))
      guard head.count >= 2 else { return nil }
      switch (head[0], head[1]) {
      case (0xFF, 0xFE): self = .little
      case (0xFE, 0xFF): self = .big
      default:
        guard head.count == 4, bytes.count % 2 == 0 || bytes.count >= 4096 else { return nil }
        switch (head[0] != 0, head[1] != 0, head[2] != 0, head[3] != 0) {
        case (true, false, true, false): self = .little
        case (false, true, false, true): self = .big
        default: return nil
        }
      }
    }
  }

  /// - Throws: `unknown_encoding` for half a character, `nul_byte`.
  private static func convertedFromUTF16(
    _ raw: [UInt8], _ order: ByteOrder, file: String
  ) throws(Fault) -> [UInt8] {
    var text: [UInt8] = []
    text.reserveCapacity(raw.count)
    var line = 1
    var waiting: UInt32?
    for i in stride(from: 0, to: raw.count, by: 2) {
      let isWhole = i + 1 < raw.count
      let pair = isWhole ? (UInt32(raw[i]), UInt32(raw[i + 1])) : (0xDC, 0xDC)
      let unit = order == .little ? pair.1 << 8 | pair.0 : pair.0 << 8 | pair.1
      if i == 0, unit == 0xFEFF { continue }
      guard unit != 0 else {
        throw Fault(
          "nul_byte", at: .init(file, line: line),
          "the file holds a NUL character, text is expected",
          remedy: "check that the file is a table of text and was copied whole")
      }
      if unit == 10 { line += 1 }
      if waiting == nil, unit & 0xFC00 == 0xD800 {
        waiting = (unit & 0x3FF) << 10 + 0x10000
        continue
      }
      let scalar = waiting.map { unit & 0xFC00 == 0xDC00 ? $0 + (unit & 0x3FF) : 0xDC00 } ?? unit
      guard let character = Unicode.Scalar(scalar) else {
        throw Fault(
          "unknown_encoding", at: .init(file, line: line),
          "the text is UTF-16 with half a character",
          remedy: "copy the file again, or save it as UTF-8")
      }
      waiting = nil
      text.append(contentsOf: UTF8.encode(character).map { Array($0) } ?? [])
    }
    guard waiting == nil else {
      throw Fault(
        "unknown_encoding", at: .init(file, line: line),
        "the text is UTF-16 and ends in a character",
        remedy: "copy the file again, or save it as UTF-8")
    }
    return text
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
    converted(bytes, from: "GB18030", to: "UTF-8")
  }

  /// The text in another encoding, or nil where the C library cannot read it in the first or write it in
  /// the second.
  private static func converted(
    _ bytes: [UInt8], from encoding: String, to other: String
  ) -> [UInt8]? {
    guard let converter = iconv_open(other, encoding), Int(bitPattern: converter) != -1 else {
      return nil
    }
    defer { iconv_close(converter) }
    var input = bytes.map { CChar(bitPattern: $0) }
    // Both spend at least one byte on a character and at most four.
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

  /// A text as the file is written from which another was decoded: with its byte order mark and in its
  /// encoding.
  ///
  /// - Parameters:
  ///   - text: UTF-8.
  ///   - raw: the bytes of that file; `encoding` is theirs.
  /// - Returns: nil where the encoding does not have a character of the text.
  static func encoded(
    _ text: [UInt8], like raw: [UInt8], _ encoding: TextEncoding
  ) -> [UInt8]? {
    let mark: [UInt8] = raw.starts(with: [0xEF, 0xBB, 0xBF]) ? [0xEF, 0xBB, 0xBF] : []
    switch encoding {
    case .utf8: return mark + text
    case .gb18030: return converted(text, from: "UTF-8", to: "GB18030").map { mark + $0 }
    case .utf16:
      let order = ByteOrder(ofUTF16: raw) ?? .little
      let hasMark = raw.starts(with: [0xFF, 0xFE]) || raw.starts(with: [0xFE, 0xFF])
      var units: [UInt16] = hasMark ? [0xFEFF] : []
      units += String(decoding: text, as: UTF8.self).utf16
      return units.flatMap { unit -> [UInt8] in
        let (high, low) = (UInt8(unit >> 8), UInt8(unit & 0xFF))
        return order == .little ? [low, high] : [high, low]
      }
    }
  }

  private static func line(of place: Int, in bytes: [UInt8]) -> Int {
    1 + bytes[..<place].lazy.filter { $0 == UInt8(ascii: "\n") }.count
  }
}
