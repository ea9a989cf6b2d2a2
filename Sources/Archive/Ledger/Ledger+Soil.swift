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

extension Ledger {
  /// Keeps rain of steps, in place of what was kept of the step before, and the states of basins that
  /// rest on it.
  public func keep(_ rain: [BasinRainRecord], _ states: [StateCheckpoint]) throws(Fault) {
    guard !rain.isEmpty || !states.isEmpty else { return }
    try write { db in
      for record in rain {
        try db.execute(
          sql: "INSERT OR REPLACE INTO basin_rain VALUES (?, ?, ?, ?)",
          arguments: [
            record.stepEnd.secondsSince1970, record.identity, record.basins, Data(record.bytes),
          ])
      }
      try Ledger.insert(states, of: .basins, db)
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
        try BasinRainRecord(
          stepEnd: Timestamp(secondsSince1970: row.value("step_end")),
          identity: row.value("identity"),
          basins: row.value("basins"), bytes: Array(row.value("bytes") as Data))
      }
    }
  }

  /// Ends of the first and the last step that rain is kept of.
  public func basinRainReach() throws(Fault) -> (first: Timestamp, last: Timestamp)? {
    try read { db in
      let row = try Row.fetchOne(db, sql: "SELECT min(step_end), max(step_end) FROM basin_rain")
      guard let row, let first = try row.value(0) as Int64?, let last = try row.value(1) as Int64?
      else { return nil }
      return (Timestamp(secondsSince1970: first), Timestamp(secondsSince1970: last))
    }
  }

  /// Forgets rain of steps that ended before a time.
  public func pruneBasinRain(before time: Timestamp) throws(Fault) {
    try write { db in
      try db.execute(
        sql: "DELETE FROM basin_rain WHERE step_end < ?", arguments: [time.secondsSince1970])
    }
  }
}
