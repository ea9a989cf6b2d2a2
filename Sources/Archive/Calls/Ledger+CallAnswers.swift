import GRDB
public import Hydromet
import Warn

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
}

extension Ledger {
  /// Somebody answered: the calls stop at once. Works beside a service that runs, and without one.
  ///
  /// - Parameters:
  ///   - way: `link`, `reply`, `key`, `officer`, …
  ///   - moment: its callers' clock is only for what is written; an answer is never too early.
  /// - Throws: `no_such_call` where there is nothing to answer.
  public func answerCall(
    _ subject: CallSubject, person: String, way: String, words: String, at wall: Timestamp
  ) throws(Fault) -> CallReply {
    try write { db in
      let scribe = CallScribe(db: db, moment: CallMoment(call: wall, wall: wall))
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
        chains: chains, delivery: delivery, person: person, way: way, words: words)
    }
  }
}

extension CallScribe {
  func answer(
    chains: [StoredChain], delivery: Int64?, person: String, way: String, words: String
  ) throws -> CallReply {
    var closed = 0
    var late = 0
    let plain = CallWording.line(PrivateText.masked(words), limit: 200)
    for stored in chains where stored.chain.goal == .answer {
      let closes = stored.chain.ending == nil
      if closes { closed += 1 } else { late += 1 }
      try CallSQL.run(
        db,
        """
        INSERT INTO call_answer (chain, delivery, person, way, words, closed, answered_at)
        VALUES (?, ?, ?, ?, ?, ?, ?)
        """,
        [stored.id, delivery, person, way, plain, closes, moment.wall.secondsSince1970])
      try Ledger.appendAudit(
        db, "call.answer", subject: stored.warning,
        [
          "chain": "chain:\(stored.id)", "place": "place:\(stored.place)", "person": person,
          "way": way,
          "closed": String(closes),
        ], at: moment.wall)
      if closes { try handle(.answered, stored, nil) }
    }
    return CallReply(closed: closed, late: late)
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
