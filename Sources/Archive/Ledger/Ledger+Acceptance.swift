import GRDB
import Hydromet

extension Ledger {
  /// Whether `known` was written after `new`: files of a backlog are not read in the order in which
  /// their senders wrote them. False where one of the times is not known.
  static func isWrittenLater(_ db: Database, _ known: Int64, than new: Int64) throws -> Bool {
    try Bool.fetchOne(
      db,
      sql: """
        SELECT coalesce((SELECT written FROM file WHERE id = ?)
          > (SELECT written FROM file WHERE id = ?), 0)
        """, arguments: [known, new]) ?? false
  }

  /// One more row of what is known comes from the file.
  static func gainRow(_ db: Database, _ file: Int64) throws {
    try db.cachedStatement(
      sql: "UPDATE file SET current_rows = current_rows + 1 WHERE id = ?"
    ).execute(arguments: [file])
  }

  /// Rows of `older` were ended because of `newer`. A file without any is superseded, unless it is
  /// being read again.
  static func loseRows(
    _ db: Database, _ older: Int64, _ count: Int, to newer: Int64, at moment: Int64
  ) throws {
    try db.execute(
      sql: "UPDATE file SET current_rows = current_rows - ? WHERE id = ?",
      arguments: [count, older])
    try db.execute(
      sql: """
        UPDATE file SET fate = 'superseded', decided_at = ?, related = ?
        WHERE id = ? AND current_rows <= 0 AND fate = 'accepted'
        """, arguments: [moment, newer, older])
  }

  /// Writes the fate of a file that was taken in, and which data times it changed.
  ///
  /// - Parameter renewed: periods whose values are as they were and are stored anew.
  static func conclude(
    _ db: Database, _ file: FileRecord, _ tally: Tally, newest: Timestamp?, format: String?,
    correction: Int, isForecast: Bool = false, renewed: [Period] = [], at moment: Int64
  ) throws -> Acceptance {
    let changed = tally.changedPeriods
    // What was expected later makes no cycle that was published wrong.
    for period in changed + renewed where !isForecast {
      try db.cachedStatement(
        sql: "INSERT OR IGNORE INTO change (feed, period_end, known) VALUES (?, ?, ?)"
      ).execute(arguments: [file.feed, period.end.secondsSince1970, moment])
    }
    try db.execute(
      sql: "UPDATE file SET format = ?, correction = ?, newest_data = ? WHERE id = ?",
      arguments: [format, correction, newest?.secondsSince1970, file.id])
    let rows =
      try Int.fetchOne(
        db, sql: "SELECT current_rows FROM file WHERE id = ?", arguments: [file.id]) ?? 0
    let bringsNothing = rows == 0 && changed.isEmpty && tally.unchanged + tally.outranked > 0
    let fate: Fate = bringsNothing ? .duplicate : .accepted
    let reason = Fault(
      "nothing_new",
      tally.outranked == 0
        ? "everything in it was known already"
        : "\(tally.unchanged) of its values were known already, \(tally.outranked) may not replace "
          + "what is known", remedy: "nothing needs to be done")
    try decide(db, file.id, fate, at: moment, reason: bringsNothing ? reason : nil)
    return Acceptance(
      fate: fate, known: Timestamp(secondsSince1970: moment), changed: changed,
      added: tally.added, replaced: tally.replaced, unchanged: tally.unchanged,
      outranked: tally.outranked)
  }
}
