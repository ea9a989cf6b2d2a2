/// A small JSON document: objects are written with their keys in the order of their bytes, two
/// spaces deep per level, so that two runs can be compared line by line.
enum JSONValue {
  case null
  case truth(Bool)
  case number(Int)
  /// Decimal digits, written as they are.
  case decimal(String)
  case text(String)
  case list([JSONValue])
  case object([String: JSONValue])

  static func optional(_ text: String?) -> JSONValue { text.map(JSONValue.text) ?? .null }
  static func optional(_ number: Int?) -> JSONValue { number.map(JSONValue.number) ?? .null }

  var bytes: [UInt8] {
    var buffer = TextBuffer(capacity: 4096)
    write(to: &buffer, indent: "\n")
    buffer.add("\n")
    return buffer.bytes
  }

  private func write(to buffer: inout TextBuffer, indent: String) {
    switch self {
    case .null: buffer.add("null")
    case .truth(let value): buffer.add(value ? "true" : "false")
    case .number(let value): buffer.add(String(value))
    case .decimal(let digits): buffer.add(digits)
    case .text(let value): buffer.addJSON(value)
    case .list(let items):
      guard !items.isEmpty else { return buffer.add("[]") }
      for (i, item) in items.enumerated() {
        buffer.add((i == 0 ? "[" : ",") + indent + "  ")
        item.write(to: &buffer, indent: indent + "  ")
      }
      buffer.add(indent + "]")
    case .object(let members):
      guard !members.isEmpty else { return buffer.add("{}") }
      let keys = members.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
      for (i, key) in keys.enumerated() {
        buffer.add((i == 0 ? "{" : ",") + indent + "  ")
        buffer.addJSON(key)
        buffer.add(": ")
        members[key, default: .null].write(to: &buffer, indent: indent + "  ")
      }
      buffer.add(indent + "}")
    }
  }
}
