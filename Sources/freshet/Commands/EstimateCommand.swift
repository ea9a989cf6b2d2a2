import ArgumentParser
import Estimate
import Foundation
import Hydromet
import Ingest
import Pipeline

/// Gauges and radar merged.
struct EstimateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "estimate", abstract: "Merge gauges and radar into one field of rain.",
    discussion: """
      Radar files are summed over the period of the gauges: the one that all readings
      share, else what readings and frames have in common; --end and --window state
      another. Only gauges with the whole period count. Without radar the field rests
      on gauges alone, without gauges on radar with the last bias (--state).

      freshet estimate --radar ry/*.nc --gauges hour.csv --stations stations.csv \\
        --method auto -o merged.nc --report report.json

      The netCDF file has rain, standard_error, source (0 none, 1 gauges, 2 radar, 3
      both) and distance to the nearest gauge. The report has for every station
      gauge_mm, radar_mm (the cell over the gauge), estimate_mm and left_out_mm (the
      estimate without the gauge), and the scores of radar alone and of the method
      left-one-out: rmse and mae in mm, correlation, and bias_ratio, gauges over
      estimates. Methods: \(MergeChoice.names.joined(separator: ", ")).
      """)

  @Option(
    parsing: .upToNextOption, help: "Radar files: amounts or rates of one grid.",
    completion: .file())
  var radar: [String] = []

  @Option(
    parsing: .upToNextOption, help: "Station files with readings of rain.", completion: .file())
  var gauges: [String]

  @Option(
    help: "A CSV table of the stations: id, lon, lat; or netCDF that holds them.",
    completion: .file())
  var stations: String

  @Option(help: "auto, or a method by name.")
  var method: MethodArgument = MethodArgument(choice: .automatic)

  @Option(help: "End of the period.")
  var end: TimeArgument?

  @Option(help: "Length of the period: 1h, 30min.")
  var window: TimeSpanArgument?

  @Option(help: "A gauge says nothing of places farther away, km.")
  var reach: Double = 60

  @Flag(help: "Move the rain between frames (block matching) before it is summed.")
  var advection = false

  @Flag(help: "Merge a radar that lies the wrong way round by the gauges, which is refused else.")
  var useTurnedRadar = false

  @Option(
    help: "A file that carries bias and skill from one run to the next.", completion: .file())
  var state: String?

  @Option(name: .customLong("report"), help: "Write the report here.", completion: .file())
  var reportPath: String?

  @Option(
    name: [.customShort("o"), .customLong("output")], help: "The netCDF file to write.",
    completion: .file())
  var output: String

  @OptionGroup var gaugeStatement: GaugeStatementOptions
  @OptionGroup var grid: GridStatementOptions

  func validate() throws {
    guard reach >= 1, reach <= 1000 else {
      throw ValidationError("--reach is 1 to 1000 km")
    }
  }

  func run() throws {
    var settings = MergeSettings(choice: method.choice)
    settings.refusesTurnedRadar = !useTurnedRadar
    settings.reach = reach
    let result = try EstimateFiles.merge(
      EstimateFiles.Request(
        radar: radar, gauges: gauges, stations: stations, settings: settings,
        grid: grid.statement,
        statement: try gaugeStatement.statement(beside: grid, hasRadar: !radar.isEmpty),
        end: end?.time, window: window?.span, advects: advection, state: try readState()))
    for note in result.notes { Terminal.complain("note: \(note)") }
    try EstimateFiles.write(result, to: output)
    if let reportPath {
      try Terminal.deliver(try EstimateFiles.report(result), to: reportPath)
    }
    try writeState(result.merged.state)
    say(result.merged.report)
  }

  private func say(_ report: MergeReport) {
    for reason in report.reasons {
      Terminal.complain("note: \(reason.rawValue): \(reason.englishText)")
    }
    func scores(_ scores: MergeScores?) -> String {
      guard let scores else { return "no scores" }
      return String(format: "rmse %.3f mm, mae %.3f mm", scores.rmse, scores.mae)
    }
    Terminal.say(
      """
      \(output): \(report.period.start.iso8601) to \(report.period.end.iso8601)
      method: \(report.method?.rawValue ?? "none") (\(report.status.rawValue)), \
      \(report.gaugeCount) gauges, \(report.pairCount) with radar, \(report.wetPairs) wet
      left one out: \(scores(report.methodScores)); radar alone: \(scores(report.radarScores))
      """)
  }

  private func readState() throws -> MergeState? {
    guard let state, FileManager.default.fileExists(atPath: state) else { return nil }
    do {
      let data = try Data(contentsOf: URL(fileURLWithPath: state))
      guard JSONText.isShallow(data) else { throw CocoaError(.coderReadCorrupt) }
      return try JSONDecoder().decode(MergeState.self, from: data)
    } catch {
      throw Fault(
        "bad_state", at: .init(state), "the state of the merge cannot be read: \(error)",
        remedy: "delete the file; the next run starts without a bias")
    }
  }

  private func writeState(_ new: MergeState) throws {
    guard let state else { return }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    let text = String(decoding: try encoder.encode(new), as: UTF8.self)
    try Terminal.deliver(text + "\n", to: state)
  }
}

struct MethodArgument: ExpressibleByArgument {
  let choice: MergeChoice

  init(choice: MergeChoice) {
    self.choice = choice
  }

  init?(argument: String) {
    guard let choice = MergeChoice(argument) else { return nil }
    self.choice = choice
  }

  var defaultValueDescription: String { choice.name }
}
