public import Hydromet

/// The rules of CAP that a schema cannot hold, and those of warnings in China.
public enum CAPChecker {
  public enum Profile: Sendable, Hashable {
    /// Any CAP 1.2.
    case general
    /// What this program writes: identifiers, codes, polygons and validity of Chinese township warnings.
    case china
  }

  /// Every broken rule, in the order of the alert.
  public static func findings(_ alert: CAPContent, profile: Profile = .general) -> [CAPFinding] {
    var findings = alert.schemaFindings
    if alert.version == "1.2" {
      checkHead(alert, &findings)
      for info in alert.infos { checkInfo(info, alert, &findings) }
    }
    if profile == .china { checkChina(alert, &findings) }
    return findings
  }

  private static func checkHead(_ alert: CAPContent, _ findings: inout [CAPFinding]) {
    func note(_ rule: String, _ words: String) {
      findings.append(CAPFinding(rule: rule, words: words))
    }
    for (name, text) in [("identifier", alert.identifier), ("sender", alert.sender)] {
      if text.isEmpty || text.contains(where: { " ,<&".contains($0) }) {
        note("identifier", "\(name) is empty or has a blank, comma, < or &")
      }
    }
    if alert.scope == "Restricted" && alert.restriction == nil {
      note("scope", "scope Restricted needs a restriction")
    }
    if alert.scope == "Private" && alert.addresses == nil {
      note("scope", "scope Private needs addresses")
    }
    let refersBack = ["Update", "Cancel", "Ack", "Error"].contains(alert.messageType)
    if refersBack && alert.references == nil {
      note("references", "\(alert.messageType) names no earlier message")
    }
    for reference in (alert.references ?? "").split(whereSeparator: \.isWhitespace) {
      let parts = reference.split(separator: ",", omittingEmptySubsequences: false)
      if parts.count != 3 || parts[0].isEmpty || parts[1].isEmpty
        || !CAPSchema.isTime(String(parts[2]))
      {
        note("references", "\"\(reference.prefix(80))\" is not sender,identifier,sent")
      }
    }
  }

  private static func checkInfo(
    _ info: CAPContent.Info, _ alert: CAPContent, _ findings: inout [CAPFinding]
  ) {
    func moment(_ text: String?) -> Timestamp? { text.flatMap { Timestamp(iso8601: $0) } }
    if let sent = alert.sentTime {
      if let expires = moment(info.expires), expires <= sent {
        findings.append(
          CAPFinding(rule: "validity", words: "it expires before it is sent"))
      }
      if let expires = moment(info.expires), let onset = moment(info.onset), expires <= onset {
        findings.append(CAPFinding(rule: "validity", words: "it expires before its onset"))
      }
    }
    for area in info.areas {
      for polygon in area.polygons {
        if let words = fault(ofPolygon: polygon) {
          findings.append(CAPFinding(rule: "polygon", words: words))
        }
      }
      for circle in area.circles where !isCircle(circle) {
        findings.append(
          CAPFinding(rule: "circle", words: "\"\(circle.prefix(60))\" is not lat,lon radius"))
      }
    }
  }

  /// Positions of a polygon, latitude first; nil where one is no position.
  public static func positions(ofPolygon text: String) -> [Point]? {
    var positions: [Point] = []
    for pair in text.split(whereSeparator: \.isWhitespace) {
      guard let position = position(pair) else { return nil }
      positions.append(position)
    }
    return positions
  }

  private static func position(_ text: Substring) -> Point? {
    let parts = text.split(separator: ",", omittingEmptySubsequences: false)
    guard parts.count == 2, let latitude = Double(parts[0]), let longitude = Double(parts[1]),
      (-90...90).contains(latitude), (-180...180).contains(longitude)
    else { return nil }
    return Point(x: longitude, y: latitude)
  }

  private static func fault(ofPolygon text: String) -> String? {
    guard let positions = positions(ofPolygon: text) else {
      return "a polygon has a position that is not lat,lon within ±90,±180"
    }
    if positions.count < 4 { return "a polygon has \(positions.count) positions, at least 4" }
    return positions.first == positions.last ? nil : "a polygon does not end where it begins"
  }

  private static func isCircle(_ text: String) -> Bool {
    let parts = text.split(whereSeparator: \.isWhitespace)
    guard parts.count == 2, position(parts[0]) != nil, let radius = Double(parts[1]) else {
      return false
    }
    return radius >= 0 && radius.isFinite
  }

  private static let longestValidity = 86_400

  private static func checkChina(_ alert: CAPContent, _ findings: inout [CAPFinding]) {
    func note(_ rule: String, _ words: String) {
      findings.append(CAPFinding(rule: rule, words: words))
    }
    let identifier = MessageIdentifier(alert.identifier)
    if identifier == nil || alert.identifier.utf8.count != 31 {
      note("identifier", "identifier is not ZZZZZZDDDUUUXX_YYYYMMDDhhmmss_N")
    } else if identifier?.sender != alert.sender {
      note("identifier", "identifier and sender name two offices")
    }
    if !alert.sent.hasSuffix("+08:00") { note("time", "sent is not in Beijing time") }
    if alert.infos.isEmpty { note("info", "there is no info") }
    if alert.infos.first?.language != "zh-CN" { note("info", "the first info is not in Chinese") }
    for info in alert.infos {
      if let expires = info.expires.flatMap({ Timestamp(iso8601: $0) }), let sent = alert.sentTime {
        if expires.seconds(since: sent) > longestValidity {
          note("validity", "it holds for longer than 24 h")
        }
      } else {
        note("validity", "it does not say when it expires")
      }
      if info.areas.isEmpty { note("area", "it names no area") }
      for area in info.areas {
        let codes = area.geocodes.filter {
          $0.value.utf8.count == 12 && $0.value.utf8.allSatisfy { (48...57).contains($0) }
        }
        if codes.isEmpty { note("area", "\(area.description) has no code of twelve digits") }
        for polygon in area.polygons {
          let count = polygon.split(whereSeparator: \.isWhitespace).count
          if count > CAPAreas.maximumPositions {
            note("polygon", "\(area.description) has \(count) positions, at most 100")
          }
        }
      }
      checkColour(info, &findings)
    }
  }

  /// The colour of text, code and severity may never differ.
  private static func checkColour(_ info: CAPContent.Info, _ findings: inout [CAPFinding]) {
    guard let name = info.parameters.first(where: { $0.name == "level" })?.value,
      let level = RiskLevel(name: name), level != .none
    else {
      findings.append(CAPFinding(rule: "colour", words: "it names no level"))
      return
    }
    if CAPProfile(hazard: .rainstorm, level: level).severity != info.severity {
      findings.append(
        CAPFinding(rule: "colour", words: "severity \(info.severity) does not fit \(level.name)"))
    }
    let headline = info.headline ?? ""
    let isChinese = info.language == "zh-CN"
    func names(_ level: RiskLevel) -> Bool {
      isChinese
        ? headline.contains("\(level.chineseName)预警") : headline.contains("\(level.name) warning")
    }
    if !names(level) || RiskLevel.warnings.contains(where: { $0 != level && names($0) }) {
      findings.append(
        CAPFinding(rule: "colour", words: "the headline names another colour than the code"))
    }
  }
}
