import GRDB
public import Hydromet
public import Warn

/// Which calls an answer is for.
public enum CallSubject: Sendable, Hashable {
  /// Everything that a message was about.
  case delivery(Int64)
  case chain(Int64)
  /// The newest messages to somebody, as a reply that says nothing but yes: all matters of all people
  /// who have this address.
  case people([String])
}

/// What an answer did.
public struct CallReply: Sendable, Hashable {
  /// Chains that it closed.
  public let closed: Int
  /// Chains that were over before, or never needed it.
  public let late: Int
  /// Chains that go on: the person cannot act.
  public var declined = 0
}

extension Ledger {
  /// Somebody answered: the calls stop at once. Works beside a service that runs, and without one. The
  /// same answer given again is not written again.
  ///
  /// - Parameters:
  ///   - way: `link`, `reply`, `key`, `officer`, …
  ///   - book: by it the duty desk is told who needs help, and deeds are noted at the township.
  /// - Throws: `no_such_call` where there is nothing to answer.
  public func answerCall(
    _ subject: CallSubject, person: String, way: String, _ answer: CallAnswer = .received,
    words: String, at wall: Timestamp, book: CallBook? = nil
  ) throws(Fault) -> CallReply {
    try write { db in
      // The callers' clock, not the wall clock, says when what follows from an answer is due.
      let seen = try CallSQL.lastCallTime(db)
      let call = seen.map(Timestamp.init(secondsSince1970:)) ?? wall
      let scribe = CallScribe(db: db, moment: CallMoment(call: call, wall: wall))
      let chains: [CallScribe.StoredChain]
      var delivery: Int64?
      switch subject {
      case .delivery(let id):
        delivery = id
        chains = try scribe.chains(
          "call_chain.id IN (SELECT chain FROM call_cover WHERE delivery = ?)", [id])
      case .chain(let id): chains = try scribe.chains("call_chain.id = ?", [id])
      case .people(let people):
        chains = try scribe.newestChains(of: people)
      }
      guard !chains.isEmpty else {
        throw Fault(
          "no_such_call", "there is no such call",
          remedy: "look at the open ones: freshet call list")
      }
      return try scribe.answer(
        answer, chains: chains, delivery: delivery, person: person, way: way, words: words, book)
    }
  }
}

extension CallScribe {
  func answer(
    _ answer: CallAnswer, chains: [StoredChain], delivery: Int64?, person: String, way: String,
    words: String, _ book: CallBook?
  ) throws -> CallReply {
    var closed = 0
    var late = 0
    var declined = 0
    let plain = CallWording.line(PrivateText.masked(words), limit: 200)
    for stored in chains where stored.chain.goal == .answer {
      let isOpen = stored.chain.ending == nil
      let closes = isOpen && answer.closes
      if closes { closed += 1 } else if isOpen { declined += 1 } else { late += 1 }
      let isNew = try write(
        answer, stored, delivery: delivery, person: person, way: way, words: plain, closes: closes)
      guard isNew else { continue }
      if closes {
        try handle(.answered, stored, book)
      } else if isOpen {
        try handle(.declined(person: person), stored, book)
      }
      if let book { try follow(answer, stored, person: person, words: plain, book) }
    }
    return CallReply(closed: closed, late: late, declined: declined)
  }

  /// - Returns: false where the same answer was written before.
  private func write(
    _ answer: CallAnswer, _ stored: StoredChain, delivery: Int64?, person: String, way: String,
    words: String, closes: Bool
  ) throws -> Bool {
    let said = "\(answer.rawValue) \(words)"
    let known = try CallSQL.row(
      db,
      """
      SELECT 1 FROM call_answer
      WHERE chain = ? AND delivery IS ? AND person = ? AND way = ? AND words = ?
      """, [stored.id, delivery, person, way, said])
    guard known == nil else { return false }
    try CallSQL.run(
      db,
      """
      INSERT INTO call_answer (chain, delivery, person, way, words, closed, answered_at)
      VALUES (?, ?, ?, ?, ?, ?, ?)
      """,
      [stored.id, delivery, person, way, said, closes, moment.wall.secondsSince1970])
    try Ledger.appendAudit(
      db, "call.answer", subject: stored.warning,
      [
        "chain": "chain:\(stored.id)", "place": "place:\(stored.place)", "person": person,
        "way": way, "answer": answer.rawValue, "closed": String(closes),
      ], at: moment.wall)
    return true
  }

  /// What an answer means besides the end of the calls.
  private func follow(
    _ answer: CallAnswer, _ stored: StoredChain, person: String, words: String, _ book: CallBook
  ) throws {
    let name = book.directory.contact(person)?.name ?? person
    switch answer {
    case .received, .acting, .cannotAct: return
    case .needsHelp:
      let note = book.wording.needsHelp(
        personName: name, placeName: book.name(of: stored.place), headline: stored.headline)
      try tellDesk(stored, note: note, mark: "help/\(person)", book)
    case .evacuated:
      guard !stored.isRehearsal || book.isRehearsal else { return }
      try Ledger.record(
        db,
        GroundFeedback(
          subject: stored.warning, township: book.directory.township(of: stored.root),
          observation: .acted, time: moment.wall, author: WarningAuthor(name: name, role: .viewer),
          note: words))
    }
  }

  /// Chains of messages that went to these people and wait for an answer.
  func newestChains(of people: [String]) throws -> [StoredChain] {
    var found: [StoredChain] = []
    var seen: Set<Int64> = []
    for person in people {
      let chains = try chains(
        """
        call_chain.ending IS NULL AND call_chain.goal = 'answer' AND call_chain.id IN (
          SELECT call_cover.chain FROM call_cover JOIN call_delivery
          ON call_delivery.id = call_cover.delivery
          WHERE call_delivery.person = ? AND call_delivery.state IN ('sent', 'sending'))
        """, [person])
      for chain in chains where seen.insert(chain.id).inserted { found.append(chain) }
    }
    return found
  }
}
