public import Hydromet

/// A CAP alert as it was read, of our own making or foreign.
public struct CAPContent: Sendable, Hashable {
  /// One block in one language.
  public struct Info: Sendable, Hashable {
    public let language: String
    public let categories: [String]
    public let event: String
    public let responseTypes: [String]
    public let urgency: String
    public let severity: String
    public let certainty: String
    public let effective: String?
    public let onset: String?
    public let expires: String?
    public let headline: String?
    public let eventCodes: [Pair]
    public let parameters: [Pair]
    public let areas: [Area]
  }

  public struct Pair: Sendable, Hashable {
    public let name: String
    public let value: String
  }

  public struct Area: Sendable, Hashable {
    public let description: String
    /// As text: `lat,lon lat,lon …`
    public let polygons: [String]
    public let circles: [String]
    public let geocodes: [Pair]
  }

  /// `1.0`, `1.1` or `1.2`, by its namespace.
  public let version: String
  public let identifier: String
  public let sender: String
  public let sent: String
  public let status: String
  public let messageType: String
  public let scope: String
  public let restriction: String?
  public let addresses: String?
  public let references: String?
  public let infos: [Info]
  public let isSigned: Bool
  /// Elements that the schema does not allow where they stand, misses, or has other words for.
  public let schemaFindings: [CAPFinding]

  public var sentTime: Timestamp? { Timestamp(iso8601: sent, defaultOffsetSeconds: nil) }
}

/// One broken rule.
public struct CAPFinding: Sendable, Hashable {
  /// `order`, `word`, `time`, `identifier`, `references`, `polygon`, …
  public let rule: String
  public let words: String
}

/// Reads CAP alerts of any sender.
public enum CAPReader {
  private static let namespaces = [
    "urn:oasis:names:tc:emergency:cap:1.2": "1.2", "urn:oasis:names:tc:emergency:cap:1.1": "1.1",
    "http://www.incident.com/cap/1.0": "1.0", "http://www.incidentalert.org/cap/1.0": "1.0",
  ]

  /// Whether bytes look like a CAP alert: XML with a namespace of CAP in its first bytes.
  public static func recognises(_ head: some Sequence<UInt8>) -> Bool {
    let text = String(decoding: head.prefix(2048).filter { $0 != 0 }, as: UTF8.self)
    return text.contains("<") && namespaces.keys.contains { text.contains($0) }
  }

  /// - Throws: those of reading XML; `not_cap` where the root is no alert of CAP.
  public static func read(_ bytes: [UInt8], name: String) throws(Fault) -> CAPContent {
    let root = try XMLElement.root(of: bytes, name: name)
    guard root.name == "alert", let version = namespaces[root.namespace] else {
      throw Fault(
        "not_cap", at: .init(name, line: root.line),
        "the root is \(root.name.prefix(40)) of \"\(root.namespace.prefix(80))\", expected alert of CAP",
        remedy: "send CAP 1.2 (urn:oasis:names:tc:emergency:cap:1.2)")
    }
    return CAPContent(
      version: version, identifier: root["identifier"] ?? "", sender: root["sender"] ?? "",
      sent: root["sent"] ?? "", status: root["status"] ?? "", messageType: root["msgType"] ?? "",
      scope: root["scope"] ?? "", restriction: root["restriction"], addresses: root["addresses"],
      references: root["references"].flatMap { $0.isEmpty ? nil : $0 },
      infos: root.all("info").map(info),
      isSigned: root.children.contains {
        $0.name == "Signature" && $0.namespace == "http://www.w3.org/2000/09/xmldsig#"
      },
      schemaFindings: version == "1.2" ? CAPSchema.findings(root) : [])
  }

  private static func info(_ element: XMLElement) -> CAPContent.Info {
    CAPContent.Info(
      language: element["language"] ?? "en-US", categories: element.all("category").map(\.text),
      event: element["event"] ?? "", responseTypes: element.all("responseType").map(\.text),
      urgency: element["urgency"] ?? "", severity: element["severity"] ?? "",
      certainty: element["certainty"] ?? "", effective: element["effective"],
      onset: element["onset"], expires: element["expires"], headline: element["headline"],
      eventCodes: pairs(element, "eventCode"), parameters: pairs(element, "parameter"),
      areas: element.all("area").map { area in
        CAPContent.Area(
          description: area["areaDesc"] ?? "", polygons: area.all("polygon").map(\.text),
          circles: area.all("circle").map(\.text), geocodes: pairs(area, "geocode"))
      })
  }

  private static func pairs(_ element: XMLElement, _ name: String) -> [CAPContent.Pair] {
    element.all(name).map {
      CAPContent.Pair(name: $0["valueName"] ?? "", value: $0["value"] ?? "")
    }
  }
}
