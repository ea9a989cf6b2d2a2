/// A moment: whole seconds since 1970-01-01T00:00:00Z, without leap seconds.
public struct Timestamp: Sendable, Hashable, Comparable, Codable {
  public let secondsSince1970: Int64

  /// The years 1 to 9999 of UTC, up to the very end: what four digits of a year can write.
  public static let writable =
    Timestamp(secondsSince1970: -62_135_596_800)...Timestamp(secondsSince1970: 253_402_300_800)

  public init(secondsSince1970: Int64) {
    self.secondsSince1970 = secondsSince1970
  }

  public init(from decoder: any Decoder) throws {
    secondsSince1970 = try decoder.singleValueContainer().decode(Int64.self)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(secondsSince1970)
  }

  public static func < (a: Timestamp, b: Timestamp) -> Bool {
    a.secondsSince1970 < b.secondsSince1970
  }

  public static func + (a: Timestamp, seconds: Int) -> Timestamp {
    Timestamp(secondsSince1970: a.secondsSince1970 &+ Int64(seconds))
  }

  public static func - (a: Timestamp, seconds: Int) -> Timestamp {
    Timestamp(secondsSince1970: a.secondsSince1970 &- Int64(seconds))
  }

  /// Seconds from `earlier` to this moment.
  public func seconds(since earlier: Timestamp) -> Int {
    Int(secondsSince1970 &- earlier.secondsSince1970)
  }

  /// The latest multiple of `step` seconds (counted from 1970 UTC) that is not after this moment.
  public func floored(toSeconds step: Int) -> Timestamp {
    let step = Int64(step)
    let rest = secondsSince1970 % step
    let (floor, isBefore) = secondsSince1970.subtractingReportingOverflow(
      rest < 0 ? rest + step : rest)
    return Timestamp(secondsSince1970: isBefore ? .min : floor)
  }
}

/// A civil date and time of day, in a zone that the reader of the value knows.
public struct CivilTime: Sendable, Hashable {
  public var year: Int
  public var month: Int
  public var day: Int
  public var hour: Int
  public var minute: Int
  public var second: Int

  public init(year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0) {
    self.year = year
    self.month = month
    self.day = day
    self.hour = hour
    self.minute = minute
    self.second = second
  }

  /// The civil time at `moment` in a zone `offsetSeconds` east of Greenwich.
  ///
  /// - Source: Hinnant, "chrono-compatible low-level date algorithms" (proleptic Gregorian calendar).
  public init(_ moment: Timestamp, offsetSeconds: Int = 0) {
    let (sum, isBeyond) = moment.secondsSince1970.addingReportingOverflow(Int64(offsetSeconds))
    let local = isBeyond ? (offsetSeconds < 0 ? .min : .max) : sum
    var days = local / 86_400
    var rest = local % 86_400
    if rest < 0 {
      rest += 86_400
      days -= 1
    }
    days += 719_468
    let era = (days >= 0 ? days : days - 146_096) / 146_097
    let dayOfEra = days - era * 146_097
    let yearOfEra =
      (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    day = Int(dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    month = Int(shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9)
    year = Int(yearOfEra + era * 400) + (month <= 2 ? 1 : 0)
    hour = Int(rest / 3600)
    minute = Int(rest / 60 % 60)
    second = Int(rest % 60)
  }

  /// The moment of this civil time in a zone `offsetSeconds` east of Greenwich, or nil for a date
  /// that the calendar does not have, or one that is not in the years 1 to 9999 of UTC. Hour 24 is the end
  /// of the day; second 60 is refused.
  public func timestamp(offsetSeconds: Int = 0) -> Timestamp? {
    guard
      (1...9999).contains(year), (1...12).contains(month),
      (1...CivilTime.days(inMonth: month, year: year)).contains(day),
      (0...24).contains(hour), (0...59).contains(minute), (0...59).contains(second),
      hour < 24 || (minute == 0 && second == 0)
    else { return nil }
    let y = Int64(month <= 2 ? year - 1 : year)
    let era = y / 400
    let yearOfEra = y - era * 400
    let dayOfYear = Int64((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1)
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    let days = era * 146_097 + dayOfEra - 719_468
    let seconds = days * 86_400 + Int64(hour * 3600 + minute * 60 + second)
    let (moment, overflow) = seconds.subtractingReportingOverflow(Int64(offsetSeconds))
    let timestamp = Timestamp(secondsSince1970: moment)
    guard !overflow, Timestamp.writable ~= timestamp else { return nil }
    return timestamp
  }

  /// Days of a month in the Gregorian calendar.
  public static func days(inMonth month: Int, year: Int) -> Int {
    switch month {
    case 2: (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }
}
