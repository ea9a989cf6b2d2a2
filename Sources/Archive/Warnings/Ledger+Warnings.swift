import Foundation
import GRDB
public import Hydromet
public import Warn

/// Warnings and their events. Every step is one transaction: the event, the record, the audit row, and
/// for a release or cancel also the message, its documents and the outbox.
extension Ledger {
  // MARK: Steps

  /// Writes or refreshes the draft of a chain: in its open record, or in a new one.
  public func prepare(
    _ chain: WarningChain, _ step: WarningStep, by actor: WarningActor, life: WarningLifecycle
  ) throws(Fault) -> WarningDecision {
    try write { db in
      if let open = try Ledger.openWarning(db, chain) {
        return try Ledger.take(db, step, on: open, actor, life)
      }
      let episodes =
        try Int.fetchOne(
          db, sql: "SELECT max(episode) FROM warning WHERE hazard = ? AND township = ?",
          arguments: [chain.hazard.rawValue, chain.township]) ?? 0
      let (event, record) = try life.opening(
        chain, episode: try Ledger.following(episodes), with: step, by: actor.author,
        at: actor.time,
        because: actor.reason)
      try Ledger.store(db, event, record)
      return WarningDecision(event: event, record: record, message: nil)
    }
  }

  /// Takes a step that sends nothing: withdraw, review, sign, expire, ratify, overdue.
  public func take(
    _ step: WarningStep, on id: String, by actor: WarningActor, life: WarningLifecycle
  ) throws(Fault) -> WarningDecision {
    try write { db in
      switch step {
      case .release, .cancel:
        throw Fault(
          "wrong_door", at: .init(id), "\(step.action.rawValue) goes out and needs its deliveries",
          remedy: "call release or cancel of the ledger")
      case .prepare, .withdraw, .review, .sign, .expire, .ratify, .overdue: break
      }
      return try Ledger.take(db, step, on: Ledger.wanted(db, id), actor, life)
    }
  }

  /// Releases the signed proposal of a record.
  ///
  /// - Parameter confirmsNewerFacts: the level of the facts has changed since it was signed, and it is
  ///   released in spite of that.
  public func release(
    _ id: String, by actor: WarningActor, confirmsNewerFacts: Bool = false,
    life: WarningLifecycle, dispatch: WarningDispatch
  ) throws(Fault) -> WarningDecision {
    try write { db in
      let record = try Ledger.wanted(db, id)
      let time = max(actor.time, record.lastChange)
      let step = WarningStep.release(
        identifier: try Ledger.freeIdentifier(db, sender: life.sender, at: time),
        audience: Ledger.audience(dispatch, record), confirmsNewerFacts: confirmsNewerFacts)
      return try Ledger.dispatch(db, step, on: record, actor, life, dispatch)
    }
  }

  /// Ends a record before its time and tells everybody who was told of it.
  public func cancel(
    _ id: String, by actor: WarningActor, life: WarningLifecycle, dispatch: WarningDispatch
  ) throws(Fault) -> WarningDecision {
    try write { db in
      let record = try Ledger.wanted(db, id)
      let time = max(actor.time, record.lastChange)
      let step = WarningStep.cancel(
        identifier: try Ledger.freeIdentifier(db, sender: life.sender, at: time),
        audience: Ledger.audience(dispatch, record))
      return try Ledger.dispatch(db, step, on: record, actor, life, dispatch)
    }
  }

  private static func audience(_ dispatch: WarningDispatch, _ record: WarningRecord) -> [String] {
    Set(dispatch.audience).union(record.audience).sorted()
  }

  private static func take(
    _ db: Database, _ step: WarningStep, on record: WarningRecord, _ actor: WarningActor,
    _ life: WarningLifecycle
  ) throws -> WarningDecision {
    let (event, changed) = try life.taking(
      step, on: record, by: actor.author, at: actor.time, because: actor.reason)
    try store(db, event, changed)
    return WarningDecision(event: event, record: changed, message: nil)
  }

  private static func dispatch(
    _ db: Database, _ step: WarningStep, on record: WarningRecord, _ actor: WarningActor,
    _ life: WarningLifecycle, _ dispatch: WarningDispatch
  ) throws -> WarningDecision {
    let (event, changed) = try life.taking(
      step, on: record, by: actor.author, at: actor.time, because: actor.reason)
    guard let message = changed.issued.last else {
      throw damaged("the released message of \(record.id) is missing")
    }
    try store(db, event, changed)
    try db.execute(
      sql: "INSERT INTO message (identifier, warning, sent, kind) VALUES (?, ?, ?, ?)",
      arguments: [
        message.identifier, record.id, message.sent.secondsSince1970, message.kind.rawValue,
      ])
    for document in try dispatch.documents(changed, message) {
      try db.execute(
        sql: "INSERT INTO message_document (identifier, form, bytes) VALUES (?, ?, ?)",
        arguments: [message.identifier, document.form, Data(document.bytes)])
    }
    try queue(db, try dispatch.deliveries(changed, message))
    return WarningDecision(event: event, record: changed, message: message)
  }

  /// The first identifier from a moment on that is larger than every one within a day of it.
  private static func freeIdentifier(
    _ db: Database, sender: String, at time: Timestamp
  ) throws -> String {
    let first = MessageIdentifier(sender: sender, time: time, sequence: 0)
    let dayLater = MessageIdentifier(sender: sender, time: time + 86_400, sequence: 0)
    let last = try String.fetchOne(
      db, sql: "SELECT max(identifier) FROM message WHERE identifier >= ? AND identifier < ?",
      arguments: [first.description, dayLater.description])
    guard let last, let known = MessageIdentifier(last) else { return first.description }
    return known.successor.description
  }

  private static func store(
    _ db: Database, _ event: WarningEvent, _ record: WarningRecord
  ) throws {
    let standing = record.standing?.content
    let level = standing?.level ?? record.proposal?.standing?.content.level ?? .none
    try db.execute(
      sql: """
        INSERT INTO warning (id, hazard, township, episode, status, level, expires, is_open,
          needs_review, changed, record)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (id) DO UPDATE SET status = excluded.status, level = excluded.level,
          expires = excluded.expires, is_open = excluded.is_open,
          needs_review = excluded.needs_review, changed = excluded.changed,
          record = excluded.record
        """,
      arguments: [
        record.id, record.chain.hazard.rawValue, record.chain.township, record.episode,
        record.status.rawValue, level.rawValue, standing?.expires.secondsSince1970, record.isOpen,
        record.reviewDue != nil, record.lastChange.secondsSince1970, try Document.text(record),
      ])
    let document = try Document.text(event)
    try db.execute(
      sql: """
        INSERT INTO warning_event (warning, number, time, action, event) VALUES (?, ?, ?, ?, ?)
        """,
      arguments: [
        event.record, event.number, event.time.secondsSince1970, event.step.action.rawValue,
        document,
      ])
    try append(
      db,
      audit: [
        AuditEntry(
          time: event.time, kind: "warning.\(event.step.action.rawValue)", subject: record.id,
          author: "\(event.author.name) (\(event.author.role.rawValue))", body: document)
      ])
  }

  // MARK: Reading

  /// The record with this id; nil where there is none.
  public func warning(_ id: String) throws(Fault) -> WarningRecord? {
    try read { db in try Ledger.warning(db, id) }
  }

  /// The open record of a chain; nil where there is none.
  public func openWarning(_ chain: WarningChain) throws(Fault) -> WarningRecord? {
    try read { db in try Ledger.openWarning(db, chain) }
  }

  /// Open records, and closed ones whose review is still due, in the order of townships and hazards.
  public func openWarnings() throws(Fault) -> [WarningRecord] {
    try read { db in
      try Ledger.records(
        db, "is_open = 1 OR needs_review = 1 ORDER BY township, hazard, episode", [])
    }
  }

  /// Records that changed in a period, newest change first.
  ///
  /// - Parameter township: only those of this township.
  public func warnings(
    changedIn period: Period, township: String? = nil, limit: Int = 1000
  ) throws(Fault) -> [WarningRecord] {
    try read { db in
      try Ledger.records(
        db,
        """
        changed > ?1 AND changed <= ?2 AND (?3 IS NULL OR township = ?3)
        ORDER BY changed DESC, id LIMIT ?4
        """,
        [
          period.start.secondsSince1970, period.end.secondsSince1970, township,
          max(0, min(limit, 100_000)),
        ])
    }
  }

  /// The events of a record, first to last.
  public func events(ofWarning id: String) throws(Fault) -> [WarningEvent] {
    try read { db in
      try String.fetchAll(
        db, sql: "SELECT event FROM warning_event WHERE warning = ? ORDER BY number",
        arguments: [id]
      ).map { try Document.value($0, of: WarningEvent.self) }
    }
  }

  /// The record that sent a message; nil where no message has this identifier.
  public func warning(ofMessage identifier: String) throws(Fault) -> WarningRecord? {
    try read { db in
      let id = try String.fetchOne(
        db, sql: "SELECT warning FROM message WHERE identifier = ?", arguments: [identifier])
      return try id.flatMap { try Ledger.warning(db, $0) }
    }
  }

  /// The forms in which a message was written.
  public func documents(ofMessage identifier: String) throws(Fault) -> [MessageDocument] {
    try read { db in
      try Row.fetchAll(
        db, sql: "SELECT form, bytes FROM message_document WHERE identifier = ? ORDER BY form",
        arguments: [identifier]
      ).map { row in
        let bytes: Data = try row.value("bytes")
        return try MessageDocument(form: row.value("form"), bytes: Array(bytes))
      }
    }
  }

  static func warning(_ db: Database, _ id: String) throws -> WarningRecord? {
    try records(db, "id = ?", [id]).first
  }

  private static func openWarning(_ db: Database, _ chain: WarningChain) throws -> WarningRecord? {
    try records(
      db, "hazard = ? AND township = ? AND is_open = 1", [chain.hazard.rawValue, chain.township]
    ).first
  }

  private static func wanted(_ db: Database, _ id: String) throws -> WarningRecord {
    guard let record = try warning(db, id) else {
      throw Fault(
        "unknown_warning", "there is no warning \"\(PrivateText.masked(String(id.prefix(80))))\"",
        remedy: "list the warnings with `freshet warning list`")
    }
    return record
  }

  private static func records(
    _ db: Database, _ condition: String, _ arguments: StatementArguments
  ) throws -> [WarningRecord] {
    try String.fetchAll(
      db, sql: "SELECT record FROM warning WHERE \(condition)", arguments: arguments
    ).map { try Document.value($0, of: WarningRecord.self) }
  }
}

/// Values as JSON documents: keys in the order of their bytes, so that equal values are equal bytes.
enum Document {
  static func text(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  static func value<Value: Decodable>(_ text: String, of type: Value.Type) throws -> Value {
    guard JSONText.isShallow(text.utf8) else {
      throw Ledger.damaged("a stored \(type) cannot be read: it is nested too deep")
    }
    do {
      return try JSONDecoder().decode(type, from: Data(text.utf8))
    } catch {
      throw Ledger.damaged("a stored \(type) cannot be read: \(error)")
    }
  }
}
