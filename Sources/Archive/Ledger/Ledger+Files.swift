import GRDB
public import Hydromet

extension Ledger {
  // MARK: Claims

  /// The first file of the feed that had these bytes; nil where none had.
  public func file(feed: String, sha256: String) throws(Fault) -> FileRecord? {
    try read { db in try Ledger.original(db, feed: feed, sha256: sha256) }
  }

  /// Whether these bytes arrived in the feed before.
  public func isKnown(feed: String, sha256: String) throws(Fault) -> Bool {
    try file(feed: feed, sha256: sha256) != nil
  }

  /// Takes a file in hand before it is read. A claim that a crash left undecided is given again.
  ///
  /// - Parameter written: time of its last write, nanoseconds since 1970; nil where it is not known.
  public func claim(
    feed: String, name: String, fingerprint: Fingerprint, known: Timestamp,
    identity: FileIdentity = .nameAndContent, written: Int64? = nil
  ) throws(Fault) -> Claim {
    try write { db in
      let sha256 = fingerprint.sha256
      let same = try Ledger.files(
        db, where: "feed = ? AND name = ? AND sha256 = ?", [feed, name, sha256]
      ).first
      if let same {
        guard same.fate == .claimed else { return .known(same) }
        try db.execute(
          sql: "UPDATE file SET attempts = attempts + 1 WHERE id = ?", arguments: [same.id])
        return .claimed(try Ledger.file(db, same.id))
      }
      let moment = try Ledger.advance(db, to: known)
      let original =
        identity == .content ? try Ledger.original(db, feed: feed, sha256: sha256) : nil
      try db.execute(
        sql: """
          INSERT INTO file (feed, name, size, sha256, first_seen, fate, written)
          VALUES (?, ?, ?, ?, ?, 'claimed', ?)
          """, arguments: [feed, name, fingerprint.size, sha256, moment, written])
      let id = db.lastInsertedRowID
      guard let original else { return .claimed(try Ledger.file(db, id)) }
      try Ledger.decide(
        db, id, .duplicate, at: moment, related: original.id,
        reason: Fault(
          "same_bytes", at: .init(original.name), "the same bytes arrived before as this file",
          remedy: "nothing needs to be done"))
      return .duplicate(try Ledger.file(db, id))
    }
  }

  /// Files that were claimed and never decided, oldest first: what a crash left behind.
  public func undecidedFiles() throws(Fault) -> [FileRecord] {
    try read { db in try Ledger.files(db, where: "fate = 'claimed'", []) }
  }

  /// Takes back the count of an attempt that failed for a reason outside the file: a full disk.
  public func excuse(_ file: Int64) throws(Fault) {
    try write { db in
      try db.execute(
        sql: "UPDATE file SET attempts = max(attempts - 1, 0) WHERE id = ?", arguments: [file])
    }
  }

  // MARK: Fates

  /// Refuses a claimed file with the reason that people will read. A file that was read once more, and
  /// of which something is known, stays accepted: the reason becomes a remark.
  ///
  /// - Parameter format: what the file seems to be; nil where nobody can tell.
  public func quarantine(
    _ file: Int64, _ reason: Fault, format: String? = nil, known: Timestamp
  ) throws(Fault) {
    try write { db in
      _ = try Ledger.claimedFile(db, file)
      let moment = try Ledger.advance(db, to: known)
      try db.execute(
        sql: "UPDATE file SET format = coalesce(?, format) WHERE id = ?", arguments: [format, file])
      let rows = try Int.fetchOne(
        db, sql: "SELECT current_rows FROM file WHERE id = ?", arguments: [file])
      let isInUse = (rows ?? 0) > 0
      try Ledger.keep(db, remarks: isInUse ? [reason.description] : [], of: file)
      try Ledger.decide(
        db, file, isInUse ? .accepted : .quarantined, at: moment, reason: isInUse ? nil : reason)
    }
  }

  /// Closes the claim of a file whose bytes were replaced by another file of its name before they
  /// could be read.
  public func supersede(
    _ file: Int64, by replacement: Int64, known: Timestamp
  ) throws(Fault) {
    try write { db in
      _ = try Ledger.claimedFile(db, file)
      let newer = try Ledger.file(db, replacement)
      let moment = try Ledger.advance(db, to: known)
      try Ledger.decide(
        db, file, .superseded, at: moment, related: replacement,
        reason: Fault(
          "replaced_before_reading", at: .init(newer.name),
          "its sender replaced it before it could be read",
          remedy: "nothing needs to be done"))
    }
  }

  /// Notes where the original bytes of a file are kept, or nil where they are no longer.
  public func recordOriginal(of file: Int64, at path: String?) throws(Fault) {
    try write { db in
      try db.execute(
        sql: "UPDATE file SET original_kept_at = ? WHERE id = ?", arguments: [path, file])
    }
  }

  // MARK: Questions

  public func file(_ id: Int64) throws(Fault) -> FileRecord {
    try read { db in try Ledger.file(db, id) }
  }

  /// Files, newest first.
  ///
  /// - Parameters:
  ///   - reason: only files whose reason has this code.
  ///   - since: only files first seen at or after this moment.
  public func files(
    feed: String? = nil, fate: Fate? = nil, reason: String? = nil, since: Timestamp? = nil,
    limit: Int = 1000
  ) throws(Fault) -> [FileRecord] {
    try read { db in
      try Ledger.files(
        db,
        where: """
          (?1 IS NULL OR feed = ?1) AND (?2 IS NULL OR fate = ?2)
            AND (?3 IS NULL OR first_seen >= ?3) AND (?4 IS NULL OR reason_code = ?4)
          """, [feed, fate?.rawValue, since?.secondsSince1970, reason], order: "id DESC",
        limit: limit)
    }
  }

  /// How many files of each fate there are; fates without files are absent.
  public func fateCounts(
    feed: String? = nil, since: Timestamp? = nil
  ) throws(Fault) -> [Fate: Int] {
    try read { db in
      let rows = try Row.fetchAll(
        db,
        sql: """
          SELECT fate, count(*) FROM file
          WHERE (?1 IS NULL OR feed = ?1) AND (?2 IS NULL OR first_seen >= ?2)
          GROUP BY fate
          """, arguments: [feed, since?.secondsSince1970])
      return try rows.reduce(into: [:]) { counts, row in
        counts[try Ledger.fate(row.value(0))] = try row.value(1)
      }
    }
  }

  // MARK: Rows

  static func original(_ db: Database, feed: String, sha256: String) throws -> FileRecord? {
    try files(db, where: "feed = ? AND sha256 = ?", [feed, sha256], limit: 1).first
  }

  /// The file, or the fault `unknown_file`.
  static func file(_ db: Database, _ id: Int64) throws -> FileRecord {
    guard let file = try files(db, where: "id = ?", [id]).first else {
      throw Fault(
        "unknown_file", "the ledger has no file with the number \(id)",
        remedy: "list the files and their numbers first")
    }
    return file
  }

  /// The file if it waits for its fate, or the fault `already_decided`.
  static func claimedFile(_ db: Database, _ id: Int64) throws -> FileRecord {
    let file = try file(db, id)
    try check(file, is: .claimed)
    return file
  }

  static func check(_ file: FileRecord, is fate: Fate) throws {
    guard file.fate == fate else {
      throw Fault(
        "already_decided", at: .init(file.name), "this file is \(file.fate.rawValue)",
        remedy: "quarantined files are read once more by `freshet arrivals read-again`")
    }
  }

  static func decide(
    _ db: Database, _ id: Int64, _ fate: Fate, at moment: Int64, related: Int64? = nil,
    reason: Fault? = nil
  ) throws {
    try db.execute(
      sql: """
        UPDATE file SET fate = ?, decided_at = ?, related = ?, reason_code = ?,
          reason_place = ?, reason_problem = ?, reason_remedy = ?, requeued = 0
        WHERE id = ?
        """,
      arguments: [
        fate.rawValue, moment, related, reason?.code, reason?.location.map(LocationText.text),
        reason?.problem, reason?.remedy, id,
      ])
  }

  static func files(
    _ db: Database, where condition: String, _ arguments: StatementArguments,
    order: String = "id", limit: Int = -1
  ) throws -> [FileRecord] {
    try Row.fetchAll(
      db, sql: "SELECT * FROM file WHERE \(condition) ORDER BY \(order) LIMIT \(limit)",
      arguments: arguments
    ).map(FileRecord.init)
  }

  fileprivate static func fate(_ text: String) throws -> Fate {
    guard let fate = Fate(rawValue: text) else { throw damaged("there is no fate “\(text)”") }
    return fate
  }
}

extension FileRecord {
  fileprivate init(_ row: Row) throws {
    func moment(_ column: String) throws -> Timestamp? {
      try (row.value(column) as Int64?).map(Timestamp.init(secondsSince1970:))
    }
    var reason: Fault?
    if let code = try row.value("reason_code") as String? {
      reason = try Fault(
        code, at: (row.value("reason_place") as String?).map(LocationText.location),
        row.value("reason_problem") ?? "", remedy: row.value("reason_remedy") ?? "")
    }
    try self.init(
      id: row.value("id"), feed: row.value("feed"), name: row.value("name"),
      fingerprint: Fingerprint(size: row.value("size"), sha256: row.value("sha256")),
      firstSeen: Timestamp(secondsSince1970: row.value("first_seen")),
      attempts: row.value("attempts"),
      fate: Ledger.fate(row.value("fate")), decidedAt: moment("decided_at"), reason: reason,
      format: row.value("format"), correction: row.value("correction"),
      newestData: moment("newest_data"),
      related: row.value("related"), originalKeptAt: row.value("original_kept_at"))
  }
}

/// A fault's location as one column: its parts separated by the unit separator of ASCII.
enum LocationText {
  static func text(_ location: Fault.Location) -> String {
    let parts = [
      location.file, location.line.map(String.init) ?? "",
      location.column.map(String.init) ?? "", location.item ?? "",
    ]
    return parts.joined(separator: "\u{1F}")
  }

  static func location(_ text: String) -> Fault.Location {
    let parts = text.split(separator: "\u{1F}", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 4 else { return Fault.Location(text) }
    return Fault.Location(
      parts[0], line: Int(parts[1]), column: Int(parts[2]),
      item: parts[3].isEmpty ? nil : parts[3])
  }
}
