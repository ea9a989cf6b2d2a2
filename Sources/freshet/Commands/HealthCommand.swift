import Archive
import ArgumentParser
import Hydromet
import Pipeline

/// The stations' numbers, with the delays of their reports.
struct HealthCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "health", abstract: "How late the stations report, and how well they measure.",
    discussion: """
      One row for every station, from the ledger of arrivals and the newest cycle.

      freshet health . --from 2024-07-09T00:00:00Z -o health.csv

      arrived       rain readings, each counted by its first arrival
      delay_median_s, delay_90_s, delay_largest_s
                    seconds from the end of the period to the arrival
      awaited, late readings for whose time a cycle was published, and those that the
                    first cycle of that time did not know
      availability … reasons
                    as in station_health.csv of the newest cycle that was published
                    up to --to
      """)

  @OptionGroup var folder: DistrictFolderOption

  @Option(help: "Readings after this time; a week before --to where not given.")
  var from: TimeArgument?

  @Option(help: "Readings up to this time; the newest cycle where not given.")
  var to: TimeArgument?

  @OptionGroup var output: OutputOption

  func run() throws {
    let workspace = try openWorkspace(folder.district)
    guard let end = try to?.time ?? workspace.ledger.newestCycle()?.dataTime else {
      throw Fault(
        "no_cycle", at: .init(folder.district), "no cycle was published",
        remedy: "run freshet run or freshet cycle first, or give --to")
    }
    let start = from?.time ?? end - 7 * 86_400
    let seconds = end.seconds(since: start)
    guard seconds > 0, seconds <= 366 * 86_400 else {
      throw ValidationError("--from must be before --to, by a year at the most")
    }
    let table = try ArrivalTable(workspace, in: Period(end: end, seconds: seconds))
    if table.lateStations > 0 {
      Terminal.complain("note: \(table.lateStations) stations were late for a cycle")
    }
    try Terminal.deliver(table.csv, to: output.path)
  }
}
