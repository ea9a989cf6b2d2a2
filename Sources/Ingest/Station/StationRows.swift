import Formats
import Hydromet

/// Turns the rows of a station file into readings.
struct StationRows {
  private(set) var refusals: [Fault] = []

  private let table: CSVTable
  private let header: StationHeader
  private let statement: StationStatement
  private let allowsComma: Bool
  private var settlement: StationSettlement

  init(_ table: CSVTable, header: StationHeader, statement: StationStatement) {
    self.table = table
    self.header = header
    self.statement = statement
    allowsComma = table.delimiter != UInt8(ascii: ",")
    settlement = StationSettlement(table)
  }

  mutating func readAll() throws(Fault) {
    for row in table.rows {
      guard let station = station(row), let end = try endOfPeriod(row) else { continue }
      for value in header.values {
        let cell = Cell(
          element: value.element, row: row, column: value.column, unit: value.unit,
          quality: value.quality ?? header.quality)
        try read(cell, station: station, end: end, columnPeriod: value.periodSeconds)
      }
      if let long = header.long, let cell = longCell(row, long) {
        try read(cell, station: station, end: end, columnPeriod: nil)
      }
    }
  }

  /// The readings, each once, and the faults of rows that contradict each other.
  func settled() -> (readings: [GaugeReading], conflicts: [Fault]) {
    settlement.result()
  }

  /// Where one value stands and how it is to be read.
  private struct Cell {
    let element: Element
    let row: Int
    let column: Int
    let unit: ElementUnit
    let quality: Int?
  }

  private mutating func refuse(
    _ code: String, row: Int, column: Int, _ problem: String, remedy: String
  ) {
    refusals.append(
      Fault(code, at: table.location(row: row, column: column), problem, remedy: remedy))
  }

  private mutating func station(_ row: Int) -> String? {
    let id = table.text(row: row, column: header.station).trimmingBlanks()
    guard !id.isEmpty, id.utf8.count <= 64,
      !id.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F })
    else {
      refuse(
        "bad_station", row: row, column: header.station,
        id.isEmpty
          ? "the row names no station" : "the station's id is no plain text of 1 to 64 bytes",
        remedy: "write the id of the station as in stations.csv")
      return nil
    }
    return id
  }

  private mutating func endOfPeriod(_ row: Int) throws(Fault) -> Timestamp? {
    try moment(row, header.time)
  }

  /// - Throws: a fault for a time without a zone where none is stated: every row would be as unclear.
  private mutating func moment(_ row: Int, _ column: Int) throws(Fault) -> Timestamp? {
    let text = table.text(row: row, column: column)
    switch StationTime(text, zoneOffsetSeconds: header.zoneOffsetSeconds) {
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

  /// Length of the period of a row, s; nil where the row is refused.
  private mutating func periodSeconds(
    _ row: Int, end: Timestamp, columnPeriod: Int?
  ) throws(Fault) -> Int? {
    if let columnPeriod { return columnPeriod }
    if let column = header.periodStart, !table.text(row: row, column: column).isEmpty {
      guard let start = try moment(row, column) else { return nil }
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
    if let column = header.period, !table.text(row: row, column: column).isEmpty {
      let text = table.text(row: row, column: column)
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
        remedy: "add the column period or period_start, or state the step of the feed, step: 10min")
    }
    return stated
  }

  private mutating func read(
    _ cell: Cell, station: String, end: Timestamp, columnPeriod: Int?
  ) throws(Fault) {
    guard let seconds = try periodSeconds(cell.row, end: end, columnPeriod: columnPeriod),
      let stated = statedQuality(cell),
      let value = value(cell, seconds: seconds, stated: stated)
    else { return }
    settlement.add(
      GaugeReading(
        station: station, element: cell.element, period: Period(end: end, seconds: seconds),
        tenths: value.tenths, isTrace: value.isTrace, quality: value.quality),
      row: cell.row, column: cell.column)
  }

  /// The CMA code that the file gives a value; unchecked where it gives none; nil where it is no
  /// code.
  private mutating func statedQuality(_ cell: Cell) -> QualityCode? {
    guard let column = cell.quality else { return .unchecked }
    let text = table.text(row: cell.row, column: column).trimmingBlanks()
    if text.isEmpty { return .unchecked }
    if let code = Int(text).flatMap({ QualityCode(rawValue: $0) }) { return code }
    refuse(
      "bad_quality", row: cell.row, column: column, "\"\(text)\" is no CMA quality code",
      remedy: "write 0, 1, 2, 3, 4, 7, 8 or 9, or leave the cell empty")
    return nil
  }

  private struct Value {
    var tenths: Int32?
    var isTrace = false
    var quality: QualityCode
  }

  private mutating func value(_ cell: Cell, seconds: Int, stated: QualityCode) -> Value? {
    let text = table.text(row: cell.row, column: cell.column).trimmingBlanks()
    if stated == .notInstalled || stated == .missing { return Value(tenths: nil, quality: stated) }
    switch SpecialValue(text, of: cell.element, in: cell.unit) {
    case .missing: return Value(tenths: nil, quality: .missing)
    case .notInstalled: return Value(tenths: nil, quality: .notInstalled)
    case .trace: return Value(tenths: 0, isTrace: true, quality: stated)
    case .none: break
    }
    guard let number = ExactDecimal(text, allowsComma: allowsComma),
      let tenths = cell.unit.tenths(of: number)
    else {
      refuse(
        "not_a_number", row: cell.row, column: cell.column,
        "\"\(text)\" is no value of \(cell.element.rawValue) in \(cell.unit.symbol)",
        remedy: "write a plain number, or leave the cell empty where there is none")
      return nil
    }
    guard cell.element != .rain || !number.isNegative else {
      refuse(
        "negative_rain", row: cell.row, column: cell.column, "the rain is negative: \(text)",
        remedy: "correct the value at its source, or leave the cell empty where there is none")
      return nil
    }
    let isTrace = cell.element == .rain && tenths == 0 && number.isPositive
    let isPossible = StationLimits.contain(tenths, of: cell.element, seconds: seconds)
    return Value(
      tenths: tenths, isTrace: isTrace,
      quality: isPossible || stated == .wrong ? stated : .suspect)
  }

  /// The value of a row of the long layout; nil where the row is refused or holds another element.
  private mutating func longCell(_ row: Int, _ long: StationHeader.Long) -> Cell? {
    let name = table.text(row: row, column: long.element)
    guard let parts = StationColumnName(name), case .value(let element) = parts.column else {
      refuse(
        "unknown_element", row: row, column: long.element, "\"\(name)\" is no element",
        remedy: "write one of " + Element.allCases.map(\.rawValue).joined(separator: ", "))
      return nil
    }
    let texts = [
      long.unit.map { table.text(row: row, column: $0) }, parts.qualifier, long.statedUnit,
      statement.units[element.rawValue],
    ]
    let text = texts.lazy.compactMap { $0 }.first { !$0.isEmpty }
    guard let unit = text.map({ ElementUnit($0, of: element) }) ?? ElementUnit.onlyUnit(of: element)
    else {
      let place = table.location(row: row, column: long.unit ?? long.value)
      refusals.append(StationHeader.unknownUnit(of: element, qualifier: text, at: place))
      return nil
    }
    return Cell(
      element: element, row: row, column: long.value, unit: unit, quality: header.quality)
  }
}
