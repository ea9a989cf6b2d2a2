import Hydromet

/// The structure of CAP 1.2: which element stands where, how often, and which words it may hold.
///
/// - Source: OASIS CAP 1.2 (2010), section 3.
enum CAPSchema {
  private struct Part {
    let name: String
    let least: Int
    let most: Int
    let words: [String]?
    let parts: [Part]
    let isTime: Bool
  }

  private static func one(_ name: String, _ words: [String]? = nil) -> Part {
    Part(name: name, least: 1, most: 1, words: words, parts: [], isTime: false)
  }

  private static func maybe(_ name: String) -> Part {
    Part(name: name, least: 0, most: 1, words: nil, parts: [], isTime: false)
  }

  private static func many(
    _ name: String, least: Int = 0, _ words: [String]? = nil, parts: [Part] = []
  ) -> Part {
    Part(name: name, least: least, most: .max, words: words, parts: parts, isTime: false)
  }

  private static func time(_ name: String, least: Int = 0) -> Part {
    Part(name: name, least: least, most: 1, words: nil, parts: [], isTime: true)
  }

  private static func pair(_ name: String) -> Part {
    many(name, parts: [one("valueName"), one("value")])
  }

  private static let area = many(
    "area",
    parts: [
      one("areaDesc"), many("polygon"), many("circle"), pair("geocode"), maybe("altitude"),
      maybe("ceiling"),
    ])

  private static let resource = many(
    "resource",
    parts: [
      one("resourceDesc"), one("mimeType"), maybe("size"), maybe("uri"), maybe("derefUri"),
      maybe("digest"),
    ])

  private static let info = many(
    "info",
    parts: [
      maybe("language"),
      many(
        "category", least: 1,
        [
          "Geo", "Met", "Safety", "Security", "Rescue", "Fire", "Health", "Env", "Transport",
          "Infra", "CBRNE", "Other",
        ]),
      one("event"),
      many(
        "responseType",
        [
          "Shelter", "Evacuate", "Prepare", "Execute", "Avoid", "Monitor", "Assess", "AllClear",
          "None",
        ]),
      one("urgency", ["Immediate", "Expected", "Future", "Past", "Unknown"]),
      one("severity", ["Extreme", "Severe", "Moderate", "Minor", "Unknown"]),
      one("certainty", ["Observed", "Likely", "Possible", "Unlikely", "Unknown"]),
      maybe("audience"), pair("eventCode"), time("effective"), time("onset"), time("expires"),
      maybe("senderName"), maybe("headline"), maybe("description"), maybe("instruction"),
      maybe("web"), maybe("contact"), pair("parameter"), resource, area,
    ])

  private static let alert: [Part] = [
    one("identifier"), one("sender"), time("sent", least: 1),
    one("status", ["Actual", "Exercise", "System", "Test", "Draft"]),
    one("msgType", ["Alert", "Update", "Cancel", "Ack", "Error"]), maybe("source"),
    one("scope", ["Public", "Restricted", "Private"]), maybe("restriction"), maybe("addresses"),
    many("code"), maybe("note"), maybe("references"), maybe("incidents"), info,
  ]

  static func findings(_ root: XMLElement) -> [CAPFinding] {
    var findings: [CAPFinding] = []
    let children = root.children.filter { $0.namespace != "http://www.w3.org/2000/09/xmldsig#" }
    check(children, of: root, against: alert, &findings)
    return findings
  }

  private static func check(
    _ children: [XMLElement], of parent: XMLElement, against parts: [Part],
    _ findings: inout [CAPFinding]
  ) {
    var position = 0
    for part in parts {
      var count = 0
      while position < children.count, children[position].name == part.name,
        children[position].namespace == parent.namespace, count < part.most
      {
        checkOne(children[position], part, &findings)
        count += 1
        position += 1
      }
      if count < part.least {
        let found =
          position < children.count ? "found \(children[position].name.prefix(40))" : "end"
        findings.append(
          CAPFinding(
            rule: "order",
            words: "line \(parent.line): \(parent.name) lacks \(part.name) at its place (\(found))")
        )
        return
      }
    }
    guard position < children.count else { return }
    findings.append(
      CAPFinding(
        rule: "order",
        words:
          "line \(children[position].line): \(children[position].name.prefix(40)) may not stand "
          + "here in \(parent.name)"))
  }

  private static func checkOne(
    _ element: XMLElement, _ part: Part, _ findings: inout [CAPFinding]
  ) {
    if !part.parts.isEmpty {
      check(element.children, of: element, against: part.parts, &findings)
      return
    }
    if let words = part.words, !words.contains(element.text) {
      findings.append(
        CAPFinding(
          rule: "word",
          words:
            "line \(element.line): \(part.name) is \"\(element.text.prefix(40))\", expected one of "
            + words.joined(separator: ", ")))
    }
    if part.isTime, !isTime(element.text) {
      findings.append(
        CAPFinding(
          rule: "time",
          words: "line \(element.line): \(part.name) is \"\(element.text.prefix(40))\", expected "
            + "2026-07-05T14:20:00+08:00, with -00:00 for UTC and never Z"))
    }
  }

  /// `\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[-+]\d\d:\d\d`, and a moment that the calendar has.
  static func isTime(_ text: String) -> Bool {
    let form = Array("dddd-dd-ddTdd:dd:dd±dd:dd")
    let characters = Array(text)
    guard characters.count == form.count else { return false }
    for (found, wanted) in zip(characters, form) {
      switch wanted {
      case "d": guard found.isASCII, found.isNumber else { return false }
      case "±": guard found == "+" || found == "-" else { return false }
      default: guard found == wanted else { return false }
      }
    }
    return Timestamp(iso8601: text) != nil
  }
}
