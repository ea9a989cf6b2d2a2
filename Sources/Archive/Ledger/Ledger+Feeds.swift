import GRDB
public import Hydromet

extension Ledger {
  /// End of the newest period of which the feed has a frame or a value; nil where it has none.
  ///
  /// - Parameters:
  ///   - limit: only periods that end at or before this time; all where nil.
  ///   - moment: what was known then; now where nil.
  public func newestData(
    feed: String, atOrBefore limit: Timestamp? = nil, asKnown moment: Timestamp? = nil
  ) throws(Fault) -> Timestamp? {
    try read { db in
      try Int64.fetchOne(
        db,
        sql: """
          SELECT period_end FROM change
          WHERE feed = ?1 AND (?2 IS NULL OR period_end <= ?2)
            AND (
              EXISTS (
                SELECT 1 FROM frame
                WHERE frame.feed = ?1 AND frame.period_end = change.period_end
                  AND \(Ledger.isKnown("frame", "?3")))
              OR EXISTS (
                SELECT 1 FROM reading JOIN series ON series.id = series_id
                WHERE reading.period_end = change.period_end AND series.feed = ?1
                  AND tenths IS NOT NULL AND \(Ledger.isKnown("reading", "?3"))))
          ORDER BY period_end DESC LIMIT 1
          """, arguments: [feed, limit?.secondsSince1970, moment?.secondsSince1970]
      ).map(Timestamp.init(secondsSince1970:))
    }
  }

  /// The files behind what is known of a feed in a period, by name: the inputs of a cycle.
  ///
  /// - Parameter moment: what was known then; now where nil.
  public func inputs(
    feed: String, in period: Period, asKnown moment: Timestamp? = nil
  ) throws(Fault) -> [CycleInput] {
    try read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT name, sha256, coalesce(newest_data, ?3) AS data_time FROM file
          WHERE id IN (
            SELECT file_id FROM frame
            WHERE feed = ?1 AND period_end > ?2 AND period_end <= ?3
              AND period_end - period_seconds >= ?2 AND \(Ledger.isKnown("frame", "?4"))
            UNION
            SELECT file_id FROM reading JOIN series ON series.id = series_id
            WHERE series.feed = ?1 AND period_end > ?2 AND period_end <= ?3
              AND period_end - period_seconds >= ?2 AND \(Ledger.isKnown("reading", "?4")))
          ORDER BY name, sha256
          """,
        arguments: [
          feed, period.start.secondsSince1970, period.end.secondsSince1970,
          moment?.secondsSince1970,
        ]
      ).map { row in
        try CycleInput(
          feed: feed, name: row.value("name"), hash: row.value("sha256"),
          dataTime: Timestamp(secondsSince1970: row.value("data_time")))
      }
    }
  }

  /// Forgets frames and readings of periods that ended before `time`, of every version. Files keep
  /// their fates and cycles their records.
  ///
  /// - Returns: names in the frame store that nothing refers to any more, in their order; remove them
  ///   after this returns.
  public func prune(before time: Timestamp) throws(Fault) -> [String] {
    try write { db in
      let end = time.secondsSince1970
      let names = try String.fetchAll(
        db,
        sql: """
          SELECT DISTINCT store_name FROM frame WHERE period_end < ?1
          EXCEPT SELECT store_name FROM frame WHERE period_end >= ?1
          ORDER BY store_name
          """, arguments: [end])
      for table in ["frame", "reading", "change"] {
        try db.execute(sql: "DELETE FROM \(table) WHERE period_end < ?", arguments: [end])
      }
      return names
    }
  }
}
