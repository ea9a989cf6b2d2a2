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
  /// The report without blanks, and where its first byte stands in the file.
  private var kept: [UInt8] = []
  private var start = 0
  private let nameCorrection: Int

  init(text: StationText, layout: StationLayout) {
    self.text = text
    self.layout = layout
    collector = ReadingCollector(file: text.file, bytes: text.bytes.count)
    nameCorrection = CMAField.correction(ofName: text.file)
    kept.reserveCapacity(256)
  }

  mutating func readAll() {
    for i in text.bytes.indices {
      let byte = text.bytes[i]
      if byte == UInt8(ascii: "=") {
        readReport()
        kept.removeAll(keepingCapacity: true)
      } else if !StationText.isBlank(byte) {
        if kept.isEmpty { start = i }
        if kept.count <= RegionalRainFile.reportLength { kept.append(byte) }
      }
    }
    if kept.elementsEqual("NNNN".utf8) { return }
    collector.doubt(
      "no_end", at: kept.isEmpty ? max(0, text.bytes.count - 1) : start,
      "the file does not end with NNNN", remedy: "ask the sender for the file again")
  }

  private mutating func readReport() {
    let report = StationText(kept, file: text.file)
    guard kept.count == RegionalRainFile.reportLength,
      let station = collector.station(StationID.canonical(report.string(0..<5))),
      let end = report.compactTime(26..<40, zone: layout.zoneOffsetSeconds ?? 0)
    else {
      collector.refuse(
        "bad_record", at: start,
        "a report has \(kept.count) characters without blanks or no station and time, 234 are expected",
        remedy: "ask the sender for the file again")
      return
    }
    if let latitude = CMAField.degrees(report, 5..<11, degreeDigits: 2),
      let longitude = CMAField.degrees(report, 11..<18, degreeDigits: 3)
    {
      collector.stand(station, longitude: longitude, latitude: latitude)
    }
    let correction = max(CMAField.correction(report, 23..<26) ?? 0, nameCorrection)
    let minutes = MinuteRain(end: end, order: layout.minuteOrder)
    add(
      report, 40..<45, 172, station, end,
      end.seconds(since: MinuteRain(end: end, order: .clock).hourStart), correction)
    add(report, 45..<50, 173, station, end, end.seconds(since: dayStart(end)), correction)
    for minute in 0..<60 {
      let field = 50 + 2 * minute..<52 + 2 * minute
      let moment = minutes.end(ofMinute: minute)
      if moment > end { continue }
      add(report, field, 174 + minute, station, moment, 60, correction)
    }
  }

  private func dayStart(_ end: Timestamp) -> Timestamp {
    let hour = layout.rainDay == .twenty ? 20 : 8
    return BeijingTime.latest(hour: hour, atOrBefore: end - 1)
  }

  private mutating func add(
    _ report: StationText, _ field: Range<Int>, _ quality: Int, _ station: Int, _ end: Timestamp,
    _ seconds: Int, _ correction: Int
  ) {
    let value = CMAField.plain(report, field)
    let code = CMAField.quality(report.bytes[quality])
    guard let value else {
      collector.add(
        station, .rain, end: end, seconds: seconds, .failed, correction: correction, at: start)
      collector.refuse(
        "bad_field", at: start, item: "characters \(field.lowerBound + 1) to \(field.upperBound)",
        "\"\(report.string(field))\" is no rain", remedy: "ask the sender for the file again")
      return
    }
    collector.add(
      station, .rain, end: end, seconds: seconds, value, quality: code, correction: correction,
      at: start)
  }
}
