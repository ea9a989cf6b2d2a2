import Hydromet

/// CMA hourly files of national stations, `Z_SURF_I_IIiii_…_O_AWS_FTM[-CCx].txt` (长Z文件).
///
/// The first line holds id, time, latitude, longitude, altitudes and, last, the correction mark; then
/// come lines that begin with two letters: `PP` pressure, `TH` temperature and humidity, `RE` rain,
/// `WI` wind, `MR` minute rain and more, until `=`; `NNNN` ends the file. Times are UTC.
///
/// No public text of the format was at hand and no sample is public. The order of the fields is an
/// assumption that every reading of such a file carries in its description: `PP` station pressure
/// first; `TH` air temperature first and humidity tenth; `RE` rain of 1, 3, 6, 12 and 24 hours; `WI`
/// direction and speed of 2 minutes, then of 10. Hold a file against a known report before it is used.
/// The quality lines `QC`, `Q1`, `Q2`, `Q3` are not read.
enum NationalZFile {
  static func read(
    _ bytes: [UInt8], file: String, statement: StationStatement
  ) throws(Fault) -> StationFile.Result {
    let text = StationText(bytes, file: file)
    var reader = NationalZReader(text: text, layout: statement.layout)
    if statement.layout.zoneOffsetSeconds == nil { reader.collector.assume("times are UTC") }
    reader.collector.assume(
      "PP begins with station pressure, TH with temperature (humidity tenth), RE is rain of 1, 3, 6, "
        + "12, 24 h, WI the 2-min and the 10-min wind: no public text of the format was at hand")
    reader.collector.assume("the quality lines QC, Q1, Q2, Q3 are not used")
    reader.readAll()
    return try reader.collector.finish(.cmaNational, locate: text.locator())
  }
}

private struct NationalZReader {
  let text: StationText
  let layout: StationLayout
  var collector: ReadingCollector
  private var report: (station: Int, end: Timestamp, correction: Int)?
  private let nameCorrection: Int
  private let nameTime: Timestamp?
  private var words: [Range<Int>] = []

  init(text: StationText, layout: StationLayout) {
    self.text = text
    self.layout = layout
    collector = ReadingCollector(file: text.file, expected: text.bytes.count / 5)
    nameCorrection = CMAField.correction(ofName: text.file)
    nameTime = FileNameTime.moment(in: text.file)
  }

  mutating func readAll() {
    var position = 0
    var expectsStation = true
    while let (line, next) = text.line(from: position) {
      position = next
      guard let last = line.last else { continue }
      if text.equals(line, "NNNN") { return }
      let isEnd = text.bytes[last] == UInt8(ascii: "=")
      let content = text.trimmed(isEnd ? line.lowerBound..<line.upperBound - 1 : line)
      if !content.isEmpty {
        if expectsStation {
          readStation(content)
          expectsStation = false
        } else {
          readSection(content)
        }
      }
      if isEnd {
        expectsStation = true
        report = nil
      }
    }
    collector.doubt(
      "no_end", at: max(0, text.bytes.count - 1), "the file does not end with NNNN",
      remedy: "ask the sender for the file again if sections are missing")
  }

  private mutating func readStation(_ line: Range<Int>) {
    let text = text
    let words = text.words(in: line, limit: 16)
    let zone = layout.zoneOffsetSeconds ?? 0
    let moment =
      words.dropFirst().filter { $0.count == 14 }.compactMap { text.compactTime($0, zone: zone) }
      .first
      ?? nameTime
    guard let id = words.first, let moment,
      let station = collector.station(id, of: text.bytes)
    else {
      collector.refuse(
        "bad_record", at: line.lowerBound,
        "\"\(text.string(line.prefixRange(60)))\" names no station and time",
        remedy:
          "ask the sender for the file again; its name must hold the time where the line does not")
      return
    }
    if let latitude = words.first(where: { $0.count == 6 }).flatMap({
      CMAField.degrees(text, $0, degreeDigits: 2)
    }),
      let longitude = words.first(where: { $0.count == 7 }).flatMap({
        CMAField.degrees(text, $0, degreeDigits: 3)
      })
    {
      collector.stand(station, longitude: longitude, latitude: latitude)
    }
    let mark = words.last.flatMap { CMAField.correction(text, $0) } ?? 0
    report = (station, moment, max(mark, nameCorrection))
  }

  private mutating func readSection(_ line: Range<Int>) {
    guard report != nil else { return }
    text.words(in: line, limit: 64, into: &words)
    guard let tag = words.first, tag.count == 2 else { return }
    let fields = words.dropFirst()
    switch text.string(tag) {
    case "PP": add(fields, 0, CMAField.pressure, .pressure, 0)
    case "TH":
      add(fields, 0, CMAField.temperature, .temperature, 0)
      add(fields, 9, CMAField.whole, .humidity, 0)
    case "RE":
      for (index, hours) in [1, 3, 6, 12, 24].enumerated() {
        add(fields, index, CMAField.plain, .rain, hours * 3600)
      }
    case "WI":
      add(fields, 0, CMAField.direction, .windDirection, 120)
      add(fields, 1, CMAField.plain, .windSpeed, 120)
      add(fields, 2, CMAField.direction, .windDirection, 600)
      add(fields, 3, CMAField.plain, .windSpeed, 600)
    case "MR":
      if let report, let minutes = fields.first {
        MinuteRain(end: report.end, order: layout.minuteOrder).hand(
          text, minutes, station: report.station, correction: report.correction, to: &collector)
      }
    default: break
    }
  }

  private mutating func add(
    _ fields: ArraySlice<Range<Int>>, _ index: Int,
    _ read: (StationText, Range<Int>) -> FieldValue?,
    _ element: Element, _ seconds: Int
  ) {
    guard let report else { return }
    guard index < fields.count else {
      if index == 0 {
        collector.doubt(
          "empty_section", at: fields.first?.lowerBound ?? 0, item: element.rawValue,
          "a section of \(element.rawValue) has no field",
          remedy: "ask the sender for the file again")
      }
      return
    }
    let field = fields[fields.startIndex + index]
    collector.addField(
      read(text, field), text, field, station: report.station, element,
      end: report.end, seconds: seconds, correction: report.correction)
  }
}
