import ArgumentParser
import Hydromet
import Pipeline

/// What came of it.
struct WarningReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report", abstract: "After the rain: released, called, answered, acted.",
    discussion: """
      One part for each rain process: times from the release to the first call, the
      first answer and the deed, by township, level and channel, with what the
      ground said. What did not happen is a dash.

      freshet warning report . --from 2024-07-09T00:00:00Z --format html -o report.html
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case csv, html
  }

  @OptionGroup var folder: DistrictFolderOption

  @Option(help: "Begin; three days back where not given.")
  var from: TimeArgument?

  @Option(help: "End; now where not given.")
  var to: TimeArgument?

  @Option(help: "A process ends when nothing was released for so long.")
  var gap: TimeSpanArgument?

  @Option(help: "csv or html.")
  var format: Format = .csv

  @OptionGroup var output: OutputOption

  func run() throws {
    let desk = try WarningDesk(openWorkspace(folder.district))
    let end = to?.time ?? SystemClock().now
    let start = from?.time ?? end - 3 * 86_400
    guard start < end else { throw ValidationError("--from must lie before --to") }
    let report = try desk.report(
      in: Period(start: start, end: end), gap: gap?.span ?? .hours(12))
    try Terminal.deliver(format == .csv ? report.csv : report.html, to: output.path)
  }
}

/// How often would it have called.
struct WarningBudgetCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "budget",
    abstract: "Messages by township and season that the thresholds would have sent.",
    discussion: """
      Makes the cycles of a period again and counts what would have been released:
      waking messages (first ones and upgrades), others, and alarms. Nothing is
      published. Do this before a new set of thresholds is adopted.

      freshet warning budget . --from 2024-06-01T00:00:00Z --to 2024-09-01T00:00:00Z
      """)

  @OptionGroup var folder: DistrictFolderOption

  @OptionGroup var span: CycleSpanOptions

  @OptionGroup var options: EngineOptions
  @OptionGroup var output: OutputOption

  func run() throws {
    let engine = try options.engine(folder.district, isDurable: false)
    defer { engine.stop() }
    let replay = try span.replay(of: engine)
    try engine.digest()
    let cycles = ProgressBar("cycles")
    let text = try BudgetReplay.csv(replay, in: engine) { done, time in
      cycles.show(done, of: replay.times.count, BeijingTime.numeric(time))
    }
    cycles.finish()
    try Terminal.deliver(text, to: output.path)
  }
}
