/// Text inside HTML and XML.
public enum MarkupText {
  /// The text as it may stand between tags and in quotes of either kind.
  ///
  /// Looked at by scalars: a mark that combines with `<` or `"` makes one character of both, which is
  /// neither, and the bracket would slip through. What XML 1.0 forbids becomes U+FFFD.
  public static func escaped(_ text: String) -> String {
    var safe = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": safe.append(contentsOf: "&amp;".unicodeScalars)
      case "<": safe.append(contentsOf: "&lt;".unicodeScalars)
      case ">": safe.append(contentsOf: "&gt;".unicodeScalars)
      case "\"": safe.append(contentsOf: "&quot;".unicodeScalars)
      case "'": safe.append(contentsOf: "&#39;".unicodeScalars)
      case "\t", "\n", "\r": safe.append(scalar)
      default:
        let isForbidden = scalar.value < 0x20 || scalar.value == 0xFFFE || scalar.value == 0xFFFF
        safe.append(isForbidden ? "\u{FFFD}" : scalar)
      }
    }
    return String(safe)
  }
}
