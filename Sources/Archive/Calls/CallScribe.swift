import GRDB
import Hydromet
import Warn

/// Writes what happens to chains of calls, inside one transaction.
struct CallScribe {
  let db: Database
  let moment: CallMoment

  /// A chain with what its order says.
  struct StoredChain {
    let id: Int64
    let orderNumber: Int64
    let warning: String
    let key: String
    let root: String
    let place: String
    let person: String?
    let hazard: Hazard
    let level: RiskLevel
    let headline: String
    let isRehearsal: Bool
    var chain: CallChain
  }

  static let chainColumns = """
    call_chain.*, call_order.warning, call_order.hazard, call_order.level, call_order.headline,
    call_order.rehearsal
    """

  static func stored(_ row: Row) throws -> StoredChain {
    let goal = try CallChain.Goal(rawValue: row.value("goal"))
    let hazard = try Hazard(rawValue: row.value("hazard"))
    let level = try RiskLevel(rawValue: row.value("level"))
    guard let goal, let hazard, let level, let ladder = try CallChain.ladder(row.value("ladder")),
      let chain = try CallChain(
        goal: goal, ladder: ladder, due: Timestamp(secondsSince1970: row.value("due")),
        deadline: Timestamp(secondsSince1970: row.value("deadline")), rounds: row.value("rounds"),
        pauseSeconds: row.value("pause"), cursor: row.value("cursor"))
    else { throw Ledger.damaged("a chain of calls cannot be read") }
    return try StoredChain(
      id: row.value("id"), orderNumber: row.value("order_number"), warning: row.value("warning"),
      key: row.value("key"),
      root: row.value("root"), place: row.value("place"), person: row.value("person"),
      hazard: hazard, level: level,
      headline: row.value("headline"), isRehearsal: row.value("rehearsal"), chain: chain)
  }

  func chains(_ condition: String, _ arguments: StatementArguments) throws -> [StoredChain] {
    try CallSQL.rows(
      db,
      """
      SELECT \(CallScribe.chainColumns) FROM call_chain
      JOIN call_order ON call_order.number = call_chain.order_number WHERE \(condition)
      """, arguments
    ).map(CallScribe.stored)
  }

  /// Lets an event happen to a chain and writes everything that follows.
  func handle(_ event: CallChain.Event, _ stored: StoredChain, _ book: CallBook?) throws {
    var stored = stored
    let before = stored.chain
    let actions = stored.chain.handle(event, at: moment.call)
    guard stored.chain != before || !actions.isEmpty else { return }
    if actions.contains(.renewLadder), let book {
      let ladder = book.ladder(
        place: stored.place, person: stored.person, hazard: stored.hazard, level: stored.level,
        at: moment.wall)
      stored.chain.renew(ladder)
    }
    try save(stored)
    try apply(actions, stored, book)
  }

  private func save(_ stored: StoredChain) throws {
    let chain = stored.chain
    let ended = chain.ending != nil
    try CallSQL.run(
      db,
      """
      UPDATE call_chain SET ladder = ?, due = ?, cursor = ?, ending = ?, ended_at = ? WHERE id = ?
      """,
      [
        CallChain.text(chain.ladder), chain.due.secondsSince1970, chain.cursor,
        chain.ending?.rawValue, ended ? moment.wall.secondsSince1970 : nil, stored.id,
      ])
    if let ending = chain.ending, chain.goal == .answer {
      try Ledger.appendAudit(
        db, "call.end", subject: stored.warning,
        [
          "chain": "chain:\(stored.id)", "place": "place:\(stored.place)",
          "ending": ending.rawValue,
        ],
        at: moment.wall)
    }
  }

  func apply(_ actions: [CallChain.Action], _ stored: StoredChain, _ book: CallBook?) throws {
    for action in actions {
      switch action {
      case .ring(let number, let person, let channel):
        try queue(stored, number: number, person: person, channel: channel, book)
      case .withdraw: try withdraw(stored.id)
      case .tellNobodyAnswered(let isOver):
        if let book { try tellDesk(stored, isOver: isOver, book) }
      case .renewLadder: break
      }
    }
  }

  /// Opens a chain and rings for the first time, unless it was opened before.
  func open(
    _ opening: CallOpening, orderNumber: Int64, _ order: CallOrder, deadline: Timestamp,
    note: String? = nil, _ book: CallBook
  ) throws {
    let plan = book.plan(for: order.level)
    var chain = CallChain(
      goal: opening.goal, ladder: opening.ladder, opened: moment.call, deadline: deadline,
      rounds: opening.goal == .answer ? plan.rounds : 0, pauseSeconds: plan.pauseSeconds)
    let actions = chain.handle(.tick, at: moment.call)
    try CallSQL.run(
      db,
      """
      INSERT OR IGNORE INTO call_chain
      (order_number, key, root, place, person, goal, note, ladder, rounds, pause, deadline, due,
       cursor, ending, opened_at, ended_at)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        orderNumber, opening.key, opening.root, opening.place, opening.person,
        opening.goal.rawValue, note, CallChain.text(chain.ladder), chain.rounds,
        chain.pauseSeconds, deadline.secondsSince1970, chain.due.secondsSince1970, chain.cursor,
        chain.ending?.rawValue, moment.wall.secondsSince1970,
        chain.ending == nil ? nil : moment.wall.secondsSince1970,
      ])
    guard db.changesCount > 0 else { return }
    let stored = StoredChain(
      id: db.lastInsertedRowID, orderNumber: orderNumber, warning: order.warning, key: opening.key,
      root: opening.root, place: opening.place, person: opening.person, hazard: order.hazard,
      level: order.level, headline: order.headline, isRehearsal: order.isRehearsal, chain: chain)
    try apply(actions, stored, book)
  }

  /// Queues a ring: into a message to the same person by the same channel that has not gone out, or
  /// into one of its own.
  private func queue(
    _ stored: StoredChain, number: Int, person: String, channel: String, _ book: CallBook?
  ) throws {
    let goal = stored.chain.goal.rawValue
    let newest = try CallSQL.rows(
      db,
      """
      SELECT id, state, goal, rehearsal, level, begun, tries, body FROM call_delivery
      WHERE person = ? AND channel = ? ORDER BY id DESC LIMIT 4
      """, [person, channel])
    let isAlike = { (row: Row) in
      try row.value("goal") == goal && row.value("rehearsal") == stored.isRehearsal
    }
    if let row = try newest.first(where: {
      try isAlike($0) && $0.value("state") == "queued" && ($0.value("body") as String?) == nil
    }), stored.person == nil || stored.chain.goal == .answer {
      let delivery: Int64 = try row.value("id")
      if try (row.value("level") as Int) < stored.level.rawValue {
        try CallSQL.run(
          db, "UPDATE call_delivery SET level = ?, not_before = ? WHERE id = ?",
          [stored.level.rawValue, moment.call.secondsSince1970, delivery])
      }
      try cover(delivery, stored.id, number)
      return
    }
    var notBefore = moment.call
    let spacing = book?.plan(for: stored.level).spacingSeconds ?? 0
    if spacing > 0, stored.chain.goal == .answer,
      let row = try newest.first(where: {
        try isAlike($0) && ["sending", "sent"].contains($0.value("state"))
      }),
      let begun: Int64 = try row.value("begun"),
      try (row.value("level") as Int) >= stored.level.rawValue,
      try !isCovered(stored.id, by: row.value("id"))
    {
      let rested = Timestamp(secondsSince1970: begun) + spacing
      notBefore = max(notBefore, min(rested, moment.call + spacing))
    }
    try CallSQL.run(
      db,
      """
      INSERT INTO call_delivery (person, channel, goal, level, rehearsal, state, not_before, queued_at)
      VALUES (?, ?, ?, ?, ?, 'queued', ?, ?)
      """,
      [
        person, channel, goal, stored.level.rawValue, stored.isRehearsal,
        notBefore.secondsSince1970, moment.wall.secondsSince1970,
      ])
    try cover(db.lastInsertedRowID, stored.id, number)
  }

  private func isCovered(_ chain: Int64, by delivery: Int64) throws -> Bool {
    try CallSQL.row(
      db, "SELECT 1 FROM call_cover WHERE delivery = ? AND chain = ?", [delivery, chain]) != nil
  }

  private func cover(_ delivery: Int64, _ chain: Int64, _ number: Int) throws {
    try CallSQL.run(
      db, "INSERT OR REPLACE INTO call_cover (delivery, chain, number) VALUES (?, ?, ?)",
      [delivery, chain, number])
  }

  /// Takes a chain out of what is queued; a message about nothing any more is withdrawn. One that was
  /// handed out before, by a process that died, keeps its words and what it is about.
  func withdraw(_ chain: Int64) throws {
    let queued = try CallSQL.rows(
      db,
      """
      SELECT call_delivery.* FROM call_cover JOIN call_delivery
      ON call_delivery.id = call_cover.delivery
      WHERE call_cover.chain = ? AND call_delivery.state = 'queued'
      """, [chain])
    for row in queued {
      let delivery: Int64 = try row.value("id")
      let others = try CallSQL.row(
        db,
        """
        SELECT 1 FROM call_cover JOIN call_chain ON call_chain.id = call_cover.chain
        WHERE delivery = ? AND chain <> ? AND call_chain.ending IS NULL LIMIT 1
        """, [delivery, chain])
      if others == nil {
        try drop(row)
      } else if try (row.value("body") as String?) == nil {
        try CallSQL.run(
          db, "DELETE FROM call_cover WHERE delivery = ? AND chain = ?", [delivery, chain])
      }
    }
  }

  /// Nobody needs a queued message any more. If it was handed out before, it may have arrived.
  func drop(_ row: Row) throws {
    if try (row.value("tries") as Int) > 0 {
      try note(row, "uncertain", detail: "the service ended while the channel had the message")
    } else {
      try CallSQL.run(
        db, "UPDATE call_delivery SET state = 'withdrawn', settled_at = ? WHERE id = ?",
        [moment.wall.secondsSince1970, row.value("id") as Int64])
    }
  }

  /// A chain for each person of the duty desk, that only has to be delivered.
  private func tellDesk(_ stored: StoredChain, isOver: Bool, _ book: CallBook) throws {
    let note = book.wording.nobodyAnswered(
      placeName: book.name(of: stored.place), headline: stored.headline, isOver: isOver)
    try tellDesk(stored, note: note, mark: isOver ? "over" : "round", book)
  }

  /// - Parameter mark: the same matter is told once.
  func tellDesk(_ stored: StoredChain, note: String, mark: String, _ book: CallBook) throws {
    let order = CallOrder(
      id: "", warning: stored.warning, kind: .inform, hazard: stored.hazard, level: stored.level,
      places: [], headline: stored.headline, text: "", issued: moment.wall, expires: moment.wall,
      isRehearsal: stored.isRehearsal)
    for contact in book.directory.desk(book.plan(for: stored.level), at: moment.wall) {
      let opening = CallOpening(
        key: "\(stored.key)/desk/\(contact.id)/\(mark)", root: stored.root,
        place: stored.place, person: contact.id, goal: .delivery,
        ladder: [book.directory.notice(contact)])
      try open(
        opening, orderNumber: stored.orderNumber, order,
        deadline: max(moment.call, moment.wall) + 3600, note: note,
        book)
    }
  }
}
