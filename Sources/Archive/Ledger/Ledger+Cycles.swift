import GRDB
public import Hydromet

/// One published cycle.
public struct CycleRecord: Sendable, Hashable {
  /// End of every window of the cycle.
  public let dataTime: Timestamp
  /// 0 for the first cycle of a data time, 1 for the first that was made again.
  public let attempt: Int
  /// What the cycle knew: everything up to this moment (see `Ledger.closeKnowledge`).
  public let known: Timestamp
  public let publishedAt: Timestamp
  public let manifestHash: String
  /// The folder of its products.
  public let folder: String
  /// When a later attempt took its place; nil while it stands.
  public let supersededAt: Timestamp?
}

extension Ledger {
  /// Notes a published cycle; it takes the place of the one before it at its data time. Noting the
  /// same publication again, as after a crash between publishing and noting, adds nothing.
  public func recordCycle(
    dataTime: Timestamp, known: Timestamp, publishedAt: Timestamp, manifestHash: String,
    folder: String
  ) throws(Fault) -> CycleRecord {
    try write { db in
      let standing = try Ledger.cycle(db, dataTime, asKnown: nil)
      let data = dataTime.secondsSince1970
      if let standing, standing.manifestHash == manifestHash, standing.folder == folder {
        try db.execute(
          sql: "UPDATE cycle SET known = max(known, ?) WHERE data_time = ? AND attempt = ?",
          arguments: [known.secondsSince1970, data, standing.attempt])
      } else {
        try db.execute(
          sql: """
            UPDATE cycle SET superseded_at = ? WHERE data_time = ? AND superseded_at IS NULL
            """, arguments: [publishedAt.secondsSince1970, data])
        try db.execute(
          sql: """
            INSERT INTO cycle (data_time, attempt, known, published_at, manifest_sha256, folder)
            SELECT ?1, coalesce(max(attempt) + 1, 0), ?2, ?3, ?4, ?5 FROM cycle
            WHERE data_time = ?1
            """,
          arguments: [
            data, known.secondsSince1970, publishedAt.secondsSince1970, manifestHash, folder,
          ])
      }
      guard let cycle = try Ledger.cycle(db, dataTime, asKnown: nil) else {
        throw Ledger.damaged("the cycle of \(dataTime.iso8601) vanished")
      }
      return cycle
    }
  }

  /// The standing cycle of a data time, or the one that stood at `moment`; nil where there is none.
  public func cycle(
    at dataTime: Timestamp, asKnown moment: Timestamp? = nil
  ) throws(Fault) -> CycleRecord? {
    try read { db in try Ledger.cycle(db, dataTime, asKnown: moment) }
  }

  /// Standing cycles whose data time lies in the period, by data time.
  public func cycles(in period: Period) throws(Fault) -> [CycleRecord] {
    try read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT * FROM cycle WHERE data_time > ? AND data_time <= ? AND superseded_at IS NULL
          ORDER BY data_time
          """, arguments: [period.start.secondsSince1970, period.end.secondsSince1970]
      ).map(CycleRecord.init)
    }
  }

  /// The newest standing cycle at or before a data time; nil where there is none.
  public func newestCycle(atOrBefore dataTime: Timestamp? = nil) throws(Fault) -> CycleRecord? {
    try read { db in
      try Row.fetchOne(
        db,
        sql: """
          SELECT * FROM cycle WHERE superseded_at IS NULL AND (?1 IS NULL OR data_time <= ?1)
          ORDER BY data_time DESC LIMIT 1
          """, arguments: [dataTime?.secondsSince1970]
      ).map(CycleRecord.init)
    }
  }

  /// Data times in the period whose standing cycle does not know everything that is known now about
  /// the time it looks back on. Nothing marks them: they follow from what changed when, so a crash
  /// forgets none.
  ///
  /// - Parameter reach: how far the longest window looks back, seconds.
  public func dirtyCycles(in period: Period, reach: Int) throws(Fault) -> [Timestamp] {
    try read { db in
      try Int64.fetchAll(
        db,
        sql: """
          SELECT data_time FROM cycle
          WHERE data_time > ?1 AND data_time <= ?2 AND superseded_at IS NULL
            AND EXISTS (
              SELECT 1 FROM (SELECT DISTINCT feed FROM change) AS feeds
              WHERE EXISTS (
                SELECT 1 FROM change
                WHERE change.feed = feeds.feed AND change.period_end > data_time - ?3
                  AND change.period_end <= data_time AND change.known > cycle.known))
          ORDER BY data_time
          """,
        arguments: [period.start.secondsSince1970, period.end.secondsSince1970, reach]
      ).map(Timestamp.init(secondsSince1970:))
    }
  }

  /// Data times in the period for which something is known, each once, earliest first.
  public func dataTimes(in period: Period) throws(Fault) -> [Timestamp] {
    try read { db in
      try Int64.fetchAll(
        db,
        sql: """
          SELECT DISTINCT period_end FROM change WHERE period_end > ? AND period_end <= ?
          ORDER BY period_end
          """, arguments: [period.start.secondsSince1970, period.end.secondsSince1970]
      ).map(Timestamp.init(secondsSince1970:))
    }
  }

  private static func cycle(
    _ db: Database, _ dataTime: Timestamp, asKnown moment: Timestamp?
  ) throws -> CycleRecord? {
    try Row.fetchOne(
      db,
      sql: """
        SELECT * FROM cycle
        WHERE data_time = ?1 AND CASE WHEN ?2 IS NULL THEN superseded_at IS NULL
          ELSE published_at <= ?2 AND (superseded_at IS NULL OR superseded_at > ?2) END
        ORDER BY attempt DESC LIMIT 1
        """, arguments: [dataTime.secondsSince1970, moment?.secondsSince1970]
    ).map(CycleRecord.init)
  }
}

extension CycleRecord {
  fileprivate init(_ row: Row) throws {
    func moment(_ column: String) throws -> Timestamp {
      try Timestamp(secondsSince1970: row.value(column))
    }
    try self.init(
      dataTime: moment("data_time"), attempt: row.value("attempt"), known: moment("known"),
      publishedAt: moment("published_at"), manifestHash: row.value("manifest_sha256"),
      folder: row.value("folder"),
      supersededAt: (row.value("superseded_at") as Int64?).map(Timestamp.init(secondsSince1970:)))
  }
}
