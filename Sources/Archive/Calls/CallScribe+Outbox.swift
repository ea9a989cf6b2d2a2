import GRDB
import Hydromet
import Warn

extension CallScribe {
  /// Makes orders of what decisions have left in the outbox. An item that cannot be read is noted and
  /// left aside: it must not hold up the others.
  func takeOutbox(_ book: CallBook, limit: Int = 2000) throws {
    let rows = try CallSQL.rows(
      db, "SELECT * FROM outbox WHERE taken IS NULL ORDER BY id LIMIT ?", [limit])
    for row in rows {
      let item: OutboxItem
      do {
        item = try Ledger.outboxRow(row).item
      } catch {
        _ = try Ledger.takeOver(db, outbox: row.value("id"), at: moment.wall, outcome: "unreadable")
        try Ledger.appendAudit(
          db, "call.unreadable", subject: row.value("subject"), ["item": row.value("key")],
          at: moment.wall)
        continue
      }
      guard try Ledger.takeOver(db, outbox: row.value("id"), at: moment.wall, outcome: "called")
      else {
        continue
      }
      try Ledger.enqueue(db, CallOrder(item, isRehearsal: book.isRehearsal))
    }
  }
}
