import GRDB
import Hydromet

extension Ledger {
  /// A line of the audit ledger about calls, as part of the transaction that it tells of.
  static func appendAudit(
    _ db: Database, _ kind: String, subject: String, _ fields: [String: String],
    by author: WarningAuthor = .program, at time: Timestamp
  ) throws {
    let body = fields.sorted { $0.key < $1.key }.map {
      "\(JSONText.quoted($0.key)):\(JSONText.quoted($0.value))"
    }
    let entry = AuditEntry(
      time: time, kind: kind, subject: subject,
      author: "\(author.name) (\(author.role.rawValue))",
      body: "{\(body.joined(separator: ","))}")
    try append(db, audit: [entry])
  }
}
