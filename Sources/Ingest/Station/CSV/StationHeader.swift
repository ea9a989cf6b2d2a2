import Formats
import Hydromet

/// Where a station file holds what, in which units and zone.
struct StationHeader {
  /// Which station a row is of.
  enum Identity {
    case column(Int)
    /// The four parts of a WIGOS identifier, and the WMO's block and station number where it is
    /// empty.
    case wigos(parts: [Int], block: Int?, number: Int?)
    case fixed(String)
    /// Each column of values has a station of its own.
    case columns
  }

  /// When the period of a row ends.
  enum Time {
    case column(Int, zoneOffsetSeconds: Int?)
    /// The day in one column and the clock time in another.
    case dated(date: Int, clock: Int, zoneOffsetSeconds: Int?)
    /// Year, month, day, hour and, where it is not the full hour, minute.
    case parts([Int], zoneOffsetSeconds: Int)

    /// Seconds east of Greenwich of times that name no zone.
    var zoneOffsetSeconds: Int? {
      switch self {
      case .column(_, let zone), .dated(_, _, let zone): zone
      case .parts(_, let zone): zone
      }
    }
  }

  /// How long a value's period is.
  enum Length {
    /// As the row or the feed says.
    case row
    case seconds(Int)
    /// In the cell of a column, in units of so many seconds; the sign does not count.
    case column(Int, unitSeconds: Int)
  }

  /// A column that holds one element.
  struct Value {
    let element: Element
    let column: Int
    let unit: ElementUnit
    var quality: Int? = nil
    var length = Length.row
    /// Whether the values are kept as suspect, whatever they are.
    var isDoubted = false
    /// The station of the column in a wide table.
    var station: String? = nil
  }

  /// The columns of the long layout.
  struct Long {
    let element: Int
    let value: Int
    let unit: Int?
    /// The unit that the name of the value's column states.
    let statedUnit: String?
  }

  let identity: Identity
  let time: Time
  var periodStart: Int? = nil
  var period: Int? = nil
  /// `min`, `s`, `h`: the unit of bare numbers in the period column.
  var periodUnit: String? = nil
  var quality: Int? = nil
  var longitude: Int? = nil
  var latitude: Int? = nil
  let values: [Value]
  var long: Long? = nil
  /// Columns that were left out and why.
  var notes: [Fault] = []
}

extension StationHeader {
  /// Finds the columns by their names, by the row of units below them where there is one, and by what
  /// the feed states.
  init(
    _ table: CSVTable, units: UnitsRow? = nil, statement: StationStatement
  ) throws(Fault) {
    let found = try FoundColumns(table, units, statement: statement)
    if let fixed = statement.station, found.places[.station] == nil {
      identity = .fixed(fixed)
    } else {
      identity = .column(try found.required(.station))
    }
    time = try StationHeader.time(found, zone: statement.zoneOffsetSeconds)
    periodStart = found.places[.periodStart]
    period = found.places[.period]
    periodUnit = found.qualifier(.period)
    quality = found.places[.quality]
    longitude = found.places[.longitude]
    latitude = found.places[.latitude]
    if let element = found.places[.longElement], let value = found.places[.longValue] {
      long = Long(
        element: element, value: value, unit: found.places[.longUnit],
        statedUnit: found.qualifier(.longValue))
    }
    var values: [Value] = []
    var notes: [Fault] = []
    for element in Element.allCases {
      let first = found.places[.value(element)].map { [($0, found.qualifier(.value(element)))] }
      for (column, qualifier) in (first ?? []) + (found.further[element] ?? []) {
        let place = table.headerLocation(column: column)
        do throws(Fault) {
          let (unit, seconds) = try StationHeader.unit(
            qualifier, of: element, statement: statement, at: place)
          if let below = units?.text(column), let other = ElementUnit(below, of: element),
            other != unit
          {
            throw Fault(
              "unit_conflict", at: place,
              "the name of the column gives \(element.rawValue) in \(unit.symbol), the row below it says "
                + other.symbol,
              remedy: "correct the name or the row of units")
          }
          values.append(
            Value(
              element: element, column: column, unit: unit,
              quality: found.places[.valueQuality(element)],
              length: seconds.map { .seconds($0) } ?? .row))
        } catch {
          if element == .rain { throw error }
          notes.append(error)
        }
      }
    }
    self.values = values
    self.notes = notes
    guard !values.isEmpty || long != nil else {
      throw notes.first
        ?? Fault(
          "no_elements", at: table.headerLocation(column: 0),
          "the header names no element; \(Element.allCases.map(\.rawValue).joined(separator: ", ")) "
            + "or element with value is expected",
          remedy: "name the column, for instance rain [mm], or map it in the feed's state: columns")
    }
  }

  /// One column of times, a date beside a clock time, or a column for each part of the time.
  static func time(_ found: FoundColumns, zone stated: Int?) throws(Fault) -> Time {
    let qualifier =
      found.qualifier(.time) ?? found.qualifier(.date) ?? found.qualifier(.part(.hour))
    let zone = qualifier.flatMap { StationStatement.zoneOffset($0) } ?? stated
    if let date = found.places[.date], let clock = found.places[.time] {
      return .dated(date: date, clock: clock, zoneOffsetSeconds: zone)
    }
    let parts = StationColumn.DatePart.allCases.compactMap { found.places[.part($0)] }
    guard found.places[.time] == nil, parts.count >= 4,
      parts.count == 5 || found.places[.part(.minute)] == nil
    else { return .column(try found.required(.time), zoneOffsetSeconds: zone) }
    guard let zone else {
      throw Fault(
        "unknown_zone", at: found.header,
        "the columns of year, month, day and hour name no zone and the feed states none",
        remedy: "state zone: \"+08:00\" or UTC for the feed")
    }
    return .parts(parts, zoneOffsetSeconds: zone)
  }

  /// The unit of an element and the length of its period, as far as the header states one. A
  /// statement fills gaps; it does not correct a file.
  static func unit(
    _ qualifier: String?, of element: Element, statement: StationStatement, at place: Fault.Location
  ) throws(Fault) -> (unit: ElementUnit, periodSeconds: Int?) {
    let stated = statement.units[element.rawValue].flatMap { ElementUnit($0, of: element) }
    let (text, periodSeconds) = parts(qualifier, of: element)
    guard let text else {
      guard let unit = stated ?? ElementUnit.onlyUnit(of: element) else {
        throw unknownUnit(of: element, qualifier: nil, at: place)
      }
      return (unit, periodSeconds)
    }
    guard let unit = ElementUnit(text, of: element) else {
      throw unknownUnit(of: element, qualifier: text, at: place)
    }
    if let stated, stated != unit {
      throw Fault(
        "unit_conflict", at: place,
        "the header gives \(element.rawValue) in \(unit.symbol), the feed states \(stated.symbol)",
        remedy: "correct state: units of the feed, or ask why the files changed")
    }
    return (unit, periodSeconds)
  }

  /// Takes `1h mm`, `1h` or `mm` apart into unit and length of the period.
  static func parts(
    _ qualifier: String?, of element: Element
  ) -> (unit: String?, periodSeconds: Int?) {
    guard let qualifier, !qualifier.isEmpty else { return (nil, nil) }
    if ElementUnit(qualifier, of: element) != nil { return (qualifier, nil) }
    if let span = TimeSpan(qualifier) { return (nil, span.seconds) }
    guard let mark = qualifier.firstIndex(where: { $0 == "_" || $0 == " " }),
      let span = TimeSpan(qualifier[..<mark])
    else { return (qualifier, nil) }
    return (String(qualifier[qualifier.index(after: mark)...]), span.seconds)
  }

  static func unknownUnit(
    of element: Element, qualifier: String?, at location: Fault.Location
  ) -> Fault {
    let symbols = ElementUnit.symbols(of: element).joined(separator: ", ")
    let problem = qualifier.map { "the unit \($0) of \(element.rawValue) is not known" }
    return Fault(
      "unknown_unit", at: location, problem ?? "no unit of \(element.rawValue) is stated",
      remedy: "write one of \(symbols) in brackets behind the name of the column, "
        + "or state it under state: units of the feed")
  }
}

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
