import Foundation
import GRDB
public import Hydromet

extension Ledger {
  /// Writes a notification down before its sender is told that it has arrived.
  ///
  /// - Parameter refusal: why it is refused at once; nil where its data are to be fetched.
  /// - Returns: whether it is new; a repeat by its identifier changes nothing.
  public func note(
    _ notice: ArrivingNotice, feed: String, at time: Timestamp, refusal: Fault? = nil
  ) throws(Fault) -> Bool {
    let fate: NoticeFate = refusal == nil ? .waiting : .refused
    let now = time.secondsSince1970
    return try write { db in
      try db.execute(
        sql: """
          INSERT OR IGNORE INTO notice
            (feed, notice, data_id, published, integrity, topic, message, first_seen, try_after,
             fate, decided_at, reason_code, reason_problem)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
          """,
        arguments: [
          feed, notice.notice, notice.dataID, notice.published.secondsSince1970, notice.integrity,
          notice.topic, refusal == nil ? Data(notice.message) : nil, now, now, fate.rawValue,
          refusal == nil ? nil : now, refusal?.code,
          refusal.map { "\($0.problem); \($0.remedy)" },
        ])
      return db.changesCount > 0
    }
  }

  /// Notifications whose data can be fetched now, the newest data first.
  public func waitingNotices(
    feed: String, at time: Timestamp, limit: Int
  ) throws(Fault) -> [NoticeRecord] {
    try read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT * FROM notice WHERE feed = ? AND fate = 'waiting' AND try_after <= ?
          ORDER BY published DESC, id DESC LIMIT ?
          """, arguments: [feed, time.secondsSince1970, limit]
      ).map(NoticeRecord.init)
    }
  }

  /// How many notifications of each fate there are.
  public func noticeCounts(feed: String) throws(Fault) -> [NoticeFate: Int] {
    try read { db in
      let rows = try Row.fetchAll(
        db, sql: "SELECT fate, count(*) FROM notice WHERE feed = ? GROUP BY fate", arguments: [feed]
      )
      return try rows.reduce(into: [:]) { counts, row in
        counts[try Ledger.noticeFate(row.value(0))] = try row.value(1)
      }
    }
  }

  /// Notifications, newest first.
  public func notices(feed: String, fate: NoticeFate? = nil, limit: Int = 1000)
    throws(Fault) -> [NoticeRecord]
  {
    try read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT * FROM notice WHERE feed = ?1 AND (?2 IS NULL OR fate = ?2)
          ORDER BY id DESC LIMIT ?3
          """, arguments: [feed, fate?.rawValue, limit]
      ).map(NoticeRecord.init)
    }
  }

  /// The latest notification of the same data that was delivered; nil where none was.
  public func deliveredNotice(feed: String, dataID: String) throws(Fault) -> NoticeRecord? {
    try read { db in
      try Row.fetchOne(
        db,
        sql: """
          SELECT * FROM notice WHERE feed = ? AND data_id = ? AND fate = 'delivered'
          ORDER BY published DESC, id DESC LIMIT 1
          """, arguments: [feed, dataID]
      ).map(NoticeRecord.init)
    }
  }

  /// Decides what became of a notification; its message is not needed any more.
  public func decide(
    notice id: Int64, _ fate: NoticeFate, fileName: String? = nil, reason: Fault? = nil,
    at time: Timestamp
  ) throws(Fault) {
    try write { db in
      try db.execute(
        sql: """
          UPDATE notice SET fate = ?, decided_at = ?, file_name = ?, reason_code = ?,
            reason_problem = ?, message = NULL, attempts = attempts + 1
          WHERE id = ? AND fate = 'waiting'
          """,
        arguments: [
          fate.rawValue, time.secondsSince1970, fileName, reason?.code,
          reason.map { "\($0.problem); \($0.remedy)" }, id,
        ])
    }
  }

  /// Puts a notification back whose data could not be had now.
  public func postpone(
    notice id: Int64, until time: Timestamp, reason: Fault
  ) throws(Fault) {
    try write { db in
      try db.execute(
        sql: """
          UPDATE notice SET attempts = attempts + 1, try_after = ?, reason_code = ?,
            reason_problem = ?
          WHERE id = ? AND fate = 'waiting'
          """,
        arguments: [time.secondsSince1970, reason.code, "\(reason.problem); \(reason.remedy)", id])
    }
  }

  /// Forgets notifications that were decided before a moment.
  public func forgetNotices(decidedBefore time: Timestamp) throws(Fault) {
    try write { db in
      try db.execute(
        sql: "DELETE FROM notice WHERE fate <> 'waiting' AND decided_at < ?",
        arguments: [time.secondsSince1970])
    }
  }

  fileprivate static func noticeFate(_ text: String) throws -> NoticeFate {
    guard let fate = NoticeFate(rawValue: text) else { throw damaged("there is no fate “\(text)”") }
    return fate
  }
}

extension NoticeRecord {
  fileprivate init(_ row: Row) throws {
    try self.init(
      id: row.value("id"), feed: row.value("feed"), notice: row.value("notice"),
      dataID: row.value("data_id"),
      published: Timestamp(secondsSince1970: row.value("published")),
      integrity: row.value("integrity"),
      topic: row.value("topic"), message: (row.value("message") as Data?).map { [UInt8]($0) },
      firstSeen: Timestamp(secondsSince1970: row.value("first_seen")),
      attempts: row.value("attempts"),
      fate: Ledger.noticeFate(row.value("fate")), fileName: row.value("file_name"),
      reasonCode: row.value("reason_code"), reason: row.value("reason_problem"))
  }
}
