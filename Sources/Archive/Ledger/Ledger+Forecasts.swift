import GRDB
public import Hydromet

/// Forecasts: every issue is a stream of frames of its own, so that the same hour of two issues stands
/// beside itself, and a corrected file replaces frames of its own issue only.
extension Ledger {
  /// The stream of an issue; no feed has such a name.
  static func stream(_ feed: String, issued: Timestamp) -> String {
    "\(feed)@\(issued.secondsSince1970)"
  }

  /// When the issues of a feed were issued of which frames are known, newest first.
  ///
  /// - Parameters:
  ///   - period: the issue lies after its start, and not after its end.
  ///   - moment: what was known then; now where nil.
  public func forecastIssues(
    feed: String, in period: Period, asKnown moment: Timestamp? = nil
  ) throws(Fault) -> [Timestamp] {
    let prefix = "\(feed)@"
    let names: [String] = try read { db in
      try String.fetchAll(
        db,
        sql: """
          SELECT DISTINCT feed FROM frame
          WHERE feed >= ?1 AND feed < ?2 AND \(Ledger.isKnown("frame", "?3"))
          """, arguments: [prefix, "\(feed)A", moment?.secondsSince1970])
    }
    return names.compactMap { Int64($0.dropFirst(prefix.count)) }
      .map(Timestamp.init(secondsSince1970:))
      .filter { $0 > period.start && $0 <= period.end }.sorted(by: >)
  }

  /// The frames of one issue, by end and length.
  public func frames(
    feed: String, issued: Timestamp, asKnown moment: Timestamp? = nil
  ) throws(Fault) -> [StoredFrame] {
    let longest = 400 * 86_400
    return try frames(
      feed: Ledger.stream(feed, issued: issued),
      in: Period(end: issued + longest, seconds: 2 * longest), asKnown: moment)
  }
}
