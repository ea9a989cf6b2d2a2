import Hydromet

/// Walks over the words of bulletins and hands whole reports on.
struct SynopReader {
  var collector: ReadingCollector

  private let text: StationText
  private let reference: Timestamp
  private var correction = 0
  /// Time of the reports and unit of their winds; nil before `AAXX YYGGiw` was read.
  private var section0: (time: Timestamp, isKnots: Bool)?
  private var expectsSection0 = false
  private var report: [Range<Int>] = []

  /// The most groups of one report.
  private static let groupLimit = 400

  init(_ text: StationText, reference: Timestamp) {
    self.text = text
    self.reference = reference
    collector = ReadingCollector(file: text.file, expected: text.bytes.count / 8)
  }

  mutating func readAll() {
    var position = 0
    while let (line, next) = text.line(from: position) {
      if let heading = BulletinHeading(text, line) {
        endReport()
        correction = heading.correction
        section0 = nil
        expectsSection0 = false
      } else {
        var place = line.lowerBound
        while let word = text.word(in: line, from: place) {
          take(word)
          place = word.upperBound
        }
      }
      position = next
    }
    endReport()
  }

  private mutating func take(_ word: Range<Int>) {
    var start = word.lowerBound
    while start < word.upperBound, text.bytes[start] < 32 { start += 1 }
    var place = start
    while place < word.upperBound {
      if text.bytes[place] == UInt8(ascii: "=") {
        if place > start { takeGroup(start..<place) }
        endReport()
        start = place + 1
        while start < word.upperBound, text.bytes[start] < 32 { start += 1 }
        place = start
      } else {
        place += 1
      }
    }
    if start < word.upperBound { takeGroup(start..<word.upperBound) }
  }

  private mutating func takeGroup(_ word: Range<Int>) {
    if text.equals(word, "AAXX") {
      endReport()
      expectsSection0 = true
    } else if expectsSection0 {
      expectsSection0 = false
      readSection0(word)
    } else if SynopReader.endsReports(text, word) {
      endReport()
      section0 = nil
    } else if section0 != nil, report.count < SynopReader.groupLimit {
      report.append(word)
    }
  }

  /// The end of a bulletin, or the begin of reports of ships, mobile stations and the upper air.
  private static func endsReports(_ text: StationText, _ word: Range<Int>) -> Bool {
    guard word.count == 4 else { return false }
    return text.equals(word, "NNNN") || text.equals(word, "BBXX") || text.equals(word, "OOXX")
      || text.equals(word, "TTAA") || text.equals(word, "TTBB") || text.equals(word, "ZZYY")
  }

  /// `YYGGiw`.
  private mutating func readSection0(_ word: Range<Int>) {
    section0 = nil
    guard word.count == 5, let day = text.digits(word.lowerBound..<word.lowerBound + 2),
      let hour = text.digits(word.lowerBound + 2..<word.lowerBound + 4), hour < 24,
      let time = FileNameTime.latest(day: day, hour: hour, notAfter: reference)
    else {
      collector.refuse(
        "bad_time", at: word.lowerBound, "\"\(text.string(word))\" is no day, hour and wind unit",
        remedy: "ask the sender for the bulletin again")
      return
    }
    let unit = text.bytes[word.upperBound - 1]
    section0 = (time, unit == UInt8(ascii: "3") || unit == UInt8(ascii: "4"))
  }

  private mutating func endReport() {
    defer { report.removeAll(keepingCapacity: true) }
    guard let section0, let first = report.first else { return }
    guard first.count == 5, text.digits(first) != nil,
      let station = collector.station(first, of: text.bytes)
    else {
      collector.refuse(
        "bad_station", at: first.lowerBound,
        "\"\(text.string(first))\" is no block and station number",
        remedy: "ask the sender for the report again")
      return
    }
    if report.count == 2, text.equals(report[1], "NIL") {
      collector.doubt(
        "nil_report", at: first.lowerBound, "station \(text.string(first)) sent NIL: no report",
        remedy: "wait for its late report")
      return
    }
    SynopReport(
      text: text, groups: report, station: station, time: section0.time,
      isKnots: section0.isKnots, correction: correction
    ).hand(to: &collector)
  }
}
