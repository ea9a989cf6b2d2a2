import Formats
import Hydromet

/// A table with one row for each time and one column for each station, all of one element that the feed
/// states: `time,57612,57509` or `时间,綦江(57612),万盛(57509)`.
///
/// A column is named by the id of its station, by a name with the id in brackets, or by an id with the
/// unit in brackets or in the row below. Columns of times, periods and dates are what they are elsewhere.
enum WideTable {
  /// - Returns: nil where the feed does not state that stations stand in columns.
  static func header(
    _ table: CSVTable, _ units: UnitsRow?, statement: StationStatement
  ) throws(Fault) -> StationHeader? {
    guard let element = statement.stationsInColumns else { return nil }
    let found = try FoundColumns(table, units, statement: statement)
    guard found.places[.station] == nil else {
      throw Fault(
        "contradiction", at: found.header,
        "the feed states that stations stand in columns, and there is a column of stations",
        remedy: "remove stations_in_columns from the feed's state, or the column")
    }
    var taken = Set(found.places.values)
    let time: StationHeader.Time
    if found.places[.time] == nil, table.header.first?.isEmpty == true {
      // Programs that keep times as the index of a table leave their column without a name.
      time = .column(0, zoneOffsetSeconds: statement.zoneOffsetSeconds)
      taken.insert(0)
    } else {
      time = try StationHeader.time(found, zone: statement.zoneOffsetSeconds)
    }
    var values: [StationHeader.Value] = []
    var notes: [Fault] = []
    for other in Element.allCases {
      guard let column = found.places[.value(other)] else { continue }
      notes.append(
        Fault(
          "left_out", at: table.headerLocation(column: column),
          "the column \(table.header[column]) is named by an element, a station is expected",
          remedy:
            "name the column by its station, or remove stations_in_columns from the feed's state"))
    }
    for (column, name) in table.header.enumerated() where !taken.contains(column) {
      let place = table.headerLocation(column: column)
      guard let parts = Column(name, of: element) else {
        notes.append(
          Fault(
            "bad_station", at: place, "the column has no name, a station's id is expected",
            remedy: "name the column by its station, or remove it"))
        continue
      }
      let (unit, seconds) = try StationHeader.unit(
        parts.unit ?? units?.text(column), of: element, statement: statement, at: place)
      values.append(
        StationHeader.Value(
          element: element, column: column, unit: unit,
          length: seconds.map { .seconds($0) } ?? .row, station: parts.station))
    }
    guard !values.isEmpty else {
      throw Fault(
        "no_elements", at: found.header, "no column is named by a station",
        remedy: "name each column by the id of its station")
    }
    return StationHeader(
      identity: .columns, time: time, periodStart: found.places[.periodStart],
      period: found.places[.period], periodUnit: found.qualifier(.period), values: values,
      notes: notes)
  }

  /// The name of a column: its station, and the unit where the name says one.
  private struct Column {
    let station: String
    let unit: String?

    init?(_ name: String, of element: Element) {
      let bracketed = StationColumnName.bracketed(name)
      let outside = name.prefix { !"[(（【".contains($0) }.trimmingBlanks()
      guard let bracketed else {
        guard !outside.isEmpty, Column.isPlain(outside) else { return nil }
        (station, unit) = (outside, nil)
        return
      }
      let (text, span) = StationHeader.parts(bracketed, of: element)
      let isUnit = span != nil || text.map { ElementUnit($0, of: element) != nil } ?? false
      let id = isUnit ? outside : bracketed
      guard !id.isEmpty, Column.isPlain(id) else { return nil }
      (station, unit) = (id, isUnit ? bracketed : nil)
    }

    private static func isPlain(_ id: String) -> Bool {
      id.utf8.count <= ReadingCollector.idLimit
        && !id.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F }
    }
  }
}
