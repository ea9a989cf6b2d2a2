import GRDB
public import Hydromet
public import Warn

extension Ledger {
  /// What the calls about warnings and alarms came to: one entry for each message that left, and one for
  /// each answer that no message brought.
  ///
  /// - Parameter book: names the township of each place.
  public func callOutcomes(of subjects: [String], _ book: CallBook) throws(Fault) -> [CallOutcome] {
    guard !subjects.isEmpty else { return [] }
    return try read { db in
      var outcomes: [CallOutcome] = []
      for subject in subjects {
        let sent = try CallSQL.rows(
          db,
          """
          SELECT call_chain.root, call_delivery.channel, call_delivery.begun_at,
            (SELECT min(answered_at) FROM call_answer WHERE call_answer.delivery = call_delivery.id
              AND call_answer.chain = call_chain.id AND closed = 1) AS answered_at
          FROM call_order JOIN call_chain ON call_chain.order_number = call_order.number
          JOIN call_cover ON call_cover.chain = call_chain.id
          JOIN call_delivery ON call_delivery.id = call_cover.delivery
          WHERE call_order.warning = ? AND call_delivery.begun_at IS NOT NULL
            AND call_order.kind IN ('alert', 'upgrade')
            AND call_delivery.state IN ('sent', 'sending', 'uncertain')
          ORDER BY call_delivery.id, call_chain.id
          """, [subject])
        let otherwise = try CallSQL.rows(
          db,
          """
          SELECT call_chain.root, call_answer.way AS channel, call_chain.opened_at AS begun_at,
            call_answer.answered_at FROM call_order
          JOIN call_chain ON call_chain.order_number = call_order.number
          JOIN call_answer ON call_answer.chain = call_chain.id
          WHERE call_order.warning = ? AND call_answer.delivery IS NULL AND call_answer.closed = 1
          ORDER BY call_answer.id
          """, [subject])
        for row in sent + otherwise {
          let answered: Int64? = try row.value("answered_at")
          outcomes.append(
            try CallOutcome(
              subject: subject, township: book.directory.township(of: row.value("root")),
              channel: row.value("channel"),
              called: Timestamp(secondsSince1970: row.value("begun_at")),
              answered: answered.map(Timestamp.init(secondsSince1970:))))
        }
      }
      return outcomes
    }
  }
}
