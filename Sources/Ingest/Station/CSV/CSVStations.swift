import Formats
import Hydromet

/// Tables of delimited text: one row for each station and time, with one column for each element, or
/// one row for each value (`station,time,element,value[,unit]`).
///
/// Columns may stand in any order and are known by their names, in English or Chinese, with the unit
/// in brackets or behind the name: `station`, `time` (the end of the period), optionally
/// `period_start` or `period`, `rain [mm]`, `temperature [degC]`, …, `quality` and
/// `rain_quality` (CMA codes), or by what the feed states. Rain of several lengths may stand side by
/// side: `rain_1h`, `rain_3h`. Units may stand in a row of their own under the names. A wide table, one
/// row for each time and one column for each station, is read where the feed states which element it
/// holds. A value that cannot be right is refused with its place and does not
/// touch the others.
enum CSVStations {
  static func read(
    _ bytes: [UInt8], file: String, statement: StationStatement
  ) throws(Fault) -> StationFile.Result {
    let table = try CSVTable(
      bytes: bytes, file: file, raggedRows: .report, limits: limits)
    let units = UnitsRow(table)
    let header: StationHeader
    if let wide = try WideTable.header(table, units, statement: statement) {
      header = wide
    } else {
      header = try StationHeader(table, units: units, statement: statement)
    }
    return try read(
      table, header, .csv, statement: statement, from: units == nil ? 0 : 1,
      assumptions: units.map { [$0.words] } ?? [])
  }

  /// A wide table has a column for each station.
  static let limits = CSVTable.Limits(
    fileBytes: StationFile.sizeLimit, rowBytes: 1 << 20, columns: 16_384)

  /// Reads the rows of a table whose columns are known.
  ///
  /// - Parameter first: the first row with values.
  static func read(
    _ table: CSVTable, _ header: StationHeader, _ format: StationFormat,
    statement: StationStatement, from first: Int = 0, assumptions: [String] = []
  ) throws(Fault) -> StationFile.Result {
    var rows = StationRows(table, header: header, statement: statement)
    for words in assumptions { rows.collector.assume(words) }
    try rows.readAll(from: first)
    let columns = max(table.header.count, 1)
    return try rows.collector.finish(format, refused: table.raggedRows, notes: header.notes) {
      table.location(row: $0 / columns, column: $0 % columns)
    }
  }
}
