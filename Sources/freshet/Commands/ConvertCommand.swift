import ArgumentParser
import Hydromet
import Ingest
import Pipeline

/// Files in another format.
struct ConvertCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert",
    abstract: "Grids to CF-netCDF or GeoTIFF, station files to one table of readings.",
    discussion: """
      Files are known by content, not by name. What was assumed, doubted or refused,
      and options that the format does not use, go to standard error.

      A grid is written as mm, mm/h or dBZ, rows from the north, missing cells as
      such. The ending of the output says which: .nc holds all times, .tif one.

      freshet convert radar.h5 -o radar.nc
      freshet convert forecast.grib2 --time 2024-07-09T12:00:00Z -o hour.tif

      Station files (CSV, the WMO's list for automatic stations, Campbell TOA5, BUFR,
      SYNOP bulletins, CMA Z, PRF and A-files, MUSIC XML and JSON, MICAPS diamond 1
      and 3 and mdfs stations) become one row for each value:

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

  @Option(help: "Of a grid, only the period that ends then.")
  var time: TimeArgument?

  @OptionGroup var stations: StationStatementOptions
  @OptionGroup var grid: GridStatementOptions
  @OptionGroup var output: OutputOption

  func run() throws {
    if let first = files.first, try InspectFiles.isGrid(first) {
      return try convertGrid(first)
    }
    let result = try ConvertFiles.readings(
      of: files, statement: try stations.statement(grid), grids: grid.statement)
    for remark in result.remarks { Terminal.complain("note: \(remark)") }
    try Terminal.deliver(String(decoding: result.table, as: UTF8.self), to: output.path)
  }

  private func convertGrid(_ file: String) throws {
    guard files.count == 1, let path = output.path else {
      throw ValidationError("give one grid file, and the file to write with -o: .nc, .tif or .tiff")
    }
    let result = try ConvertFiles.convert(
      file, grid.statement, stations: try stations.statement(grid), end: time?.time, to: path)
    for note in result.notes { Terminal.complain("note: \(note)") }
    Terminal.say("\(path): from \(result.format), times: \(result.steps)")
  }
}
