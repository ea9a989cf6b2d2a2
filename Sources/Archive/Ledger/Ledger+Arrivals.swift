import GRDB
public import Hydromet

extension Ledger {
  /// What arrived for each stretch of a period that anything arrived for, as one text for each: equal
  /// texts mean equal data.
  ///
  /// - Parameter seconds: length of the stretches, which end on its multiples since 1970.
  /// - Returns: by the end of the stretch, in order.
  public func arrivals(
    in period: Period, every seconds: Int, asKnown moment: Timestamp? = nil
  ) throws(Fault) -> [(end: Timestamp, text: String)] {
    try read { db in
      let length = Int64(max(1, seconds))
      return try Row.fetchAll(
        db,
        sql: """
          SELECT (period_end + ?3 - 1) / ?3 AS stretch, count(*), max(known), sum(known - period_end)
          FROM change WHERE period_end > ?1 AND period_end <= ?2 AND known <= ?4
          GROUP BY stretch ORDER BY stretch
          """,
        arguments: [
          period.start.secondsSince1970, period.end.secondsSince1970, length,
          moment?.secondsSince1970 ?? Int64.max,
        ]
      ).map { row in
        let stretch: Int64 = try row.value(0)
        let (count, newest, sum): (Int64, Int64, Int64) = try (
          row.value(1), row.value(2), row.value(3)
        )
        return (
          Timestamp(secondsSince1970: stretch * length), "\(count) \(newest) \(sum)"
        )
      }
    }
  }
}
