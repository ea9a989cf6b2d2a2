import ArgumentParser
import Formats
import Hydromet
import Pipeline

/// Levels of many regions.
struct JudgeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "judge",
    abstract: "Levels of any polygons by the rain over them: a province, a country.",
    discussion: """
      Sums the grids over every duration of the table, takes the mean over every
      region and holds it against the region's critical rainfall. One hazard, no
      soil, no forecast: a district with all of them is judged by freshet run.

      The table is a CSV file with the columns unit, duration_min, level (blue,
      yellow, orange, red) and mm. The unit * stands for every region that has no
      row of its own.

      freshet judge radar/*.nc --regions basins.shp --id CODE --thresholds t.csv

      unit, time    the region, and the end of all durations, UTC
      level         none, blue … red, unknown, blind
      state         complete; atLeast: it may be higher; unknown: it may have one;
                    blind: no data
      duration_min, threshold_mm
                    the rule that decides, or the nearest to be reached
      mean_N_mm, max_N_mm, valid_share_N
                    mean, largest cell and share of the area with data over
                    N minutes
      """)

  @Argument(help: "Grid files.", completion: .file())
  var grids: [String]

  @OptionGroup var regions: RegionOptions

  @Option(help: "The table of critical rainfall.", completion: .file())
  var thresholds: String

  @Option(help: "The time that is judged; the end of the newest frame where not given.")
  var end: TimeArgument?

  @Option(help: "Every step from this time on is judged, not the last alone.")
  var from: TimeArgument?

  @Flag(help: "Only regions with a level, or without enough data to exclude one.")
  var notable = false

  @Option(help: "Keep the weights in this folder for the next run.", completion: .directory)
  var weightsFolder: String?

  @OptionGroup var grid: GridStatementOptions
  @OptionGroup var output: OutputOption

  func run() throws {
    var judge = try JudgeFiles(
      .init(
        grids: grids, stated: grid.statement,
        regions: regions.source, thresholds: thresholds,
        weightsFolder: weightsFolder, end: end?.time, from: from?.time))
    for note in judge.notes { Terminal.complain("note: \(note)") }
    let bar = ProgressBar("steps")
    let show = { (done: Int, all: Int) in bar.show(done, of: all) }
    var text = CSVWriter.row(JudgeCommand.header(judge.durations), as: .sheet)
    var counts: [String: Int] = [:]
    try judge.run(progress: show) { rows throws(Fault) in
      counts = [:]
      for row in rows {
        counts[row.answer.name, default: 0] += 1
        if notable, row.answer == .complete(.none) { continue }
        text += CSVWriter.row(JudgeCommand.cells(row), as: .sheet)
      }
    }
    bar.finish()
    try Terminal.deliver(text, to: output.path)
    let names = ["red", "orange", "yellow", "blue", "none", "unknown", "blind"]
    let words = names.compactMap { name in counts[name].map { "\(name) \($0)" } }
    Terminal.complain("regions at the last time: \(words.joined(separator: ", "))")
  }

  private static func header(_ durations: [TimeSpan]) -> [String] {
    ["unit", "time", "level", "state", "duration_min", "threshold_mm"]
      + durations.flatMap { duration in
        let minutes = duration.seconds / 60
        return ["mean_\(minutes)_mm", "max_\(minutes)_mm", "valid_share_\(minutes)"]
      }
  }

  private static func cells(_ row: JudgeFiles.Row) -> [String] {
    [
      row.region, row.end.iso8601, row.answer.name, row.answer.state.rawValue,
      row.decisive.map { "\($0.duration.seconds / 60)" } ?? "",
      row.decisive?.threshold.text ?? "",
    ]
      + row.rain.flatMap { rain in
        [rain.mean?.text ?? "", rain.largest?.text ?? "", ArealTable.number(rain.validShare)]
      }
  }
}
