import GRDB
public import Hydromet
public import Warn

extension Ledger {
  /// Writes an order to call inside the transaction of the decision it belongs to: both happen or
  /// neither. Writing the same order again adds nothing.
  ///
  /// - Parameter reason: why a person ordered it; nil where a decision did that has its own reason.
  static func enqueue(
    _ db: Database, _ order: CallOrder, by author: WarningAuthor = .program,
    because reason: String? = nil
  ) throws {
    try CallSQL.run(
      db,
      """
      INSERT OR IGNORE INTO call_order
      (id, warning, kind, hazard, level, places, audience, headline, text, issued_at, expires_at,
       rehearsal)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        order.id, order.warning, order.kind.rawValue, order.hazard.rawValue, order.level.rawValue,
        order.places.joined(separator: "\n"), order.audience.joined(separator: "\n"),
        order.headline, order.text,
        order.issued.secondsSince1970, order.expires.secondsSince1970, order.isRehearsal,
      ])
    guard db.changesCount > 0 else { return }
    var fields = [
      "order": order.id, "kind": order.kind.rawValue, "level": order.level.name,
      "places": String(order.places.count), "rehearsal": String(order.isRehearsal),
    ]
    fields["reason"] = reason
    try appendAudit(
      db, "call.order", subject: order.warning, fields, by: author, at: order.issued)
  }

  /// Writes orders in a transaction of their own, and into the audit ledger who gave them and why.
  public func enqueue(
    _ orders: [CallOrder], by author: WarningAuthor = .program, because reason: String? = nil
  ) throws(Fault) {
    try write { db in
      for order in orders { try Ledger.enqueue(db, order, by: author, because: reason) }
    }
  }

  /// Opens orders that wait, at most about `limit` chains in one transaction, so that the first calls go
  /// out while the last are still being written. What was written before a crash is not written again.
  ///
  /// - Returns: whether more wait.
  public func openCallOrders(
    _ lease: CallLease, at moment: CallMoment, _ book: CallBook, limit: Int = 400
  ) throws(Fault) -> Bool {
    let waiting = try read { db in
      try CallSQL.row(
        db,
        """
        SELECT 1 WHERE EXISTS (SELECT 1 FROM call_order WHERE opened_at IS NULL)
          OR EXISTS (SELECT 1 FROM outbox WHERE taken IS NULL)
        """, []) != nil
    }
    guard waiting else { return false }
    return try writeCalls(lease, moment) { scribe in
      try scribe.takeOutbox(book)
      var room = limit
      while room > 0 {
        guard
          let row = try CallSQL.row(
            scribe.db,
            "SELECT * FROM call_order WHERE opened_at IS NULL ORDER BY level DESC, number LIMIT 1",
            [])
        else { return false }
        room -= try scribe.open(row, room: room, book)
      }
      return true
    }
  }
}

extension CallScribe {
  static func order(_ row: Row) throws -> CallOrder {
    guard let kind = try CallOrder.Kind(rawValue: row.value("kind")),
      let hazard = try Hazard(rawValue: row.value("hazard")),
      let level = try RiskLevel(rawValue: row.value("level"))
    else { throw Ledger.damaged("an order to call cannot be read") }
    let places: String = try row.value("places")
    let audience: String = try row.value("audience")
    return try CallOrder(
      id: row.value("id"), warning: row.value("warning"), kind: kind, hazard: hazard, level: level,
      places: places.split(separator: "\n").map(String.init),
      audience: audience.split(separator: "\n").map(String.init), headline: row.value("headline"),
      text: row.value("text"), issued: Timestamp(secondsSince1970: row.value("issued_at")),
      expires: Timestamp(secondsSince1970: row.value("expires_at")),
      isRehearsal: row.value("rehearsal"))
  }

  /// Opens as much of an order as there is room for.
  ///
  /// - Returns: the number of chains that were looked at, at least 1.
  func open(_ row: Row, room: Int, _ book: CallBook) throws -> Int {
    let number: Int64 = try row.value("number")
    let order = try CallScribe.order(row)
    let remaining = order.expires.seconds(since: moment.wall)
    if order.kind != .cancel, remaining <= 0 {
      try finish(number, order, words: "expired before it was opened")
      return 1
    }
    // Openings have stable keys: those that a transaction before this one wrote are passed over.
    let written =
      try CallSQL.row(
        db,
        "SELECT count(*) AS n FROM call_chain WHERE order_number = ? AND key NOT LIKE '%/desk/%'",
        [number])?.value("n") as Int? ?? 0
    if written == 0 { try endEarlier(order) }
    let openings: [CallOpening]
    switch order.kind {
    case .alert, .upgrade: openings = book.openings(of: order, at: moment.wall)
    case .inform, .cancel: openings = try notices(order, number, book)
    }
    let deadline = moment.call + (order.kind == .cancel ? CallScribe.cancelSeconds : remaining)
    let known = try Set(
      CallSQL.rows(db, "SELECT key FROM call_chain WHERE order_number = ?", [number])
        .map { try $0.value("key") as String })
    var opened = 0
    for opening in openings where !known.contains(opening.key) {
      if opened >= room { return opened }
      try open(opening, orderNumber: number, order, deadline: deadline, book)
      opened += 1
    }
    try finish(number, order, words: "\(openings.count) chains")
    return max(1, opened)
  }

  /// How long it is tried to tell somebody that a warning is over.
  private static let cancelSeconds = 6 * 3600

  private func finish(_ number: Int64, _ order: CallOrder, words: String) throws {
    try CallSQL.run(
      db, "UPDATE call_order SET opened_at = ? WHERE number = ?",
      [moment.wall.secondsSince1970, number])
    try Ledger.appendAudit(
      db, "call.open", subject: order.warning, ["order": order.id, "result": words],
      at: moment.wall)
  }

  /// A cancel stops open calls of its warning, an upgrade those of its places.
  private func endEarlier(_ order: CallOrder) throws {
    guard order.kind != .alert else { return }
    let places = Set(order.places)
    let open = try chains(
      "call_order.warning = ? AND call_order.id <> ? AND call_chain.ending IS NULL",
      [order.warning, order.id])
    for stored in open where places.isEmpty || places.contains(stored.root) {
      if order.kind == .inform {
        try extend(stored, to: order)
        continue
      }
      try handle(order.kind == .cancel ? .calledOff : .superseded, stored, nil)
    }
  }

  /// A warning that holds longer, or shorter, is called for as long.
  private func extend(_ stored: StoredChain, to order: CallOrder) throws {
    guard stored.chain.goal == .answer else { return }
    let deadline = moment.call + order.expires.seconds(since: moment.wall)
    try CallSQL.run(
      db, "UPDATE call_chain SET deadline = ?1, due = min(due, ?1) WHERE id = ?2",
      [deadline.secondsSince1970, stored.id])
  }

  /// One notice for each person who was told about the warning, by the channel that reached them.
  private func notices(
    _ order: CallOrder, _ number: Int64, _ book: CallBook
  ) throws -> [CallOpening] {
    let told = try CallSQL.rows(
      db,
      """
      SELECT call_delivery.person AS person, call_delivery.channel AS channel,
        min(call_chain.root) AS root, max(call_delivery.id) AS newest
      FROM call_order JOIN call_chain ON call_chain.order_number = call_order.number
      JOIN call_cover ON call_cover.chain = call_chain.id
      JOIN call_delivery ON call_delivery.id = call_cover.delivery
      WHERE call_order.warning = ? AND call_order.number < ? AND call_order.rehearsal = ?
        AND call_delivery.state IN ('sent', 'sending', 'uncertain')
      GROUP BY call_delivery.person, call_delivery.channel, call_chain.root
      ORDER BY newest DESC
      """, [order.warning, number, order.isRehearsal])
    let places = Set(order.places)
    var seen: Set<String> = []
    var openings: [CallOpening] = []
    for row in told {
      let root: String = try row.value("root")
      let person: String = try row.value("person")
      guard places.isEmpty || places.contains(root), seen.insert(person).inserted else { continue }
      let channel: String = try row.value("channel")
      let rung =
        book.directory.contact(person).map { book.directory.notice($0, first: channel) }
        ?? CallRung(
          person: person, channels: [ContactDirectory.sheetChannel], waitSeconds: 60, tries: 1)
      openings.append(
        CallOpening(
          key: "told/\(person)", root: root, place: root, person: person, goal: .delivery,
          ladder: [rung]))
    }
    for person in order.audience where seen.insert(person).inserted {
      guard let contact = book.directory.contact(person) else { continue }
      let root = order.places.first ?? "*"
      openings.append(
        CallOpening(
          key: "told/\(person)", root: root, place: root, person: person, goal: .delivery,
          ladder: [book.directory.notice(contact)]))
    }
    return openings
  }
}
