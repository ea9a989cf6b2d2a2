import GRDB
public import Hydromet

/// How long after the end of their periods the readings of one station arrived.
public struct ArrivalDelay: Sendable, Hashable {
  public let station: String
  /// Readings that arrived, each counted once, by its first arrival.
  public let readings: Int
  /// Seconds; negative where a clock runs ahead. Of an even number the lower of the two in the middle, and
  /// the least that nine tenths of the readings do not exceed.
  public let medianSeconds: Int
  public let ninetiethSeconds: Int
  public let largestSeconds: Int
  /// Readings for whose time a cycle was published, and those of them that it did not know.
  public let awaited: Int
  public let late: Int

  /// Nil without a reading.
  ///
  /// - Parameter isLate: by reading; nil where no cycle was published for its time.
  public init?(station: String, _ arrivals: [(seconds: Int, isLate: Bool?)]) {
    let sorted = arrivals.map(\.seconds).sorted()
    guard let largest = sorted.last else { return nil }
    self.station = station
    readings = sorted.count
    medianSeconds = sorted[(sorted.count - 1) / 2]
    ninetiethSeconds = sorted[(9 * sorted.count + 9) / 10 - 1]
    largestSeconds = largest
    awaited = arrivals.count { $0.isLate != nil }
    late = arrivals.count { $0.isLate ?? false }
  }
}

extension Ledger {
  /// The delays of the readings whose period ends in `period`, by station, in the order of their ids.
  ///
  /// A reading is late where the first cycle that was published at or after its end, of that data time the
  /// first attempt, did not know it.
  public func delays(
    feed: String, element: Element, in period: Period
  ) throws(Fault) -> [ArrivalDelay] {
    try read { db in
      let cycles = try Row.fetchAll(
        db,
        sql: """
          SELECT data_time, known FROM cycle WHERE attempt = 0 AND data_time > ?
          ORDER BY data_time
          """, arguments: [period.start.secondsSince1970]
      ).map { row -> (data: Int64, known: Int64) in try (row.value(0), row.value(1)) }
      let rows = try Row.fetchCursor(
        db,
        sql: """
          SELECT series.station, reading.period_end, min(reading.known_from)
          FROM reading JOIN series ON series.id = reading.series_id
          WHERE series.feed = ? AND series.element = ? AND reading.period_end > ?
            AND reading.period_end <= ?
          GROUP BY reading.period_end, reading.series_id
          ORDER BY reading.period_end
          """,
        arguments: [
          feed, element.rawValue, period.start.secondsSince1970, period.end.secondsSince1970,
        ])
      var arrivals: [String: [(seconds: Int, isLate: Bool?)]] = [:]
      var next = 0
      while let row = try rows.next() {
        let (station, end, known): (String, Int64, Int64) = try (
          row.value(0), row.value(1), row.value(2)
        )
        while next < cycles.count, cycles[next].data < end { next += 1 }
        let isLate = next < cycles.count ? known > cycles[next].known : nil
        let (seconds, overflow) = known.subtractingReportingOverflow(end)
        guard !overflow else { continue }
        arrivals[station, default: []].append((Int(seconds), isLate))
      }
      return arrivals.keys.sorted().compactMap { ArrivalDelay(station: $0, arrivals[$0] ?? []) }
    }
  }
}
