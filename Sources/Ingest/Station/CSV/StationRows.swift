import Formats
import Hydromet

/// Turns the rows of a table into readings.
///
/// The usual spellings of stations, times and numbers are read from the bytes; what is unusual goes
/// through text. What a row shares with the row before it is read once.
struct StationRows {
  var collector: ReadingCollector

  let table: CSVTable
  let bytes: [UInt8]
  let header: StationHeader
  let statement: StationStatement
  let allowsComma: Bool
  private let columns: Int
  private var lastStation: (cell: Range<Int>, number: Int)?
  private var lastTime: (cell: Range<Int>, moment: Timestamp)?
  /// The row whose columns of year to minute made this moment.
  private var lastParts: (row: Int, moment: Timestamp)?
  private var lastPeriod: (row: Int, seconds: Int)?
  /// The columns of values without their texts, which cost a count of references each time.
  private let values: [Column]

  private struct Column {
    let element: Element
    let column: Int
    let factor: TenthsFactor
    let quality: Int?
    let length: StationHeader.Length
    let isDoubted: Bool
    /// The number of the station whose column it is; nil where the row says it.
    let station: Int?
  }

  init(_ table: CSVTable, header: StationHeader, statement: StationStatement) {
    self.table = table
    self.header = header
    self.statement = statement
    bytes = table.bytes
    allowsComma = table.delimiter != UInt8(ascii: ",")
    columns = max(table.header.count, 1)
    var collector = ReadingCollector(file: table.file, expected: table.bytes.count / 8)
    values = header.values.compactMap { value in
      let station = value.station.flatMap { collector.station($0) }
      if value.station != nil, station == nil { return nil }
      return Column(
        element: value.element, column: value.column, factor: value.unit.factor,
        quality: value.quality ?? header.quality, length: value.length,
        isDoubted: value.isDoubted, station: station)
    }
    self.collector = collector
  }

  mutating func readAll(from first: Int) throws(Fault) {
    for row in table.rows.dropFirst(first) {
      guard let station = station(row), let end = try endOfPeriod(row) else { continue }
      place(row, station)
      for value in values {
        let cell = Cell(
          element: value.element, row: row, column: value.column, factor: value.factor,
          quality: value.quality, isDoubted: value.isDoubted)
        try read(cell, station: value.station ?? station, end: end, length: value.length)
      }
      if let long = header.long, let cell = longCell(row, long) {
        try read(cell, station: station, end: end, length: .row)
      }
    }
  }

  /// Where one value stands and how it is to be read.
  struct Cell {
    let element: Element
    let row: Int
    let column: Int
    let factor: TenthsFactor
    let quality: Int?
    var isDoubted = false
  }

  /// The unit of a cell, for messages.
  func symbol(of cell: Cell) -> String {
    header.values.first { $0.column == cell.column }?.unit.symbol ?? "its unit"
  }

  func text(_ row: Int, _ column: Int) -> String {
    table.text(row: row, column: column)
  }

  mutating func refuse(
    _ code: String, row: Int, column: Int, _ problem: @autoclosure () -> String,
    remedy: @autoclosure () -> String
  ) {
    collector.refuse(
      code, at: row * columns + column, problem(), remedy: remedy())
  }

  private mutating func station(_ row: Int) -> Int? {
    switch header.identity {
    case .fixed(let id):
      if let number = collector.station(id) { return number }
      refuse(
        "bad_station", row: row, column: 0,
        "the station that the file is of has no plain id of 1 to 64 bytes",
        remedy: "name it under state: station of the feed")
      return nil
    // The columns know theirs; the row has none.
    case .columns: return values.lazy.compactMap(\.station).first
    case .wigos(let parts, let block, let number): return wigos(row, parts, block, number)
    case .column(let column):
      let cell = table.range(row: row, column: column)
      if let lastStation, StationRows.equal(bytes, cell, lastStation.cell) {
        return lastStation.number
      }
      if let known = collector.knownStation(cell, of: bytes) {
        lastStation = (cell, known)
        return known
      }
      let id = text(row, column).trimmingBlanks()
      guard !id.isEmpty, let number = collector.station(id) else {
        refuse(
          "bad_station", row: row, column: column,
          id.isEmpty
            ? "the row names no station" : "the station's id is no plain text of 1 to 64 bytes",
          remedy: "write the id of the station as in stations.csv")
        return nil
      }
      // Of a quote that is doubled the bytes are not the text.
      if !bytes[cell].contains(UInt8(ascii: "\"")) { collector.remember(cell, of: bytes, number) }
      lastStation = (cell, number)
      return number
    }
  }

  private mutating func wigos(
    _ row: Int, _ parts: [Int], _ block: Int?, _ number: Int?
  ) -> Int? {
    if parts.count == 4 {
      let local = table.range(row: row, column: parts[3])
      if isWorldMeteorologicalNumber(row, parts), StationID.isPlain(bytes, local) {
        return collector.station(local, of: bytes)
      }
    }
    let texts = parts.map { text(row, $0).trimmingBlanks() }
    if !texts.contains(where: \.isEmpty) {
      return collector.station(StationID.canonical(texts.joined(separator: "-")))
    }
    if let block = block.flatMap({ Int(text(row, $0)) }),
      let number = number.flatMap({ Int(text(row, $0)) }), (0...99).contains(block),
      (0...999).contains(number)
    {
      return collector.station(padded(block, 2) + padded(number, 3))
    }
    refuse(
      "bad_station", row: row, column: parts.first ?? 0,
      "the row names neither a WIGOS identifier nor a WMO block and station number",
      remedy: "fill wsi_series to wsi_local")
    return nil
  }

  /// Whether series, issuer and issue of a WIGOS identifier say that the local part is a number of the WMO's.
  private func isWorldMeteorologicalNumber(_ row: Int, _ parts: [Int]) -> Bool {
    isCell(row, parts[0], "0") && isCell(row, parts[1], "20000") && isCell(row, parts[2], "0")
  }

  private func isCell(_ row: Int, _ column: Int, _ word: StaticString) -> Bool {
    let cell = table.range(row: row, column: column)
    guard cell.count == word.utf8CodeUnitCount else { return false }
    return word.withUTF8Buffer { buffer in
      zip(cell, buffer).allSatisfy { bytes[$0] == $1 }
    }
  }

  /// Two cells of the same bytes.
  private static func equal(_ bytes: [UInt8], _ a: Range<Int>, _ b: Range<Int>) -> Bool {
    guard a.count == b.count, !a.isEmpty else { return false }
    var i = a.lowerBound
    var j = b.lowerBound
    while i < a.upperBound {
      if bytes[i] != bytes[j] { return false }
      i += 1
      j += 1
    }
    return true
  }

  private mutating func place(_ row: Int, _ station: Int) {
    guard let longitude = header.longitude, let latitude = header.latitude,
      let x = Double(bytes, in: table.range(row: row, column: longitude)),
      let y = Double(bytes, in: table.range(row: row, column: latitude))
    else { return }
    collector.stand(station, longitude: x, latitude: y)
  }

  private mutating func endOfPeriod(_ row: Int) throws(Fault) -> Timestamp? {
    switch header.time {
    case .parts(let parts, let zone): return moment(row, parts, zone)
    case .dated(let date, let clock, let zone): return try dated(row, date, clock, zone)
    case .column(let column, let zone):
      let cell = table.range(row: row, column: column)
      if let lastTime, StationRows.equal(bytes, cell, lastTime.cell) { return lastTime.moment }
      guard let moment = try moment(row, column, zone) else { return nil }
      lastTime = (cell, moment)
      return moment
    }
  }

  private mutating func moment(_ row: Int, _ parts: [Int], _ zone: Int) -> Timestamp? {
    if let lastParts, areEqual(row, lastParts.row, parts) { return lastParts.moment }
    let numbers = parts.map { Int(text(row, $0).trimmingBlanks()) ?? -1 }
    if numbers.count >= 4 {
      let civil = CivilTime(
        year: numbers[0], month: numbers[1], day: numbers[2], hour: numbers[3],
        minute: numbers.count > 4 ? numbers[4] : 0)
      if let moment = civil.timestamp(offsetSeconds: zone) {
        lastParts = (row, moment)
        return moment
      }
    }
    let words = parts.map { text(row, $0) }.joined(separator: " ")
    refuse(
      "bad_time", row: row, column: parts.first ?? 0,
      "\"\(words)\" is no year, month, day, hour and minute",
      remedy: "write the end of the period in whole numbers")
    return nil
  }

  /// Whether two rows have the same in these columns.
  private func areEqual(_ a: Int, _ b: Int, _ columns: [Int]) -> Bool {
    for column in columns
    where !StationRows.equal(
      bytes, table.range(row: a, column: column), table.range(row: b, column: column))
    {
      return false
    }
    return true
  }

  /// - Throws: a fault for a time without a zone where none is stated: every row would be as unclear.
  private mutating func moment(
    _ row: Int, _ column: Int, _ zone: Int?
  ) throws(Fault) -> Timestamp? {
    let cell = table.range(row: row, column: column)
    if let moment = StationTime.usual(bytes, cell, zoneOffsetSeconds: zone) { return moment }
    return try moment(text(row, column), row, column, zone)
  }

  /// A date in one column and a clock time in another, which may hold the whole time all the same.
  private mutating func dated(
    _ row: Int, _ date: Int, _ clock: Int, _ zone: Int?
  ) throws(Fault) -> Timestamp? {
    let time = text(row, clock).trimmingBlanks()
    guard time.unicodeScalars.count < 10 else { return try moment(row, clock, zone) }
    return try moment(
      StationTime.joined(date: text(row, date).trimmingBlanks(), clock: time), row, clock, zone)
  }

  private mutating func moment(
    _ text: String, _ row: Int, _ column: Int, _ zone: Int?
  ) throws(Fault) -> Timestamp? {
    switch StationTime(text, zoneOffsetSeconds: zone) {
    case .moment(let moment): return moment
    case .withoutZone:
      throw Fault(
        "unknown_zone", at: table.location(row: row, column: column),
        "the time \(text) names no zone and the feed states none",
        remedy: "write 2020-07-05T14:20+08:00, or state zone: \"+08:00\" or UTC for the feed")
    case .malformed:
      refuse(
        "bad_time", row: row, column: column, "\"\(text)\" is no time",
        remedy: "write the end of the period as ISO 8601, for instance 2020-07-05T14:20+08:00")
      return nil
    }
  }

  /// Length of the period of a value, s; nil where it is refused.
  private mutating func periodSeconds(
    _ row: Int, end: Timestamp, _ length: StationHeader.Length
  ) throws(Fault) -> Int? {
    switch length {
    case .seconds(let seconds): return seconds
    case .column(let column, let unitSeconds):
      let text = text(row, column).trimmingBlanks()
      let most = StationLimits.longestPeriodSeconds / unitSeconds
      guard let number = Int(text), number != 0, number.magnitude <= most else {
        refuse(
          "bad_period", row: row, column: column, "\"\(text)\" is no length of a period",
          remedy:
            "let the station write the length of the period in whole numbers, at most 366 days")
        return nil
      }
      return Int(number.magnitude) * unitSeconds
    case .row:
      if let lastPeriod, lastPeriod.row == row { return lastPeriod.seconds }
      guard let seconds = try periodSeconds(row, end: end) else { return nil }
      lastPeriod = (row, seconds)
      return seconds
    }
  }

  private mutating func periodSeconds(_ row: Int, end: Timestamp) throws(Fault) -> Int? {
    if let column = header.periodStart, !table.range(row: row, column: column).isEmpty {
      guard let start = try moment(row, column, header.time.zoneOffsetSeconds) else { return nil }
      let seconds = end.seconds(since: start)
      guard seconds > 0, seconds <= StationLimits.longestPeriodSeconds else {
        refuse(
          "bad_period", row: row, column: column,
          "the period begins at \(start.iso8601) and ends at \(end.iso8601)",
          remedy: "let period_start lie before time")
        return nil
      }
      return seconds
    }
    if let column = header.period, !table.range(row: row, column: column).isEmpty {
      let text = text(row, column)
      // A value of one moment, as tables of readings have it.
      if text == "0s" { return 0 }
      let span = TimeSpan(text) ?? header.periodUnit.flatMap { TimeSpan(text + $0) }
      guard let span, span.seconds <= StationLimits.longestPeriodSeconds else {
        refuse(
          "bad_period", row: row, column: column, "\"\(text)\" is no length of time",
          remedy: "write 10min or 1h, or name the unit in the header: period [min]")
        return nil
      }
      return span.seconds
    }
    guard let stated = statement.stepSeconds, stated > 0 else {
      throw Fault(
        "unknown_period", at: .init(table.file, line: table.line(ofRow: row)),
        "neither the file nor the feed says how long the period of a row is",
        remedy: "add the column period or period_start, or state the length, step: 10min in a feed,"
          + " --step or --gauge-step of a command")
    }
    return stated
  }

  private mutating func read(
    _ cell: Cell, station: Int, end: Timestamp, length: StationHeader.Length
  ) throws(Fault) {
    guard let seconds = try periodSeconds(cell.row, end: end, length),
      var quality = statedQuality(cell), let value = value(cell, quality)
    else { return }
    if seconds == 0, cell.element == .rain {
      refuse(
        "bad_period", row: cell.row, column: header.period ?? cell.column,
        "rain falls over a time, and the period is 0 s long",
        remedy: "write the length of the period, 10min or 1h")
      return
    }
    if cell.isDoubted, quality == .unchecked { quality = .suspect }
    collector.add(
      station, cell.element, end: end, seconds: seconds, value, quality: quality,
      at: cell.row * columns + cell.column)
  }
}
