import Formats
import Hydromet

/// UTF-8 text that grows at its end, with the escaping that each kind of file asks for.
struct TextBuffer {
  private(set) var bytes: [UInt8] = []

  init(capacity: Int = 0) {
    bytes.reserveCapacity(capacity)
  }

  var text: String { String(decoding: bytes, as: UTF8.self) }

  mutating func add(_ text: String) {
    bytes.append(contentsOf: text.utf8)
  }

  mutating func add(_ more: TextBuffer) {
    bytes.append(contentsOf: more.bytes)
  }

  /// A field of a comma-separated table that people open in a spreadsheet.
  mutating func addField(_ text: String) {
    CSVWriter.append(text, to: &bytes, as: .leanSheet)
  }

  /// A JSON string with its quotation marks.
  mutating func addJSON(_ text: String) {
    bytes.append(0x22)
    for byte in text.utf8 {
      switch byte {
      case 0x22, 0x5C: bytes += [0x5C, byte]
      case 0x0A: bytes += [0x5C, 0x6E]
      case 0..<0x20:
        let digits = Array("0123456789abcdef".utf8)
        bytes += Array("\\u00".utf8) + [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      default: bytes.append(byte)
      }
    }
    bytes.append(0x22)
  }

  /// Text content or an attribute's value of XML and HTML. Characters that XML 1.0 does not allow
  /// become U+FFFD.
  mutating func addEscaped(_ text: String) { add(MarkupText.escaped(text)) }
}

/// Decimal text of numbers, the same on every machine and in every locale.
enum Decimal {
  /// The number with `places` decimals, cut towards zero, so that 0.99999 never reads as 1; nil where
  /// it is not finite or too large for a table.
  static func cut(_ value: Double, places: Int) -> String? {
    text(value, places: places, rule: .towardZero)
  }

  /// The number with `places` decimals, rounded to nearest.
  static func rounded(_ value: Double, places: Int) -> String? {
    text(value, places: places, rule: .toNearestOrAwayFromZero)
  }

  private static func text(_ value: Double, places: Int, rule: FloatingPointRoundingRule)
    -> String?
  {
    var scale = 1
    for _ in 0..<places { scale *= 10 }
    let scaled = (value * Double(scale)).rounded(rule)
    guard scaled.magnitude < 1e15 else { return nil }
    let whole = Int(scaled)
    let magnitude = Int(whole.magnitude)
    let sign = whole < 0 ? "-" : ""
    guard places > 0 else { return sign + String(magnitude) }
    return "\(sign)\(magnitude / scale).\(padded(magnitude % scale, places))"
  }
}
