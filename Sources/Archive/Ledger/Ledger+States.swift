import Foundation
import GRDB
public import Hydromet

/// What a carried state is of.
public enum StateKind: Sendable, Hashable, CaseIterable {
  /// Soil of all basins, with the water on its way.
  case basins
  /// Soil of the cells of a grid.
  case cells
  /// What weeks of rain showed of the stations.
  case stations

  var table: String {
    switch self {
    case .basins: "soil_state"
    case .cells: "cell_soil_state"
    case .stations: "station_memory"
    }
  }
}

/// A state that was carried on up to a time, saved so that a later run goes on from it.
public struct StateCheckpoint: Sendable, Hashable {
  /// Everything up to here is in it.
  public let time: Timestamp
  /// Hash of the model and of everything that the state rests on.
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
  /// Keeps states that are not kept already.
  public func keep(_ states: [StateCheckpoint], of kind: StateKind) throws(Fault) {
    guard !states.isEmpty else { return }
    try write { db in try Ledger.insert(states, of: kind, db) }
  }

  static func insert(_ states: [StateCheckpoint], of kind: StateKind, _ db: Database) throws {
    for state in states {
      try db.execute(
        sql: "INSERT OR IGNORE INTO \(kind.table) VALUES (?, ?, ?, ?)",
        arguments: [
          state.time.secondsSince1970, state.chain, state.known.secondsSince1970,
          Data(state.bytes),
        ])
    }
  }

  /// Saved states at or before a time that were known at a moment, newest first.
  public func states(
    _ kind: StateKind, atOrBefore time: Timestamp, asKnown moment: Timestamp? = nil, limit: Int
  ) throws(Fault) -> [StateCheckpoint] {
    try read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT * FROM \(kind.table) WHERE time <= ? AND known <= ?
          ORDER BY time DESC, known DESC, chain LIMIT ?
          """,
        arguments: [time.secondsSince1970, moment?.secondsSince1970 ?? Int64.max, limit]
      ).map(Ledger.checkpoint)
    }
  }

  /// The state of a time with a chain; nil where it was not saved.
  public func state(
    _ kind: StateKind, at time: Timestamp, chain: String
  ) throws(Fault) -> StateCheckpoint? {
    try read { db in
      try Row.fetchOne(
        db, sql: "SELECT * FROM \(kind.table) WHERE time = ? AND chain = ?",
        arguments: [time.secondsSince1970, chain]
      ).map(Ledger.checkpoint)
    }
  }

  private static func checkpoint(_ row: Row) throws -> StateCheckpoint {
    try StateCheckpoint(
      time: Timestamp(secondsSince1970: row.value("time")), chain: row.value("chain"),
      known: Timestamp(secondsSince1970: row.value("known")),
      bytes: Array(row.value("bytes") as Data))
  }

  /// Forgets states of every kind before a time, but for the newest of them.
  public func pruneStates(before time: Timestamp) throws(Fault) {
    try write { db in
      for kind in StateKind.allCases {
        try db.execute(
          sql: """
            DELETE FROM \(kind.table)
            WHERE time < (SELECT max(time) FROM \(kind.table) WHERE time <= ?)
            """, arguments: [time.secondsSince1970])
      }
    }
  }
}
