import ArgumentParser
import Hydromet
import Pipeline
import Risk

/// How good thresholds were.
struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "How good thresholds were.",
    subcommands: [Thresholds.self, Series.self])

  struct Thresholds: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "thresholds",
      abstract: "What each threshold of a district did, year by year, against events.",
      discussion: """
        Reads the tables of published cycles (run freshet replay first) and a table
        of events: unit_kind,unit,hazard,start,end. Writes hits, false alarms, misses,
        CSI and the best factor of every row, and proposes changes, which a person
        accepts or rejects with freshet thresholds. Nothing changes by itself.
        """)

    @OptionGroup var folder: DistrictFolderOption

    @Option(help: "Table of events that did harm (CSV).", completion: .file())
    var events: String

    @Option(help: "First data time.")
    var from: TimeArgument

    @Option(help: "Last data time.")
    var to: TimeArgument

    @OptionGroup var output: OutputOption

    func run() throws {
      let workspace = try openWorkspace(folder.district)
      let history = try ThresholdHistory(
        workspace.district, productsFolder: workspace.productsFolder,
        events: try HarmEventFile.read(events), from: from.time, to: to.time)
      try Terminal.deliver(history.csv, to: output.path)
      let count = try ThresholdProposals(workspace.district).write(history)
      Terminal.complain(
        "\(history.cycles) cycles; \(count) changes are proposed: freshet thresholds list")
    }
  }

  struct Series: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "series",
      abstract: "Does a threshold that moves with the soil beat the best fixed one on a series.",
      discussion: """
        Takes a table of rain, potential evaporation and flow. Each part of it is held
        out once; duration and thresholds are chosen on the other parts.

        freshet verify series basin.csv --time date --rain P --evaporation E --flow Q
        """)

    @Argument(help: "The table (CSV).", completion: .file())
    var file: String

    @Option(help: "Column of times (ISO 8601).")
    var time: String?

    @Option(help: "Column of rain.")
    var rain: String

    @Option(help: "Column of potential evaporation.")
    var evaporation: String?

    @Option(help: "Column of flow, in any unit.")
    var flow: String

    @Option(help: "Length of a step, where there is no column of times.")
    var step: TimeSpanArgument?

    @Option(help: "Sum the steps to this length first.")
    var sumTo: TimeSpanArgument?

    @Option(help: "Millimetres of one unit of rain: 1000 where it is in metres.")
    var scale: Double = 1

    @Option(help: "Share of the flow that lies below a harmful one.")
    var quantile: Double = 0.98

    @Option(help: "How far ahead harm counts.")
    var lead: TimeSpanArgument?

    @Option(help: "Largest loss of the basin Wm, mm.")
    var capacity: Double = 80

    @Option(help: "Parts that are held out, one after the other.")
    var parts: Int = 3

    @OptionGroup var output: OutputOption

    func run() throws {
      var layout = SeriesFile.Layout(rain: rain, flow: flow)
      layout.time = time
      layout.evaporation = evaporation
      layout.step = step?.span
      layout.sumTo = sumTo?.span
      layout.scale = scale
      var options = SeriesVerification.Options()
      options.quantile = quantile
      options.lead = lead?.span ?? options.lead
      options.capacity = capacity
      options.parts = parts
      let found = try SeriesVerification(try SeriesFile.read(file, layout), options)
      try Terminal.deliver(found.csv, to: output.path)
    }
  }
}

/// Decide what a verification proposed.
struct ThresholdsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "thresholds",
    abstract: "List, accept and reject changes of thresholds that a verification proposed.",
    subcommands: [List.self, Accept.self, Reject.self])

  /// Which proposal is decided, by whom and why.
  struct DecisionOptions: ParsableArguments {
    @Argument(help: "Id of the proposal.")
    var id: String

    @OptionGroup var folder: DistrictFolderOption

    @Option(help: "Who decides.")
    var author: String

    @Option(help: "Why.")
    var reason: String

    func decide(accepts: Bool, from: Timestamp, at now: Timestamp) throws {
      let workspace = try openWorkspace(folder.district)
      try ThresholdProposals(workspace.district).decide(
        id, accepts: accepts, author: author, reason: reason, from: from, at: now)
    }
  }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "The proposals and what was decided about them.")

    @OptionGroup var folder: DistrictFolderOption
    @OptionGroup var output: OutputOption

    func run() throws {
      let workspace = try openWorkspace(folder.district)
      try Terminal.deliver(try ThresholdProposals(workspace.district).text(), to: output.path)
    }
  }

  struct Accept: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "accept",
      abstract: "Let the old row end and the proposed one begin, with author and reason.")

    @OptionGroup var decision: DecisionOptions

    @Option(help: "First day of the new threshold (2027-05-01).")
    var from: TimeArgument

    func run() throws {
      try decision.decide(
        accepts: true, from: BeijingTime.latest(hour: 0, atOrBefore: from.time),
        at: SystemClock().now)
      Terminal.say("accepted \(decision.id)")
    }
  }

  struct Reject: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "reject", abstract: "Keep the threshold as it is, with author and reason.")

    @OptionGroup var decision: DecisionOptions

    func run() throws {
      let now = SystemClock().now
      try decision.decide(accepts: false, from: now, at: now)
      Terminal.say("rejected \(decision.id)")
    }
  }
}
