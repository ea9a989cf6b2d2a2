import ArgumentParser
import Hydromet
import Ingest
import Pipeline

/// Station files as one table.
struct ConvertCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert", abstract: "Station files of any format to one table of readings.",
    discussion: """
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

  @Argument(help: "Station files.", completion: .file())
  var files: [String]

  @Option(help: "Length of a row's period where the file does not say it: 10min, 1h.")
  var step: TimeSpanArgument?

  @Option(help: "Unit of rain where the file does not say it: mm, 0.1mm.")
  var unit: String?

  @OptionGroup var stations: StationStatementOptions
  @OptionGroup var output: OutputOption

  func run() throws {
    var statement = try stations.statement()
    statement.stepSeconds = step?.span.seconds
    if let unit { statement.units["rain"] = unit }
    let result = try ConvertFiles.readings(of: files, statement: statement)
    for remark in result.remarks { Terminal.complain("note: \(remark)") }
    try Terminal.deliver(String(decoding: result.table, as: UTF8.self), to: output.path)
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
