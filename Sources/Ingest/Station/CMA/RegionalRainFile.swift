import Hydromet

/// The quality-checked rain of regional stations, `Z_SURF_C_…-REG_…_O_AWS-PRF_FTM_PQC.txt`.
///
/// A report has 234 characters once blanks and line ends are removed, and ends with `=`; the file ends
/// with `NNNN`: station 5, latitude 6 (DDMMSS), longitude 7 (DDDMMSS), altitude 5, a mark of 3, time
/// 14, rain of the hour 5, rain of the day 5, 60 × 2 minute rain, two letters, then the quality of the
/// hour, of the day and of the 60 minutes, one digit each. Rain is in 0.1 mm; `/` is missing, `,` a
/// trace.
///
/// The layout is that of a public description; no sample is public. In doubt, and said in the
/// assumptions: the zone (UTC; `layout: {zone}`), the order of the minutes (clock hour;
/// `layout: {minutes: rolling}`), where the day of the day's rain ends (20:00 Beijing time;
/// `layout: {rain_day: "08"}`), and the mark of 3, taken as the correction mark where it is CCx.
enum RegionalRainFile {
  static let reportLength = 234

  /// Whether the text begins with one report: the fixed places hold digits where they must.
  static func recognises(_ text: StationText, from start: Int) -> Bool {
    var kept: [UInt8] = []
    var i = start
    while i < text.bytes.count, kept.count <= reportLength, i - start < 4096 {
      let byte = text.bytes[i]
      if byte == UInt8(ascii: "=") { break }
      if !StationText.isBlank(byte) { kept.append(byte) }
      i += 1
    }
    guard kept.count == reportLength else { return false }
    let report = StationText(kept, file: text.file)
    return report.compactTime(26..<40) != nil
      && CMAField.degrees(report, 5..<11, degreeDigits: 2) != nil
      && CMAField.degrees(report, 11..<18, degreeDigits: 3) != nil
  }

  static func read(
    _ bytes: [UInt8], file: String, statement: StationStatement
  ) throws(Fault) -> StationFile.Result {
    let text = StationText(bytes, file: file)
    var reader = RegionalRainReader(text: text, layout: statement.layout)
    if statement.layout.zoneOffsetSeconds == nil { reader.collector.assume("times are UTC") }
    reader.collector.assume("the rain of an unfinished hour or day is its running total")
    reader.collector.assume(
      "the rain of the day ends at \(statement.layout.rainDay.rawValue):00 Beijing time")
    reader.readAll()
    return try reader.collector.finish(.cmaRain, locate: text.locator())
  }
}

private struct RegionalRainReader {
  let text: StationText
  let layout: StationLayout
  var collector: ReadingCollector
  /// A report that stands on several lines or has blanks inside, without them.
  private var kept: [UInt8] = []
  /// Where the report begins in the file.
  private var start = 0
  private let nameCorrection: Int

  init(text: StationText, layout: StationLayout) {
    self.text = text
    self.layout = layout
    collector = ReadingCollector(
      file: text.file, expected: text.bytes.count / RegionalRainFile.reportLength * 62)
    nameCorrection = CMAField.correction(ofName: text.file)
    kept.reserveCapacity(256)
  }

  mutating func readAll() {
    var position = 0
    while let end = text.bytes[position...].firstIndex(of: UInt8(ascii: "=")) {
      let content = text.trimmed(position..<end)
      start = content.lowerBound
      if content.count == RegionalRainFile.reportLength, !hasBlank(content) {
        readReport(RegionalReport(text: text, start: start))
      } else {
        keep(content)
        if kept.count == RegionalRainFile.reportLength {
          readReport(RegionalReport(text: StationText(kept, file: text.file), start: 0))
        } else {
          let count = kept.count
          refuse("a report has \(count) characters without blanks, 234 are expected")
        }
      }
      position = end + 1
    }
    let rest = text.trimmed(position..<text.bytes.count)
    keep(rest)
    if kept.elementsEqual("NNNN".utf8) { return }
    collector.doubt(
      "no_end", at: rest.isEmpty ? max(0, text.bytes.count - 1) : rest.lowerBound,
      "the file does not end with NNNN", remedy: "ask the sender for the file again")
  }

  private func hasBlank(_ range: Range<Int>) -> Bool {
    for i in range where StationText.isBlank(text.bytes[i]) { return true }
    return false
  }

  /// Keeps what is no blank, at most one character more than a report has.
  private mutating func keep(_ range: Range<Int>) {
    kept.removeAll(keepingCapacity: true)
    for i in range where !StationText.isBlank(text.bytes[i]) {
      kept.append(text.bytes[i])
      if kept.count > RegionalRainFile.reportLength { return }
    }
  }

  private mutating func refuse(_ problem: @autoclosure () -> String) {
    collector.refuse(
      "bad_record", at: start, problem(), remedy: "ask the sender for the file again")
  }

  private mutating func readReport(_ report: RegionalReport) {
    let text = report.text
    guard let station = collector.station(report.field(0..<5), of: text.bytes),
      let end = text.compactTime(report.field(26..<40), zone: layout.zoneOffsetSeconds ?? 0)
    else {
      refuse("a report names no station and time")
      return
    }
    if let latitude = CMAField.degrees(text, report.field(5..<11), degreeDigits: 2),
      let longitude = CMAField.degrees(text, report.field(11..<18), degreeDigits: 3)
    {
      collector.stand(station, longitude: longitude, latitude: latitude)
    }
    let correction = max(CMAField.correction(text, report.field(23..<26)) ?? 0, nameCorrection)
    let minutes = MinuteRain(end: end, order: layout.minuteOrder)
    add(
      report, 40..<45, 172, station, end,
      end.seconds(since: MinuteRain(end: end, order: .clock).hourStart), correction)
    add(report, 45..<50, 173, station, end, end.seconds(since: dayStart(end)), correction)
    for minute in 0..<60 {
      let moment = minutes.end(ofMinute: minute)
      if moment > end { continue }
      add(
        report, 50 + 2 * minute..<52 + 2 * minute, 174 + minute, station, moment, 60, correction)
    }
  }

  private func dayStart(_ end: Timestamp) -> Timestamp {
    let hour = layout.rainDay == .twenty ? 20 : 8
    return BeijingTime.latest(hour: hour, atOrBefore: end - 1)
  }

  private mutating func add(
    _ report: RegionalReport, _ places: Range<Int>, _ quality: Int, _ station: Int,
    _ end: Timestamp, _ seconds: Int, _ correction: Int
  ) {
    let field = report.field(places)
    let value = CMAField.plain(report.text, field)
    let code = CMAField.quality(report.text.bytes[report.start + quality])
    guard let value else {
      collector.add(
        station, .rain, end: end, seconds: seconds, .failed, correction: correction, at: start)
      collector.refuse(
        "bad_field", at: start, item: "characters \(places.lowerBound + 1) to \(places.upperBound)",
        "\"\(report.text.string(field))\" is no rain", remedy: "ask the sender for the file again")
      return
    }
    collector.add(
      station, .rain, end: end, seconds: seconds, value, quality: code, correction: correction,
      at: start)
  }
}

/// The 234 characters of a report, without blanks, and where they begin in a text.
private struct RegionalReport {
  let text: StationText
  let start: Int

  /// Where characters of the report, from 0, stand in the text.
  func field(_ places: Range<Int>) -> Range<Int> {
    start + places.lowerBound..<start + places.upperBound
  }
}
