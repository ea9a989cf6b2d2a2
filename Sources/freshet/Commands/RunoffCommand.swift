import ArgumentParser
import Districts
import Hydromet
import Pipeline
import Runoff

/// Soil and flow on plain tables, and the tree of basins.
struct RunoffCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "runoff", abstract: "Soil, runoff and flow of one catchment, or a tree of basins.",
    subcommands: [
      RunoffRunCommand.self, RunoffCellsCommand.self, RunoffTreeCommand.self,
      RunoffRationalCommand.self,
    ],
    defaultSubcommand: RunoffRunCommand.self)
}

/// One model on one table.
struct RunoffRunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Run, and where asked calibrate, one model on a table.",
    discussion: """
      The table has a row a step with rain, evaporation capacity or temperature, and
      measured flow where there is one. Units stand in the columns' names (rain_mm,
      "P [mm/h]") or are stated; a table that mixes depths per step with depths per
      hour is refused. Scores and parameters go to standard error.

      freshet runoff flow.csv --model xinanjiang --calibrate --warm-up 60d -o out.csv
      """)

  @Argument(help: "A CSV table.", completion: .file())
  var table: String

  @Option(name: .customLong("model"), help: "xinanjiang, gr4h, scs-cn or initial-constant.")
  var chosenModel = WordArgument(CatchmentModel.xinanjiang)

  @Option(name: .customLong("parameter"), help: "NAME=VALUE of the model (repeatable).")
  var parameters: [String] = []

  @Flag(help: "Look for the parameters that fit the measured flow best (SCE-UA).")
  var calibrate = false

  @Option(name: .customLong("goal"), help: "What to fit: nse or kge.")
  var chosenGoal = WordArgument(CalibrationGoal.nashSutcliffe)

  @Option(help: "Share of the steps, from the first, to calibrate on; the rest is scored apart.")
  var split: Double = 0.5

  @Option(help: "Time at the start that is not scored.")
  var warmUp: TimeSpanArgument?

  @Option(help: "Seed of the search.")
  var seed: UInt64 = 20_200_705

  @Option(help: "The most runs of the search.")
  var evaluations: Int = 6000

  @Option(help: "Score forecasts this far ahead against a flow that stays as it is.")
  var lead: TimeSpanArgument?

  @Option(help: "Sum the table to longer steps first: 1h.")
  var sumTo: TimeSpanArgument?

  @OptionGroup var state: RestartOption

  @OptionGroup var columns: RunoffColumnOptions
  @OptionGroup var output: OutputOption

  private var model: CatchmentModel { chosenModel.word }
  private var goal: CalibrationGoal { chosenGoal.word }

  func run() throws {
    guard split > 0, split <= 1 else { throw ValidationError("--split lies above 0 and up to 1") }
    let read = try RunoffTable.read(path: table, columns.statement, sumTo: sumTo?.span)
    let series = read.series
    for note in read.notes { Terminal.complain(note) }
    let skipped = min((warmUp?.span.seconds ?? 0) / series.step.seconds, series.count)
    let middle = max(skipped, Int(Double(series.count) * split))
    let first = skipped..<middle
    let second = middle..<series.count
    var values = try stated()
    if calibrate {
      let bar = ProgressBar("calibrating \(model.rawValue)")
      let search = ShuffledComplexEvolution(seed: seed, evaluations: evaluations)
      values = try model.calibrated(to: series, range: first, goal: goal, search: search) {
        bar.show(
          min($0.evaluations, evaluations), of: evaluations, "1 - \(goal.rawValue) \($0.bestCost)")
      }
      bar.finish()
    }
    for (own, value) in zip(model.parameters, values) {
      let unit = own.unit.isEmpty ? "" : " \(own.unit)"
      Terminal.complain("--parameter '\(own.name)=\(value)'\(unit)")
    }
    let result = try RunoffRun(
      model, values, on: series, antecedent: .usual,
      from: try state.restart.flatMap { try RunoffState.read($0) })
    Terminal.complain("water balance open by \(result.imbalance) mm")
    if series.observed.contains(where: { $0 != nil }) {
      report("first part", result, series, first)
      if !second.isEmpty { report("second part", result, series, second) }
      if let lead { reportLead(lead.span, result, series, first, second) }
    }
    try Terminal.deliver(result.csv, to: output.path)
    if let restart = state.restart { try result.state.write(restart) }
  }

  private func stated() throws -> [Double] {
    var values = model.parameters.map(\.usual)
    for text in parameters {
      let parts = text.split(separator: "=", maxSplits: 1)
      guard parts.count == 2, let value = Double(parts[1]),
        let index = model.parameters.firstIndex(where: { $0.name == parts[0] })
      else {
        throw ValidationError(
          "\(text): give NAME=VALUE with one of "
            + model.parameters.map(\.name).joined(separator: ", "))
      }
      values[index] = value
    }
    return values
  }

  private func report(
    _ name: String, _ result: RunoffRun, _ series: CatchmentSeries, _ range: Range<Int>
  ) {
    let scores = FlowScores(computed: result.run.flow, observed: series.observed, range: range)
    func text(_ value: Double?) -> String {
      value.map { "\(($0 * 10_000).rounded() / 10_000)" } ?? "-"
    }
    Terminal.complain(
      "\(name): NSE \(text(scores.nashSutcliffe)), KGE \(text(scores.klingGupta)) "
        + "(r \(text(scores.correlation)), alpha \(text(scores.variability)), "
        + "beta \(text(scores.bias))), peak error \(text(scores.peakError)), "
        + "peak delay \(scores.peakDelay.map(String.init) ?? "-") steps, \(scores.count) steps")
  }

  private func reportLead(
    _ lead: TimeSpan, _ result: RunoffRun, _ series: CatchmentSeries, _ fit: Range<Int>,
    _ range: Range<Int>
  ) {
    let scores = LeadScores(
      computed: result.run.flow, observed: series.observed,
      lead: max(1, lead.seconds / series.step.seconds), fit: fit,
      range: range.isEmpty ? fit : range)
    Terminal.complain(
      "\(lead.text) ahead with the rain that fell: NSE \(scores.corrected ?? .nan), "
        + "of a flow that stays as it is \(scores.persistence ?? .nan)")
  }
}

/// Which column is what, and in which unit.
struct RunoffColumnOptions: ParsableArguments {
  @Option(help: "Column of times (ISO 8601, the end of each step).")
  var time: String?
  @Option(help: "Column of rain.")
  var rain: String?
  @Option(help: "Column of evaporation capacity.")
  var evaporation: String?
  @Option(help: "Column of temperature, °C.")
  var temperature: String?
  @Option(help: "Column of measured flow.")
  var flow: String?
  @Option(help: "mm or m (a step), mm/h or mm/d.")
  var rainUnit: String?
  @Option(help: "mm or m (a step), mm/h or mm/d.")
  var evaporationUnit: String?
  @Option(help: "mm or m (a step), mm/h, mm/d, m3/s or l/s.")
  var flowUnit: String?
  @Option(help: "Length of a step, where the table has no times.")
  var step: TimeSpanArgument?
  @Option(help: "Area of the catchment, km².")
  var area: Double?
  @Option(help: "Latitude, degrees, for evaporation from temperature.")
  var latitude: Double?

  var statement: RunoffTable.Statement {
    var statement = RunoffTable.Statement()
    statement.timeColumn = time
    statement.rainColumn = rain
    statement.evaporationColumn = evaporation
    statement.temperatureColumn = temperature
    statement.flowColumn = flow
    statement.rainUnit = rainUnit
    statement.evaporationUnit = evaporationUnit
    statement.flowUnit = flowUnit
    statement.step = step?.span
    statement.area = area
    statement.latitude = latitude
    return statement
  }
}

/// The tree of basins in a file of polygons.
struct RunoffTreeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tree", abstract: "Check a tree of basins and sum areas along it.",
    discussion: """
      Writes id, downstream, area and area above the outlet. With --code the tree
      comes from water codes whose odd digits go up the main stem (Pfafstetter,
      GWKZ). Rings, orphans and basins that drain into themselves are named and
      refused.

      freshet runoff tree basins.shp --code GWKZ
      """)

  @Argument(help: "Polygons in any format that GDAL reads.", completion: .file())
  var file: String

  @Option(help: "Field of the basin's id.")
  var id: String = "id"

  @Option(help: "Field of the id of the basin below.")
  var downstream: String = "downstream"

  @Option(help: "Field of a water code that says both.")
  var code: String?

  @Option(help: "Layer, where the file has several.")
  var layer: String?

  @Option(help: "Coordinate reference system, where the file names none.")
  var crs: String?

  @OptionGroup var output: OutputOption

  func run() throws {
    let file = try BasinTreeFile(
      path: file, layer: layer, crs: crs, id: code ?? id, downstream: code == nil ? downstream : nil
    )
    try Terminal.deliver(file.csv, to: output.path)
  }
}
