import GRDB

/// The tables of the ledger, as steps that a ledger of any earlier version can take.
///
/// Times are whole seconds since 1970 UTC. A row of `frame` or `reading` was what was known from
/// `known_from` until just before `known_to`, or is still; rows are ended, never changed. `version`
/// counts the rows of one period from 0.
enum Schema {
  /// Marks the file as a ledger of ours: `FRLG`.
  static let applicationID: Int64 = 0x4652_4C47

  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1 files, frames, readings, cycles") { db in
      try db.execute(sql: "PRAGMA application_id = \(applicationID)")
      for statement in firstTables { try db.execute(sql: statement) }
    }
    registerWarnings(&migrator)
    migrator.registerMigration("soil and basin rain") { db in
      for statement in soilTables { try db.execute(sql: statement) }
    }
    migrator.registerMigration("3 calls") { db in
      for statement in CallSchema.tables { try db.execute(sql: statement) }
    }
    migrator.registerMigration("notices") { db in
      for statement in noticeTables { try db.execute(sql: statement) }
    }
    migrator.registerMigration("when files were written") { db in
      try db.execute(sql: "ALTER TABLE file ADD COLUMN written INTEGER")
    }
    migrator.registerMigration("memory of stations") { db in
      try db.execute(sql: stateTable("station_memory"))
    }
    migrator.registerMigration("soil of cells") { db in
      try db.execute(sql: stateTable("cell_soil_state"))
    }
    registerWarningSupport(&migrator)
    migrator.registerMigration("remarks and repeated reading") { db in
      try db.execute(sql: "ALTER TABLE file ADD COLUMN requeued INTEGER NOT NULL DEFAULT 0")
      try db.execute(sql: remarkTable)
    }
    return migrator
  }

  /// The rain of every step on the basins, as it was last known, and states of the soil.
  private static let soilTables = [
    """
    CREATE TABLE basin_rain (
      step_end INTEGER PRIMARY KEY,
      identity TEXT NOT NULL,
      basins TEXT NOT NULL,
      bytes BLOB NOT NULL
    ) STRICT
    """,
    stateTable("soil_state"),
  ]

  /// States that are carried on; `chain` is a hash of everything that a state rests on.
  private static func stateTable(_ name: String) -> String {
    """
    CREATE TABLE \(name) (
      time INTEGER NOT NULL,
      chain TEXT NOT NULL,
      known INTEGER NOT NULL,
      bytes BLOB NOT NULL,
      PRIMARY KEY (time, chain)
    ) STRICT, WITHOUT ROWID
    """
  }

  /// Notifications of data that are fetched over a network. `message` is kept until the fate is
  /// decided; `try_after` is when it is looked at next.
  private static let noticeTables = [
    """
    CREATE TABLE notice (
      id INTEGER PRIMARY KEY,
      feed TEXT NOT NULL,
      notice TEXT NOT NULL,
      data_id TEXT NOT NULL,
      published INTEGER NOT NULL,
      integrity TEXT,
      topic TEXT NOT NULL,
      message BLOB,
      first_seen INTEGER NOT NULL,
      attempts INTEGER NOT NULL DEFAULT 0,
      try_after INTEGER NOT NULL,
      fate TEXT NOT NULL
        CHECK (fate IN ('waiting', 'delivered', 'repeated', 'withdrawn', 'refused')),
      decided_at INTEGER,
      file_name TEXT,
      reason_code TEXT,
      reason_problem TEXT,
      UNIQUE (feed, notice)
    ) STRICT
    """,
    "CREATE INDEX notice_waiting ON notice (feed, fate, try_after)",
    "CREATE INDEX notice_by_data ON notice (feed, data_id, published)",
  ]

  /// What was noticed in a file that was taken in: readings left out, stations elsewhere.
  private static let remarkTable = """
    CREATE TABLE remark (
      file_id INTEGER NOT NULL REFERENCES file (id),
      number INTEGER NOT NULL,
      words TEXT NOT NULL,
      PRIMARY KEY (file_id, number)
    ) STRICT, WITHOUT ROWID
    """

  private static let firstTables = [
    """
    CREATE TABLE knowledge (
      id INTEGER PRIMARY KEY CHECK (id = 1),
      last INTEGER NOT NULL,
      closed INTEGER NOT NULL
    ) STRICT
    """,
    "INSERT INTO knowledge VALUES (1, -4611686018427387904, -4611686018427387904)",
    """
    CREATE TABLE file (
      id INTEGER PRIMARY KEY,
      feed TEXT NOT NULL,
      name TEXT NOT NULL,
      size INTEGER NOT NULL,
      sha256 TEXT NOT NULL,
      first_seen INTEGER NOT NULL,
      attempts INTEGER NOT NULL DEFAULT 1,
      fate TEXT NOT NULL
        CHECK (fate IN ('claimed', 'accepted', 'superseded', 'duplicate', 'quarantined')),
      decided_at INTEGER,
      reason_code TEXT,
      reason_place TEXT,
      reason_problem TEXT,
      reason_remedy TEXT,
      format TEXT,
      correction INTEGER NOT NULL DEFAULT 0,
      newest_data INTEGER,
      current_rows INTEGER NOT NULL DEFAULT 0,
      related INTEGER REFERENCES file (id),
      original_kept_at TEXT,
      UNIQUE (feed, name, sha256)
    ) STRICT
    """,
    "CREATE INDEX file_by_content ON file (feed, sha256)",
    "CREATE INDEX file_by_fate ON file (fate, feed)",
    """
    CREATE TABLE frame (
      id INTEGER PRIMARY KEY,
      feed TEXT NOT NULL,
      period_end INTEGER NOT NULL,
      period_seconds INTEGER NOT NULL,
      version INTEGER NOT NULL,
      file_id INTEGER NOT NULL REFERENCES file (id),
      store_name TEXT NOT NULL,
      content_hash TEXT NOT NULL,
      geometry_hash TEXT NOT NULL,
      valid_cells INTEGER NOT NULL,
      correction INTEGER NOT NULL,
      known_from INTEGER NOT NULL,
      known_to INTEGER,
      UNIQUE (feed, period_end, period_seconds, version)
    ) STRICT
    """,
    "CREATE INDEX frame_by_file ON frame (file_id)",
    """
    CREATE TABLE series (
      id INTEGER PRIMARY KEY,
      feed TEXT NOT NULL,
      station TEXT NOT NULL,
      element TEXT NOT NULL,
      period_seconds INTEGER NOT NULL,
      UNIQUE (feed, station, element, period_seconds)
    ) STRICT
    """,
    """
    CREATE TABLE reading (
      period_end INTEGER NOT NULL,
      series_id INTEGER NOT NULL REFERENCES series (id),
      version INTEGER NOT NULL,
      tenths INTEGER,
      is_trace INTEGER NOT NULL,
      quality INTEGER NOT NULL,
      correction INTEGER NOT NULL,
      file_id INTEGER NOT NULL REFERENCES file (id),
      known_from INTEGER NOT NULL,
      known_to INTEGER,
      PRIMARY KEY (period_end, series_id, version)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE change (
      feed TEXT NOT NULL,
      period_end INTEGER NOT NULL,
      known INTEGER NOT NULL,
      PRIMARY KEY (feed, period_end, known)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE geometry (
      hash TEXT PRIMARY KEY,
      description TEXT NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE feed_grid (
      feed TEXT PRIMARY KEY,
      geometry_hash TEXT NOT NULL REFERENCES geometry (hash),
      pinned_at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE cycle (
      data_time INTEGER NOT NULL,
      attempt INTEGER NOT NULL,
      known INTEGER NOT NULL,
      published_at INTEGER NOT NULL,
      manifest_sha256 TEXT NOT NULL,
      folder TEXT NOT NULL,
      superseded_at INTEGER,
      PRIMARY KEY (data_time, attempt)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE TABLE setting (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID",
  ]
}
