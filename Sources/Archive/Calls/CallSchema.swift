/// The tables of calls. `due`, `deadline`, `not_before` and `begun` are times of the callers' clock;
/// everything that ends in `_at` is the wall clock's.
enum CallSchema {
  static let tables = [
    """
    CREATE TABLE call_order (
      number INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE,
      warning TEXT NOT NULL,
      kind TEXT NOT NULL,
      hazard TEXT NOT NULL,
      level INTEGER NOT NULL,
      places TEXT NOT NULL,
      audience TEXT NOT NULL,
      headline TEXT NOT NULL,
      text TEXT NOT NULL,
      issued_at INTEGER NOT NULL,
      expires_at INTEGER NOT NULL,
      rehearsal INTEGER NOT NULL,
      opened_at INTEGER
    ) STRICT
    """,
    "CREATE INDEX call_order_waiting ON call_order (number) WHERE opened_at IS NULL",
    "CREATE INDEX call_order_by_warning ON call_order (warning)",
    """
    CREATE TABLE call_chain (
      id INTEGER PRIMARY KEY,
      order_number INTEGER NOT NULL REFERENCES call_order (number),
      key TEXT NOT NULL,
      root TEXT NOT NULL,
      place TEXT NOT NULL,
      person TEXT,
      goal TEXT NOT NULL,
      note TEXT,
      ladder TEXT NOT NULL,
      rounds INTEGER NOT NULL,
      pause INTEGER NOT NULL,
      deadline INTEGER NOT NULL,
      due INTEGER NOT NULL,
      cursor TEXT NOT NULL,
      ending TEXT,
      opened_at INTEGER NOT NULL,
      ended_at INTEGER,
      UNIQUE (order_number, key)
    ) STRICT
    """,
    "CREATE INDEX call_chain_due ON call_chain (due) WHERE ending IS NULL",
    """
    CREATE TABLE call_delivery (
      id INTEGER PRIMARY KEY,
      person TEXT NOT NULL,
      channel TEXT NOT NULL,
      goal TEXT NOT NULL,
      level INTEGER NOT NULL,
      rehearsal INTEGER NOT NULL,
      state TEXT NOT NULL
        CHECK (state IN ('queued', 'sending', 'sent', 'failed', 'withdrawn', 'uncertain')),
      not_before INTEGER NOT NULL,
      token INTEGER NOT NULL DEFAULT 0,
      tries INTEGER NOT NULL DEFAULT 0,
      begun INTEGER,
      queued_at INTEGER NOT NULL,
      begun_at INTEGER,
      settled_at INTEGER,
      subject TEXT,
      body TEXT,
      detail TEXT
    ) STRICT
    """,
    """
    CREATE INDEX call_delivery_queued ON call_delivery (channel, level DESC, id)
    WHERE state = 'queued'
    """,
    "CREATE INDEX call_delivery_sending ON call_delivery (token) WHERE state = 'sending'",
    "CREATE INDEX call_delivery_of_person ON call_delivery (person, channel, id)",
    """
    CREATE TABLE call_cover (
      delivery INTEGER NOT NULL REFERENCES call_delivery (id),
      chain INTEGER NOT NULL REFERENCES call_chain (id),
      number INTEGER NOT NULL,
      PRIMARY KEY (delivery, chain)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX call_cover_of_chain ON call_cover (chain)",
    """
    CREATE TABLE call_answer (
      id INTEGER PRIMARY KEY,
      chain INTEGER NOT NULL REFERENCES call_chain (id),
      delivery INTEGER REFERENCES call_delivery (id),
      person TEXT NOT NULL,
      way TEXT NOT NULL,
      words TEXT NOT NULL,
      closed INTEGER NOT NULL,
      answered_at INTEGER NOT NULL
    ) STRICT
    """,
    "CREATE INDEX call_answer_of_chain ON call_answer (chain)",
    """
    CREATE TABLE call_lease (
      id INTEGER PRIMARY KEY CHECK (id = 1),
      series TEXT NOT NULL,
      holder TEXT NOT NULL,
      boot TEXT NOT NULL,
      until_milliseconds INTEGER NOT NULL,
      token INTEGER NOT NULL,
      call_time INTEGER
    ) STRICT
    """,
  ]
}
