import Formats
import Hydromet
import Yams

/// A YAML document with the place of every value.
struct SettingsDocument {
  /// A value with its place and the path of keys that leads to it.
  struct Setting {
    let node: Node
    let path: String
    let location: Fault.Location

    /// The text of a plain or quoted value; nil for lists and mappings.
    var scalarText: String? {
      if case .scalar(let scalar) = node { scalar.string } else { nil }
    }

    /// Whether the file gives no value: nothing, `~` or `null` without quotes.
    var isNull: Bool {
      guard case .scalar(let scalar) = node, scalar.style == .plain || scalar.style == .any else {
        return false
      }
      return ["", "~", "null", "Null", "NULL"].contains(scalar.string)
    }
  }

  let root: Setting

  private static let largestBytes = 262_144
  private static let mostAliases = 16

  init(path: String) throws(Fault) {
    let raw = try FileBytes.read(path: path, limit: SettingsDocument.largestBytes)
    try self.init(bytes: raw, file: path)
  }

  init(bytes raw: [UInt8], file: String) throws(Fault) {
    let text = String(decoding: try DecodedText(raw, file: file).bytes, as: UTF8.self)
    try SettingsDocument.refuseManyAliases(text, file: file)
    let composed: Node?
    do {
      composed = try Yams.compose(yaml: text, .default, .default, .utf8)
    } catch {
      throw SettingsDocument.fault(error, file: file)
    }
    guard let composed else {
      throw Fault(
        "empty_file", at: .init(file, line: 1), "the file holds no settings",
        remedy: "write at least district: with code and name")
    }
    root = Setting(node: composed, path: "", location: .init(file, line: 1, column: 1))
  }

  /// Aliases of aliases make a small file large. Settings need none, so a handful is plenty.
  private static func refuseManyAliases(_ text: String, file: String) throws(Fault) {
    var aliases = 0
    for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    {
      guard line.first(where: { $0 != " " }) != "#" else { continue }
      var previous: Unicode.Scalar = " "
      var starred = false
      for scalar in line.unicodeScalars {
        if starred, isOfName(scalar) { aliases += 1 }
        starred = scalar == "*" && " \t[{,:-".unicodeScalars.contains(previous)
        previous = scalar
      }
      guard aliases <= mostAliases else {
        throw Fault(
          "too_many_aliases", at: .init(file, line: number + 1),
          "the file has more than \(mostAliases) aliases (*name)",
          remedy: "write the values out")
      }
    }
  }

  private static func isOfName(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) || scalar == "_" || scalar == "-"
  }

  private static func fault(_ error: any Error, file: String) -> Fault {
    let syntax =
      "correct the line; nested keys are indented by blanks, and text with : or # is quoted"
    switch error as? YamlError {
    case .scanner(let context, let problem, let mark, _),
      .parser(let context, let problem, let mark, _),
      .composer(let context, let problem, let mark, _):
      let whole = [problem, context.map(\.text)].compactMap { $0 }.joined(separator: " ")
      return Fault(
        "yaml_syntax", at: .init(file, line: mark.line, column: mark.column), "not YAML: \(whole)",
        remedy: syntax)
    case .duplicatedKeysInMapping(let duplicates, let context):
      return Fault(
        "duplicate_key", at: .init(file, line: context.mark.line, column: context.mark.column),
        "the key \(duplicates.joined(separator: ", ")) stands here more than once",
        remedy: "keep one of them")
    case .reader(let problem, let offset, _, _):
      let place = offset.map { ", byte \($0)" } ?? ""
      return Fault("yaml_syntax", at: .init(file), "not YAML: \(problem)\(place)", remedy: syntax)
    default:
      return Fault("yaml_syntax", at: .init(file), "not YAML", remedy: syntax)
    }
  }
}
