import GRDB
public import Hydromet
public import Warn

/// A message that this process has the right to hand to a channel.
public struct ClaimedCall: Sendable, Hashable {
  public let id: Int64
  /// The same at every attempt, so that the far end can tell a repetition.
  public let key: String
  /// Id of the contact.
  public let person: String
  public let channel: String
  public let subject: String
  public let body: String
  public let needsAnswer: Bool
  public let level: RiskLevel
  public let isRehearsal: Bool
  /// How often it was handed out, from 1.
  public let attempt: Int
  /// The open chains that it is about.
  public let chains: [Int64]
}

/// What became of a claimed message.
public struct DeliveryOutcome: Sendable, Hashable {
  public enum Result: Sendable, Hashable {
    case delivered
    /// The person answered in the call itself: a key that was pressed.
    case answered(words: String)
    case failed
  }

  public let id: Int64
  public let result: Result
  /// What the channel said, without numbers or addresses.
  public let detail: String

  public init(id: Int64, result: Result, detail: String) {
    self.id = id
    self.result = result
    self.detail = detail
  }
}

extension Ledger {
  /// Lets time pass: rings that are due, waits that are over, warnings that have run out.
  ///
  /// - Returns: whether more chains are due.
  public func tickCalls(
    _ lease: CallLease, at moment: CallMoment, _ book: CallBook, limit: Int = 400
  ) throws(Fault) -> Bool {
    let due = try read { db in
      try CallSQL.row(
        db, "SELECT 1 FROM call_chain WHERE ending IS NULL AND due <= ? LIMIT 1",
        [moment.call.secondsSince1970]) != nil
    }
    guard due else { return false }
    return try writeCalls(lease, moment) { scribe in
      let chains = try scribe.chains(
        "call_chain.ending IS NULL AND call_chain.due <= ? ORDER BY call_chain.due LIMIT ?",
        [moment.call.secondsSince1970, limit])
      for chain in chains { try scribe.handle(.tick, chain, book) }
      return chains.count == limit
    }
  }

  /// Claims messages of a channel, the highest level first. A message about nothing any more is
  /// withdrawn instead.
  public func claimCalls(
    _ lease: CallLease, at moment: CallMoment, channel: String, limit: Int, _ book: CallBook
  ) throws(Fault) -> [ClaimedCall] {
    guard limit > 0 else { return [] }
    let any = try read { db in
      try CallSQL.row(
        db,
        """
        SELECT 1 FROM call_delivery WHERE state = 'queued' AND channel = ? AND not_before <= ?
        LIMIT 1
        """, [channel, moment.call.secondsSince1970]) != nil
    }
    guard any else { return [] }
    return try writeCalls(lease, moment) { scribe in
      let rows = try CallSQL.rows(
        scribe.db,
        """
        SELECT * FROM call_delivery WHERE state = 'queued' AND channel = ? AND not_before <= ?
        ORDER BY level DESC, id LIMIT ?
        """, [channel, moment.call.secondsSince1970, limit])
      var claimed: [ClaimedCall] = []
      for row in rows {
        if let call = try scribe.claim(row, lease, book) { claimed.append(call) }
      }
      return claimed
    }
  }

  /// Notes what became of messages that were claimed with this lease, once each.
  ///
  /// - Returns: the number that was noted: not those that were noted before.
  @discardableResult
  public func settleCalls(
    _ outcomes: [DeliveryOutcome], _ lease: CallLease, at moment: CallMoment, _ book: CallBook
  ) throws(Fault) -> Int {
    guard !outcomes.isEmpty else { return 0 }
    return try writeCalls(lease, moment) { scribe in
      var noted = 0
      for outcome in outcomes where try scribe.settle(outcome, lease, book) { noted += 1 }
      return noted
    }
  }

  /// Takes up what an earlier process left in the hands of a channel: it is handed over again under
  /// the same key where an answer is still wanted, and noted as uncertain where not.
  public func recoverCalls(
    _ lease: CallLease, at moment: CallMoment, _ book: CallBook
  ) throws(Fault) -> Int {
    try writeCalls(lease, moment) { scribe in
      let rows = try CallSQL.rows(
        scribe.db, "SELECT * FROM call_delivery WHERE state = 'sending' AND token < ?",
        [lease.token])
      for row in rows { try scribe.recover(row) }
      return rows.count
    }
  }

  /// When the next chain is due, on the callers' clock; nil where none is open.
  public func nextCallDue() throws(Fault) -> Timestamp? {
    try read { db in
      try CallSQL.row(db, "SELECT min(due) AS due FROM call_chain WHERE ending IS NULL", [])
        .flatMap { try $0.value("due") as Int64? }.map(Timestamp.init(secondsSince1970:))
    }
  }
}

extension CallScribe {
  func covered(_ delivery: Int64) throws -> [(stored: StoredChain, number: Int)] {
    try CallSQL.rows(
      db,
      """
      SELECT \(CallScribe.chainColumns), call_cover.number AS ring FROM call_cover
      JOIN call_chain ON call_chain.id = call_cover.chain
      JOIN call_order ON call_order.number = call_chain.order_number
      WHERE call_cover.delivery = ? ORDER BY call_chain.id
      """, [delivery]
    ).map { try (CallScribe.stored($0), $0.value("ring")) }
  }

  func claim(_ row: Row, _ lease: CallLease, _ book: CallBook) throws -> ClaimedCall? {
    let id: Int64 = try row.value("id")
    let open = try covered(id).filter { $0.stored.chain.ending == nil }
    let isOver = open.allSatisfy { moment.call >= $0.stored.chain.deadline }
    guard !open.isEmpty, !isOver else {
      try drop(row)
      return nil
    }
    let isRehearsal: Bool = try row.value("rehearsal")
    let needsAnswer = try (row.value("goal") as String) == CallChain.Goal.answer.rawValue
    var subject: String = try row.value("subject") ?? ""
    var body: String = try row.value("body") ?? ""
    if try (row.value("body") as String?) == nil {
      (subject, body) = try render(
        id, needsAnswer: needsAnswer, isRehearsal: isRehearsal, book.wording, book)
    }
    try CallSQL.run(
      db,
      """
      UPDATE call_delivery SET state = 'sending', token = ?, tries = tries + 1, begun = ?,
        begun_at = ?, subject = ?, body = ? WHERE id = ?
      """,
      [
        lease.token, moment.call.secondsSince1970, moment.wall.secondsSince1970, subject, body, id,
      ])
    return try ClaimedCall(
      id: id, key: "\(lease.series)-\(id)", person: row.value("person"),
      channel: row.value("channel"),
      subject: subject, body: body, needsAnswer: needsAnswer,
      level: RiskLevel(rawValue: row.value("level")) ?? .red, isRehearsal: isRehearsal,
      attempt: Ledger.following(row.value("tries") as Int), chains: open.map(\.stored.id))
  }

  private func render(
    _ delivery: Int64, needsAnswer: Bool, isRehearsal: Bool, _ wording: CallWording,
    _ book: CallBook
  ) throws -> (String, String) {
    let rows = try CallSQL.rows(
      db,
      """
      SELECT call_chain.place, call_chain.note, call_order.kind, call_order.headline,
        call_order.text FROM call_cover JOIN call_chain ON call_chain.id = call_cover.chain
      JOIN call_order ON call_order.number = call_chain.order_number
      WHERE call_cover.delivery = ? AND call_chain.ending IS NULL ORDER BY call_order.level DESC,
        call_chain.id
      """, [delivery])
    let note: String? = try rows.first.flatMap { try $0.value("note") }
    if let note { return (note, note) }
    let matters = try rows.map { row in
      try CallWording.Matter(
        kind: CallOrder.Kind(rawValue: row.value("kind")) ?? .alert,
        headline: row.value("headline"),
        text: row.value("text"), placeName: book.name(of: row.value("place")))
    }
    return (
      wording.subject(matters, isRehearsal: isRehearsal),
      wording.text(matters, needsAnswer: needsAnswer, isRehearsal: isRehearsal)
    )
  }

  func settle(_ outcome: DeliveryOutcome, _ lease: CallLease, _ book: CallBook) throws -> Bool {
    guard
      let row = try CallSQL.row(
        db, "SELECT * FROM call_delivery WHERE id = ? AND state = 'sending' AND token = ?",
        [outcome.id, lease.token])
    else { return false }
    let isDelivered = outcome.result != .failed
    try note(row, isDelivered ? "sent" : "failed", detail: outcome.detail)
    for (stored, number) in try covered(outcome.id) {
      try handle(
        isDelivered ? .delivered(number: number) : .failed(number: number), stored, book)
    }
    if case .answered(let words) = outcome.result {
      _ = try answer(
        CallAnswer(reply: words) ?? .received, chains: try covered(outcome.id).map(\.stored),
        delivery: outcome.id, person: row.value("person"), way: "key", words: words, book)
    }
    return true
  }

  /// Every attempt stands once in the audit chain, with what became of it.
  func note(_ row: Row, _ state: String, detail: String) throws {
    let id: Int64 = try row.value("id")
    let plain = CallWording.line(PrivateText.masked(detail), limit: 200)
    try CallSQL.run(
      db, "UPDATE call_delivery SET state = ?, settled_at = ?, detail = ? WHERE id = ?",
      [state, moment.wall.secondsSince1970, plain, id])
    try Ledger.appendAudit(
      db, "call.attempt", subject: "delivery:\(id)",
      [
        "person": row.value("person"), "channel": row.value("channel"), "result": state,
        "detail": plain,
        "rehearsal": (row.value("rehearsal") as Bool) ? "true" : "false",
      ], at: moment.wall)
  }

  func recover(_ row: Row) throws {
    let id: Int64 = try row.value("id")
    let isWanted = try covered(id).contains { stored, number in
      stored.chain.ending == nil && stored.chain.number == number
        && stored.chain.phase == .ringing && moment.call < stored.chain.deadline
    }
    if isWanted {
      try CallSQL.run(
        db, "UPDATE call_delivery SET state = 'queued', not_before = ? WHERE id = ?",
        [moment.call.secondsSince1970, id])
    } else {
      try note(row, "uncertain", detail: "the service ended while the channel had the message")
    }
  }
}
