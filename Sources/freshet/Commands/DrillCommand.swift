import ArgumentParser
import Districts
import Drill
import Foundation
import Glibc
import Hydromet
import Pipeline

/// Invented districts and storms.
struct DrillCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "drill", abstract: "A synthetic district and storm, for training and load.",
    discussion: """
      Names, codes and telephone numbers are invented: no drill can reach a real
      person. The same seed gives the same bytes.
      """,
    subcommands: [New.self, Storm.self, Scores.self, Crises.self])

  /// What a storm needs to be told.
  struct StormOptions: ParsableArguments {
    @Option(help: "Seed of the storm.")
    var seed: UInt64 = 7

    @Option(help: "Start of the storm.")
    var start: TimeArgument?

    @Option(help: "Hours of rain and calm.")
    var hours: Int = 24

    @Option(help: "Hours of nearly dry weather before the storm.")
    var lead: Int = 72

    @Option(help: "Time from one frame to the next.")
    var step: TimeSpanArgument?

    @Option(help: "Side of a radar cell, degrees.")
    var resolution: Double = 0.01

    @Flag(help: "Forecasts come too, with the error that the next options state.")
    var forecasts = false

    @Option(help: "Time from one issue to the next.")
    var issueEvery: TimeSpanArgument?

    @Option(help: "How far east of its place they expect the rain, km for each 6 h of lead.")
    var forecastShift: Double = 8

    @Option(help: "The share of the rain that they expect.")
    var forecastShare: Double = 0.85

    @Option(help: "How late they expect it.")
    var forecastDelay: TimeSpanArgument?

    func plan(start: Timestamp) throws(Fault) -> DrillPlan {
      try DrillPlan(
        seed: seed, start: start, hours: hours, leadHours: lead, step: step?.span ?? .minutes(10),
        resolution: resolution,
        forecast: forecasts
          ? DrillForecast(
            every: issueEvery?.span ?? .hours(6), displacementKilometres: forecastShift,
            share: forecastShare, delay: forecastDelay?.span ?? .minutes(30)) : nil)
    }
  }

  struct New: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "new", abstract: "Make an invented district with a storm over it.")

    @Argument(help: "The folder to make.", completion: .directory)
    var folder: String

    @OptionGroup var storm: StormOptions

    @Flag(help: "Replace the files of an earlier drill in the folder.")
    var replace = false

    @Flag(help: "Only the district, without a storm.")
    var withoutStorm = false

    func run() throws {
      let plan = try storm.plan(start: storm.start?.time ?? DrillPlan.sampleStart)
      let district = SyntheticDistrict.generate(seed: storm.seed)
      let writer = DrillWriter(folder: folder)
      for file in try writer.writeDistrict(
        district, replace: replace, hasForecasts: storm.forecasts)
      {
        Terminal.say(file)
      }
      let feeds = [writer.radarFolder, writer.gaugeFolder]
      for feed in feeds + (storm.forecasts ? [writer.forecastFolder] : []) {
        try FileManager.default.createDirectory(
          atPath: "\(folder)/\(feed)", withIntermediateDirectories: true)
      }
      guard !withoutStorm else { return }
      let rain = try SyntheticStorm(plan: plan, district: district.description)
      Terminal.say(try writer.writeEarlierRain(of: rain))
      let bar = ProgressBar("storm ")
      let count = try writer.writeStorm(rain) { bar.show($0, of: $1) }
      bar.finish()
      Terminal.say(
        "\(count) files of a storm from \(plan.start.iso8601) to \(plan.end.iso8601) in \(folder)")
    }
  }

  struct Storm: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "storm", abstract: "Let an invented storm rain on a district's feeds.",
      discussion: """
        Writes radar and gauge files into the folders of the district's feeds. With
        --live the files arrive as they would: one step at a time, by the clock.
        """)

    @OptionGroup var folder: DistrictFolderOption
    @OptionGroup var storm: StormOptions

    @Flag(help: "Files arrive by the clock, from now on.")
    var live = false

    func run() throws {
      let workspaceDistrict: District
      do {
        workspaceDistrict = try District.load(folder: folder.district)
      } catch {
        throw FaultList(faults: error.faults)
      }
      let feeds = workspaceDistrict.configuration.feeds
      let writer = DrillWriter(
        folder: folder.district,
        radarFolder: feeds.first { $0.kind == .grid }?.folder ?? "grids/radar",
        gaugeFolder: feeds.first { $0.kind == .stations }?.folder ?? "stations/observations",
        forecastFolder: feeds.first { $0.kind == .forecast }?.folder ?? "grids/nwp")
      if storm.forecasts, !feeds.contains(where: { $0.kind == .forecast }) {
        throw Fault(
          "no_forecast_feed", at: .init("\(folder.district)/district.yaml"),
          "the district has no feed of forecasts, so that nobody would read them",
          remedy: "add a feed of kind: forecast, or leave --forecasts out")
      }
      let clock = SystemClock()
      let step = storm.step?.span.seconds ?? 600
      let start = live ? clock.now.floored(toSeconds: step) : storm.start?.time
      let plan = try storm.plan(start: start ?? DrillPlan.sampleStart)
      let rain = try SyntheticStorm(plan: plan, district: workspaceDistrict.description)
      if live {
        try LiveStorm(rain, writer: writer, clock: clock).run()
      } else {
        let bar = ProgressBar("storm ")
        let count = try writer.writeStorm(rain) { bar.show($0, of: $1) }
        bar.finish()
        Terminal.say("\(count) files from \(plan.start.iso8601) to \(plan.end.iso8601)")
      }
    }
  }

  struct Crises: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "crises", abstract: "Invented crises, to prove that no call is lost or doubled.",
      discussion: """
        Simulated clocks, people and channels, and the real engine over a real ledger:
        processes die at random moments, two compete, clocks are set, channels are
        dead, slow or forgetful. Exit code 1 where a call was lost, came after its
        answer, stands twice in the ledger, or never ended.

        freshet drill crises --count 10000 --seed 1
        """)

    @Option(help: "How many.")
    var count = 100

    @Option(help: "Seed of the first; each has its own.")
    var seed: UInt64 = 1

    @Option(
      help: "Folder for their ledgers; a temporary one where not given.", completion: .directory)
    var folder: String?

    func run() throws {
      let base = folder ?? (access("/dev/shm", W_OK) == 0 ? "/dev/shm" : NSTemporaryDirectory())
      let place = "\(base)/freshet-crises-\(getpid())"
      try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
      defer { try? FileManager.default.removeItem(atPath: place) }
      let bar = ProgressBar("crises")
      let tally = try CrisisSimulation(folder: place, seed: seed).run(count: count) {
        bar.show($0, of: count)
      }
      bar.finish()
      Terminal.say("\(tally)")
      for violation in tally.violations.prefix(100) { Terminal.say(violation) }
      if !tally.violations.isEmpty { throw ExitCode(1) }
    }
  }
}
