import GRDB
public import Hydromet

/// Alarms on observed rain, what they remember, and what the ground answers.
extension Ledger {
  /// What the alarm remembers of every unit and hazard.
  public func alarmStates() throws(Fault) -> [RainAlarmState] {
    try read { db in
      try String.fetchAll(
        db, sql: "SELECT state FROM rain_alarm_state ORDER BY unit_kind, unit, hazard"
      ).map { try Document.value($0, of: RainAlarmState.self) }
    }
  }

  /// Notes alarms, what is remembered after them, and what has to go out, all or nothing. An alarm
  /// that is there already is not noted and not sent again.
  ///
  /// - Returns: the alarms that were new.
  @discardableResult
  public func record(
    alarms: [RainAlarm], states: [RainAlarmState],
    deliveries: (RainAlarm) throws(Fault) -> [OutboxItem]
  ) throws(Fault) -> [RainAlarm] {
    try write { db in
      var new: [RainAlarm] = []
      for alarm in alarms where try Ledger.insert(db, alarm) {
        new.append(alarm)
        if alarm.suppression == nil {
          try Ledger.queue(db, try deliveries(alarm))
        }
      }
      for state in states {
        try db.execute(
          sql: """
            INSERT OR REPLACE INTO rain_alarm_state (unit_kind, unit, hazard, state)
            VALUES (?, ?, ?, ?)
            """,
          arguments: [
            state.key.unitKind.rawValue, state.key.unit, state.key.hazard.rawValue,
            try Document.text(state),
          ])
      }
      return new
    }
  }

  private static func insert(_ db: Database, _ alarm: RainAlarm) throws -> Bool {
    let document = try Document.text(alarm)
    try db.execute(
      sql: """
        INSERT INTO rain_alarm (id, decided, is_suppressed, alarm) VALUES (?, ?, ?, ?)
        ON CONFLICT (id) DO NOTHING
        """,
      arguments: [
        alarm.id, alarm.decidedAt.secondsSince1970, alarm.suppression != nil, document,
      ])
    guard db.changesCount == 1 else { return false }
    try append(
      db,
      audit: [
        AuditEntry(
          time: alarm.decidedAt, kind: alarm.suppression == nil ? "alarm.raise" : "alarm.suppress",
          subject: alarm.id, author: "freshet (program)", body: document)
      ])
    return true
  }

  /// Alarms decided in a period, newest first.
  public func alarms(decidedIn period: Period) throws(Fault) -> [RainAlarm] {
    try read { db in
      try String.fetchAll(
        db,
        sql: """
          SELECT alarm FROM rain_alarm WHERE decided > ? AND decided <= ?
          ORDER BY decided DESC, id LIMIT 100000
          """, arguments: [period.start.secondsSince1970, period.end.secondsSince1970]
      ).map { try Document.value($0, of: RainAlarm.self) }
    }
  }

  /// Notes what somebody on the ground says.
  public func record(_ feedback: GroundFeedback) throws(Fault) {
    try write { db in try Ledger.record(db, feedback) }
  }

  static func record(_ db: Database, _ feedback: GroundFeedback) throws {
    let kept = GroundFeedback(
      subject: feedback.subject, township: feedback.township, observation: feedback.observation,
      time: feedback.time, author: feedback.author, note: PrivateText.masked(feedback.note))
    let document = try Document.text(kept)
    try db.execute(
      sql: "INSERT INTO feedback (subject, township, time, feedback) VALUES (?, ?, ?, ?)",
      arguments: [kept.subject, kept.township, kept.time.secondsSince1970, document])
    try Ledger.append(
      db,
      audit: [
        AuditEntry(
          time: kept.time, kind: "feedback.\(kept.observation.rawValue)", subject: kept.subject,
          author: "\(kept.author.name) (\(kept.author.role.rawValue))", body: document)
      ])
  }

  /// What the ground said about a record or alarm, first to last.
  public func feedback(on subject: String) throws(Fault) -> [GroundFeedback] {
    try read { db in
      try String.fetchAll(
        db, sql: "SELECT feedback FROM feedback WHERE subject = ? ORDER BY time, id",
        arguments: [subject]
      ).map { try Document.value($0, of: GroundFeedback.self) }
    }
  }
}
