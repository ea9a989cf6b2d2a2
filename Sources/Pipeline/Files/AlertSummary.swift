import Hydromet
import Publish

/// A CAP alert as `freshet inspect` shows it.
struct AlertSummary: Encodable {
  /// One block in one language.
  struct Info: Encodable {
    let language: String
    let event: String
    let severity: String
    let urgency: String
    let certainty: String
    let expires: String?
    let areas: Int
    let polygons: Int
    let pointsPerPolygon: [Int]
    let circles: Int
    let geocodes: Int

    enum CodingKeys: String, CodingKey {
      case language, event, severity, urgency, certainty, expires, areas, polygons
      case pointsPerPolygon = "points_per_polygon"
      case circles, geocodes
    }
  }

  let file: String
  let format: String
  let identifier: String
  let sender: String
  let sent: String
  let sentUTC: String?
  let status: String
  let messageType: String
  let scope: String
  let references: [String]
  let signed: Bool
  let infos: [Info]
  /// Broken rules; empty where there are none. Of versions before 1.2 only the contents are read.
  let findings: [String]

  enum CodingKeys: String, CodingKey {
    case file, format, identifier, sender, sent
    case sentUTC = "sent_utc"
    case status
    case messageType = "message_type"
    case scope, references, signed, infos, findings
  }

  /// Bytes read beyond the first: a larger file is refused by the reader.
  static let largest = 16_000_000

  init(_ alert: CAPContent, file: String) {
    self.file = file
    format = "CAP \(alert.version)"
    identifier = alert.identifier
    sender = alert.sender
    sent = alert.sent
    sentUTC = alert.sentTime?.iso8601
    status = alert.status
    messageType = alert.messageType
    scope = alert.scope
    references = (alert.references ?? "").split(whereSeparator: \.isWhitespace).map(String.init)
    signed = alert.isSigned
    infos = alert.infos.map { info in
      let polygons = info.areas.flatMap(\.polygons)
      return Info(
        language: info.language, event: info.event, severity: info.severity,
        urgency: info.urgency, certainty: info.certainty, expires: info.expires,
        areas: info.areas.count, polygons: polygons.count,
        pointsPerPolygon: polygons.map { $0.split(whereSeparator: \.isWhitespace).count },
        circles: info.areas.flatMap(\.circles).count,
        geocodes: info.areas.flatMap(\.geocodes).count)
    }
    findings = CAPChecker.findings(alert).map { "\($0.rule): \($0.words)" }
  }
}
