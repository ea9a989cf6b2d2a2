import GRDB
public import Hydromet

/// A frame as the ledger knows it; its cells are in the frame store under `storeName`.
public struct StoredFrame: Sendable, Hashable {
  public let feed: String
  public let period: Period
  public let storeName: String
  /// SHA-256 of period, geometry and cells.
  public let contentHash: String
  public let geometryHash: String
  /// Cells that are not missing.
  public let validCells: Int
  /// The file that brought it.
  public let file: Int64
  public let fileName: String
  public let fileHash: String
}

extension Ledger {
  /// Takes in the frames of a claimed file. Each replaces the frame of its feed and period, unless
  /// that one has the same contents or a higher correction number; frames known before stay readable
  /// as known then. A file whose last frame is replaced becomes `superseded`.
  ///
  /// - Parameters:
  ///   - issued: of the frames of a forecast, which replace those of their own issue only.
  ///   - correction: 0 for a first report, 1 for `CCA` and so on.
  ///   - withdrawsSameName: whether frames that earlier files of this name brought, and this one does
  ///     not, are taken back. Right where a name stands for one period; wrong for a name that is
  ///     used again and again, such as `latest.nc`.
  ///   - keepsLaterWritten: whether a frame of a file that was written later is kept, although this
  ///     one arrives after it.
  public func accept(
    _ file: Int64, frames: [FrameDescription], issued: Timestamp? = nil, format: String? = nil,
    correction: Int = 0, withdrawsSameName: Bool = false, known: Timestamp,
    keepsLaterWritten: Bool = false
  ) throws(Fault) -> Acceptance {
    try write { db in
      let record = try Ledger.claimedFile(db, file)
      let moment = try Ledger.advance(db, to: known)
      var tally = Tally()
      var kept: Set<Period> = []
      let isAgain = try Ledger.isRequeued(db, file)
      var renewed: [Period] = []
      for frame in frames {
        try Ledger.keep(db, frame.geometry, hash: frame.geometryHash)
        kept.insert(frame.period)
        let stream = issued.map { Ledger.stream(record.feed, issued: $0) } ?? record.feed
        let verdict = try Ledger.accept(
          db, frame, of: record, stream, correction, at: moment,
          keepsLaterWritten: keepsLaterWritten)
        tally.count(verdict, frame.period)
        // What was stored may have been damaged: cycles that did without it are made again.
        if verdict == .same, isAgain { renewed.append(frame.period) }
      }
      if withdrawsSameName {
        for period in try Ledger.withdraw(db, record, except: kept, at: moment) {
          tally.countWithdrawal(period)
        }
      }
      return try Ledger.conclude(
        db, record, tally, newest: frames.map(\.period.end).max(), format: format,
        correction: correction, isForecast: issued != nil, renewed: renewed, at: moment)
    }
  }

  /// Frames whose period lies wholly within `period`, by end and length; of each the one that was
  /// known at `moment`, or that is known now where `moment` is nil.
  public func frames(
    feed: String, in period: Period, asKnown moment: Timestamp? = nil
  ) throws(Fault) -> [StoredFrame] {
    try read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT frame.*, file.name AS file_name, file.sha256 AS file_hash
          FROM frame JOIN file ON file.id = frame.file_id
          WHERE frame.feed = ?1 AND frame.period_end > ?2 AND frame.period_end <= ?3
            AND frame.period_end - frame.period_seconds >= ?2
            AND \(Ledger.isKnown("frame", "?4"))
          ORDER BY frame.period_end, frame.period_seconds
          """,
        arguments: [
          feed, period.start.secondsSince1970, period.end.secondsSince1970,
          moment?.secondsSince1970,
        ]
      ).map(StoredFrame.init)
    }
  }

  /// The names of all stored frames, of every version: what the frame store must keep.
  public func storeNames() throws(Fault) -> Set<String> {
    try read { db in try String.fetchSet(db, sql: "SELECT DISTINCT store_name FROM frame") }
  }

  /// The condition that a row was known at the moment of a parameter, or is now where that is null.
  static func isKnown(_ table: String, _ parameter: String) -> String {
    """
    CASE WHEN \(parameter) IS NULL THEN \(table).known_to IS NULL
      ELSE \(table).known_from <= \(parameter)
        AND (\(table).known_to IS NULL OR \(table).known_to > \(parameter)) END
    """
  }

  private static func accept(
    _ db: Database, _ frame: FrameDescription, of file: FileRecord, _ stream: String,
    _ correction: Int, at moment: Int64, keepsLaterWritten: Bool
  ) throws -> Precedence {
    let end = frame.period.end.secondsSince1970
    let last = try Row.fetchOne(
      db,
      sql: """
        SELECT id, version, content_hash, correction, known_to, file_id FROM frame
        WHERE feed = ? AND period_end = ? AND period_seconds = ? ORDER BY version DESC LIMIT 1
        """, arguments: [stream, end, frame.period.seconds])
    let isCurrent = try last.map { try ($0.value("known_to") as Int64?) == nil } ?? false
    if let last, isCurrent {
      if try last.value("content_hash") == frame.contentHash { return .same }
      if try correction < last.value("correction") { return .outranked }
      if keepsLaterWritten, try correction == last.value("correction"),
        try isWrittenLater(db, last.value("file_id"), than: file.id)
      {
        return .outranked
      }
      try endFrame(db, last.value("id"), of: last.value("file_id"), by: file.id, at: moment)
    }
    let version = try last.map { try Ledger.following($0.value("version") as Int) } ?? 0
    try db.execute(
      sql: """
        INSERT INTO frame (feed, period_end, period_seconds, version, file_id, store_name,
          content_hash, geometry_hash, valid_cells, correction, known_from)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
      arguments: [
        stream, end, frame.period.seconds, version, file.id,
        frame.storeName, frame.contentHash, frame.geometryHash, frame.validCells, correction,
        moment,
      ])
    try gainRow(db, file.id)
    return isCurrent ? .replace : .add
  }

  private static func withdraw(
    _ db: Database, _ file: FileRecord, except kept: Set<Period>, at moment: Int64
  ) throws -> [Period] {
    let rows = try Row.fetchAll(
      db,
      sql: """
        SELECT frame.id, frame.period_end, frame.period_seconds, frame.file_id
        FROM file JOIN frame ON frame.file_id = file.id
        WHERE file.feed = ? AND file.name = ? AND frame.known_to IS NULL
        ORDER BY frame.period_end, frame.period_seconds
        """, arguments: [file.feed, file.name])
    var withdrawn: [Period] = []
    for row in rows {
      let period = try Period(
        end: Timestamp(secondsSince1970: row.value("period_end")),
        seconds: row.value("period_seconds"))
      guard !kept.contains(period) else { continue }
      try endFrame(db, row.value("id"), of: row.value("file_id"), by: file.id, at: moment)
      withdrawn.append(period)
    }
    return withdrawn
  }

  private static func endFrame(
    _ db: Database, _ frame: Int64, of older: Int64, by newer: Int64, at moment: Int64
  ) throws {
    try db.execute(
      sql: "UPDATE frame SET known_to = ? WHERE id = ?", arguments: [moment, frame])
    try loseRows(db, older, 1, to: newer, at: moment)
  }
}

extension StoredFrame {
  fileprivate init(_ row: Row) throws {
    try self.init(
      feed: row.value("feed"),
      period: Period(
        end: Timestamp(secondsSince1970: row.value("period_end")),
        seconds: row.value("period_seconds")),
      storeName: row.value("store_name"), contentHash: row.value("content_hash"),
      geometryHash: row.value("geometry_hash"), validCells: row.value("valid_cells"),
      file: row.value("file_id"),
      fileName: row.value("file_name"), fileHash: row.value("file_hash"))
  }
}
