public import Hydromet

/// Every form of a released warning, made from its one record: CAP 1.2, the form of the national release
/// system (12379), plain texts by length, feeds. The same record gives the same bytes, but for the
/// signature of a curve key.
public struct WarningMessages: Sendable {
  let description: DistrictDescription
  let areas: [String: CAPAreas.Area]
  let shapes: [String: String]
  let signer: XMLSigner?

  public init(_ description: DistrictDescription, signer: XMLSigner? = nil) {
    self.description = description
    let prepared = CAPAreas(description.townships.sorted { $0.code < $1.code })
    areas = Dictionary(
      description.townships.compactMap { township in
        prepared[township.code].map { (township.code, $0) }
      }, uniquingKeysWith: { a, _ in a })
    shapes = Dictionary(
      description.townships.map { ($0.code, GeoJSONGeometry.shape($0.geometry).text) },
      uniquingKeysWith: { a, _ in a })
    self.signer = signer
  }

  /// Whether a message is real.
  public enum Status: String, Sendable, Hashable, CaseIterable {
    case actual = "Actual"
    case exercise = "Exercise"
    case test = "Test"
  }

  func area(_ code: String) -> CAPAreas.Area {
    areas[code] ?? CAPAreas.Area(code: code, name: code, englishName: code, polygons: [])
  }

  /// The CAP 1.2 alert of a message, signed where a key was given.
  ///
  /// - Throws: `cap_rules` where the written alert breaks a rule of the profile: nothing is released
  ///   that a checker would refuse; `cannot_sign`.
  public func cap(
    _ record: WarningRecord, _ message: IssuedWarning, status: Status = .actual
  ) throws(Fault) -> [UInt8] {
    let written = CAPAlert(record, message, status, self).bytes
    let alert = try CAPReader.read(written, name: message.identifier)
    let findings = CAPChecker.findings(alert, profile: .china)
    guard findings.isEmpty else {
      throw Fault(
        "cap_rules", at: .init(message.identifier),
        "the alert breaks a rule: " + findings.map(\.words).joined(separator: "; "),
        remedy: "correct the text or the district's shapes")
    }
    return try signer?.signed(written, name: message.identifier) ?? written
  }
}

/// Writes one CAP 1.2 alert.
///
/// - Source: OASIS CAP 1.2 (2010); event codes of the national warning release system (12379).
struct CAPAlert {
  private let record: WarningRecord
  private let message: IssuedWarning
  private let status: WarningMessages.Status
  private let messages: WarningMessages

  init(
    _ record: WarningRecord, _ message: IssuedWarning, _ status: WarningMessages.Status,
    _ messages: WarningMessages
  ) {
    self.record = record
    self.message = message
    self.status = status
    self.messages = messages
  }

  var bytes: [UInt8] {
    var xml = XMLText()
    xml.element("alert", namespace: "urn:oasis:names:tc:emergency:cap:1.2") { xml in
      xml.element("identifier", message.identifier)
      xml.element("sender", message.sender)
      xml.element("sent", BeijingTime.iso8601(message.sent))
      xml.element("status", status.rawValue)
      xml.element("msgType", CAPAlert.type(message.kind))
      xml.element("source", messages.description.office)
      xml.element("scope", "Public")
      if message.kind != .initial { xml.element("note", message.reason) }
      if !message.references.isEmpty {
        let references = message.references.map {
          "\($0.sender),\($0.identifier),\(BeijingTime.iso8601($0.sent))"
        }
        xml.element("references", references.joined(separator: " "))
      }
      info(&xml, isEnglish: false)
      info(&xml, isEnglish: true)
    }
    return xml.bytes
  }

  static func type(_ kind: ReleaseKind) -> String {
    switch kind {
    case .initial: "Alert"
    case .update, .upgrade, .downgrade, .extend: "Update"
    case .cancel: "Cancel"
    }
  }

  private func info(_ xml: inout XMLText, isEnglish: Bool) {
    let content = message.content
    let hazard = record.chain.hazard
    let profile = CAPProfile(hazard: hazard, level: content.level)
    let isCancel = message.kind == .cancel
    let words = MessageWords(record, message, messages)
    let sent = BeijingTime.iso8601(message.sent)
    xml.element("info") { xml in
      xml.element("language", isEnglish ? "en-US" : "zh-CN")
      for category in profile.categories { xml.element("category", category) }
      xml.element(
        "event",
        isEnglish
          ? "\(hazard.englishWarningName) warning"
          : hazard.chineseWarningName + hazard.chineseWarningKind)
      xml.element("responseType", isCancel ? "AllClear" : profile.responseType)
      xml.element("urgency", isCancel ? "Past" : profile.urgency)
      xml.element("severity", profile.severity)
      xml.element("certainty", isCancel ? "Unlikely" : profile.certainty)
      xml.pair("eventCode", "12379", profile.eventCode)
      xml.element("effective", sent)
      xml.element("onset", sent)
      xml.element("expires", BeijingTime.iso8601(content.expires))
      xml.element(
        "senderName",
        isEnglish ? messages.description.englishOffice : messages.description.office)
      xml.element("headline", isEnglish ? words.englishHeadline : words.headline)
      xml.element("description", isEnglish ? words.englishDescription : words.description)
      xml.element("instruction", isEnglish ? words.englishInstruction : words.instruction)
      xml.pair("parameter", "level", content.level.name)
      xml.pair("parameter", "change", message.kind.rawValue)
      xml.pair("parameter", "basis", content.basis.rawValue)
      xml.pair("parameter", "data_time", BeijingTime.iso8601(message.evidence.dataTime))
      xml.pair("parameter", "record", record.id)
      for line in message.evidence.lines.prefix(CAPAlert.evidenceLines) {
        xml.pair("parameter", "evidence", line)
      }
      let area = messages.area(record.chain.township)
      xml.element("area") { xml in
        xml.element("areaDesc", isEnglish ? area.englishName : area.name)
        for polygon in area.polygons { xml.element("polygon", polygon) }
        xml.pair("geocode", "统计用区划代码", area.code)
      }
    }
  }

  private static let evidenceLines = 20
}
