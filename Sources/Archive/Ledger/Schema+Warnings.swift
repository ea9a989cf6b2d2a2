import GRDB

/// The tables of warnings: the audit chain, the records with their events, what was sent in their name,
/// what has to go out, the alarms and what the ground answered.
extension Schema {
  static func registerWarnings(_ migrator: inout DatabaseMigrator) {
    migrator.registerMigration("2 audit, warnings, outbox, alarms") { db in
      for statement in auditTables + warningTables + alarmTables {
        try db.execute(sql: statement)
      }
    }
  }

  static func registerWarningSupport(_ migrator: inout DatabaseMigrator) {
    migrator.registerMigration("when the facts last supported warnings") { db in
      try db.execute(
        sql: """
          CREATE TABLE warning_support (
            warning TEXT PRIMARY KEY REFERENCES warning (id),
            time INTEGER NOT NULL
          ) STRICT, WITHOUT ROWID
          """)
    }
  }

  /// Rows of these tables are added and never change; the database itself refuses.
  private static func frozen(_ table: String) -> [String] {
    ["UPDATE", "DELETE"].map { verb in
      """
      CREATE TRIGGER \(table)_no_\(verb.lowercased()) BEFORE \(verb) ON \(table)
      BEGIN SELECT RAISE(ABORT, '\(table): rows are added, never changed'); END
      """
    }
  }

  private static var auditTables: [String] {
    [
      """
      CREATE TABLE audit (
        sequence INTEGER PRIMARY KEY CHECK (sequence > 0),
        time INTEGER NOT NULL,
        kind TEXT NOT NULL,
        subject TEXT NOT NULL,
        author TEXT NOT NULL,
        body TEXT NOT NULL,
        previous TEXT NOT NULL,
        hash TEXT NOT NULL UNIQUE
      ) STRICT
      """,
      "CREATE INDEX audit_by_subject ON audit (subject, sequence)",
      """
      CREATE TABLE audit_head (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        sequence INTEGER NOT NULL,
        hash TEXT NOT NULL
      ) STRICT
      """,
      "INSERT INTO audit_head VALUES (1, 0, '\(AuditRow.noPrevious)')",
    ] + frozen("audit")
  }

  private static var warningTables: [String] {
    [
      """
      CREATE TABLE warning (
        id TEXT PRIMARY KEY,
        hazard TEXT NOT NULL,
        township TEXT NOT NULL,
        episode INTEGER NOT NULL,
        status TEXT NOT NULL,
        level INTEGER NOT NULL,
        expires INTEGER,
        is_open INTEGER NOT NULL,
        needs_review INTEGER NOT NULL,
        changed INTEGER NOT NULL,
        record TEXT NOT NULL,
        UNIQUE (hazard, township, episode)
      ) STRICT, WITHOUT ROWID
      """,
      "CREATE UNIQUE INDEX warning_of_chain ON warning (hazard, township) WHERE is_open = 1",
      "CREATE INDEX warning_by_change ON warning (changed)",
      """
      CREATE TABLE warning_event (
        warning TEXT NOT NULL REFERENCES warning (id),
        number INTEGER NOT NULL,
        time INTEGER NOT NULL,
        action TEXT NOT NULL,
        event TEXT NOT NULL,
        PRIMARY KEY (warning, number)
      ) STRICT, WITHOUT ROWID
      """,
      """
      CREATE TABLE message (
        identifier TEXT PRIMARY KEY,
        warning TEXT NOT NULL REFERENCES warning (id),
        sent INTEGER NOT NULL,
        kind TEXT NOT NULL
      ) STRICT, WITHOUT ROWID
      """,
      "CREATE INDEX message_by_time ON message (sent, identifier)",
      """
      CREATE TABLE message_document (
        identifier TEXT NOT NULL REFERENCES message (identifier),
        form TEXT NOT NULL,
        bytes BLOB NOT NULL,
        PRIMARY KEY (identifier, form)
      ) STRICT, WITHOUT ROWID
      """,
      """
      CREATE TABLE outbox (
        id INTEGER PRIMARY KEY,
        key TEXT NOT NULL UNIQUE,
        subject TEXT NOT NULL,
        issued INTEGER NOT NULL,
        item TEXT NOT NULL,
        taken INTEGER,
        outcome TEXT
      ) STRICT
      """,
      "CREATE INDEX outbox_waiting ON outbox (id) WHERE taken IS NULL",
      "CREATE INDEX outbox_by_subject ON outbox (subject)",
      """
      CREATE TABLE feedback (
        id INTEGER PRIMARY KEY,
        subject TEXT NOT NULL,
        township TEXT NOT NULL,
        time INTEGER NOT NULL,
        feedback TEXT NOT NULL
      ) STRICT
      """,
      "CREATE INDEX feedback_by_subject ON feedback (subject, time)",
    ] + frozen("warning_event") + frozen("message") + frozen("message_document")
      + frozen("feedback")
  }

  private static let alarmTables = [
    """
    CREATE TABLE rain_alarm (
      id TEXT PRIMARY KEY,
      decided INTEGER NOT NULL,
      is_suppressed INTEGER NOT NULL,
      alarm TEXT NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX rain_alarm_by_time ON rain_alarm (decided)",
    """
    CREATE TABLE rain_alarm_state (
      unit_kind TEXT NOT NULL,
      unit TEXT NOT NULL,
      hazard TEXT NOT NULL,
      state TEXT NOT NULL,
      PRIMARY KEY (unit_kind, unit, hazard)
    ) STRICT, WITHOUT ROWID
    """,
  ]
}
