import GRDB
public import Hydromet

/// An item of the outbox with its number.
public struct OutboxRow: Sendable, Hashable {
  public let id: Int64
  public let item: OutboxItem
  /// When delivery took it over; nil while it waits.
  public let taken: Timestamp?
}

/// What has to go out. Decisions write it, delivery takes it over.
extension Ledger {
  /// Adds items in a transaction of their own; those whose key is there already are left out.
  public func queue(_ items: [OutboxItem]) throws(Fault) {
    try write { db in try Ledger.queue(db, items) }
  }

  static func queue(_ db: Database, _ items: [OutboxItem]) throws {
    for item in items {
      try db.execute(
        sql: """
          INSERT INTO outbox (key, subject, issued, item) VALUES (?, ?, ?, ?)
          ON CONFLICT (key) DO NOTHING
          """,
        arguments: [
          item.key, item.subject, item.issued.secondsSince1970, try Document.text(item),
        ])
    }
  }

  /// Items that nobody has taken over yet, oldest first.
  public func waitingOutbox(limit: Int = 1000) throws(Fault) -> [OutboxRow] {
    try read { db in
      try Row.fetchAll(
        db, sql: "SELECT * FROM outbox WHERE taken IS NULL ORDER BY id LIMIT ?",
        arguments: [max(0, limit)]
      ).map { try Ledger.outboxRow($0) }
    }
  }

  /// Every item about a record or alarm, oldest first.
  public func outbox(of subject: String) throws(Fault) -> [OutboxRow] {
    try read { db in
      try Row.fetchAll(
        db, sql: "SELECT * FROM outbox WHERE subject = ? ORDER BY id", arguments: [subject]
      ).map { try Ledger.outboxRow($0) }
    }
  }

  /// Notes that delivery has taken an item over, inside the transaction in which it does.
  ///
  /// - Returns: false where somebody else was first.
  static func takeOver(
    _ db: Database, outbox id: Int64, at now: Timestamp, outcome: String? = nil
  ) throws -> Bool {
    try db.execute(
      sql: "UPDATE outbox SET taken = ?, outcome = ? WHERE id = ? AND taken IS NULL",
      arguments: [now.secondsSince1970, outcome, id])
    return db.changesCount == 1
  }

  static func outboxRow(_ row: Row) throws -> OutboxRow {
    let taken: Int64? = try row.value("taken")
    return try OutboxRow(
      id: row.value("id"), item: Document.value(row.value("item"), of: OutboxItem.self),
      taken: taken.map { Timestamp(secondsSince1970: $0) })
  }
}
