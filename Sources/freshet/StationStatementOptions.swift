import ArgumentParser
import Hydromet
import Ingest

/// What a station file does not say of itself.
struct StationStatementOptions: ParsableArguments {
  @Option(help: "Zone of a fixed format (CMA, MUSIC, MICAPS) where it is not the usual one.")
  var formatZone: String?

  @Option(help: "Station of a table that has no column for it.")
  var station: String?

  @Option(
    help: """
      Element of a table that has a column for each station: rain, temperature, humidity, pressure, \
      wind_speed, wind_direction.
      """)
  var stationsInColumns: String?

  /// - Parameter grid: the options that stations share with grids: zone, step and unit.
  func statement(_ grid: GridStatementOptions) throws -> StationStatement {
    var statement = StationStatement()
    statement.zoneOffsetSeconds = grid.zone?.seconds
    statement.stepSeconds = grid.step?.span.seconds
    if let unit = grid.unit { statement.units["rain"] = unit }
    if let stationsInColumns {
      guard let element = Element(rawValue: stationsInColumns) else {
        let names = Element.allCases.map(\.rawValue).joined(separator: ", ")
        throw ValidationError("--stations-in-columns \(stationsInColumns) is none of \(names)")
      }
      statement.stationsInColumns = element
    }
    statement.layout.zoneOffsetSeconds = try offset(formatZone, "--format-zone")
    statement.station = station
    return statement
  }

  private func offset(_ text: String?, _ name: String) throws -> Int? {
    guard let text else { return nil }
    guard let seconds = StationStatement.zoneOffset(text) else {
      throw ValidationError("\(name) \(text) is not a zone; write +08:00 or UTC")
    }
    return seconds
  }
}

/// What files of gauges beside radar grids do not say of themselves: `--step` and `--unit` are the radar's,
/// and the gauges' too where nothing else is said of these.
struct GaugeStatementOptions: ParsableArguments {
  @Option(help: "Length of a reading's period where the file does not say; --step otherwise.")
  var gaugeStep: TimeSpanArgument?

  @Option(help: "Unit of the gauges' rain where the file does not say; --unit is the radar's.")
  var gaugeUnit: String?

  @OptionGroup var stations: StationStatementOptions

  func statement(beside grid: GridStatementOptions, hasRadar: Bool) throws -> StationStatement {
    var statement = try stations.statement(grid)
    if let gaugeStep { statement.stepSeconds = gaugeStep.span.seconds }
    statement.units["rain"] = gaugeUnit ?? (hasRadar ? nil : grid.unit)
    return statement
  }
}
