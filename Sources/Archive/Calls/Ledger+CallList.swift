import GRDB
public import Hydromet
public import Warn

/// One chain of calls as it is listed.
public struct CallSummary: Sendable, Hashable {
  public let id: Int64
  public let warning: String
  public let orderID: String
  public let kind: CallOrder.Kind
  public let level: RiskLevel
  public let hazard: Hazard
  public let headline: String
  public let place: String
  public let goal: CallChain.Goal
  public let isRehearsal: Bool
  /// Nil while it is open.
  public let ending: CallChain.Ending?
  /// The person whose turn it is.
  public let current: String?
  public let rounds: Int
  public let rings: Int
  public let openedAt: Timestamp
  public let endedAt: Timestamp?
  public let answeredBy: String?
}

/// One message of a chain.
public struct CallDeliveryRecord: Sendable, Hashable {
  public let id: Int64
  public let person: String
  public let channel: String
  /// `queued`, `sending`, `sent`, `failed`, `withdrawn` or `uncertain`.
  public let state: String
  public let attempts: Int
  public let isRehearsal: Bool
  public let queuedAt: Timestamp
  public let begunAt: Timestamp?
  public let settledAt: Timestamp?
  public let detail: String?
}

/// Numbers of messages by state.
public struct CallTally: Sendable, Hashable {
  public var openChains = 0
  public var waitingOrders = 0
  public var deliveries: [String: Int] = [:]
}

extension Ledger {
  /// What `CallSummary` is made from; a condition follows.
  private static let listedChains = """
    SELECT call_chain.*, call_order.id AS order_id, call_order.warning, call_order.kind,
      call_order.level, call_order.hazard, call_order.headline, call_order.rehearsal,
      (SELECT person FROM call_answer WHERE chain = call_chain.id AND closed = 1 LIMIT 1)
        AS answered_by
    FROM call_chain JOIN call_order ON call_order.number = call_chain.order_number
    """

  /// Chains, the newest first.
  public func callChains(
    openOnly: Bool, warning: String? = nil, needingAnswer: Bool = true, limit: Int = 1000
  ) throws(Fault) -> [CallSummary] {
    try read { db in
      try CallSQL.rows(
        db,
        """
        \(Ledger.listedChains)
        WHERE (?1 = 0 OR call_chain.ending IS NULL) AND (?2 IS NULL OR call_order.warning = ?2)
          AND (?3 = 0 OR call_chain.goal = 'answer')
        ORDER BY call_chain.id DESC LIMIT ?4
        """, [openOnly, warning, needingAnswer, limit]
      ).map(CallSummary.init)
    }
  }

  /// A chain; nil where there is none.
  public func callChain(_ id: Int64) throws(Fault) -> CallSummary? {
    try read { db in
      try CallSQL.row(
        db,
        """
        \(Ledger.listedChains)
        WHERE call_chain.id = ?
        """, [id]
      ).map(CallSummary.init)
    }
  }

  /// The messages of a chain, in their order.
  public func callDeliveries(ofChain id: Int64) throws(Fault) -> [CallDeliveryRecord] {
    try read { db in
      try CallSQL.rows(
        db,
        """
        SELECT call_delivery.* FROM call_cover JOIN call_delivery
        ON call_delivery.id = call_cover.delivery WHERE call_cover.chain = ? ORDER BY call_delivery.id
        """, [id]
      ).map(CallDeliveryRecord.init)
    }
  }

  /// One message with what it said; nil where there is none.
  public func callDelivery(_ id: Int64) throws(Fault) -> (record: CallDeliveryRecord, body: String)?
  {
    try read { db in
      try CallSQL.row(db, "SELECT * FROM call_delivery WHERE id = ?", [id])
        .map { try (CallDeliveryRecord($0), $0.value("body") ?? "") }
    }
  }

  /// The lines of the call sheet: open chains whose message is to be made by hand.
  public func callTally() throws(Fault) -> CallTally {
    try read { db in
      var tally = CallTally()
      tally.openChains =
        try CallSQL.row(db, "SELECT count(*) AS n FROM call_chain WHERE ending IS NULL", [])?.value(
          "n")
        ?? 0
      tally.waitingOrders =
        try CallSQL.row(db, "SELECT count(*) AS n FROM call_order WHERE opened_at IS NULL", [])?[
          "n"]
        ?? 0
      for row in try CallSQL.rows(
        db, "SELECT state, count(*) AS n FROM call_delivery GROUP BY state", [])
      {
        try tally.deliveries[row.value("state")] = row.value("n")
      }
      return tally
    }
  }

  /// The mark of this ledger in the keys of messages; nil before the first call.
  public func callSeries() throws(Fault) -> String? {
    try read { db in try CallSQL.row(db, "SELECT series FROM call_lease", [])?.value("series") }
  }
}

extension CallSummary {
  init(_ row: Row) throws {
    let stored = try CallScribe.stored(row)
    id = stored.id
    warning = stored.warning
    orderID = try row.value("order_id")
    kind = try CallOrder.Kind(rawValue: row.value("kind")) ?? .alert
    level = stored.level
    hazard = stored.hazard
    headline = stored.headline
    place = stored.place
    goal = stored.chain.goal
    isRehearsal = stored.isRehearsal
    ending = stored.chain.ending
    let ladder = stored.chain.ladder
    let isOpen = stored.chain.ending == nil && stored.chain.phase != .resting
    current =
      isOpen && ladder.indices.contains(stored.chain.rung)
      ? ladder[stored.chain.rung].person : nil
    rounds = stored.chain.roundsDone
    rings = stored.chain.number
    openedAt = try Timestamp(secondsSince1970: row.value("opened_at"))
    endedAt = try (row.value("ended_at") as Int64?).map(Timestamp.init(secondsSince1970:))
    answeredBy = try row.value("answered_by")
  }
}

extension CallDeliveryRecord {
  init(_ row: Row) throws {
    func moment(_ name: String) throws -> Timestamp? {
      try (row.value(name) as Int64?).map(Timestamp.init(secondsSince1970:))
    }
    id = try row.value("id")
    person = try row.value("person")
    channel = try row.value("channel")
    state = try row.value("state")
    attempts = try row.value("tries")
    isRehearsal = try row.value("rehearsal")
    queuedAt = try moment("queued_at") ?? Timestamp(secondsSince1970: 0)
    begunAt = try moment("begun_at")
    settledAt = try moment("settled_at")
    detail = try row.value("detail")
  }
}
