import GRDB
public import Hydromet
public import Warn

/// A message as its reader sees it: what it says, and what has been answered.
public struct CallLetter: Sendable, Hashable {
  /// An answer that somebody gave to one of the matters.
  public struct Reply: Sendable, Hashable {
    public let person: String
    public let answer: CallAnswer
    public let way: String
    public let at: Timestamp
  }

  public let delivery: Int64
  /// Id of the contact it went to.
  public let person: String
  public let subject: String
  public let body: String
  public let level: RiskLevel
  public let needsAnswer: Bool
  public let isRehearsal: Bool
  /// Codes and ids of the places it is about.
  public let places: [String]
  /// Whether a call still waits for an answer.
  public let isOpen: Bool
  /// Whether everything that it is about was cancelled.
  public let isCalledOff: Bool
  /// When the last of the warnings ends.
  public let expires: Timestamp
  /// First to last.
  public let replies: [Reply]
}

/// What a network says later about a message that it took.
public struct CallReport: Sendable, Hashable {
  /// The key that the message was handed over with.
  public let key: String
  public let hasArrived: Bool
  public let detail: String

  public init(key: String, hasArrived: Bool, detail: String) {
    self.key = key
    self.hasArrived = hasArrived
    self.detail = detail
  }
}

extension Ledger {
  /// A message that went out; nil where there is none.
  public func callLetter(_ delivery: Int64) throws(Fault) -> CallLetter? {
    try read { db in
      guard
        let row = try CallSQL.row(
          db, "SELECT * FROM call_delivery WHERE id = ? AND body IS NOT NULL", [delivery])
      else { return nil }
      let matters = try CallSQL.rows(
        db,
        """
        SELECT call_chain.place, call_chain.ending, call_order.expires_at FROM call_cover
        JOIN call_chain ON call_chain.id = call_cover.chain
        JOIN call_order ON call_order.number = call_chain.order_number
        WHERE call_cover.delivery = ? ORDER BY call_chain.id
        """, [delivery])
      let replies = try CallSQL.rows(
        db,
        """
        SELECT person, way, words, min(answered_at) AS answered_at FROM call_answer
        WHERE chain IN (SELECT chain FROM call_cover WHERE delivery = ?)
        GROUP BY person, way, words ORDER BY answered_at, min(id)
        """, [delivery])
      let ends = try matters.map { try $0.value("expires_at") as Int64 }
      return try CallLetter(
        delivery: delivery, person: row.value("person"), subject: row.value("subject") ?? "",
        body: row.value("body"), level: RiskLevel(rawValue: row.value("level")) ?? .red,
        needsAnswer: (row.value("goal") as String) == CallChain.Goal.answer.rawValue,
        isRehearsal: row.value("rehearsal"), places: matters.map { try $0.value("place") },
        isOpen: matters.contains { try ($0.value("ending") as String?) == nil },
        isCalledOff: !matters.isEmpty
          && matters.allSatisfy {
            try ($0.value("ending") as String?) == CallChain.Ending.calledOff.rawValue
          },
        expires: Timestamp(secondsSince1970: ends.max() ?? 0),
        replies: replies.map { reply in
          let words: String = try reply.value("words")
          return try CallLetter.Reply(
            person: reply.value("person"),
            answer: words.split(separator: " ").first.flatMap { CallAnswer(rawValue: String($0)) }
              ?? .received,
            way: reply.value("way"), at: Timestamp(secondsSince1970: reply.value("answered_at")))
        })
    }
  }

  /// The number of the message that a key names; nil for the key of another ledger.
  public func callDelivery(ofKey key: String) throws(Fault) -> Int64? {
    guard key.utf8.count <= 100, let dash = key.lastIndex(of: "-"),
      let series = try callSeries(), key[..<dash] == series,
      let id = Int64(key[key.index(after: dash)...])
    else { return nil }
    return try callDelivery(id) == nil ? nil : id
  }

  /// Notes what a network says about a message that it took. Where it did not arrive, the person's next
  /// channel is tried at once. The same report again changes nothing.
  ///
  /// - Parameter channel: the one that reports: it can only speak of its own messages.
  /// - Throws: `no_such_call`.
  public func reportCall(
    _ report: CallReport, channel: String, at wall: Timestamp, _ book: CallBook
  ) throws(Fault) {
    guard let id = try callDelivery(ofKey: report.key) else { throw Ledger.noSuchMessage }
    try write { db in
      guard
        let row = try CallSQL.row(
          db, "SELECT * FROM call_delivery WHERE id = ? AND channel = ?", [id, channel])
      else { throw Ledger.noSuchMessage }
      let plain = CallWording.line(PrivateText.masked(report.detail), limit: 200)
      let words = "\(report.hasArrived ? "arrived" : "not arrived"): \(plain)"
      let state: String = try row.value("state")
      let detail: String? = try row.value("detail")
      guard state == "sent", detail != words else { return }
      let seen = try CallSQL.lastCallTime(db)
      let call = seen.map(Timestamp.init(secondsSince1970:)) ?? wall
      let scribe = CallScribe(db: db, moment: CallMoment(call: call, wall: wall))
      try CallSQL.run(
        db, "UPDATE call_delivery SET state = ?, detail = ? WHERE id = ?",
        [report.hasArrived ? "sent" : "failed", words, id])
      try Ledger.appendAudit(
        db, "call.report", subject: "delivery:\(id)",
        ["channel": channel, "arrived": String(report.hasArrived), "detail": plain], at: wall)
      guard !report.hasArrived else { return }
      for (stored, number) in try scribe.covered(id) {
        try scribe.handle(.failed(number: number), stored, book)
      }
    }
  }

  private static var noSuchMessage: Fault {
    Fault(
      "no_such_call", "there is no such message of this channel",
      remedy: "send the key that the message was handed over with")
  }
}
