import CXMLSecurity
import Hydromet

/// libxml2 and xmlsec1, made ready once for the whole process; both are safe to use from several
/// threads after that, each with documents of its own.
enum XMLSecurityLibrary {
  /// Whether the libraries could be made ready.
  static let isReady: Bool = {
    xmlInitParser()
    guard xmlSecInit() >= 0 else { return false }
    fr_be_quiet()
    return xmlSecOpenSSLAppInit(nil) >= 0 && xmlSecOpenSSLInit() >= 0
  }()

  static func prepare() throws(Fault) {
    guard isReady else {
      throw Fault(
        "no_xml_security", "the library for XML signatures (xmlsec1 with OpenSSL) does not start",
        remedy: "install libxmlsec1-openssl in the version that Freshet was built with")
    }
  }
}

/// A parsed document that is freed with its owner.
final class XMLDocument {
  let pointer: xmlDocPtr

  static let largest = 10_000_000

  /// Parses foreign bytes.
  ///
  /// - Throws: `xml_too_large` beyond 10 MB, `xml_with_doctype` (entities that swell or reach for files
  ///   need one, no alert does), `not_xml`.
  init(_ bytes: [UInt8], name: String) throws(Fault) {
    guard bytes.count <= XMLDocument.largest else {
      throw Fault(
        "xml_too_large", at: .init(name), "the document has \(bytes.count) bytes",
        remedy: "alerts have at most \(XMLDocument.largest) bytes; ask the sender")
    }
    xmlInitParser()
    // Before the parser sees it: a document type may define entities that grow without bound.
    guard !XMLDocument.hasDoctype(bytes) else { throw XMLDocument.doctype(name) }
    let parsed = bytes.withUnsafeBytes { raw in
      fr_read_xml(raw.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(raw.count))
    }
    guard let parsed else {
      let last = xmlGetLastError()
      let line = last.map { Int($0.pointee.line) }
      let words = last.flatMap { $0.pointee.message }.map { String(cString: $0) } ?? "no element"
      throw Fault(
        "not_xml", at: .init(name, line: line),
        "this is no well-formed XML: " + words.split(whereSeparator: \.isNewline).joined(),
        remedy: "fetch the document again or ask its sender")
    }
    pointer = parsed
    guard fr_has_doctype(parsed) == 0 else { throw XMLDocument.doctype(name) }
  }

  deinit { xmlFreeDoc(pointer) }

  private static func doctype(_ name: String) -> Fault {
    Fault(
      "xml_with_doctype", at: .init(name), "the document has a document type declaration",
      remedy: "alerts have none; a document that has one may swell without end and is not read")
  }

  /// Whether `<!DOCTYPE` or `<!ENTITY` stands in the bytes, in any encoding of one or two bytes a
  /// character.
  private static func hasDoctype(_ bytes: [UInt8]) -> Bool {
    let marks = [Array("<!DOCTYPE".utf8), Array("<!ENTITY".utf8)]
    var matched = [0, 0]
    for byte in bytes where byte != 0 {
      for (index, mark) in marks.enumerated() {
        if byte == mark[matched[index]] {
          matched[index] += 1
          if matched[index] == mark.count { return true }
        } else {
          matched[index] = byte == mark[0] ? 1 : 0
        }
      }
    }
    return false
  }
}
