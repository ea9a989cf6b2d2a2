import Foundation
import GRDB
public import Hydromet

/// A saved memory of what weeks showed of the stations.
public struct StationCheckpoint: Sendable, Hashable {
  /// Hours that end up to here are in it.
  public let time: Timestamp
  /// Hash of everything that arrived for the time before.
  public let chain: String
  /// It rests on nothing that was learned later.
  public let known: Timestamp
  public let bytes: [UInt8]

  public init(time: Timestamp, chain: String, known: Timestamp, bytes: [UInt8]) {
    self.time = time
    self.chain = chain
    self.known = known
    self.bytes = bytes
  }
}

extension Ledger {
  /// Keeps memories that are not kept already.
  public func keep(_ memories: [StationCheckpoint]) throws(Fault) {
    guard !memories.isEmpty else { return }
    try write { db in
      for memory in memories {
        try db.execute(
          sql: "INSERT OR IGNORE INTO station_memory VALUES (?, ?, ?, ?)",
          arguments: [
            memory.time.secondsSince1970, memory.chain, memory.known.secondsSince1970,
            Data(memory.bytes),
          ])
      }
    }
  }

  /// Saved memories at or before a time that were known at a moment, newest first.
  public func stationMemories(
    atOrBefore time: Timestamp, asKnown moment: Timestamp? = nil, limit: Int
  ) throws(Fault) -> [StationCheckpoint] {
    try read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT * FROM station_memory WHERE time <= ? AND known <= ?
          ORDER BY time DESC, known DESC, chain LIMIT ?
          """,
        arguments: [time.secondsSince1970, moment?.secondsSince1970 ?? Int64.max, limit]
      ).map(Ledger.checkpoint)
    }
  }

  /// The memory of a time with a chain; nil where it was not saved.
  public func stationMemory(at time: Timestamp, chain: String) throws(Fault) -> StationCheckpoint? {
    try read { db in
      try Row.fetchOne(
        db, sql: "SELECT * FROM station_memory WHERE time = ? AND chain = ?",
        arguments: [time.secondsSince1970, chain]
      ).map(Ledger.checkpoint)
    }
  }

  private static func checkpoint(_ row: Row) -> StationCheckpoint {
    StationCheckpoint(
      time: Timestamp(secondsSince1970: row["time"]), chain: row["chain"],
      known: Timestamp(secondsSince1970: row["known"]), bytes: Array(row["bytes"] as Data))
  }

  /// Forgets memories before a time, but for the newest of them.
  public func pruneStationMemory(before time: Timestamp) throws(Fault) {
    try write { db in
      try db.execute(
        sql: """
          DELETE FROM station_memory
          WHERE time < (SELECT max(time) FROM station_memory WHERE time <= ?)
          """, arguments: [time.secondsSince1970])
    }
  }

  /// What arrived for each stretch of a period that anything arrived for, as one text for each: equal
  /// texts mean equal data.
  ///
  /// - Parameter seconds: length of the stretches, which end on its multiples since 1970.
  /// - Returns: by the end of the stretch, in order.
  public func arrivals(
    in period: Period, every seconds: Int, asKnown moment: Timestamp? = nil
  ) throws(Fault) -> [(end: Timestamp, text: String)] {
    try read { db in
      let length = Int64(max(1, seconds))
      return try Row.fetchAll(
        db,
        sql: """
          SELECT (period_end + ?3 - 1) / ?3 AS stretch, count(*), max(known), sum(known - period_end)
          FROM change WHERE period_end > ?1 AND period_end <= ?2 AND known <= ?4
          GROUP BY stretch ORDER BY stretch
          """,
        arguments: [
          period.start.secondsSince1970, period.end.secondsSince1970, length,
          moment?.secondsSince1970 ?? Int64.max,
        ]
      ).map { row in
        let stretch: Int64 = row[0]
        let (count, newest, sum): (Int64, Int64, Int64) = (row[1], row[2], row[3])
        return (
          Timestamp(secondsSince1970: stretch * length), "\(count) \(newest) \(sum)"
        )
      }
    }
  }
}
