import Hydromet

/// A CF time unit: `minutes since 2021-08-23T08:50:00`.
struct TimeUnit {
  let secondsPerUnit: Double
  let origin: Timestamp
  /// The first moment that the calendar dates otherwise; nil where there is none.
  private var end: Timestamp?

  /// Whether a unit text is one of time since a moment.
  static func isTime(_ text: String) -> Bool {
    text.lowercased().split { $0.isWhitespace }.contains("since")
  }

  /// - Parameter calendar: the `calendar` attribute; nil means `standard`.
  /// - Returns: nil for months, years, other calendars, and moments that do not exist.
  init?(_ text: String, calendar: String?) {
    let words = text.split(maxSplits: 2, omittingEmptySubsequences: true) { $0.isWhitespace }
    guard words.count == 3, words[1].lowercased() == "since" else { return nil }
    let seconds: Double
    switch words[0].lowercased() {
    case "ns", "nanosecond", "nanoseconds": seconds = 1e-9
    case "us", "µs", "microsec", "microsecs", "microsecond", "microseconds": seconds = 1e-6
    case "ms", "msec", "msecs", "millisec", "millisecs", "millisecond", "milliseconds":
      seconds = 1e-3
    case "s", "sec", "secs", "second", "seconds": seconds = 1
    case "min", "mins", "minute", "minutes": seconds = 60
    case "h", "hr", "hrs", "hour", "hours": seconds = 3600
    case "d", "day", "days": seconds = 86_400
    default: return nil
    }
    guard var origin = TimeUnit.moment(words[2]) else { return nil }
    switch (calendar ?? "standard").lowercased() {
    case "proleptic_gregorian": break
    case "standard", "gregorian", "":
      // The mixed calendar counts Julian days before 15 October 1582.
      guard let reform = CivilTime(year: 1582, month: 10, day: 15).timestamp() else { return nil }
      if origin < reform { origin = origin + TimeUnit.julianDays(origin) * 86_400 }
    case "julian":
      // Between two secular years that only this calendar calls leap years, both count the same days
      // from a date to a date. Files of IMERG state it and mean the dates of everybody.
      guard let first = CivilTime(year: 1900, month: 3, day: 1).timestamp(), origin >= first
      else { return nil }
      end = CivilTime(year: 2100, month: 2, day: 28).timestamp()
    default: return nil
    }
    secondsPerUnit = seconds
    self.origin = origin
  }

  /// The moment of a coordinate value, to the nearest second; nil where it is not finite or not in the
  /// years 1 to 9999.
  func moment(_ value: Double) -> Timestamp? {
    let seconds = (value * secondsPerUnit).rounded()
    guard seconds.isFinite, abs(seconds) < 1e12 else { return nil }
    let moment = origin + Int(seconds)
    guard Timestamp.writable ~= moment else { return nil }
    if let end, moment >= end { return nil }
    return moment
  }

  /// Days from a Gregorian date to the same date of the Julian calendar; negative before March 300.
  private static func julianDays(_ moment: Timestamp) -> Int {
    let civil = CivilTime(moment)
    let year = civil.month < 3 ? civil.year - 1 : civil.year
    return year / 100 - year / 400 - 2
  }

  /// `1970-01-01`, `1970-1-1 0:0:0.0`, `2021-08-23T08:50:00Z`, `2000-01-01 00:00 +8:00`, `… UTC`.
  private static func moment(_ text: Substring) -> Timestamp? {
    var reader = MomentReader(text)
    guard let year = reader.number(), reader.skip("-"), let month = reader.number(),
      reader.skip("-"), let day = reader.number()
    else { return nil }
    var civil = CivilTime(year: year, month: month, day: day)
    if reader.skip("T") || reader.skip("t") || reader.skipBlanks() {
      if let hour = reader.number() {
        civil.hour = hour
        if reader.skip(":") {
          guard let minute = reader.number() else { return nil }
          civil.minute = minute
        }
        if reader.skip(":") {
          guard let second = reader.number() else { return nil }
          civil.second = second
          if reader.skip(".") { _ = reader.number() }
        }
      }
    }
    guard let offset = reader.zone(), reader.isAtEnd else { return nil }
    return civil.timestamp(offsetSeconds: offset)
  }
}

/// Reads the parts of a moment from the front of a text.
private struct MomentReader {
  private let bytes: [UInt8]
  private var position = 0

  init(_ text: Substring) {
    bytes = Array(text.utf8)
  }

  var isAtEnd: Bool { position == bytes.count }

  /// One to nine digits.
  mutating func number() -> Int? {
    var value = 0
    let start = position
    while position < bytes.count, (48...57).contains(bytes[position]), position - start < 9 {
      value = value * 10 + Int(bytes[position] - 48)
      position += 1
    }
    return position > start ? value : nil
  }

  mutating func skip(_ mark: Character) -> Bool {
    guard position < bytes.count, let byte = mark.asciiValue, bytes[position] == byte else {
      return false
    }
    position += 1
    return true
  }

  mutating func skipBlanks() -> Bool {
    let start = position
    while position < bytes.count, bytes[position] == 32 { position += 1 }
    return position > start
  }

  /// Seconds east of Greenwich: nothing, `Z`, `UTC`, `GMT`, `±h`, `±hh:mm`, `±hhmm`; east where there is no sign.
  mutating func zone() -> Int? {
    _ = skipBlanks()
    if isAtEnd { return 0 }
    let rest = String(decoding: bytes[position...], as: UTF8.self).uppercased()
    if ["Z", "UTC", "GMT"].contains(rest.filter { $0 != " " }) {
      position = bytes.count
      return 0
    }
    let sign: Int
    if skip("+") {
      sign = 1
    } else if skip("-") {
      sign = -1
    } else {
      sign = 1
    }
    let start = position
    guard var hours = number() else { return nil }
    var minutes = 0
    if position - start == 4 {
      minutes = hours % 100
      hours /= 100
    } else if skip(":") {
      guard let given = number() else { return nil }
      minutes = given
    }
    guard hours <= 18, minutes < 60 else { return nil }
    _ = skipBlanks()
    return sign * (hours * 3600 + minutes * 60)
  }
}
