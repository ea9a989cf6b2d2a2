/// Strings of JSON (RFC 8259, section 7).
public enum JSONText {
  /// The text in quotes.
  public static func quoted(_ text: String) -> String { "\"\(escaped(text))\"" }

  /// The text as it may stand between quotes. The line separators U+2028 and U+2029 are escaped too: some
  /// readers of scripts take them for ends of lines.
  public static func escaped(_ text: String) -> String {
    var json = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": json += "\\\""
      case "\\": json += "\\\\"
      case "\n": json += "\\n"
      case "\r": json += "\\r"
      case "\t": json += "\\t"
      case "\u{0}"..<" ", "\u{2028}", "\u{2029}":
        let digits = String(scalar.value, radix: 16)
        json += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: json.unicodeScalars.append(scalar)
      }
    }
    return json
  }
}
