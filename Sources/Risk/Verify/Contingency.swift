/// How often an alarm and an event met.
public struct Contingency: Sendable, Hashable {
  public var hits: Int
  public var falseAlarms: Int
  public var misses: Int

  public init(hits: Int = 0, falseAlarms: Int = 0, misses: Int = 0) {
    self.hits = hits
    self.falseAlarms = falseAlarms
    self.misses = misses
  }

  public static func + (a: Contingency, b: Contingency) -> Contingency {
    Contingency(
      hits: a.hits + b.hits, falseAlarms: a.falseAlarms + b.falseAlarms,
      misses: a.misses + b.misses)
  }

  /// Critical success index (threat score TS): hits over hits, false alarms and misses; nil without any
  /// of them, never 0 or 1.
  public var criticalSuccess: Double? {
    Contingency.share(hits, of: hits + falseAlarms + misses)
  }

  /// Probability of detection; nil without events.
  public var detection: Double? { Contingency.share(hits, of: hits + misses) }

  /// False alarm ratio 空报率; nil without alarms.
  public var falseAlarmRatio: Double? { Contingency.share(falseAlarms, of: hits + falseAlarms) }

  private static func share(_ part: Int, of whole: Int) -> Double? {
    whole > 0 ? Double(part) / Double(whole) : nil
  }
}
