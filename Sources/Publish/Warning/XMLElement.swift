import CXMLSecurity
import Hydromet

/// An element of a foreign document as a value: name, namespace, text and children.
struct XMLElement {
  let name: String
  let namespace: String
  /// Own text without that of children, blanks at both ends taken off.
  let text: String
  let children: [XMLElement]
  let line: Int

  /// Deeper documents are refused: an alert is five elements deep, a signature ten.
  static let deepest = 40
  static let most = 200_000

  /// - Throws: those of `XMLDocument`; `xml_too_deep`, `xml_too_many`.
  static func root(of bytes: [UInt8], name: String) throws(Fault) -> XMLElement {
    let document = try XMLDocument(bytes, name: name)
    guard let root = xmlDocGetRootElement(document.pointer) else {
      throw Fault(
        "not_xml", at: .init(name), "the document has no element", remedy: "ask its sender")
    }
    var count = 0
    let element = try XMLElement(root, depth: 0, count: &count, name: name)
    withExtendedLifetime(document) {}
    return element
  }

  private init(
    _ node: xmlNodePtr, depth: Int, count: inout Int, name file: String
  ) throws(Fault) {
    count += 1
    line = Int(node.pointee.line)
    guard depth < XMLElement.deepest else {
      throw Fault(
        "xml_too_deep", at: .init(file, line: line),
        "elements are nested more than \(XMLElement.deepest) deep",
        remedy: "no alert is; ask the sender")
    }
    guard count <= XMLElement.most else {
      throw Fault(
        "xml_too_many", at: .init(file), "there are more than \(XMLElement.most) elements",
        remedy: "no alert has so many; ask the sender")
    }
    name = XMLElement.string(node.pointee.name)
    namespace = node.pointee.ns.map { XMLElement.string($0.pointee.href) } ?? ""
    var children: [XMLElement] = []
    var text = ""
    var next = node.pointee.children
    while let child = next {
      switch child.pointee.type {
      case XML_ELEMENT_NODE:
        children.append(try XMLElement(child, depth: depth + 1, count: &count, name: file))
      case XML_TEXT_NODE, XML_CDATA_SECTION_NODE:
        text += XMLElement.string(child.pointee.content)
      default: break
      }
      next = child.pointee.next
    }
    self.children = children
    self.text = XMLElement.trimmed(text)
  }

  private static func string(_ bytes: UnsafePointer<xmlChar>?) -> String {
    bytes.map { String(cString: $0) } ?? ""
  }

  private static func trimmed(_ text: String) -> String {
    var view = Substring(text)
    while let first = view.first, first.isWhitespace { view.removeFirst() }
    while let last = view.last, last.isWhitespace { view.removeLast() }
    return String(view)
  }

  /// Text of the first child with a name; nil where there is none.
  subscript(name: String) -> String? { children.first { $0.name == name }?.text }

  func all(_ name: String) -> [XMLElement] { children.filter { $0.name == name } }
}
