public import Hydromet

extension WarningMessages {
  /// The message in the form of the national release system (12379): like CAP and not CAP. No
  /// namespace, `sendTime` with a blank, `eventType` as a code, severity as a colour, a nested `code`,
  /// a bare identifier in `references`, codes of twelve digits joined by commas, empty elements kept.
  ///
  /// - Parameter methods: how it is to be spread: `SMS`, `WEB`, `SPEAKER`, … with the text for each.
  /// - Source: element order and value forms of real messages of the platform interface
  ///   (GB/T 34283-2017, GB/T 35965.1-2018 practice).
  public func national(
    _ record: WarningRecord, _ message: IssuedWarning, status: Status = .actual
  ) -> [UInt8] {
    var xml = XMLText()
    xml.element("alert") { xml in
      xml.element("identifier", message.identifier)
      xml.element("sender", description.office)
      xml.element("senderCode", message.sender)
      xml.element("sendTime", WarningMessages.time(message.sent))
      xml.element("status", status.rawValue)
      xml.element("msgType", CAPAlert.type(message.kind))
      xml.element("scope", "Public")
      xml.element("code") { xml in
        for (name, length) in WarningMessages.methods {
          xml.element("method") { xml in
            xml.element("methodName", name)
            xml.element("message", text(record, message, length))
            xml.element("audienceGrp", "")
            xml.element("audenceprt", "")
          }
        }
      }
      xml.element("secClassification", "None")
      xml.element("note", message.kind == .initial ? "" : message.reason)
      xml.element("references", message.references.last?.identifier ?? "")
      nationalInfo(&xml, record, message)
    }
    return xml.bytes
  }

  private static let methods: [(String, TextLength)] = [
    ("SMS", .sms), ("WEB", .full), ("SPEAKER", .voice), ("LED", .led),
  ]

  private func nationalInfo(
    _ xml: inout XMLText, _ record: WarningRecord, _ message: IssuedWarning
  ) {
    let words = MessageWords(record, message, self)
    let content = message.content
    let profile = CAPProfile(hazard: record.chain.hazard, level: content.level)
    let isCancel = message.kind == .cancel
    let area = area(record.chain.township)
    xml.element("info") { xml in
      xml.element("language", "zh-CN")
      xml.element("eventType", profile.eventCode)
      xml.element("urgency", isCancel ? "Past" : profile.urgency)
      xml.element("severity", WarningMessages.colour(content.level))
      xml.element("certainty", isCancel ? "Unlikely" : profile.certainty)
      xml.element("effective", WarningMessages.time(message.sent))
      xml.element("onset", WarningMessages.time(message.sent))
      xml.element("expires", WarningMessages.time(content.expires))
      xml.element("senderName", description.office)
      xml.element("headline", words.headline)
      xml.element("description", words.description)
      xml.element("instruction", words.instruction)
      xml.element("web", "")
      xml.element("area") { xml in
        xml.element("areaDesc", area.name)
        xml.element("polygon", area.polygons.joined(separator: ";"))
        xml.element("circle", "")
        xml.element("geocode", area.code)
      }
    }
  }

  /// `2020-02-05 10:57:42+08:00`
  private static func time(_ moment: Timestamp) -> String {
    let c = BeijingTime.civil(moment)
    return "\(padded(c.year, 4))-\(padded(c.month, 2))-\(padded(c.day, 2)) "
      + "\(padded(c.hour, 2)):\(padded(c.minute, 2)):\(padded(c.second, 2))+08:00"
  }

  private static func colour(_ level: RiskLevel) -> String {
    switch level {
    case .none: "Unknown"
    case .blue: "Blue"
    case .yellow: "Yellow"
    case .orange: "Orange"
    case .red: "Red"
    }
  }
}
