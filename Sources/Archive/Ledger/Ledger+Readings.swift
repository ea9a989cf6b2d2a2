import GRDB
public import Hydromet

extension Ledger {
  /// Takes in the readings of a claimed file, thousands in one transaction. What holds where a
  /// reading of the same station, element and period is known already is said at `Precedence`.
  ///
  /// - Parameters:
  ///   - correction: 0 for a first report, 1 for `CCA` and so on; a reading's own number counts
  ///     where it is higher.
  ///   - keepsLaterWritten: whether values of a file that was written later are kept, although this
  ///     one arrives after it.
  public func accept(
    _ file: Int64, readings: [GaugeReading], format: String? = nil, correction: Int = 0,
    known: Timestamp, keepsLaterWritten: Bool = false
  ) throws(Fault) -> Acceptance {
    try write { db in
      let record = try Ledger.claimedFile(db, file)
      let moment = try Ledger.advance(db, to: known)
      var intake = try ReadingIntake(
        db, file: record, correction: correction, moment: moment,
        keepsLaterWritten: keepsLaterWritten)
      for reading in readings { try intake.accept(reading) }
      try intake.settleFiles(db)
      return try Ledger.conclude(
        db, record, intake.tally, newest: readings.lazy.map { $0.period.end }.max(), format: format,
        correction: correction, at: moment)
    }
  }

  /// Readings whose period lies wholly within `period`, ordered by station, element, length and
  /// end; of each the one that was known at `moment`, or that is known now where `moment` is nil.
  ///
  /// - Parameter element: only this element; all where nil.
  public func readings(
    feed: String, element: Element? = nil, in period: Period, asKnown moment: Timestamp? = nil
  ) throws(Fault) -> [GaugeReading] {
    try read { db in
      let series = try Ledger.series(db, feed: feed, element: element)
      var found: [(rank: Int, reading: GaugeReading)] = []
      let rows = try Row.fetchCursor(
        db,
        sql: """
          SELECT series_id, period_end, tenths, is_trace, quality FROM reading
          WHERE period_end > ?1 AND period_end <= ?2 AND \(Ledger.isKnown("reading", "?3"))
          ORDER BY period_end
          """,
        arguments: [
          period.start.secondsSince1970, period.end.secondsSince1970, moment?.secondsSince1970,
        ])
      while let row = try rows.next() {
        guard let series = try series[row.value(0)] else { continue }
        let reading = try series.reading(row)
        if reading.period.start >= period.start { found.append((series.rank, reading)) }
      }
      found.sort { ($0.rank, $0.reading.period.end) < ($1.rank, $1.reading.period.end) }
      return found.map { $0.reading }
    }
  }

  private static func series(
    _ db: Database, feed: String, element: Element?
  ) throws -> [Int64: Series] {
    let rows = try Row.fetchAll(
      db,
      sql: """
        SELECT id, station, element, period_seconds FROM series
        WHERE feed = ?1 AND (?2 IS NULL OR element = ?2)
        ORDER BY station, element, period_seconds
        """, arguments: [feed, element?.rawValue])
    var series: [Int64: Series] = [:]
    for (rank, row) in rows.enumerated() { try series[row.value(0)] = Series(row, rank: rank) }
    return series
  }
}

/// The values of one element at one station over periods of one length.
struct Series {
  let rank: Int
  let station: String
  let element: Element
  let seconds: Int

  init(_ row: Row, rank: Int) throws {
    let name: String = try row.value(2)
    guard let element = Element(rawValue: name) else {
      throw Ledger.damaged("there is no element “\(name)”")
    }
    self.rank = rank
    self.station = try row.value(1)
    self.element = element
    self.seconds = try row.value(3)
  }

  /// A row of series_id, period_end, tenths, is_trace, quality.
  func reading(_ row: Row) throws -> GaugeReading {
    let code: Int = try row.value(4)
    guard let quality = QualityCode(rawValue: code) else {
      throw Ledger.damaged("there is no quality code \(code)")
    }
    return try GaugeReading(
      station: station, element: element,
      period: Period(end: Timestamp(secondsSince1970: row.value(1)), seconds: seconds),
      tenths: row.value(2), isTrace: row.value(3), quality: quality)
  }
}

/// Takes readings in one by one inside one transaction, with prepared statements.
struct ReadingIntake {
  private struct SeriesKey: Hashable {
    let station: String
    let element: Element
    let seconds: Int
  }

  private let database: Database
  private let file: FileRecord
  private let keepsLaterWritten: Bool
  /// Files that were written after this one, as far as they were asked for.
  private var writtenLater: [Int64: Bool] = [:]
  private let correction: Int
  private let moment: Int64
  private let newest: Statement
  private let insertion: Statement
  private let ending: Statement
  private let knownSeries: Statement
  private let newSeries: Statement
  private var series: [SeriesKey: Int64] = [:]
  private var gained = 0
  /// Rows that were ended, by the file that had brought them.
  private var lost: [Int64: Int] = [:]
  private(set) var tally = Tally()

  init(
    _ db: Database, file: FileRecord, correction: Int, moment: Int64, keepsLaterWritten: Bool
  ) throws {
    database = db
    self.keepsLaterWritten = keepsLaterWritten
    self.file = file
    self.correction = correction
    self.moment = moment
    newest = try db.cachedStatement(
      sql: """
        SELECT version, known_to, tenths, is_trace, quality, correction, file_id FROM reading
        WHERE period_end = ? AND series_id = ? ORDER BY version DESC LIMIT 1
        """)
    // A first version is written without a look at what is there: mostly there is nothing, and where
    // any version is, the first of them is.
    insertion = try db.cachedStatement(
      sql: """
        INSERT INTO reading (period_end, series_id, version, tenths, is_trace, quality,
          correction, file_id, known_from)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (period_end, series_id, version) DO NOTHING
        """)
    ending = try db.cachedStatement(
      sql: """
        UPDATE reading SET known_to = ? WHERE period_end = ? AND series_id = ? AND version = ?
        """)
    knownSeries = try db.cachedStatement(
      sql: """
        SELECT id FROM series
        WHERE feed = ? AND station = ? AND element = ? AND period_seconds = ?
        """)
    newSeries = try db.cachedStatement(
      sql: """
        INSERT INTO series (feed, station, element, period_seconds) VALUES (?, ?, ?, ?)
        RETURNING id
        """)
  }

  mutating func accept(_ reading: GaugeReading) throws {
    let end = reading.period.end.secondsSince1970
    let id = try seriesNumber(of: reading)
    let correction = max(correction, reading.correction)
    let account = Precedence.Account(
      tenths: reading.tenths, isTrace: reading.isTrace, quality: reading.quality.rawValue,
      correction: correction)
    var verdict = Precedence.add
    if try !insert(account, version: 0, end: end, series: id) {
      verdict = try acceptAgain(account, end: end, series: id)
    }
    tally.count(verdict, reading.period)
    if verdict == .add || verdict == .replace { gained += 1 }
  }

  /// - Returns: whether there was no such version.
  private func insert(
    _ account: Precedence.Account, version: Int, end: Int64, series id: Int64
  ) throws -> Bool {
    try insertion.execute(arguments: [
      end, id, version, account.tenths, account.isTrace, account.quality, account.correction,
      file.id, moment,
    ])
    return database.changesCount > 0
  }

  /// Takes in a value of a period that has or had one.
  private mutating func acceptAgain(
    _ account: Precedence.Account, end: Int64, series id: Int64
  ) throws -> Precedence {
    var version = 0
    var verdict = Precedence.add
    if let last = try Row.fetchOne(newest, arguments: [end, id]) {
      version = try Ledger.following(last.value(0) as Int)
      if try (last.value(1) as Int64?) == nil {
        let known = try Precedence.Account(
          tenths: last.value(2), isTrace: last.value(3), quality: last.value(4),
          correction: last.value(5))
        verdict = Precedence.of(account, over: known)
        if verdict == .replace, account.correction == known.correction,
          try isOlder(than: last.value(6))
        {
          verdict = .outranked
        }
        if verdict == .replace {
          try ending.execute(arguments: [moment, end, id, version - 1])
          try lost[last.value(6), default: 0] += 1
        }
      }
    }
    if verdict == .add || verdict == .replace {
      guard try insert(account, version: version, end: end, series: id) else {
        throw Ledger.damaged("a reading has its next version already")
      }
    }
    return verdict
  }

  /// Whether this file of a backlog was written before the one that is known.
  private mutating func isOlder(than known: Int64) throws -> Bool {
    guard keepsLaterWritten else { return false }
    if let answer = writtenLater[known] { return answer }
    let answer = try Ledger.isWrittenLater(database, known, than: file.id)
    writtenLater[known] = answer
    return answer
  }

  /// Brings the counts of the files up to date whose rows came and went.
  func settleFiles(_ db: Database) throws {
    try db.execute(
      sql: "UPDATE file SET current_rows = current_rows + ? WHERE id = ?",
      arguments: [gained, file.id])
    for (older, count) in lost.sorted(by: { $0.key < $1.key }) {
      try Ledger.loseRows(db, older, count, to: file.id, at: moment)
    }
  }

  private mutating func seriesNumber(of reading: GaugeReading) throws -> Int64 {
    let key = SeriesKey(
      station: reading.station, element: reading.element, seconds: reading.period.seconds)
    if let id = series[key] { return id }
    let arguments: StatementArguments = [
      file.feed, key.station, key.element.rawValue, key.seconds,
    ]
    let id =
      try Int64.fetchOne(knownSeries, arguments: arguments)
      ?? Int64.fetchOne(newSeries, arguments: arguments)
    guard let id else { throw Ledger.damaged("a series got no number") }
    series[key] = id
    return id
  }
}
