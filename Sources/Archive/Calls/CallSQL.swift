import GRDB

/// Statements that are prepared once.
enum CallSQL {
  static func run(_ db: Database, _ sql: String, _ arguments: StatementArguments) throws {
    try db.cachedStatement(sql: sql).execute(arguments: arguments)
  }

  static func rows(_ db: Database, _ sql: String, _ arguments: StatementArguments) throws -> [Row] {
    try Row.fetchAll(db.cachedStatement(sql: sql), arguments: arguments)
  }

  static func row(_ db: Database, _ sql: String, _ arguments: StatementArguments) throws -> Row? {
    try Row.fetchOne(db.cachedStatement(sql: sql), arguments: arguments)
  }

  /// The latest time of the calls' own clock that is on record; nil before the first.
  static func lastCallTime(_ db: Database) throws -> Int64? {
    guard let row = try row(db, "SELECT call_time FROM call_lease", []) else { return nil }
    return try row.value("call_time")
  }
}
