import GRDB
public import Hydromet

/// Reading files once more, and what was noticed in them.
extension Ledger {
  /// Files that wait to be read once more, oldest first.
  public func requeuedFiles() throws(Fault) -> [FileRecord] {
    try read { db in try Ledger.files(db, where: "fate = 'claimed' AND requeued = 1", []) }
  }

  /// Makes a decided file claimable again: after a wrong setting was put right, or because a stored
  /// frame of it is damaged. What it brought stays known until it is accepted anew.
  ///
  /// - Parameters:
  ///   - fate: only where this is its fate.
  ///   - forgivesAttempts: whether its attempts are counted from the beginning, as they are for an
  ///     accepted file.
  /// - Throws: `already_decided` where its fate is another one.
  @discardableResult
  public func requeue(
    _ file: Int64, decided fate: Fate? = nil, forgivesAttempts: Bool = false
  ) throws(Fault) -> FileRecord {
    try write { db in
      if let fate { try Ledger.check(try Ledger.file(db, file), is: fate) }
      try Ledger.keep(db, remarks: [], of: file)
      try db.execute(
        sql: """
          UPDATE file SET fate = 'claimed', decided_at = NULL, reason_code = NULL,
            reason_place = NULL, reason_problem = NULL, reason_remedy = NULL, related = NULL,
            requeued = 1,
            attempts = CASE WHEN ?1 OR fate = 'accepted' THEN 0 ELSE attempts END
          WHERE id = ?2
          """, arguments: [forgivesAttempts, file])
      return try Ledger.file(db, file)
    }
  }

  /// Whether a file waits to be read once more, or is being so.
  static func isRequeued(_ db: Database, _ id: Int64) throws -> Bool {
    try Int.fetchOne(db, sql: "SELECT requeued FROM file WHERE id = ?", arguments: [id]) == 1
  }

  // MARK: Remarks

  /// Writes down what was noticed in a file, in place of what was noticed before.
  public func record(remarks: [String], of file: Int64) throws(Fault) {
    try write { db in try Ledger.keep(db, remarks: remarks, of: file) }
  }

  /// Forgets what was noticed in files that were decided before a moment; of many the 10,000 that came
  /// first, so that nobody waits for it.
  public func forgetRemarks(decidedBefore time: Timestamp) throws(Fault) {
    try write { db in
      try db.execute(
        sql: """
          DELETE FROM remark WHERE file_id IN (
            SELECT file_id FROM (
              SELECT file_id, decided_at FROM remark JOIN file ON file.id = remark.file_id
              ORDER BY file_id LIMIT 10000)
            WHERE decided_at < ?)
          """, arguments: [time.secondsSince1970])
    }
  }

  /// What was noticed in a file that was taken in, in words.
  public func remarks(of file: Int64) throws(Fault) -> [String] {
    try read { db in
      try Row.fetchAll(
        db, sql: "SELECT words FROM remark WHERE file_id = ? ORDER BY number", arguments: [file]
      ).map { row in try row.value(0) }
    }
  }

  static func keep(_ db: Database, remarks: [String], of file: Int64) throws {
    try db.execute(sql: "DELETE FROM remark WHERE file_id = ?", arguments: [file])
    for (number, words) in remarks.enumerated() {
      try db.execute(
        sql: "INSERT INTO remark (file_id, number, words) VALUES (?, ?, ?)",
        arguments: [file, number, words])
    }
  }
}
