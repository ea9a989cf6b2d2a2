extension Timestamp {
  /// `2020-10-31T04:20:00Z`: the form in files and interfaces.
  public var iso8601: String {
    let c = CivilTime(self)
    return
      "\(padded(c.year, 4))-\(padded(c.month, 2))-\(padded(c.day, 2))T\(padded(c.hour, 2)):\(padded(c.minute, 2)):\(padded(c.second, 2))Z"
  }

  /// `20201031T042000Z`: the form in folder and file names.
  public var compact: String {
    let c = CivilTime(self)
    return
      "\(padded(c.year, 4))\(padded(c.month, 2))\(padded(c.day, 2))T\(padded(c.hour, 2))\(padded(c.minute, 2))\(padded(c.second, 2))Z"
  }

  /// Reads ISO 8601 in the extended or basic form: a date, then optionally a time (`T` or one blank
  /// before it) to minutes, seconds or decimal seconds (cut), then `Z`, `±hh`, `±hhmm` or `±hh:mm`.
  ///
  /// - Parameter defaultOffsetSeconds: the zone of a text that names none; nil refuses such a text.
  /// - Returns: nil where the text is not such a time or the calendar does not have it.
  public init?(iso8601 text: some StringProtocol, defaultOffsetSeconds: Int? = 0) {
    var reader = DigitReader(text)
    guard let year = reader.digits(4) else { return nil }
    let extended = reader.skip(UInt8(ascii: "-"))
    guard let month = reader.digits(2) else { return nil }
    if extended && !reader.skip(UInt8(ascii: "-")) { return nil }
    guard let day = reader.digits(2) else { return nil }
    var civil = CivilTime(year: year, month: month, day: day)
    if reader.skip(UInt8(ascii: "T")) || reader.skip(UInt8(ascii: " ")) {
      guard reader.readClock(into: &civil) else { return nil }
    }
    let offset: Int
    switch reader.offset() {
    case .absent:
      guard let defaultOffsetSeconds else { return nil }
      offset = defaultOffsetSeconds
    case .seconds(let seconds): offset = seconds
    case .malformed: return nil
    }
    guard reader.isAtEnd, let moment = civil.timestamp(offsetSeconds: offset) else { return nil }
    self = moment
  }
}

/// Reads digits and marks from the front of a text.
struct DigitReader {
  private var bytes: [UInt8]
  private var position = 0

  init(_ text: some StringProtocol) {
    bytes = Array(text.utf8)
    while let last = bytes.last, last == 32 || last == 13 { bytes.removeLast() }
    while position < bytes.count, bytes[position] == 32 { position += 1 }
  }

  var isAtEnd: Bool { position == bytes.count }

  mutating func skip(_ byte: UInt8) -> Bool {
    guard position < bytes.count, bytes[position] == byte else { return false }
    position += 1
    return true
  }

  /// Exactly `count` digits.
  mutating func digits(_ count: Int) -> Int? {
    guard position + count <= bytes.count else { return nil }
    var value = 0
    for byte in bytes[position..<(position + count)] {
      guard (48...57).contains(byte) else { return nil }
      value = value * 10 + Int(byte - 48)
    }
    position += count
    return value
  }

  mutating func readClock(into civil: inout CivilTime) -> Bool {
    guard let hour = digits(2) else { return false }
    civil.hour = hour
    let colon = skip(UInt8(ascii: ":"))
    guard let minute = digits(2) else { return !colon }
    civil.minute = minute
    let hasSeconds = colon ? skip(UInt8(ascii: ":")) : true
    guard hasSeconds, let second = digits(2) else { return !(colon && hasSeconds) }
    civil.second = second
    if skip(UInt8(ascii: ".")) || skip(UInt8(ascii: ",")) {
      guard digits(1) != nil else { return false }
      while digits(1) != nil {}
    }
    return true
  }

  enum Offset {
    case absent
    case seconds(Int)
    case malformed
  }

  mutating func offset() -> Offset {
    while skip(32) {}
    if isAtEnd { return .absent }
    if skip(UInt8(ascii: "Z")) || skip(UInt8(ascii: "z")) { return .seconds(0) }
    let sign: Int
    if skip(UInt8(ascii: "+")) {
      sign = 1
    } else if skip(UInt8(ascii: "-")) {
      sign = -1
    } else {
      return .malformed
    }
    guard let hours = digits(2), hours <= 18 else { return .malformed }
    _ = skip(UInt8(ascii: ":"))
    let minutes = isAtEnd ? 0 : digits(2)
    guard let minutes, minutes < 60 else { return .malformed }
    return .seconds(sign * (hours * 3600 + minutes * 60))
  }
}

/// A whole number with leading zeros.
public func padded(_ value: Int, _ width: Int) -> String {
  let digits = String(value.magnitude)
  let zeros = String(repeating: "0", count: max(0, width - digits.count))
  return (value < 0 ? "-" : "") + zeros + digits
}
