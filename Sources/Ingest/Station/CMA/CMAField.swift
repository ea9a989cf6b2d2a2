import Hydromet

/// The fixed fields of CMA text formats: digits with `/` for missing, `,` for a trace, `-` for none.
enum CMAField {
  /// A field filled with one mark.
  static func mark(_ text: StationText, _ field: Range<Int>) -> FieldValue? {
    guard let first = field.first else { return .missing }
    switch text.bytes[first] {
    case StationText.slash, UInt8(ascii: "*"):
      return text.isFilled(field, with: text.bytes[first]) ? .missing : nil
    case UInt8(ascii: ","): return text.isFilled(field, with: UInt8(ascii: ",")) ? .trace : nil
    case UInt8(ascii: "-") where text.isFilled(field, with: UInt8(ascii: "-")): return .notInstalled
    default: return nil
    }
  }

  /// Digits that are tenths of the element's unit.
  static func plain(_ text: StationText, _ field: Range<Int>) -> FieldValue? {
    if let tenths = text.digits(field) { return .tenths(tenths) }
    return mark(text, field)
  }

  /// Digits that are whole units.
  static func whole(_ text: StationText, _ field: Range<Int>) -> FieldValue? {
    if let units = text.digits(field) { return .tenths(units * 10) }
    return mark(text, field)
  }

  /// A temperature in tenths: a first digit 1 of four, or a minus, is below zero.
  static func temperature(_ text: StationText, _ field: Range<Int>) -> FieldValue? {
    if let number = text.digits(field) {
      return .tenths(field.count == 4 && number >= 1000 ? -(number - 1000) : number)
    }
    if let number = text.integer(field) { return .tenths(number) }
    return mark(text, field)
  }

  /// A pressure in tenths of a hectopascal; four digits leave the thousand out.
  static func pressure(_ text: StationText, _ field: Range<Int>) -> FieldValue? {
    guard let number = text.digits(field) else { return mark(text, field) }
    return .tenths(field.count == 4 && number < 3000 ? number + 10_000 : number)
  }

  /// A direction in degrees, or calm (`PPC`, `C`).
  static func direction(_ text: StationText, _ field: Range<Int>) -> FieldValue? {
    if let degrees = text.digits(field) { return .tenths(degrees * 10) }
    if let last = field.last, text.bytes[last] == UInt8(ascii: "C") { return .tenths(0) }
    return mark(text, field)
  }

  /// `DDMMSS` or `DDDMMSS` in degrees; `DDMM` where the field has no seconds.
  static func degrees(_ text: StationText, _ field: Range<Int>, degreeDigits: Int) -> Double? {
    guard let number = text.digits(field) else { return nil }
    let hasSeconds = field.count == degreeDigits + 4
    guard hasSeconds || field.count == degreeDigits + 2 else { return nil }
    let seconds = hasSeconds ? number % 100 : 0
    let rest = hasSeconds ? number / 100 : number
    guard rest % 100 < 60, seconds < 60 else { return nil }
    return Double(rest / 100) + Double(rest % 100) / 60 + Double(seconds) / 3600
  }

  /// The number of the `-CCA` in a file's name, 0 where there is none.
  static func correction(ofName path: String) -> Int {
    guard let mark = path.range(ofLast: "-CC") else { return 0 }
    return BulletinHeading.correction(String(path[mark...].dropFirst().prefix(3)))
  }

  /// The number of a correction mark: `000` none, `CCA` 1, `CCB` 2; nil for anything else.
  static func correction(_ text: StationText, _ field: Range<Int>) -> Int? {
    guard field.count == 3 else { return nil }
    if text.equals(field, "000") || text.isFilled(field, with: StationText.slash) { return 0 }
    let number = BulletinHeading.correction(text.string(field))
    return number > 0 ? number : nil
  }
}

extension ReadingCollector {
  /// Adds a field of a CMA text, or a failed value with the reason where it is none.
  mutating func addField(
    _ value: FieldValue?, _ text: StationText, _ field: Range<Int>, station: Int,
    _ element: Element, end: Timestamp, seconds: Int, quality: QualityCode = .unchecked,
    correction: Int = 0
  ) {
    guard let value else {
      add(
        station, element, end: end, seconds: seconds, .failed, correction: correction,
        at: field.lowerBound)
      refuse(
        "bad_field", at: field.lowerBound, item: element.rawValue,
        "\"\(text.string(field))\" is no \(element.rawValue)",
        remedy: "ask the sender for the record again")
      return
    }
    add(
      station, element, end: end, seconds: seconds, value, quality: quality,
      correction: correction, at: field.lowerBound)
  }
}

/// The sixty values of two digits of a line of minute rain.
struct MinuteRain {
  let end: Timestamp
  let order: StationLayout.MinuteOrder

  /// The end of the minute of a place in the line, counted from 0.
  func end(ofMinute index: Int) -> Timestamp {
    switch order {
    case .rolling: return end - (59 - index) * 60
    case .clock: return hourStart + (index + 1) * 60
    }
  }

  /// The start of the clock hour that holds the time; a full hour is its hour's end.
  var hourStart: Timestamp { (end - 1).floored(toSeconds: 3600) }

  /// Adds the values; minutes that have not passed are left alone where they are missing.
  func hand(
    _ text: StationText, _ line: Range<Int>, station: Int, qualities: Range<Int>? = nil,
    correction: Int, to collector: inout ReadingCollector
  ) {
    guard line.count == 120 else {
      collector.refuse(
        "bad_minutes", at: line.lowerBound,
        "the line of minute rain has \(line.count) characters, 120 are expected",
        remedy: "ask the sender for the record again")
      return
    }
    var place = line.lowerBound
    for minute in 0..<60 {
      let field = place..<place + 2
      place += 2
      let moment = end(ofMinute: minute)
      let value = pair(text, field)
      if moment > end {
        guard value == .missing || value == .notInstalled else {
          collector.doubt(
            "future_minute", at: field.lowerBound, item: "rain",
            "minute \(minute + 1) has a value and ends after the report",
            remedy: "state layout: {minutes: rolling} if the minutes end at the report's time")
          continue
        }
        continue
      }
      var quality = QualityCode.unchecked
      if let qualities, minute < qualities.count {
        quality = CMAField.quality(text.bytes[qualities.lowerBound + minute])
      }
      collector.addField(
        value, text, field, station: station, .rain, end: moment, seconds: 60, quality: quality,
        correction: correction)
    }
  }

  /// Two digits, quickly; marks as everywhere.
  private func pair(_ text: StationText, _ field: Range<Int>) -> FieldValue? {
    let (a, b) = (text.bytes[field.lowerBound], text.bytes[field.lowerBound + 1])
    if StationText.isDigit(a), StationText.isDigit(b) {
      return .tenths(Int(a - 48) * 10 + Int(b - 48))
    }
    return CMAField.mark(text, field)
  }
}

extension CMAField {
  /// A quality digit; what is none is unchecked.
  static func quality(_ byte: UInt8) -> QualityCode {
    QualityCode(rawValue: Int(byte) - 48) ?? .unchecked
  }
}

extension String {
  /// Where a text stands last.
  fileprivate func range(ofLast part: String) -> Index? {
    let (bytes, wanted) = (Array(utf8), Array(part.utf8))
    guard bytes.count >= wanted.count else { return nil }
    for start in stride(from: bytes.count - wanted.count, through: 0, by: -1)
    where bytes[start..<start + wanted.count].elementsEqual(wanted) {
      return utf8.index(startIndex, offsetBy: start)
    }
    return nil
  }
}
