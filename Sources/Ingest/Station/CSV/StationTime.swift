import Hydromet

/// A time as station files write it.
enum StationTime {
  case moment(Timestamp)
  /// A time without a zone where none is stated.
  case withoutZone
  case malformed

  /// Reads ISO 8601, bare digits `yyyymmddhhMM[SS]`, `yyyy/m/d h:MM[:SS]` and `yyyy-m-d h:MM`
  /// as spreadsheets write it, `yyyy年m月d日 h时MM分`, and seconds or milliseconds since 1970 UTC
  /// (`1720526400`, `1720526400000`), which need no zone. Ten digits are seconds where they are no
  /// `yyyymmddhh` of 1900 or later: until March 2030. The day must have a clock time: a date alone is no end of a period.
  init(_ text: String, zoneOffsetSeconds: Int?) {
    let text = text.trimmingBlanks()
    if let moment = StationTime.sinceEpoch(text) {
      self = .moment(moment)
      return
    }
    if let civil = StationTime.civil(text) {
      guard let zoneOffsetSeconds else {
        self = civil.timestamp() == nil ? .malformed : .withoutZone
        return
      }
      self = civil.timestamp(offsetSeconds: zoneOffsetSeconds).map { .moment($0) } ?? .malformed
      return
    }
    guard text.utf8.count > 10, text.contains(where: { $0 == "T" || $0 == " " || $0 == "t" }) else {
      self = .malformed
      return
    }
    var upper = text.uppercased()
    if upper.hasSuffix(" UTC") { upper = upper.dropLast(4) + "Z" }
    if let moment = Timestamp(iso8601: upper, defaultOffsetSeconds: zoneOffsetSeconds) {
      self = .moment(moment)
    } else if Timestamp(iso8601: upper, defaultOffsetSeconds: 0) != nil {
      self = .withoutZone
    } else {
      self = .malformed
    }
  }

  /// `yyyy-mm-dd hh:MM`, with `T` or a blank, optionally `:SS`, then nothing, `Z` or `±hh:MM`; nil for
  /// every other spelling and for what the calendar does not have.
  static func usual(
    _ bytes: [UInt8], _ cell: Range<Int>, zoneOffsetSeconds: Int?
  ) -> Timestamp? {
    let start = cell.lowerBound
    guard cell.count >= 16, cell.count <= 25, cell.upperBound <= bytes.count,
      bytes[start + 4] == UInt8(ascii: "-"), bytes[start + 7] == UInt8(ascii: "-"),
      bytes[start + 10] == UInt8(ascii: " ") || bytes[start + 10] == UInt8(ascii: "T"),
      bytes[start + 13] == UInt8(ascii: ":")
    else { return nil }
    func pair(_ at: Int) -> Int {
      let (a, b) = (Int(bytes[start + at]) - 48, Int(bytes[start + at + 1]) - 48)
      return (0...9).contains(a) && (0...9).contains(b) ? a * 10 + b : -10_000
    }
    var civil = CivilTime(
      year: pair(0) * 100 + pair(2), month: pair(5), day: pair(8), hour: pair(11), minute: pair(14))
    var place = 16
    if cell.count >= 19, bytes[start + 16] == UInt8(ascii: ":") {
      civil.second = pair(17)
      place = 19
    }
    let offset: Int
    switch cell.count - place {
    case 0:
      guard let zoneOffsetSeconds else { return nil }
      offset = zoneOffsetSeconds
    case 1 where bytes[start + place] == UInt8(ascii: "Z"): offset = 0
    case 6 where bytes[start + place + 3] == UInt8(ascii: ":"):
      let (hours, minutes) = (pair(place + 1), pair(place + 4))
      guard (0...18).contains(hours), (0...59).contains(minutes) else { return nil }
      switch bytes[start + place] {
      case UInt8(ascii: "+"): offset = hours * 3600 + minutes * 60
      case UInt8(ascii: "-"): offset = -(hours * 3600 + minutes * 60)
      default: return nil
      }
    default: return nil
    }
    return civil.timestamp(offsetSeconds: offset)
  }

  /// Ten digits from 1000000000 (2001) to 1899999999 (2030) or thirteen up to 4102444799999 (2099), with
  /// or without zeros behind a point; parts of a second are cut.
  private static func sinceEpoch(_ text: String) -> Timestamp? {
    var digits = Substring(text)
    if let point = digits.firstIndex(of: ".") {
      guard digits[digits.index(after: point)...].allSatisfy({ $0 == "0" }) else { return nil }
      digits = digits[..<point]
    }
    guard digits.utf8.allSatisfy({ (48...57).contains($0) }), let number = Int64(digits) else {
      return nil
    }
    switch digits.utf8.count {
    case 10 where (1_000_000_000..<1_900_000_000).contains(number):
      return Timestamp(secondsSince1970: number)
    case 13 where (1_000_000_000_000..<4_102_444_800_000).contains(number):
      return Timestamp(secondsSince1970: number / 1000)
    default: return nil
    }
  }

  /// A time of a date and a clock time from two cells: `20240709` and `930` become `202407090930`.
  static func joined(date: String, clock: String) -> String {
    let isNumber = { (text: String) in text.utf8.allSatisfy { (48...57).contains($0) } }
    guard isNumber(date), date.utf8.count == 8 else { return "\(date) \(clock)" }
    let (day, month) = (date.suffix(2), date.dropFirst(4).prefix(2))
    guard isNumber(clock), !clock.isEmpty, clock.utf8.count <= 6 else {
      return "\(date.prefix(4))-\(month)-\(day) \(clock)"
    }
    return date + (clock.utf8.count % 2 == 1 ? "0" : "") + clock
  }

  /// `2024年7月9日 20时10分` as `2024/7/9 20:10`; other texts as they are.
  private static func words(_ text: String) -> String {
    guard text.contains("年") else { return text }
    let marks: [Character: String] = [
      "年": "/", "月": "/", "日": " ", "时": ":", "点": ":", "分": ":", "秒": "",
    ]
    var plain = text.reduce(into: "") { $0 += marks[$1] ?? String($1) }
    if plain.hasSuffix(":") { plain.removeLast() }
    return plain.contains(":") ? plain : plain + ":0"
  }

  /// The forms that are not ISO 8601; they never name a zone.
  private static func civil(_ text: String) -> CivilTime? {
    let bytes = Array(text.utf8)
    if bytes.allSatisfy({ (48...57).contains($0) }), [10, 12, 14].contains(bytes.count) {
      let number: (Range<Int>) -> Int = { range in
        bytes[range].reduce(0) { $0 * 10 + Int($1 - 48) }
      }
      return CivilTime(
        year: number(0..<4), month: number(4..<6), day: number(6..<8), hour: number(8..<10),
        minute: bytes.count > 10 ? number(10..<12) : 0,
        second: bytes.count > 12 ? number(12..<14) : 0)
    }
    let halves = words(text).split(separator: " ")
    guard halves.count == 2 else { return nil }
    let mark: Character = halves[0].contains("/") ? "/" : "-"
    let date = halves[0].split(separator: mark, omittingEmptySubsequences: false).map { Int($0) }
    let clock = halves[1].split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
    guard date.count == 3, (2...3).contains(clock.count), halves[0].utf8.count <= 10,
      halves[1].utf8.count <= 8, let year = date[0], let month = date[1], let day = date[2],
      let hour = clock[0], let minute = clock[1], let second = clock.count == 3 ? clock[2] : 0
    else { return nil }
    let civil = CivilTime(
      year: year, month: month, day: day, hour: hour, minute: minute, second: second)
    // What the calendar lacks may still be ISO 8601: 24:00.
    return year < 1000 || mark == "-" && civil.timestamp() == nil ? nil : civil
  }
}

extension StringProtocol {
  /// The text without the blanks at its ends.
  func trimmingBlanks() -> String {
    // Nearly all texts have none.
    if let first = unicodeScalars.first, let last = unicodeScalars.last,
      (0x21...0x7E).contains(first.value), (0x21...0x7E).contains(last.value)
    {
      return String(self)
    }
    var bytes = Substring(self)
    while let first = bytes.first, first.isWhitespace { bytes.removeFirst() }
    while let last = bytes.last, last.isWhitespace { bytes.removeLast() }
    return String(bytes)
  }
}
