import ArgumentParser
import Hydromet
import Ingest
import Pipeline

/// Files in another format.
struct ConvertCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert", abstract: "A grid as CF-netCDF or GeoTIFF, station files as one table.",
    discussion: """
      An output that ends with .nc, .tif or .tiff takes one grid file of any format
      that `freshet inspect` knows: mm, mm/h or dBZ, rows from the north, missing
      cells as such; .nc holds all times of the file, .tif one.

      freshet convert radar.h5 -o radar.nc
      freshet convert forecast.grib2 --time 2024-07-09T12:00:00Z -o hour.tif

      Any other output takes station files.
      Reads CSV, the WMO's list for automatic stations, Campbell TOA5, BUFR, SYNOP
      bulletins, CMA Z, PRF and A-files, MUSIC XML and JSON, MICAPS diamond 1 and 3 and
      mdfs stations, known by content, and writes one row for each value. What was
      assumed, doubted or refused goes to standard error.

      freshet convert reports/* -o readings.csv

      station       id in one spelling
      time          end of the period, UTC
      period        its length; 0s for a value of one moment
      element, value, unit
                    T is a trace of rain; empty where there is no value
      quality       CMA code: 0 correct, 1 suspect, 2 wrong, 3 corrected, 4 modified,
                    7 not installed, 8 missing, 9 unchecked
      correction    0 for the first report, 1 for CCA, 2 for CCB
      state         why there is no value
      """)

  @Argument(help: "One grid file, or station files.", completion: .file())
  var files: [String]

  @Option(help: "Of a grid only the period that ends then.")
  var time: TimeArgument?

  @OptionGroup var stations: StationStatementOptions
  @OptionGroup var grid: GridStatementOptions
  @OptionGroup var output: OutputOption

  func run() throws {
    if let path = output.path, ConvertGrids.writes(path) { return try convertGrid(to: path) }
    var statement = try stations.statement()
    statement.stepSeconds = grid.step?.span.seconds
    if let unit = grid.unit { statement.units["rain"] = unit }
    let result = try ConvertFiles.readings(of: files, statement: statement)
    for remark in result.remarks { Terminal.complain("note: \(remark)") }
    try Terminal.deliver(String(decoding: result.table, as: UTF8.self), to: output.path)
  }

  private func convertGrid(to path: String) throws {
    guard files.count == 1 else {
      throw ValidationError("\(files.count) files for \(path): give one grid file at a time")
    }
    let result = try ConvertGrids.convert(files[0], grid.statement, end: time?.time, to: path)
    for note in result.notes { Terminal.complain("note: \(note)") }
    Terminal.say("\(path): from \(result.format), times: \(result.steps)")
  }
}

/// What a station file does not say of itself.
struct StationStatementOptions: ParsableArguments {
  @Option(help: "Zone of station times that name none: +08:00, UTC.")
  var zone: String?

  @Option(help: "Zone of a fixed format (CMA, MUSIC, MICAPS) where it is not the usual one.")
  var formatZone: String?

  @Option(help: "Station of a table that has no column for it.")
  var station: String?

  func statement() throws -> StationStatement {
    var statement = StationStatement()
    statement.zoneOffsetSeconds = try offset(zone, "--zone")
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
