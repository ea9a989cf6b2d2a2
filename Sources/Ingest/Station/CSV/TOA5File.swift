import Formats
import Hydromet

/// Campbell Scientific TOA5: a line about the logger, then names, units and processing of the columns,
/// then rows. Text stands in quotes, `"NAN"` and `"None"` are missing.
///
/// `TIMESTAMP` is the logger's clock, end of the period, in a zone that the file never names: the feed
/// states it. Where a program of the WMO's kind writes UTC into `M_Year` … `M_Minutes`, those count.
/// Totals (`Tot`) cover the hours that `Rain_hr` names, else the feed's step. The station is
/// `Station_ID` where there is such a column, else the station name of the first line.
///
/// A pressure column whose values can only be Pa is read as Pa; where the file says another unit, its
/// values are kept as suspect.
///
/// - Source: Campbell Scientific, LoggerNet manual, appendix B.1.1 "TOA5"; sample files of wis2box.
enum TOA5File {
  /// Names that loggers' programs give the elements, besides the documented ones.
  private static let names: [Element: [String]] = [
    .rain: [
      "rain_mm_tot", "rain_tot", "rain_mm", "rainfall_tot", "rainfall_mm_tot", "precip_tot",
      "rain_in_tot",
    ],
    .temperature: [
      "airtempk", "airtemp", "airtc", "airtc_avg", "airt_c_avg", "temp_c", "airtemp_avg", "tair",
    ],
    .humidity: ["rh", "rh_avg", "relhum"],
    .pressure: ["bp", "bp_mbar", "bp_mbar_avg", "bp_hpa", "baro", "pressure_avg"],
    .windSpeed: ["wspeed", "ws_ms", "ws_ms_avg", "ws_ms_s_wvt", "wspeed_avg", "windspeed_avg"],
    .windDirection: ["winddir", "winddir_d1_wvt", "winddir_avg", "wind_dir"],
  ]

  static func read(
    _ bytes: [UInt8], file: String, statement: StationStatement
  ) throws(Fault) -> StationFile.Result {
    var content = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
    let logger = loggerName(content, file)
    // A line that begins with # is passed over and still counted.
    if !content.isEmpty { content[0] = UInt8(ascii: "#") }
    let table = try CSVTable(
      bytes: content, file: file, raggedRows: .report, limits: CSVStations.limits)
    guard table.rows.count >= 2 else {
      throw Fault(
        "no_header", at: .init(file, line: 1),
        "the file has fewer than the four header lines of TOA5",
        remedy: "fetch it again once the logger's table was written")
    }
    var assumptions: [String] = []
    let identity = identity(table, logger, statement)
    let time = try time(table, statement, &assumptions)
    let (values, notes) = try values(table, statement, &assumptions)
    let header = StationHeader(
      identity: identity, time: time,
      longitude: column(table, ["longitude", "lon"]), latitude: column(table, ["latitude", "lat"]),
      values: values, notes: notes)
    return try CSVStations.read(
      table, header, .toa5, statement: statement, from: 2, assumptions: assumptions)
  }

  /// The station name of the first line, its second cell.
  private static func loggerName(_ bytes: [UInt8], _ file: String) -> String {
    let text = StationText(bytes, file: file)
    let line = text.string(0..<min(text.endOfLine(from: 0), 4096))
    let cells = line.split(separator: ",", omittingEmptySubsequences: false)
    return cells.count > 1 ? cells[1].filter { $0 != "\"" }.trimmingBlanks() : ""
  }

  private static func identity(
    _ table: CSVTable, _ logger: String, _ statement: StationStatement
  ) -> StationHeader.Identity {
    let stated = statement.columns["station"].flatMap { table.column(named: $0) }
    if let column = stated ?? column(table, ["station_id", "stationid", "wsi", "wigos_id"]) {
      return .column(column)
    }
    return .fixed(statement.station ?? logger)
  }

  private static func time(
    _ table: CSVTable, _ statement: StationStatement, _ assumptions: inout [String]
  ) throws(Fault) -> StationHeader.Time {
    let parts = ["m_year", "m_month", "m_dayofmonth", "m_hourofday", "m_minutes"]
      .compactMap { table.column(named: $0) }
    if parts.count == 5, statement.columns["time"] == nil {
      assumptions.append("M_Year to M_Minutes are UTC; the local TIMESTAMP is not used")
      return .parts(parts, zoneOffsetSeconds: 0)
    }
    guard let column = table.column(named: statement.columns["time"] ?? "TIMESTAMP") else {
      throw Fault(
        "missing_column", at: table.headerLocation(column: 0),
        "no column is named \(statement.columns["time"] ?? "TIMESTAMP")",
        remedy: "map the column of the time under state: columns of the feed")
    }
    return .column(column, zoneOffsetSeconds: statement.zoneOffsetSeconds)
  }

  /// The columns that are read, and why others of an element are not.
  private static func values(
    _ table: CSVTable, _ statement: StationStatement, _ assumptions: inout [String]
  ) throws(Fault) -> (values: [StationHeader.Value], notes: [Fault]) {
    let rainHours = column(table, ["rain_hr"])
    let windMinutes = column(table, ["wind_t"])
    var values: [StationHeader.Value] = []
    var notes: [Fault] = []
    for element in Element.allCases {
      let stated = statement.columns[element.rawValue].flatMap { table.column(named: $0) }
      guard let column = stated ?? column(table, names[element] ?? []) ?? documented(table, element)
      else { continue }
      do throws(Fault) {
        let (unit, isDoubted) = try unit(of: element, column, table, statement, &assumptions)
        values.append(
          StationHeader.Value(
            element: element, column: column, unit: unit,
            length: length(element, rainHours, windMinutes), isDoubted: isDoubted))
      } catch {
        if element == .rain { throw error }
        notes.append(error)
      }
    }
    guard !values.isEmpty else {
      throw notes.first
        ?? Fault(
          "no_elements", at: table.headerLocation(column: 0),
          "no column is known to hold one of "
            + Element.allCases.map(\.rawValue).joined(separator: ", "),
          remedy: "map the columns under state: columns of the feed")
    }
    if rainHours == nil, values.contains(where: { $0.element == .rain }) {
      assumptions.append("the rain is the total of the feed's step")
    }
    return (values, notes)
  }

  /// The unit of a column, and whether its values are doubted: a pressure whose numbers can only be Pa
  /// is one, whatever the file says.
  private static func unit(
    of element: Element, _ column: Int, _ table: CSVTable, _ statement: StationStatement,
    _ assumptions: inout [String]
  ) throws(Fault) -> (ElementUnit, Bool) {
    let symbol = table.text(row: 0, column: column)
    let named = symbol.isEmpty ? statement.units[element.rawValue] ?? "" : symbol
    let unit = ElementUnit(named, of: element) ?? ElementUnit.onlyUnit(of: element)
    if element == .pressure, unit?.symbol != "Pa", let first = firstNumber(table, column),
      (30_000...110_000).contains(first), let pascal = ElementUnit("Pa", of: .pressure)
    {
      let said = named.isEmpty ? "no unit" : named
      assumptions.append(
        "\(table.header[column]) says \(said) and its values can only be Pa: read as Pa")
      return (pascal, unit != nil)
    }
    guard let unit else {
      throw StationHeader.unknownUnit(
        of: element, qualifier: named.isEmpty ? nil : named,
        at: table.headerLocation(column: column))
    }
    return (unit, false)
  }

  private static func length(
    _ element: Element, _ rainHours: Int?, _ windMinutes: Int?
  ) -> StationHeader.Length {
    switch element {
    case .rain: rainHours.map { .column($0, unitSeconds: 3600) } ?? .row
    case .windSpeed, .windDirection: windMinutes.map { .column($0, unitSeconds: 60) } ?? .seconds(0)
    case .temperature, .humidity, .pressure: .seconds(0)
    }
  }

  private static func column(_ table: CSVTable, _ names: [String]) -> Int? {
    names.lazy.compactMap { table.column(named: $0) }.first
  }

  /// The first column whose own name is a documented one of the element.
  private static func documented(_ table: CSVTable, _ element: Element) -> Int? {
    table.header.firstIndex { name in
      StationColumnName(name)?.column == .value(element)
        && StationColumnName(name)?.qualifier == nil
    }
  }

  private static func firstNumber(_ table: CSVTable, _ column: Int) -> Double? {
    table.rows.dropFirst(2).lazy.compactMap { Double(table.text(row: $0, column: column)) }.first
  }
}
