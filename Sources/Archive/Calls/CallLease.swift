import GRDB
public import Hydromet

/// The right to call. One process has it at a time; every change that a caller makes names its token,
/// and a token that was taken over changes nothing any more (fencing).
public struct CallLease: Sendable, Hashable {
  public let token: Int64
  /// Marks the ledger: the first part of every delivery's key.
  public let series: String
  /// The callers' clock when it was last written down; nil before the first call.
  public let lastCallTime: Timestamp?

  /// Before the name of a holder that has the lock of the system.
  static let lockMark = "locked "
}

/// The moments at which something happens to calls.
public struct CallMoment: Sendable, Hashable {
  /// The callers' clock: for waiting.
  public let call: Timestamp
  /// The wall clock: for records, rosters and the expiry of what begins.
  public let wall: Timestamp

  public init(call: Timestamp, wall: Timestamp) {
    self.call = call
    self.wall = wall
  }
}

extension Ledger {
  /// Takes the right to call, or keeps it.
  ///
  /// - Parameters:
  ///   - holder: a name that no other process has.
  ///   - boot: the identity of this start of the machine: a lease of an earlier one is over.
  ///   - milliseconds: a clock of this machine that runs since its start and is never set.
  ///   - callTime: the callers' clock now; nil before it runs.
  ///   - series: marks a ledger that nobody has called from.
  ///   - isLocked: whether this process has a lock that the system takes from it when it ends. Another
  ///     one that had it too must then have ended, and need not be waited for.
  /// - Returns: nil while another process holds it.
  public func takeCallLease(
    holder: String, boot: String, milliseconds: Int64, lasting: Int64, series: String,
    callTime: Timestamp? = nil, isLocked: Bool = false
  ) throws(Fault) -> CallLease? {
    try write { db in
      let stored = "\(isLocked ? CallLease.lockMark : "")\(holder)"
      let row = try CallSQL.row(db, "SELECT * FROM call_lease", [])
      let until = milliseconds + lasting
      guard let row else {
        try CallSQL.run(
          db, "INSERT INTO call_lease VALUES (1, ?, ?, ?, ?, 1, NULL)",
          [series, stored, boot, until])
        return CallLease(token: 1, series: series, lastCallTime: nil)
      }
      let holderBefore: String = try row.value("holder")
      let wasLocked = holderBefore.hasPrefix(CallLease.lockMark)
      let heldBy =
        wasLocked ? String(holderBefore.dropFirst(CallLease.lockMark.count)) : holderBefore
      let isFree =
        try (row.value("boot") as String) != boot
        || (row.value("until_milliseconds") as Int64) < milliseconds
        || (isLocked && wasLocked && heldBy != holder)
      guard heldBy == holder || isFree else { return nil }
      let known: Int64 = try row.value("token")
      let token = heldBy == holder && !isFree ? known : try Ledger.following(known)
      try CallSQL.run(
        db,
        """
        UPDATE call_lease SET holder = ?1, boot = ?2, until_milliseconds = ?3, token = ?4,
          call_time = coalesce(max(call_time, ?5), ?5, call_time)
        """, [stored, boot, until, token, callTime?.secondsSince1970])
      return try CallLease(
        token: token, series: row.value("series"),
        lastCallTime: (row.value("call_time") as Int64?).map(Timestamp.init(secondsSince1970:)))
    }
  }

  /// Gives the right to call back, so that another process need not wait.
  public func releaseCallLease(_ lease: CallLease) throws(Fault) {
    try write { db in
      try CallSQL.run(
        db, "UPDATE call_lease SET until_milliseconds = -1 WHERE token = ?", [lease.token])
    }
  }

  /// A change by the process that has the right to call; notes the time of the callers' clock.
  ///
  /// - Throws: `lease_lost`.
  func writeCalls<T>(
    _ lease: CallLease, _ moment: CallMoment, _ body: (CallScribe) throws -> T
  ) throws(Fault) -> T {
    try write { db in
      let row = try CallSQL.row(db, "SELECT token, until_milliseconds FROM call_lease", [])
      guard let row, try row.value("token") == lease.token,
        try (row.value("until_milliseconds") as Int64) >= 0
      else {
        throw Fault(
          "lease_lost", "another process has taken over the calls of this district",
          remedy: "let one service run for a district; this one only watches from here on")
      }
      try CallSQL.run(
        db, "UPDATE call_lease SET call_time = max(coalesce(call_time, ?1), ?1)",
        [moment.call.secondsSince1970])
      return try body(CallScribe(db: db, moment: moment))
    }
  }
}
