import Formats
import Hydromet

/// The columns of a header by what they hold.
struct FoundColumns {
  private(set) var places: [StationColumn: Int] = [:]
  /// Columns of an element over further lengths of time: `rain_3h` beside `rain_1h`.
  private(set) var further: [Element: [(column: Int, qualifier: String?)]] = [:]
  private var qualifiers: [StationColumn: String] = [:]
  let header: Fault.Location
  private let names: [String]
  private let units: UnitsRow?

  init(
    _ table: CSVTable, _ units: UnitsRow?, statement: StationStatement
  ) throws(Fault) {
    self.units = units
    header = Fault.Location(table.file, line: table.headerLocation(column: 0).line)
    names = table.header
    for (name, theirs) in statement.columns.sorted(by: { $0.key < $1.key }) {
      try take(mapped: name, to: theirs, in: table)
    }
    let mapped = Set(places.values)
    let stated = Set(places.keys)
    for (place, text) in table.header.enumerated() where !mapped.contains(place) {
      guard let name = StationColumnName(text), !stated.contains(name.column),
        isMeant(name)
      else { continue }
      if let other = places[name.column] {
        if case .value(let element) = name.column, isOtherLength(name.qualifier, of: element) {
          let qualifier = qualifier(name.qualifier, at: place, of: name.column)
          further[element, default: []].append((place, qualifier))
          continue
        }
        // A date beside a date in other words says nothing more.
        if case .part = name.column { continue }
        if name.column == .date { continue }
        throw Fault(
          "ambiguous_columns", at: table.headerLocation(column: place),
          "the columns \(table.header[other]) and \(text) both hold \(name.column.name)",
          remedy: "say which one counts under state: columns of the feed")
      }
      places[name.column] = place
      qualifiers[name.column] = qualifier(name.qualifier, at: place, of: name.column)
    }
  }

  func qualifier(_ column: StationColumn) -> String? { qualifiers[column] }

  /// What the header and the row of units say of a column together; where both name a unit, the header's
  /// is told, and the other is held against it by whoever reads both.
  private func qualifier(_ own: String?, at place: Int, of column: StationColumn) -> String? {
    guard let below = units?.text(place) else { return own }
    guard let own else { return below }
    if case .value(let element) = column,
      StationHeader.parts(own, of: element).unit == nil
    {
      return "\(own) \(below)"
    }
    return own
  }

  /// Whether a second column of an element states a length that no column before it has.
  private func isOtherLength(_ qualifier: String?, of element: Element) -> Bool {
    guard let seconds = StationHeader.parts(qualifier, of: element).periodSeconds else {
      return false
    }
    let known =
      [qualifiers[.value(element)]] + (further[element] ?? []).map { $0.qualifier }
    return !known.contains { StationHeader.parts($0, of: element).periodSeconds == seconds }
  }

  func required(_ column: StationColumn) throws(Fault) -> Int {
    guard let place = places[column] else {
      throw Fault(
        "missing_column", at: header,
        "no column holds \(column.name); the header has \(names.joined(separator: ", "))",
        remedy: "add the column \(column.name), or map it under state: columns of the feed")
    }
    return place
  }

  private mutating func take(
    mapped name: String, to theirs: String, in table: CSVTable
  ) throws(Fault) {
    guard let column = StationColumn(documentedName: name), column.name == name else {
      throw Fault(
        "unknown_column_name", at: header, "the feed's state maps \(name), which is no column",
        remedy: "use one of \(StationStatement.columnNames.joined(separator: ", "))")
    }
    guard let place = table.column(named: theirs) else {
      throw Fault(
        "missing_column", at: header,
        "the feed's state says that \(theirs) holds \(name), the header has "
          + names.joined(separator: ", "),
        remedy: "correct state: columns of the feed")
    }
    places[column] = place
    let parts = StationColumnName(table.header[place])
    if let parts, parts.column == column, let own = parts.qualifier {
      qualifiers[column] = qualifier(own, at: place, of: column)
    } else {
      qualifiers[column] = qualifier(
        StationColumnName.bracketed(theirs), at: place, of: column)
    }
  }

  /// Names such as `rain_gauge` or `station_name` begin like a known one and mean something else.
  private func isMeant(_ name: StationColumnName) -> Bool {
    guard let qualifier = name.qualifier, !name.isBracketed else { return true }
    switch name.column {
    case .value(let element):
      return ElementUnit(qualifier, of: element) != nil || TimeSpan(qualifier) != nil
        || qualifier.split(whereSeparator: { $0 == "_" || $0 == " " }).first
          .map { TimeSpan($0) != nil } == true
    case .time, .periodStart:
      return StationStatement.zoneOffset(qualifier) != nil
        || ["s", "ms", "epoch", "unix"].contains(qualifier)
    case .date, .part: return StationStatement.zoneOffset(qualifier) != nil
    case .period: return TimeSpan("1" + qualifier) != nil
    case .longValue: return Element.allCases.contains { ElementUnit(qualifier, of: $0) != nil }
    case .station, .quality, .longitude, .latitude, .valueQuality, .longElement, .longUnit:
      return false
    }
  }
}
