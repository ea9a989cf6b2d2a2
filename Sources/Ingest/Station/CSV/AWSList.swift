import Formats
import Hydromet

/// The WMO's list of columns for automatic weather stations, one row for each station and time (WIS2
/// in a box, csv2bufr template "aws"): WIGOS identifier in four columns, UTC in five, pressure in Pa,
/// temperature in K, rain in kg m⁻² over 1, 3, 6, 12 and 24 hours, wind over `time_period_of_wind`
/// minutes. An empty cell is missing.
///
/// - Source: World-Meteorological-Organization/wis2box, "AWS minimal" list of columns with units.
enum AWSList {
  private static let elements: [(name: String, element: Element, unit: String, seconds: Int?)] = [
    ("total_precipitation_1_hour", .rain, "kg m-2", 3600),
    ("total_precipitation_3_hours", .rain, "kg m-2", 10_800),
    ("total_precipitation_6_hours", .rain, "kg m-2", 21_600),
    ("total_precipitation_12_hours", .rain, "kg m-2", 43_200),
    ("total_precipitation_24_hours", .rain, "kg m-2", 86_400),
    ("air_temperature", .temperature, "K", 0), ("relative_humidity", .humidity, "%", 0),
    ("station_pressure", .pressure, "Pa", 0), ("wind_speed", .windSpeed, "m s-1", nil),
    ("wind_direction", .windDirection, "deg", nil),
  ]

  static func read(
    _ bytes: [UInt8], file: String, statement: StationStatement
  ) throws(Fault) -> StationFile.Result {
    let table = try CSVTable(
      bytes: bytes, file: file, raggedRows: .report, limits: CSVStations.limits)
    var assumptions = ["the units are those of the WMO's list: K, Pa, %, m/s, kg/m2; times are UTC"]
    let time = try columns(table, ["year", "month", "day", "hour", "minute"])
    let identity = try columns(
      table, ["wsi_series", "wsi_issuer", "wsi_issue_number", "wsi_local"])
    let windPeriod = table.column(named: "time_period_of_wind")
    if windPeriod == nil { assumptions.append("the wind is the mean of 10 minutes") }
    var values: [StationHeader.Value] = []
    for (name, element, symbol, seconds) in elements {
      guard let column = table.column(named: name), let unit = ElementUnit(symbol, of: element)
      else { continue }
      let windLength =
        windPeriod.map { StationHeader.Length.column($0, unitSeconds: 60) } ?? .seconds(600)
      values.append(
        StationHeader.Value(
          element: element, column: column, unit: unit,
          length: seconds.map { .seconds($0) } ?? windLength))
    }
    guard !values.isEmpty else {
      throw Fault(
        "no_elements", at: table.headerLocation(column: 0),
        "the header names none of \(elements.map(\.name).joined(separator: ", "))",
        remedy: "write at least total_precipitation_1_hour")
    }
    let header = StationHeader(
      identity: .wigos(
        parts: identity, block: table.column(named: "wmo_block_number"),
        number: table.column(named: "wmo_station_number")),
      time: .parts(time, zoneOffsetSeconds: 0), longitude: table.column(named: "longitude"),
      latitude: table.column(named: "latitude"), values: values)
    return try CSVStations.read(
      table, header, .awsList, statement: statement, assumptions: assumptions)
  }

  private static func columns(_ table: CSVTable, _ names: [String]) throws(Fault) -> [Int] {
    var found: [Int] = []
    for name in names {
      guard let column = table.column(named: name) else {
        throw Fault(
          "missing_column", at: table.headerLocation(column: 0),
          "the WMO's list of columns has \(name), the header has not",
          remedy: "write all columns of the list, empty where there is no value")
      }
      found.append(column)
    }
    return found
  }
}
