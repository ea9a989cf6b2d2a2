import GRDB
import Glibc
public import Hydromet
import Synchronization

/// What arrived, what became of it, and what was known when.
///
/// Every arriving file has one row with its fate; every frame and reading says from when until when
/// it was what Freshet knew, so that a decision can be looked at again with the eyes of its hour.
///
/// The ledger reads no clock: `known` arguments are the moments at which the caller learned
/// something. They never run backwards inside a ledger: an earlier moment than the last one is
/// raised to it (a clock that was set back), and what arrives after `closeKnowledge(at:)` counts as
/// learned at least a second later, so that "as known at" has one answer for ever.
///
/// Each operation (or group of operations, see `grouped`) is one transaction, flushed to the disk before it returns (write-ahead log with
/// `synchronous = FULL`): after a kill or a power cut each of them has happened or has not. The file
/// must lie on a local disk.
public final class Ledger: Sendable {
  public let path: String
  let pool: DatabasePool
  private let group = Mutex<Group?>(nil)

  /// Opens a ledger, or makes a new one where there is none.
  ///
  /// - Parameters:
  ///   - maximumPageCount: the largest size of the database, in pages of 4096 bytes; nil for no limit but
  ///     the disk's.
  ///   - isDurable: whether each transaction waits for the disk; simulations need not.
  /// - Throws: `ledger_damaged`, `ledger_foreign` (another program's database), `ledger_newer`
  ///   (written by a later version), `ledger_unreachable`.
  public init(
    path: String, maximumPageCount: Int? = nil, isDurable: Bool = true
  ) throws(Fault) {
    var configuration = Configuration()
    configuration.label = "ledger"
    configuration.busyMode = .timeout(10)
    configuration.maximumReaderCount = 2
    configuration.prepareDatabase { db in
      try db.execute(sql: "PRAGMA synchronous = \(isDurable ? "FULL" : "OFF")")
      if let maximumPageCount {
        _ = try Int.fetchOne(db, sql: "PRAGMA max_page_count = \(maximumPageCount)")
      }
    }
    self.path = path
    do {
      pool = try Ledger.opened(path, configuration)
    } catch {
      throw Ledger.fault(from: error, path: path)
    }
  }

  /// Opens the file and brings its tables up to date.
  ///
  /// Where several open a new ledger at the same moment, one of them makes the write-ahead log and one of
  /// them each step of the tables. SQLite tells the others at once that it is busy, or they trip over a
  /// table that has just been made: they look again and go on behind it.
  private static func opened(
    _ path: String, _ configuration: Configuration
  ) throws -> DatabasePool {
    let began = ContinuousClock.now
    while true {
      do {
        let pool = try DatabasePool(path: path, configuration: configuration)
        try prepare(pool, path: path)
        return pool
      } catch let error as DatabaseError
        where [.SQLITE_BUSY, .SQLITE_LOCKED, .SQLITE_ERROR].contains(error.resultCode)
      {
        guard began.duration(to: .now) < longestOpening else { throw error }
        usleep(10_000)
      }
    }
  }

  /// Nobody needs as long for the few steps that make a ledger.
  private static let longestOpening = Duration.seconds(2)

  private static func prepare(_ pool: DatabasePool, path: String) throws {
    let migrator = Schema.migrator
    try pool.read { db in
      let application = try Int64.fetchOne(db, sql: "PRAGMA application_id") ?? 0
      // A kill between the two transactions that make a ledger leaves the list of its versions.
      let tables =
        try Int.fetchOne(
          db, sql: "SELECT count(*) FROM sqlite_schema WHERE tbl_name <> 'grdb_migrations'") ?? 0
      if application != Schema.applicationID && (application != 0 || tables > 0) {
        throw Fault(
          "ledger_foreign", at: .init(path), "this database belongs to another program",
          remedy: "name another path for the ledger")
      }
      if try migrator.hasBeenSuperseded(db) {
        throw Fault(
          "ledger_newer", at: .init(path), "a later version of Freshet has written this ledger",
          remedy: "install that version again, or restore the copy made before the update")
      }
    }
    try migrator.migrate(pool)
  }

  /// Releases the file. What follows on this ledger fails with a fault.
  public func close() throws(Fault) {
    do { try pool.close() } catch { throw Ledger.fault(from: error, path: path) }
  }

  /// Reads every page and says what is wrong with them; empty where nothing is.
  public func damages() throws(Fault) -> [String] {
    try read { db in
      try String.fetchAll(db, sql: "PRAGMA integrity_check(20)").filter { $0 != "ok" }
    }
  }

  /// Writes a copy of the ledger as it is now into a new file, while the service goes on.
  public func copy(to path: String) throws(Fault) {
    do { try pool.vacuum(into: path) } catch { throw Ledger.fault(from: error, path: path) }
  }

  /// Moves the write-ahead log into the database and empties it; worth while after bulk loads.
  public func checkpoint() throws(Fault) {
    do {
      _ = try pool.writeWithoutTransaction { db in try db.checkpoint(.truncate) }
    } catch {
      throw Ledger.fault(from: error, path: path)
    }
  }

  // MARK: Transactions

  /// A transaction that several operations of one thread share.
  private final class Group: @unchecked Sendable {
    // Used by its own thread only, while the transaction is open.
    let database: Database
    let thread: pthread_t

    init(_ database: Database) {
      self.database = database
      thread = pthread_self()
    }
  }

  /// Makes one transaction of the operations that `body` asks for on this thread, so that the disk is
  /// waited for once. An operation that throws undoes itself alone; where `body` throws, or the
  /// transaction cannot be ended, none of them has happened. Groups do not nest.
  public func grouped(_ body: () throws(Fault) -> Void) throws(Fault) {
    do {
      try pool.write { db in
        let mine = Group(db)
        group.withLock { $0 = mine }
        defer { group.withLock { $0 = nil } }
        try body()
      }
    } catch {
      throw Ledger.fault(from: error, path: path)
    }
  }

  /// The open transaction of this thread's group; nil where it has none.
  private var shared: Database? {
    let open = group.withLock { $0 }
    guard let open, pthread_equal(open.thread, pthread_self()) != 0 else { return nil }
    return open.database
  }

  func read<T>(_ body: (Database) throws -> T) throws(Fault) -> T {
    do {
      if let shared { return try body(shared) }
      return try pool.read(body)
    } catch {
      throw Ledger.fault(from: error, path: path)
    }
  }

  func write<T>(_ body: (Database) throws -> T) throws(Fault) -> T {
    do {
      guard let shared else { return try pool.write(body) }
      var values: [T] = []
      try shared.inSavepoint {
        values.append(try body(shared))
        return .commit
      }
      guard let value = values.first else { throw Ledger.damaged("a savepoint gave no value") }
      return value
    } catch {
      throw Ledger.fault(from: error, path: path)
    }
  }

  // MARK: Knowledge

  /// Ends a second of knowledge: what is in the ledger now is what was known at the moment that is
  /// returned, and whatever comes later is known later. A cycle reads `asKnown` that moment.
  ///
  /// - Returns: `known`, or the last moment of the ledger where that is later.
  public func closeKnowledge(at known: Timestamp) throws(Fault) -> Timestamp {
    try write { db in
      let moment = try max(known.secondsSince1970, Ledger.lastKnown(db).last)
      try db.execute(
        sql: "UPDATE knowledge SET last = ?, closed = ?", arguments: [moment, moment])
      return Timestamp(secondsSince1970: moment)
    }
  }

  /// The moment at which something counts as learned that the caller learned at `known`.
  static func advance(_ db: Database, to known: Timestamp) throws -> Int64 {
    let (last, closed) = try lastKnown(db)
    let moment = try max(known.secondsSince1970, last, following(closed))
    if moment != last {
      try db.execute(sql: "UPDATE knowledge SET last = ?", arguments: [moment])
    }
    return moment
  }

  private static func lastKnown(_ db: Database) throws -> (last: Int64, closed: Int64) {
    guard let row = try Row.fetchOne(db, sql: "SELECT last, closed FROM knowledge") else {
      throw damaged("the table of knowledge is empty")
    }
    return try (row.value(0), row.value(1))
  }

  // MARK: Settings

  /// A word that the service remembers across restarts; nil where none was set.
  public func setting(_ key: String) throws(Fault) -> String? {
    try read { db in
      try String.fetchOne(db, sql: "SELECT value FROM setting WHERE key = ?", arguments: [key])
    }
  }

  /// Remembers a word, or forgets it where `value` is nil.
  public func set(_ key: String, to value: String?) throws(Fault) {
    try write { db in
      guard let value else {
        return try db.execute(sql: "DELETE FROM setting WHERE key = ?", arguments: [key])
      }
      try db.execute(
        sql: "INSERT OR REPLACE INTO setting (key, value) VALUES (?, ?)", arguments: [key, value])
    }
  }
}
