import Foundation
import GRDB
public import Hydromet

/// Rain of one step on every basin, and what it was made from.
public struct BasinRainRecord: Sendable, Hashable {
  public let stepEnd: Timestamp
  /// Hash of the frames behind it; empty where there were none.
  public let identity: String
  /// Hash of the basins and of the grid.
  public let basins: String
  public let bytes: [UInt8]

  public init(stepEnd: Timestamp, identity: String, basins: String, bytes: [UInt8]) {
    self.stepEnd = stepEnd
    self.identity = identity
    self.basins = basins
    self.bytes = bytes
  }
}

/// A saved state of the soil of all basins.
public struct SoilCheckpoint: Sendable, Hashable {
  public let time: Timestamp
  /// Hash of the model and of all rain up to `time`.
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
  /// Keeps rain of steps, in place of what was kept of the step before, and states that are not kept
  /// already.
  public func keep(_ rain: [BasinRainRecord], _ states: [SoilCheckpoint]) throws(Fault) {
    guard !rain.isEmpty || !states.isEmpty else { return }
    try write { db in
      for record in rain {
        try db.execute(
          sql: "INSERT OR REPLACE INTO basin_rain VALUES (?, ?, ?, ?)",
          arguments: [
            record.stepEnd.secondsSince1970, record.identity, record.basins, Data(record.bytes),
          ])
      }
      for state in states {
        try db.execute(
          sql: "INSERT OR IGNORE INTO soil_state VALUES (?, ?, ?, ?)",
          arguments: [
            state.time.secondsSince1970, state.chain, state.known.secondsSince1970,
            Data(state.bytes),
          ])
      }
    }
  }

  /// Rain kept of the steps that end in a period, by time.
  public func basinRain(in period: Period) throws(Fault) -> [BasinRainRecord] {
    try read { db in
      try Row.fetchAll(
        db,
        sql: "SELECT * FROM basin_rain WHERE step_end > ? AND step_end <= ? ORDER BY step_end",
        arguments: [period.start.secondsSince1970, period.end.secondsSince1970]
      ).map { row in
        BasinRainRecord(
          stepEnd: Timestamp(secondsSince1970: row["step_end"]), identity: row["identity"],
          basins: row["basins"], bytes: Array(row["bytes"] as Data))
      }
    }
  }

  /// Ends of the first and the last step that rain is kept of.
  public func basinRainReach() throws(Fault) -> (first: Timestamp, last: Timestamp)? {
    try read { db in
      let row = try Row.fetchOne(db, sql: "SELECT min(step_end), max(step_end) FROM basin_rain")
      guard let row, let first = row[0] as Int64?, let last = row[1] as Int64? else { return nil }
      return (Timestamp(secondsSince1970: first), Timestamp(secondsSince1970: last))
    }
  }

  /// Saved states at or before a time that were known at a moment, newest first.
  public func soilStates(
    atOrBefore time: Timestamp, asKnown moment: Timestamp? = nil, limit: Int
  ) throws(Fault) -> [SoilCheckpoint] {
    try read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT * FROM soil_state WHERE time <= ? AND known <= ?
          ORDER BY time DESC, known DESC, chain LIMIT ?
          """,
        arguments: [
          time.secondsSince1970, moment?.secondsSince1970 ?? Int64.max, limit,
        ]
      ).map { row in
        SoilCheckpoint(
          time: Timestamp(secondsSince1970: row["time"]), chain: row["chain"],
          known: Timestamp(secondsSince1970: row["known"]), bytes: Array(row["bytes"] as Data))
      }
    }
  }

  /// Forgets states before one time, but for the newest of them, and rain before another.
  public func pruneSoil(statesBefore time: Timestamp, rainBefore: Timestamp) throws(Fault) {
    try write { db in
      try db.execute(
        sql: """
          DELETE FROM soil_state WHERE time < (SELECT max(time) FROM soil_state WHERE time <= ?)
          """, arguments: [time.secondsSince1970])
      try db.execute(
        sql: "DELETE FROM basin_rain WHERE step_end < ?", arguments: [rainBefore.secondsSince1970])
    }
  }
}
