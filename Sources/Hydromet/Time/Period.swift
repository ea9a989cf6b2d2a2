/// The time over which rain was summed: `(start, end]`, labelled by its end.
public struct Period: Sendable, Hashable, Codable {
  public let end: Timestamp
  public let seconds: Int

  public init(end: Timestamp, seconds: Int) {
    self.end = end
    self.seconds = seconds
  }

  public init(start: Timestamp, end: Timestamp) {
    self.init(end: end, seconds: end.seconds(since: start))
  }

  public var start: Timestamp { end - seconds }

  /// Whether a period lies wholly within this one.
  public func covers(_ other: Period) -> Bool {
    other.start >= start && other.end <= end
  }

  /// The 24 h that end at 08:00 Beijing time on or before `moment`: the hydrological day 水文日.
  public static func hydrologicalDay(endingAtOrBefore moment: Timestamp) -> Period {
    Period(end: BeijingTime.latest(hour: 8, atOrBefore: moment), seconds: 86_400)
  }

  /// The 24 h that end at 20:00 Beijing time on or before `moment`: the meteorological day 气象日.
  public static func meteorologicalDay(endingAtOrBefore moment: Timestamp) -> Period {
    Period(end: BeijingTime.latest(hour: 20, atOrBefore: moment), seconds: 86_400)
  }
}

/// A length of time as people write it: `10min`, `3h`, `1d`, `90s`, or bare seconds with `s`.
public struct TimeSpan: Sendable, Hashable, Comparable, Codable {
  public let seconds: Int

  public init(seconds: Int) {
    self.seconds = seconds
  }

  public init(from decoder: any Decoder) throws {
    seconds = try decoder.singleValueContainer().decode(Int.self)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(seconds)
  }

  public static func hours(_ hours: Int) -> TimeSpan { TimeSpan(seconds: hours * 3600) }
  public static func minutes(_ minutes: Int) -> TimeSpan { TimeSpan(seconds: minutes * 60) }

  public static func < (a: TimeSpan, b: TimeSpan) -> Bool { a.seconds < b.seconds }

  /// Reads `3h`, `30min`, `30m`, `45s`, `3d`; nil for anything else, for zero and for more than ten years.
  public init?(_ text: some StringProtocol) {
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    guard let number = Int(digits), number > 0 else { return nil }
    let scale: Int
    switch text.dropFirst(digits.count) {
    case "s": scale = 1
    case "min", "m": scale = 60
    case "h": scale = 3600
    case "d": scale = 86_400
    default: return nil
    }
    let (seconds, overflow) = number.multipliedReportingOverflow(by: scale)
    guard !overflow, seconds <= 315_360_000 else { return nil }
    self.init(seconds: seconds)
  }

  /// `30min` below an hour and for odd minutes, else `3h`; whole minutes or seconds otherwise.
  public var text: String {
    if seconds % 3600 == 0 { return "\(seconds / 3600)h" }
    if seconds % 60 == 0 { return "\(seconds / 60)min" }
    return "\(seconds)s"
  }

  /// `30分钟`, `3小时`.
  public var chineseText: String {
    if seconds % 3600 == 0 { return "\(seconds / 3600)小时" }
    if seconds % 60 == 0 { return "\(seconds / 60)分钟" }
    return "\(seconds)秒"
  }
}
