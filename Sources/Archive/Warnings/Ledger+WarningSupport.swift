import GRDB
public import Hydromet

/// When the facts last had the level of a record: what a lower level has to wait for, whichever process
/// runs the next cycle.
extension Ledger {
  /// By the ids of records; nothing for a record that no cycle has looked at.
  public func supportTimes() throws(Fault) -> [String: Timestamp] {
    try read { db in
      let rows = try Row.fetchAll(db, sql: "SELECT warning, time FROM warning_support")
      return try Dictionary(
        rows.map { row in
          let id: String = try row.value("warning")
          return try (id, Timestamp(secondsSince1970: row.value("time")))
        }, uniquingKeysWith: { first, _ in first })
    }
  }

  /// Remembers these times and forgets those of all other records.
  public func keep(supportTimes times: [String: Timestamp]) throws(Fault) {
    try write { db in
      try db.execute(sql: "DELETE FROM warning_support")
      for (id, time) in times {
        try db.execute(
          sql: "INSERT INTO warning_support (warning, time) VALUES (?, ?)",
          arguments: [id, time.secondsSince1970])
      }
    }
  }
}
