import GRDB
public import Hydromet

/// The audit ledger: rows are added, never changed; each holds the hash of the one before it.
extension Ledger {
  /// Adds entries in their order, all or none.
  ///
  /// - Returns: the new end of the chain.
  @discardableResult
  public func append(audit entries: [AuditEntry]) throws(Fault) -> AuditHead {
    try write { db in try Ledger.append(db, audit: entries) }
  }

  /// The same as a part of a larger transaction.
  @discardableResult
  static func append(_ db: Database, audit entries: [AuditEntry]) throws -> AuditHead {
    var head = try auditHead(db)
    for entry in entries {
      let row = AuditRow(
        sequence: try following(head.sequence), entry: entry, previous: head.hash)
      try db.execute(
        sql: """
          INSERT INTO audit (sequence, time, kind, subject, author, body, previous, hash)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?)
          """,
        arguments: [
          row.sequence, entry.time.secondsSince1970, entry.kind, entry.subject, entry.author,
          entry.body, row.previous, row.hash,
        ])
      head = row.head
    }
    try db.execute(
      sql: "UPDATE audit_head SET sequence = ?, hash = ?", arguments: [head.sequence, head.hash])
    return head
  }

  /// The end of the chain.
  public func auditHead() throws(Fault) -> AuditHead {
    try read { db in try Ledger.auditHead(db) }
  }

  private static func auditHead(_ db: Database) throws -> AuditHead {
    guard let row = try Row.fetchOne(db, sql: "SELECT sequence, hash FROM audit_head") else {
      throw damaged("the head of the audit ledger is missing")
    }
    return try AuditHead(sequence: row.value(0), hash: row.value(1))
  }

  /// Reads the whole chain and says what is wrong with it, beginning with the stored head.
  ///
  /// - Parameter heads: heads that were written down elsewhere.
  public func auditCheck(heads: [AuditHead] = []) throws(Fault) -> AuditCheck {
    try read { db in
      var check = AuditCheck(heads: [try Ledger.auditHead(db)] + heads)
      let rows = try Row.fetchCursor(db, sql: "SELECT * FROM audit ORDER BY sequence")
      while let row = try rows.next() { try check.add(Ledger.auditRow(row)) }
      check.finish()
      return check
    }
  }

  /// Passes every row on, first to last.
  ///
  /// - Parameter subject: only rows about this record, call or alarm.
  public func eachAuditRow(
    of subject: String? = nil, _ body: (AuditRow) throws -> Void
  ) throws(Fault) {
    try read { db in
      let rows = try Row.fetchCursor(
        db, sql: "SELECT * FROM audit WHERE ?1 IS NULL OR subject = ?1 ORDER BY sequence",
        arguments: [subject])
      while let row = try rows.next() { try body(Ledger.auditRow(row)) }
    }
  }

  private static func auditRow(_ row: Row) throws -> AuditRow {
    try AuditRow(
      sequence: row.value("sequence"),
      entry: AuditEntry(
        stored: Timestamp(secondsSince1970: row.value("time")), kind: row.value("kind"),
        subject: row.value("subject"), author: row.value("author"), body: row.value("body")),
      previous: row.value("previous"), hash: row.value("hash"))
  }
}

extension AuditEntry {
  /// An entry as it stands in a ledger or file: nothing is masked, or a changed row could look whole.
  init(stored time: Timestamp, kind: String, subject: String, author: String, body: String) {
    self.time = time
    self.kind = kind
    self.subject = subject
    self.author = author
    self.body = body
  }
}
