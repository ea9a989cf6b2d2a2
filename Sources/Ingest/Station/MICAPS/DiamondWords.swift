import Formats
import Hydromet

/// The words of a MICAPS text file: numbers parted by blanks, commas or line ends, line ends meaning
/// nothing.
struct DiamondWords {
  let text: StationText
  private var position: Int

  /// Behind the first line, which says what the file is. The rest of the text may be in GB 18030.
  init(_ bytes: [UInt8], file: String) {
    text = StationText(bytes, file: file)
    position = text.endOfLine(from: 0)
  }

  mutating func next() -> Range<Int>? {
    let bytes = text.bytes
    while position < bytes.count, DiamondWords.parts(bytes[position]) { position += 1 }
    guard position < bytes.count else { return nil }
    let start = position
    while position < bytes.count, !DiamondWords.parts(bytes[position]) { position += 1 }
    return start..<position
  }

  /// How many words are left on the line that is being read, counted up to a limit.
  func restOfLine(limit: Int) -> Int {
    var rest = self
    var count = 0
    while count < limit, let word = rest.next(), isOneLine(position..<word.lowerBound) {
      count += 1
    }
    return count
  }

  func isOneLine(_ range: Range<Int>) -> Bool {
    !text.bytes[range].contains(StationText.linefeed)
  }

  private static func parts(_ byte: UInt8) -> Bool {
    StationText.isBlank(byte) || byte == UInt8(ascii: ",")
  }

  mutating func number(_ what: String) throws(Fault) -> Double {
    let place = position
    guard let word = next(), word.count <= 32, let number = text.double(word),
      number.isFinite
    else { throw broken(place, "\(what) is expected here") }
    return number
  }

  mutating func whole(_ what: String, _ range: ClosedRange<Int>) throws(Fault) -> Int {
    let place = position
    let value = try number(what)
    guard let whole = Int(exactly: value), range.contains(whole) else {
      throw broken(
        place, "\(what) is \(value), \(range.lowerBound) to \(range.upperBound) is expected")
    }
    return whole
  }

  /// The words of the next station into `record`; false, and said, where the file ends before.
  ///
  /// - Parameters:
  ///   - width: how many words a station has.
  ///   - number: of the station, from 0; `count` is what the header says.
  mutating func nextRecord(
    _ record: inout [Range<Int>], width: Int, number: Int, of count: Int,
    _ collector: inout ReadingCollector
  ) -> Bool {
    record.removeAll(keepingCapacity: true)
    while record.count < width, let word = next() { record.append(word) }
    if record.count == width { return true }
    collector.refuse(
      "cut_file", at: record.first?.lowerBound ?? max(0, text.bytes.count - 1),
      "the header says \(count) stations, the file ends in the \(number + 1)th",
      remedy: "fetch the file again")
    return false
  }

  /// The station of a record that begins with id, longitude and latitude; nil, and said, where it
  /// names none.
  func station(of record: [Range<Int>], _ collector: inout ReadingCollector) -> Int? {
    guard let station = collector.station(record[0], of: text.bytes) else {
      collector.refuse(
        "bad_station", at: record[0].lowerBound, "the record names no station",
        remedy: "fetch the file again")
      return nil
    }
    if let x = text.double(record[1]), let y = text.double(record[2]) {
      collector.stand(station, longitude: x, latitude: y)
    }
    return station
  }

  /// Adds a field of a record.
  func add(
    _ field: Range<Int>, _ element: Element, station: Int, end: Timestamp, seconds: Int,
    _ statement: StationStatement, _ collector: inout ReadingCollector
  ) {
    var value = value(field, of: element)
    if element == .rain, value == .tenths(0), statement.layout.zeroRain == .trace { value = .trace }
    collector.addField(
      value, text, field, station: station, element, end: end, seconds: seconds)
  }

  func broken(_ place: Int, _ problem: String) -> Fault {
    Fault(
      "bad_header", at: text.location(min(place, max(0, text.bytes.count - 1))), problem,
      remedy: "fetch the file again")
  }

  /// Year, month, day and hour of a header, in a zone; years of two digits are those from 1950 on.
  mutating func time(_ statement: StationStatement) throws(Fault) -> Timestamp {
    let place = position
    let year = try whole("the year", 0...9999)
    let civil = CivilTime(
      year: year >= 100 ? year : year < 50 ? 2000 + year : 1900 + year,
      month: try whole("the month", 0...99), day: try whole("the day", 0...99),
      hour: try whole("the hour", 0...99))
    let zone = statement.layout.zoneOffsetSeconds ?? BeijingTime.offsetSeconds
    guard let moment = civil.timestamp(offsetSeconds: zone) else {
      throw broken(place, "the header holds no time")
    }
    return moment
  }

  /// What a field says of an element; nil where it is no number. These files count tenths: what they
  /// write between nothing and a tenth is their mark of a trace.
  private func value(_ field: Range<Int>, of element: Element) -> FieldValue? {
    guard
      let number = ExactDecimal(plain: text.bytes, in: field)
        ?? ExactDecimal(text.string(field.prefixRange(40)))
    else { return nil }
    if DiamondWords.isMissing(number) { return .missing }
    if element == .rain, number.isPositive,
      number.rounded(numerator: 1000).map({ $0 < 100 }) ?? false
    {
      return .trace
    }
    return number.rounded(numerator: 10).map {
      FieldValue.amount(Int($0), of: element, isPositive: number.isPositive)
    }
  }

  /// 9999, and 99999 and 999999 as programs of wider columns write it, with either sign.
  private static func isMissing(_ number: ExactDecimal) -> Bool {
    guard !number.isBelow(9999) || number.isNegative else { return false }
    return [9999, 99_999, 999_999].contains { number.equals($0) || number.equals(-$0) }
  }
}
