import Hydromet

/// CMA hourly files of regional stations, `Z_SURF_C_…-REG_…_O_AWS_FTM.txt` and `Z_SURF_I_…-REG_…`.
///
/// Each station has three or four lines and ends with `=`, the file with `NNNN`:
///
/// 1. id, latitude DDMMSS, longitude DDDMMSS, altitude, observing mode, quality mark, correction mark
///    (`000`, `CCA` …), parted by blanks;
/// 2. 52 fields: time yyyymmddhhMMss (UTC), winds (2 min, 10 min, largest, instant, extreme), rain of
///    the hour, temperatures, humidity, vapour, dew point, pressures, … in tenths, directions in
///    degrees, humidity in percent; temperatures carry their sign as a first digit, 1 for minus;
/// 3. 60 × 2 digits of minute rain, 0.1 mm;
/// 4. visibility and weather, not read.
///
/// `/` is missing, `,` a trace, `-` no sensor. No public text of the format was at hand: fields and
/// widths are those on which three public readers agree and whose widths add up. In doubt, and said in
/// the assumptions: the zone (UTC; `layout: {zone}`), and whether the minutes are those of the clock
/// hour or the last sixty (clock hour; `layout: {minutes: rolling}`) — for a report of a full hour
/// both are the same.
enum RegionalZFile {
  static func read(
    _ bytes: [UInt8], file: String, statement: StationStatement
  ) throws(Fault) -> StationFile.Result {
    let text = StationText(bytes, file: file)
    var collector = ReadingCollector(file: file, expected: bytes.count / 6)
    if statement.layout.zoneOffsetSeconds == nil { collector.assume("times are UTC") }
    collector.assume("the quality mark of the first line is not used")
    var reader = RegionalZReader(text: text, layout: statement.layout, collector: collector)
    reader.readAll()
    return try reader.collector.finish(.cmaRegional, locate: text.locator())
  }
}

/// Walks over the records of a regional file.
private struct RegionalZReader {
  let text: StationText
  let layout: StationLayout
  var collector: ReadingCollector
  private var fields: [Range<Int>] = []
  private var position = 0
  private let nameCorrection: Int

  init(text: StationText, layout: StationLayout, collector: ReadingCollector) {
    self.text = text
    self.layout = layout
    self.collector = collector
    nameCorrection = CMAField.correction(ofName: text.file)
    fields.reserveCapacity(64)
  }

  mutating func readAll() {
    while let (line, next) = text.line(from: position) {
      position = next
      if line.isEmpty { continue }
      if text.equals(line, "NNNN") {
        if hasRest { complainOfRest() }
        return
      }
      readRecord(line)
    }
    collector.doubt(
      "no_end", at: max(0, text.bytes.count - 1), "the file does not end with NNNN",
      remedy: "ask the sender for the file again if stations are missing")
  }

  private var hasRest: Bool {
    text.bytes[min(position, text.bytes.count)...].contains { !StationText.isBlank($0) }
  }

  private mutating func complainOfRest() {
    collector.doubt(
      "rest_behind_end", at: position, "text follows the line NNNN and is not read",
      remedy: "ask the sender for the file again")
  }

  private mutating func split(_ line: Range<Int>) {
    fields.removeAll(keepingCapacity: true)
    var i = line.lowerBound
    let bytes = text.bytes
    while i < line.upperBound, fields.count < 64 {
      while i < line.upperBound, bytes[i] == StationText.blank { i += 1 }
      guard i < line.upperBound else { return }
      let start = i
      while i < line.upperBound, bytes[i] != StationText.blank { i += 1 }
      fields.append(start..<i)
    }
  }

  private mutating func readRecord(_ first: Range<Int>) {
    let text = text
    split(first)
    guard fields.count >= 4, (3...9).contains(fields[0].count),
      let station = collector.station(fields[0], of: text.bytes)
    else {
      refuseRecord(first, "\"\(text.string(first.prefixRange(60)))\" is no station line")
      return
    }
    let correction = fields.count > 6 ? CMAField.correction(text, fields[fields.count - 1]) : 0
    if let latitude = CMAField.degrees(text, fields[1], degreeDigits: 2),
      let longitude = CMAField.degrees(text, fields[2], degreeDigits: 3)
    {
      collector.stand(station, longitude: longitude, latitude: latitude)
    }
    let id = fields[0]
    guard let (second, next) = text.line(from: position) else {
      refuseRecord(first, "the record of station \(text.string(id)) is cut")
      return
    }
    split(second)
    guard let timeField = fields.first,
      let end = text.compactTime(
        timeField, zone: layout.zoneOffsetSeconds ?? 0)
    else {
      refuseRecord(second, "the record of station \(text.string(id)) has no time")
      return
    }
    position = next
    let marks = max(correction ?? 0, nameCorrection)
    if correction == nil {
      collector.doubt(
        "bad_correction", at: first.lowerBound,
        "the correction mark of station \(text.string(id)) is neither 000 nor CCx: taken as none",
        remedy: "ask the sender what it means")
    }
    let count = fields.count
    if count >= 29 {
      readFields(station, end, marks)
    } else {
      collector.refuse(
        "bad_record", at: second.lowerBound,
        "the line of station \(text.string(id)) has \(count) fields, 52 are expected",
        remedy: "ask the sender for the record again")
    }
    if fields.contains(where: { text.bytes[$0.upperBound - 1] == UInt8(ascii: "=") }) { return }
    readMinutes(station, end, marks)
  }

  private mutating func readFields(_ station: Int, _ end: Timestamp, _ correction: Int) {
    let minutes = MinuteRain(end: end, order: .clock)
    let hour = end.seconds(since: minutes.hourStart)
    if hour != 3600 {
      collector.assume("the rain of an unfinished hour is its running total")
    }
    add(13, CMAField.plain, .rain, station, end, hour, correction)
    add(14, CMAField.temperature, .temperature, station, end, 0, correction)
    add(19, CMAField.whole, .humidity, station, end, 0, correction)
    add(24, CMAField.pressure, .pressure, station, end, 0, correction)
    add(1, CMAField.direction, .windDirection, station, end, 120, correction)
    add(2, CMAField.plain, .windSpeed, station, end, 120, correction)
    add(3, CMAField.direction, .windDirection, station, end, 600, correction)
    add(4, CMAField.plain, .windSpeed, station, end, 600, correction)
  }

  private mutating func add(
    _ index: Int, _ read: (StationText, Range<Int>) -> FieldValue?, _ element: Element,
    _ station: Int, _ end: Timestamp, _ seconds: Int, _ correction: Int
  ) {
    guard fields.indices.contains(index) else { return }
    collector.addField(
      read(text, fields[index]), text, fields[index], station: station, element, end: end,
      seconds: seconds, correction: correction)
  }

  /// The third line, and whatever lines follow up to `=`.
  private mutating func readMinutes(_ station: Int, _ end: Timestamp, _ correction: Int) {
    var count = 0
    while count < 6, let (line, next) = text.line(from: position) {
      if text.equals(line, "NNNN") { break }
      position = next
      guard let last = line.last else { continue }
      let isEnd = text.bytes[last] == UInt8(ascii: "=")
      let content = isEnd ? line.lowerBound..<line.upperBound - 1 : line
      if count == 0, !content.isEmpty {
        MinuteRain(end: end, order: layout.minuteOrder).hand(
          text, text.trimmed(content), station: station, correction: correction, to: &collector)
      }
      if isEnd { return }
      count += 1
    }
    collector.doubt(
      "no_record_end", at: min(position, max(0, text.bytes.count - 1)),
      "a record does not end with =", remedy: "ask the sender for the file again")
  }

  /// Passes over a record that cannot be read, up to its `=`.
  private mutating func refuseRecord(_ line: Range<Int>, _ problem: @autoclosure () -> String) {
    collector.refuse(
      "bad_record", at: line.lowerBound, problem(), remedy: "ask the sender for the record again")
    if let last = line.last, text.bytes[last] == UInt8(ascii: "=") { return }
    while let (rest, next) = text.line(from: position) {
      if text.equals(rest, "NNNN") { return }
      position = next
      if let last = rest.last, text.bytes[last] == UInt8(ascii: "=") { return }
    }
  }
}

extension Range<Int> {
  /// At most so many from the front.
  func prefixRange(_ count: Int) -> Range<Int> {
    lowerBound..<Swift.min(upperBound, lowerBound + count)
  }
}
