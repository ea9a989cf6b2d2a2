import Hydromet

/// CMA A-files: the surface observations of one station and month (QX/T 119).
///
/// The first line holds station, latitude, longitude, altitudes and, last, year and month. Sections
/// begin with a line of a letter and its kind, `PC`, `TB`, `UB`, `R6`, `FN`; `.` ends a day, `=` a
/// block. Days run from 20:00 to 20:00 Beijing time and hold the hours 21 … 20, twelve a line, with
/// extremes and their times behind them. Read are station pressure (first block of P, the thousand left
/// out), temperature (T), humidity (first block of two digits, U; `%%` is 100), rain (R: totals
/// 20–08, 08–20 and 20–20, then hours, 0.1 mm, `,` a trace) and wind (first block of F: direction and
/// speed, mean of 2 minutes). `/` is missing. The quality sections `QP` … `QR` give three digits a
/// value: station, province, nation; the last that is not 9 counts.
enum MonthlyAFile {
  static func read(
    _ bytes: [UInt8], file: String, statement: StationStatement
  ) throws(Fault) -> StationFile.Result {
    let text = StationText(bytes, file: file)
    guard let (line, next) = text.line(from: 0), let month = AFileMonth(text, line, statement)
    else {
      throw Fault(
        "bad_header", at: .init(file, line: 1),
        "the first line of an A-file ends with year and month",
        remedy: "fetch the file again")
    }
    var collector = ReadingCollector(file: file)
    guard let station = collector.station(month.station) else {
      throw Fault(
        "bad_station", at: .init(file, line: 1), "the first line names no station",
        remedy: "fetch the file again")
    }
    if let place = month.place {
      collector.stand(station, longitude: place.longitude, latitude: place.latitude)
    }
    if statement.layout.zoneOffsetSeconds == nil { collector.assume("times are Beijing time") }
    let sections = AFileSections(text, from: next)
    let writer = AFileWriter(text: text, month: month, station: station, sections: sections)
    writer.hand(to: &collector)
    return try collector.finish(.cmaMonthly, locate: text.locator())
  }
}

/// The first line.
struct AFileMonth {
  let station: String
  let place: Place?
  let year: Int
  let month: Int
  let zone: Int

  init?(_ text: StationText, _ line: Range<Int>, _ statement: StationStatement) {
    let words = text.words(in: line, limit: 32)
    guard words.count >= 6, let year = text.digits(words[words.count - 2]),
      let month = text.digits(words[words.count - 1]), (1900...2200).contains(year),
      (1...12).contains(month)
    else { return nil }
    station = StationID.canonical(text.string(words[0]))
    self.year = year
    self.month = month
    zone = statement.layout.zoneOffsetSeconds ?? BeijingTime.offsetSeconds
    func degrees(_ word: Range<Int>, _ digits: Int, _ negative: UInt8) -> Double? {
      let value = CMAField.degrees(
        text, word.lowerBound..<word.upperBound - 1, degreeDigits: digits)
      return value.map { text.bytes[word.upperBound - 1] == negative ? -$0 : $0 }
    }
    if let latitude = degrees(words[1], 2, UInt8(ascii: "S")),
      let longitude = degrees(words[2], 3, UInt8(ascii: "W"))
    {
      place = Place(longitude: longitude, latitude: latitude)
    } else {
      place = nil
    }
  }

  var days: Int { CivilTime.days(inMonth: month, year: year) }

  /// The end of the hour at a place of a day that ends at 20:00: 0 is 21:00 of the day before.
  func hour(_ index: Int, ofDay day: Int) -> Timestamp? {
    CivilTime(year: year, month: month, day: day, hour: 20)
      .timestamp(offsetSeconds: zone).map { $0 - (23 - index) * 3600 }
  }
}

/// The blocks of every section: the values of each day.
struct AFileSections {
  /// Values of the days of one block, in their order.
  typealias Block = [[Range<Int>]]

  private(set) var blocks: [String: [Block]] = [:]

  /// The most values of a day: 24 hours of minutes.
  private static let dayLimit = 2000
  private static let wanted: Set<String> = ["P", "T", "U", "R", "F", "QP", "QT", "QU", "QR", "QF"]

  init(_ text: StationText, from start: Int) {
    var position = start
    var name: String?
    var block: Block = []
    var day: [Range<Int>] = []
    while let (line, next) = text.line(from: position) {
      position = next
      if let header = AFileSections.header(text, line) {
        AFileSections.close(&block, &day, name, into: &blocks)
        name = AFileSections.wanted.contains(header) ? header : nil
        continue
      }
      guard let key = name else { continue }
      for word in text.words(in: line, limit: AFileSections.dayLimit) {
        guard let last = word.last, day.count < AFileSections.dayLimit, block.count < 40 else {
          break
        }
        let end = text.bytes[last]
        let endsDay = end == UInt8(ascii: ".") || end == UInt8(ascii: "=")
        if !endsDay || word.count > 1 {
          day.append(endsDay ? word.lowerBound..<word.upperBound - 1 : word)
        }
        if end == UInt8(ascii: ".") {
          block.append(day)
          day = []
        } else if end == UInt8(ascii: "=") {
          AFileSections.close(&block, &day, key, into: &blocks)
        }
      }
      // The totals of rain and the quality codes have a line a day and no point.
      let hasNoPoint = key.hasPrefix("Q") || (key == "R" && blocks[key, default: []].isEmpty)
      if hasNoPoint, !day.isEmpty {
        block.append(day)
        day = []
      }
    }
    AFileSections.close(&block, &day, name, into: &blocks)
  }

  private static func close(
    _ block: inout Block, _ day: inout [Range<Int>], _ name: String?,
    into blocks: inout [String: [Block]]
  ) {
    if !day.isEmpty { block.append(day) }
    if let name, blocks[name, default: []].count < 16 { blocks[name, default: []].append(block) }
    block = []
    day = []
  }

  /// `PC`, `R6`, `QTB`, `C=`: the letters without the kind; nil for lines of values.
  private static func header(_ text: StationText, _ line: Range<Int>) -> String? {
    guard (2...4).contains(line.count), let first = line.first,
      (65...90).contains(text.bytes[first]),
      !text.bytes[line].contains(where: { StationText.isBlank($0) })
    else { return nil }
    let letters = text.string(line).filter { $0 != "=" }
    let isQuality = letters.hasPrefix("Q") && letters.utf8.count >= 2
    return String(letters.prefix(isQuality ? 2 : 1))
  }
}

/// Makes readings of the blocks.
private struct AFileWriter {
  let text: StationText
  let month: AFileMonth
  let station: Int
  let sections: AFileSections

  func hand(to collector: inout ReadingCollector) {
    hours("P", 0, .pressure, 0, &collector) { CMAField.pressure(text, $0) }
    hours("T", 0, .temperature, 0, &collector) { CMAField.temperature(text, $0) }
    hours("U", 0, .humidity, 0, &collector) { humidity($0) }
    hours("F", 0, .windDirection, 120, &collector) {
      CMAField.direction(text, $0.prefixRange(max(0, $0.count - 3)))
    }
    hours("F", 0, .windSpeed, 120, &collector) {
      CMAField.plain(text, max($0.lowerBound, $0.upperBound - 3)..<$0.upperBound)
    }
    hours("R", 1, .rain, 3600, &collector) { CMAField.plain(text, $0) }
    totals(&collector)
  }

  private func block(_ name: String, _ index: Int) -> AFileSections.Block? {
    guard let blocks = sections.blocks[name], blocks.indices.contains(index),
      !blocks[index].isEmpty
    else { return nil }
    return blocks[index]
  }

  /// The 24 hours of each day.
  private func hours(
    _ name: String, _ index: Int, _ element: Element, _ seconds: Int,
    _ collector: inout ReadingCollector, _ read: (Range<Int>) -> FieldValue?
  ) {
    guard let block = block(name, index) else { return }
    guard checkDays(block, name, element, &collector) else { return }
    let qualities = self.block("Q" + name, index)
    for (day, values) in block.enumerated() {
      guard values.count >= 24 else {
        collector.refuse(
          "bad_day", at: values.first?.lowerBound ?? 0, item: element.rawValue,
          "day \(day + 1) of section \(name) has \(values.count) values, at least 24 are expected",
          remedy: "fetch the file again")
        continue
      }
      for hour in 0..<24 {
        guard let end = month.hour(hour, ofDay: day + 1) else { continue }
        collector.addField(
          read(values[hour]), text, values[hour], station: station, element, end: end,
          seconds: seconds, quality: quality(qualities, day, hour, values.count))
      }
    }
  }

  /// The totals 20–08, 08–20 and 20–20 of each day.
  private func totals(_ collector: inout ReadingCollector) {
    guard let block = block("R", 0), checkDays(block, "R", .rain, &collector) else { return }
    let qualities = self.block("QR", 0)
    for (day, values) in block.enumerated() {
      guard values.count == 3, let end = month.hour(23, ofDay: day + 1) else {
        collector.refuse(
          "bad_day", at: values.first?.lowerBound ?? 0, item: "rain",
          "day \(day + 1) of section R has \(values.count) totals, 3 are expected",
          remedy: "fetch the file again")
        continue
      }
      let periods = [(end - 43_200, 43_200), (end, 43_200), (end, 86_400)]
      for (index, period) in periods.enumerated() {
        collector.addField(
          CMAField.plain(text, values[index]), text, values[index], station: station, .rain,
          end: period.0, seconds: period.1, quality: quality(qualities, day, index, values.count))
      }
    }
  }

  private func checkDays(
    _ block: AFileSections.Block, _ name: String, _ element: Element,
    _ collector: inout ReadingCollector
  ) -> Bool {
    guard block.count <= month.days else {
      collector.refuse(
        "bad_section", at: block[0].first?.lowerBound ?? 0, item: element.rawValue,
        "section \(name) has \(block.count) days, the month has \(month.days)",
        remedy: "fetch the file again")
      return false
    }
    if block.count < month.days {
      collector.doubt(
        "cut_section", at: block[0].first?.lowerBound ?? 0, item: element.rawValue,
        "section \(name) has \(block.count) days, the month has \(month.days)",
        remedy: "fetch the file again")
    }
    return true
  }

  private func humidity(_ field: Range<Int>) -> FieldValue? {
    text.isFilled(field, with: UInt8(ascii: "%")) ? .tenths(1000) : CMAField.whole(text, field)
  }

  /// The last level that checked a value; unchecked where the quality section has another shape.
  private func quality(
    _ block: AFileSections.Block?, _ day: Int, _ index: Int, _ count: Int
  ) -> QualityCode {
    guard let block, block.indices.contains(day), block[day].count == count,
      block[day][index].count == 3
    else { return .unchecked }
    for place in block[day][index].reversed() where text.bytes[place] != UInt8(ascii: "9") {
      return CMAField.quality(text.bytes[place])
    }
    return .unchecked
  }
}
