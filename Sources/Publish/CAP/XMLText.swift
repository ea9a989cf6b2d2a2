/// Writes XML elements with escaped content, indented by two spaces.
struct XMLText {
  private var buffer = TextBuffer(capacity: 16_384)
  private var open: [String] = []

  init() {
    buffer.add("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n")
  }

  var bytes: [UInt8] { buffer.bytes }

  mutating func element(
    _ name: String, attributes: [(String, String)] = [], _ text: String
  ) {
    indent()
    buffer.add("<\(name)")
    add(attributes)
    buffer.add(">")
    buffer.addEscaped(text)
    buffer.add("</\(name)>\n")
  }

  /// An element with others inside.
  ///
  /// - Parameter namespace: becomes the default namespace from here on.
  mutating func element(
    _ name: String, namespace: String? = nil, attributes: [(String, String)] = [],
    content: (inout XMLText) -> Void
  ) {
    indent()
    buffer.add("<\(name)")
    if let namespace { add([("xmlns", namespace)]) }
    add(attributes)
    buffer.add(">\n")
    open.append(name)
    content(&self)
    open.removeLast()
    indent()
    buffer.add("</\(name)>\n")
  }

  /// A `valueName` and `value` pair, as CAP writes codes and parameters.
  mutating func pair(_ name: String, _ valueName: String, _ value: String) {
    element(name) { xml in
      xml.element("valueName", valueName)
      xml.element("value", value)
    }
  }

  /// An element without content.
  mutating func empty(_ name: String, _ attributes: [(String, String)]) {
    indent()
    buffer.add("<\(name)")
    add(attributes)
    buffer.add("/>\n")
  }

  private mutating func add(_ attributes: [(String, String)]) {
    for (name, value) in attributes {
      buffer.add(" \(name)=\"")
      buffer.addEscaped(value)
      buffer.add("\"")
    }
  }

  private mutating func indent() {
    buffer.add(String(repeating: "  ", count: open.count))
  }
}
