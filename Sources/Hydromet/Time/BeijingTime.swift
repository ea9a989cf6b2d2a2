/// Beijing time: fixed UTC+8, no daylight saving. The zone of everything that people read.
public enum BeijingTime {
  public static let offsetSeconds = 8 * 3600

  public static func civil(_ moment: Timestamp) -> CivilTime {
    CivilTime(moment, offsetSeconds: offsetSeconds)
  }

  /// The last moment at or before `moment` at which the clock shows `hour`:00.
  public static func latest(hour: Int, atOrBefore moment: Timestamp) -> Timestamp {
    let shift = offsetSeconds - hour * 3600
    return (moment + shift).floored(toSeconds: 86_400) - shift
  }

  /// `7月5日14时20分`: the form of warnings and bulletins.
  public static func chinese(_ moment: Timestamp, withYear: Bool = false) -> String {
    let c = civil(moment)
    let year = withYear ? "\(c.year)年" : ""
    return "\(year)\(c.month)月\(c.day)日\(padded(c.hour, 2))时\(padded(c.minute, 2))分"
  }

  /// `2020-07-05 14:20`: the form of tables and maps.
  public static func numeric(_ moment: Timestamp) -> String {
    let c = civil(moment)
    return
      "\(padded(c.year, 4))-\(padded(c.month, 2))-\(padded(c.day, 2)) \(padded(c.hour, 2)):\(padded(c.minute, 2))"
  }

  /// `2020-07-05T14:20:00+08:00`: the form that CAP 1.2 asks for.
  public static func iso8601(_ moment: Timestamp) -> String {
    let c = civil(moment)
    return
      "\(padded(c.year, 4))-\(padded(c.month, 2))-\(padded(c.day, 2))T\(padded(c.hour, 2)):\(padded(c.minute, 2)):\(padded(c.second, 2))+08:00"
  }
}
