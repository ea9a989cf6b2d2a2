import Hydromet

/// A text with `{to}`, `{text}`, `{subject}`, `{key}`, `{level}`, `{link}` and `{secret}` in it. Values are
/// written for the place they stand in and are never read as a template themselves.
struct CallTemplate: Sendable {
  enum Place: Sendable {
    case plain
    /// Inside a string of JSON.
    case json
    /// In an address or a form.
    case form
    /// In a header: one line of ASCII.
    case header
    /// In a text of XML.
    case xml
  }

  static let names = ["to", "text", "subject", "key", "level", "link", "secret", "name"]

  private let pieces: [(literal: String, name: String)]

  /// - Throws: `bad_template` for a name that is not known.
  init(_ text: String, at location: String) throws(Fault) {
    var pieces: [(literal: String, name: String)] = []
    var literal = ""
    var rest = Substring(text)
    while let character = rest.first {
      let name = rest.dropFirst().prefix {
        $0 != "}" && $0 != "{" && !$0.isWhitespace && $0 != "\""
      }
      let isName =
        character == "{" && !name.isEmpty && name.allSatisfy { $0.isASCII && $0.isLetter }
        && rest.dropFirst(name.count + 1).first == "}"
      if isName {
        guard CallTemplate.names.contains(String(name)) else {
          throw Fault(
            "bad_template", "\(location): {\(name)} is not known",
            remedy: "use \(CallTemplate.names.map { "{\($0)}" }.joined(separator: ", "))")
        }
        pieces.append((literal, String(name)))
        literal = ""
        rest = rest.dropFirst(name.count + 2)
      } else {
        literal.append(character)
        rest = rest.dropFirst()
      }
    }
    pieces.append((literal, ""))
    self.pieces = pieces
  }

  func filled(_ values: [String: String], for place: Place) -> String {
    var text = ""
    for piece in pieces {
      text += piece.literal
      if !piece.name.isEmpty { text += CallTemplate.escaped(values[piece.name] ?? "", for: place) }
    }
    return text
  }

  static func escaped(_ text: String, for place: Place) -> String {
    switch place {
    case .plain: return text
    case .json: return JSONText.escaped(text)
    case .form: return percent(text)
    case .header: return String(text.filter { $0.isASCII && ($0 >= " ") && $0 != "\u{7F}" })
    case .xml: return MarkupText.escaped(text)
    }
  }

  private static func percent(_ text: String) -> String {
    var escaped: [UInt8] = []
    let digits = Array("0123456789ABCDEF".utf8)
    for byte in text.utf8 {
      let isPlain =
        (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
        || [45, 46, 95, 126].contains(byte)
      if isPlain {
        escaped.append(byte)
      } else {
        escaped += [37, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: escaped, as: UTF8.self)
  }
}
