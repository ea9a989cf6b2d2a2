/// Part of every year in which a threshold holds, both days included, by the Beijing calendar:
/// `05-01..09-30`, or over the new year `11-01..03-31`.
public struct Season: Sendable, Hashable {
  /// Month × 100 + day: 501 … 930.
  public let first: Int
  public let last: Int

  /// Reads `05-01..09-30`; nil for anything else, and for a day that no year has.
  public init?(_ text: some StringProtocol) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 3, parts[1].isEmpty, let first = Season.day(parts[0]),
      let last = Season.day(parts[2])
    else { return nil }
    self.first = first
    self.last = last
  }

  private static func day(_ text: some StringProtocol) -> Int? {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 2, parts.allSatisfy({ $0.utf8.count == 2 }), let month = Int(parts[0]),
      let day = Int(parts[1]), (1...12).contains(month),
      (1...CivilTime.days(inMonth: month, year: 2024)).contains(day)
    else { return nil }
    return month * 100 + day
  }

  public func holds(at moment: Timestamp) -> Bool {
    let civil = BeijingTime.civil(moment)
    let day = civil.month * 100 + civil.day
    return first <= last ? (first...last).contains(day) : day >= first || day <= last
  }

  /// Whether some day is in both.
  public func overlaps(_ other: Season) -> Bool {
    spans.contains { a in other.spans.contains { b in a.overlaps(b) } }
  }

  private var spans: [ClosedRange<Int>] {
    first <= last ? [first...last] : [first...1231, 101...last]
  }

  /// `05-01..09-30`
  public var text: String { "\(Season.text(first))..\(Season.text(last))" }

  private static func text(_ day: Int) -> String {
    "\(padded(day / 100, 2))-\(padded(day % 100, 2))"
  }
}
