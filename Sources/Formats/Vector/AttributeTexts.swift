import Glibc

/// An attribute as it stands in the file, before the encoding of its texts is known.
enum RawAttribute {
  case text([UInt8])
  case integer(Int64)
  case real(Double)
  case null
}

/// Decodes the texts of one attribute table.
///
/// A dBASE table that does not name its encoding is read as UTF-8 where every text is; else as the
/// Chinese code pages (GB 18030, which contains GBK and GB 2312) where the bytes pair up like Chinese
/// characters; else as Latin-1, which every byte string is. The choice is made once for the table.
final class AttributeTexts {
  private let isRaw: Bool
  private var sample: [UInt8] = []
  private lazy var encoding: Encoding = isRaw ? Encoding(of: sample) : .utf8

  init(isRaw: Bool) {
    self.isRaw = isRaw
  }

  /// Remembers a text for the choice; only the part that is not ASCII decides.
  func observe(_ text: [UInt8]) {
    guard isRaw, sample.count < 1_000_000, text.contains(where: { $0 >= 0x80 }) else { return }
    sample += text
    sample.append(0x0A)
  }

  func decoded(_ names: [[UInt8]]) -> [String] {
    if isRaw {
      for name in names { observe(name) }
    }
    return names.map(encoding.text)
  }

  func decoded(_ value: RawAttribute) -> VectorFeature.AttributeValue {
    switch value {
    case .text(let bytes): .text(encoding.text(bytes))
    case .integer(let number): .integer(number)
    case .real(let number): .real(number)
    case .null: .null
    }
  }

  private enum Encoding {
    case utf8
    case chinese
    case latin

    init(of sample: [UInt8]) {
      if String(validating: sample, as: UTF8.self) != nil {
        self = .utf8
      } else if Encoding.pairsLikeChinese(sample), decodeChinese(sample) != nil {
        self = .chinese
      } else {
        self = .latin
      }
    }

    /// Whether high bytes come in pairs, nine of ten in the plane of GB 2312, where the characters of
    /// daily use lie.
    private static func pairsLikeChinese(_ sample: [UInt8]) -> Bool {
      var common = 0
      var pairs = 0
      var index = 0
      while index < sample.count {
        guard sample[index] >= 0x80 else {
          index += 1
          continue
        }
        guard index + 1 < sample.count, sample[index + 1] >= 0x30 else { return false }
        pairs += 1
        if (0xA1...0xF7).contains(sample[index]), sample[index + 1] >= 0xA1 { common += 1 }
        index += 2
      }
      return pairs > 0 && common * 10 >= pairs * 9
    }

    func text(_ bytes: [UInt8]) -> String {
      switch self {
      case .utf8: String(decoding: bytes, as: UTF8.self)
      case .chinese: decodeChinese(bytes) ?? String(decoding: bytes, as: UTF8.self)
      case .latin: String(String.UnicodeScalarView(bytes.map { UnicodeScalar($0) }))
      }
    }
  }
}

/// The text of GB 18030 bytes; nil where they are no such text.
func decodeChinese(_ bytes: [UInt8]) -> String? {
  let converter = iconv_open("UTF-8", "GB18030")
  guard converter != iconv_t(bitPattern: -1) else { return nil }
  defer { iconv_close(converter) }
  var input = bytes.map { CChar(bitPattern: $0) }
  // Two bytes become at most three, four become at most four.
  var output = [CChar](repeating: 0, count: bytes.count * 2 + 8)
  let capacity = output.count
  let written: Int? = input.withUnsafeMutableBufferPointer { source in
    output.withUnsafeMutableBufferPointer { target in
      var from = source.baseAddress
      var to = target.baseAddress
      var left = source.count
      var room = capacity
      guard iconv(converter, &from, &left, &to, &room) != Int(bitPattern: UInt.max), left == 0
      else {
        return nil
      }
      return capacity - room
    }
  }
  guard let written else { return nil }
  return String(
    validating: output[..<written].map { UInt8(bitPattern: $0) }, as: UTF8.self)
}
