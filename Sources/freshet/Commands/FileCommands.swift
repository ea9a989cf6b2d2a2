import Areal
import ArgumentParser
import Foundation
import Hydromet
import Ingest
import Pipeline

/// What a file holds.
struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect", abstract: "What a station or grid file holds.",
    discussion: """
      Tells format, quantity, unit, period, grid, projection, packing, coverage and
      statistics. The format is found by content, not by name; the notes name
      options that it does not use. With --format json one object per file is
      printed.
      """)

  @Argument(help: "Files.", completion: .file())
  var files: [String]

  @Option(help: "text or json.")
  var format: TextFormat = .text

  @OptionGroup var stations: StationStatementOptions
  @OptionGroup var grid: GridStatementOptions
  @OptionGroup var output: OutputOption

  func run() throws {
    let statement = try stations.statement(grid)
    var text = ""
    var faults: [Fault] = []
    for file in files {
      do throws(Fault) {
        let json = try InspectFiles.json(of: file, grid.statement, stations: statement)
        text += format == .json ? json + "\n" : InspectCommand.readable(json, file)
      } catch {
        faults.append(error)
      }
    }
    try Terminal.deliver(text, to: output.path)
    if !faults.isEmpty { throw FaultList(faults: faults) }
  }

  /// A value in words: lists by semicolons, objects as `name value`.
  private static func words(_ value: Any?) -> String {
    switch value {
    case let list as [Any]: list.map { words($0) }.joined(separator: "; ")
    case let object as [String: Any]:
      object.keys.sorted().map { "\($0) \(words(object[$0]))" }.joined(separator: "; ")
    case .some(let value) where !(value is NSNull): "\(value)"
    default: ""
    }
  }

  /// The object as lines of `name: value`, below the file's name.
  private static func readable(_ json: String, _ file: String) -> String {
    guard
      let object = try? JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any]
    else { return json + "\n" }
    let lines = object.keys.sorted().filter { $0 != "file" }.map { key in
      let value = words(object[key])
      let label = key.replacingOccurrences(of: "_", with: " ")
      return "  \(label.padding(toLength: 22, withPad: " ", startingAt: 0)) \(value)"
    }
    return "\(file)\n" + lines.joined(separator: "\n") + "\n"
  }
}

/// Sums of grids.
struct AccumulateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "accumulate", abstract: "Sum grids over a window, with coverage.",
    discussion: """
      Writes CF-netCDF with the sum, the frames behind every cell and a coverage
      flag. Files outside the window or across its start are left out and named. A
      sum with gaps is a lower bound.

      freshet accumulate radar/*.nc --window 3h --end 2020-10-31T06:00:00Z -o sum.nc
      """)

  @Argument(help: "Grid files.", completion: .file())
  var grids: [String]

  @Option(help: "Length of the window: 30min, 3h, 1d.")
  var window: TimeSpanArgument

  @Option(help: "End of the window; the end of the newest frame where not given.")
  var end: TimeArgument?

  @OptionGroup var grid: GridStatementOptions

  @Option(
    name: [.customShort("o"), .customLong("output")], help: "The netCDF file to write.",
    completion: .file())
  var output: String

  func run() throws {
    let bar = ProgressBar("frames")
    let result = try AccumulateFiles.sum(
      of: grids, window: window.span, end: end?.time, grid.statement
    ) { bar.show($0, of: grids.count) }
    bar.finish()
    for file in result.leftOut { Terminal.complain("left out: \(file)") }
    try AccumulateFiles.write(result, paths: grids, to: output)
    let field = result.field
    let largest = zip(field.micrometres, field.receivedFrames).filter { $0.1 > 0 }.map(\.0).max()
    let complete = field.receivedFrames.count { Int($0) >= field.expectedFrames }
    Terminal.say(
      """
      \(output): \(field.period.start.iso8601) to \(field.period.end.iso8601)
      frames: \(result.addedFrames), \(result.coveredSeconds) of \(field.period.seconds) s
      cells: \(complete) of \(field.geometry.cellCount) complete, \
      largest \(largest.map { Depth(micrometres: $0).text } ?? "none") mm
      """)
  }
}

/// Exact areal rainfall.
struct ArealCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "areal", abstract: "Exact areal rainfall of any polygons over any grids.",
    discussion: """
      One row per region and time, or one per region for the sum of all files with
      --sum. A rate counts as rate times its period. Weights are true areas;
      --weights share takes every cell for equal. A region without data has empty
      values, never 0. Values that lack some rain (valid_share or grid_share below
      1) are those of what is known.

      freshet areal radar/*.nc --regions basins.shp --regions-crs EPSG:31468 --id GWKZ --sum

      region        the attribute that --id names
      period_start, period_end
                    the rain fell after the first and up to the second, UTC
      mean_mm       mean depth over the part of the region that has data
      max_mm        the largest cell that the region touches
      valid_share   share of the region's area inside the grid that has data;
                    frames missing between the first and the last of a sum
                    count against it
      grid_share    share of the region's area that lies inside the grid
      area_km2      true area of the whole region
      """)

  @Argument(help: "Grid files.", completion: .file())
  var grids: [String]

  @OptionGroup var regions: RegionOptions

  @Flag(help: "Sum over all files.")
  var sum = false

  @Option(help: "area: true areas; share: every cell is equal.")
  var weights: WeightKindArgument = .area

  @Option(help: "csv or json.")
  var format: TableFormat = .csv

  @OptionGroup var grid: GridStatementOptions
  @OptionGroup var output: OutputOption

  func run() throws {
    var areal = try ArealFiles(regions.source, kind: weights.kind)
    for note in areal.notes { Terminal.complain("note: \(note)") }
    let bar = ProgressBar("grids")
    let rows =
      try sum
      ? areal.rowsOfSum(of: grids, grid.statement) { bar.show($0, of: grids.count) }
      : areal.rows(of: grids, grid.statement) { bar.show($0, of: grids.count) }
    bar.finish()
    try Terminal.deliver(
      format == .csv ? ArealTable.csv(rows) : ArealTable.json(rows), to: output.path)
  }
}

enum WeightKindArgument: String, ExpressibleByArgument, CaseIterable {
  case area
  case share

  var kind: WeightKind { self == .area ? .area : .share }
}
