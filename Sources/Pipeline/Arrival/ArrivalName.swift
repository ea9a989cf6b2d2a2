import Hydromet

/// The name of a file that arrives over a network, as the name of a file on disk.
enum ArrivalName {
  /// The longest name that file systems take, with room for what is put before it while it is written.
  static let longest = 200

  /// Takes a name as it is, or refuses it.
  ///
  /// - Throws: `bad_file_name` for what is empty, too long, a path, hidden, or holds control characters.
  static func checked(_ name: String) throws(Fault) -> String {
    let isPlain = name.unicodeScalars.allSatisfy {
      $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) && $0 != "/" && $0 != "\\"
    }
    guard !name.isEmpty, name.utf8.count <= longest, isPlain, !name.hasPrefix(".") else {
      throw Fault(
        "bad_file_name", "\"\(shown(name))\" is no name of a file",
        remedy:
          "use up to \(longest) bytes of letters, digits, ., - and _, not beginning with a dot")
    }
    return name
  }

  /// Makes a name of an identifier that may hold slashes: every part stays readable, no two
  /// identifiers share a name, and an identifier always gives the same name.
  ///
  /// - Returns: the identifier itself where it is a plain name; else its plain characters, slashes as
  ///   `=`, followed or shortened by a mark made of the identifier's hash.
  static func made(from identifier: String, mark: String) -> String {
    var text = ""
    var isPlain = true
    for scalar in identifier.unicodeScalars {
      let isWord =
        scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
        || "._-+".unicodeScalars.contains(scalar)
      if isWord {
        text.unicodeScalars.append(scalar)
      } else {
        isPlain = isPlain && scalar == "/"
        text.unicodeScalars.append("=")
      }
    }
    let isHidden = text.hasPrefix(".")
    if isPlain, !isHidden, !text.isEmpty, text.utf8.count <= longest { return text }
    // The end says most: time and type of the file.
    let end = text.unicodeScalars.suffix(60)
    return "\(mark)=\(String(String.UnicodeScalarView(end)))"
  }

  private static func shown(_ name: String) -> String {
    String(name.unicodeScalars.prefix(80).map { $0.value < 0x20 ? " " : Character($0) })
  }
}
