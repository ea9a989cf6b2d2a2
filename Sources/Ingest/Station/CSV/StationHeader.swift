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
    var notes: [Fault] = []
    values = try StationHeader.values(found, table, units, statement, &notes)
    if found.places[.value(.rain)] == nil, long == nil {
      notes += StationHeader.unread(table)
    }
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

  /// The columns of the elements, in the order of these.
  ///
  /// - Parameter notes: gets why columns of other elements than rain are left out.
  /// - Throws: why a column of rain cannot be read.
  private static func values(
    _ found: FoundColumns, _ table: CSVTable, _ units: UnitsRow?, _ statement: StationStatement,
    _ notes: inout [Fault]
  ) throws(Fault) -> [Value] {
    var values: [Value] = []
    for element in Element.allCases {
      let first = found.places[.value(element)].map { [($0, found.qualifier(.value(element)))] }
      for (column, qualifier) in (first ?? []) + (found.further[element] ?? []) {
        let place = table.headerLocation(column: column)
        do throws(Fault) {
          let (unit, seconds) = try StationHeader.unit(
            qualifier, of: element, statement: statement, at: place)
          try checkUnitsRow(units?.text(column), unit, of: element, at: place)
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
    return values
  }

  /// - Parameter below: what the row of units says of the column.
  /// - Throws: `unit_conflict` where that is another unit than the name's.
  private static func checkUnitsRow(
    _ below: String?, _ unit: ElementUnit, of element: Element, at place: Fault.Location
  ) throws(Fault) {
    guard let below, let other = ElementUnit(below, of: element), other != unit else { return }
    throw Fault(
      "unit_conflict", at: place,
      "the name of the column gives \(element.rawValue) in \(unit.symbol), the row below it says "
        + other.symbol,
      remedy: "correct the name or the row of units")
  }

  /// Columns that sound like rain and are none that is known, for a table without rain.
  private static func unread(_ table: CSVTable) -> [Fault] {
    table.header.enumerated().filter { _, name in
      let lower = name.lowercased()
      return ["雨", "降水", "rain", "precip"].contains { lower.contains($0) }
        && !["type", "name", "flag", "qc", "类型", "质"].contains { lower.contains($0) }
    }.map { column, name in
      Fault(
        "unread_column", at: table.headerLocation(column: column),
        "the column \(name) may be rain and is not read: its name is not known",
        remedy: "say state: columns: {rain: \"\(name)\"} for the feed")
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

  /// Takes `1h mm`, `1h` or `mm` apart into unit and length of the period. What is longer than a period can
  /// be is none, and no unit either.
  static func parts(
    _ qualifier: String?, of element: Element
  ) -> (unit: String?, periodSeconds: Int?) {
    guard let qualifier, !qualifier.isEmpty else { return (nil, nil) }
    if ElementUnit(qualifier, of: element) != nil { return (qualifier, nil) }
    if let seconds = periodSeconds(qualifier) { return (nil, seconds) }
    guard let mark = qualifier.firstIndex(where: { $0 == "_" || $0 == " " }),
      let seconds = periodSeconds(qualifier[..<mark])
    else { return (qualifier, nil) }
    return (String(qualifier[qualifier.index(after: mark)...]), seconds)
  }

  private static func periodSeconds(_ text: some StringProtocol) -> Int? {
    TimeSpan(text).map(\.seconds).flatMap { $0 <= StationLimits.longestPeriodSeconds ? $0 : nil }
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
