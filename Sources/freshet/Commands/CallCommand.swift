import ArgumentParser
import Formats
import Foundation
import Glibc
import Hydromet
import Pipeline

/// Who is called, who answered.
struct CallCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "call", abstract: "Who is called, who has answered; answers entered by hand.",
    discussion: """
      Calls are made by `freshet run`. Every attempt and answer is in the audit
      ledger. Names are shown, numbers never.

      freshet call list
      freshet call answer 12 --by 周禾丰 --words 电话确认，已转移
      """,
    subcommands: [List.self, Show.self, Answer.self, Raise.self, End.self, Serve.self],
    defaultSubcommand: List.self)

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "Open calls, the newest first.")

    @OptionGroup var folder: DistrictFolderOption

    @Flag(help: "Also those that are over.")
    var all = false

    @Option(help: "Only calls of this warning.")
    var warning: String?

    @Option(help: "csv or json.")
    var format: TableFormat = .csv

    @OptionGroup var output: OutputOption

    func run() throws {
      let desk = CallDesk(try openWorkspace(folder.district))
      let header = [
        "call", "warning", "level", "hazard", "place", "place_name", "state", "person", "rings",
        "opened", "ended", "rehearsal", "headline",
      ]
      let rows = try desk.calls(openOnly: !all, warning: warning).map { line in
        [
          String(line.call), line.warning, line.level.name, line.hazard.rawValue, line.place,
          line.placeName, line.state, line.person, String(line.rings), line.openedAt.iso8601,
          line.endedAt?.iso8601 ?? "", String(line.isRehearsal), line.headline,
        ]
      }
      try Terminal.deliver(CallTable.text(header, rows, format), to: output.path)
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "show", abstract: "One call with all its messages.")

    @Argument(help: "Number of the call.")
    var call: Int64

    @OptionGroup var folder: DistrictOption

    @Option(help: "csv or json.")
    var format: TableFormat = .csv

    func run() throws {
      let (line, messages) = try CallDesk(try openWorkspace(folder.district)).call(call)
      let header = [
        "message", "person", "channel", "state", "attempts", "queued", "settled", "detail",
      ]
      let rows = messages.map { message in
        [
          String(message.id), message.person, message.channel, message.state,
          String(message.attempts), message.queuedAt.iso8601, message.settledAt?.iso8601 ?? "",
          message.detail,
        ]
      }
      if format == .csv {
        Terminal.say("# \(line.placeName) \(line.level.name) \(line.state) \(line.headline)")
      }
      try Terminal.deliver(CallTable.text(header, rows, format), to: nil)
    }
  }

  struct Answer: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "answer", abstract: "Note that somebody answered: the calls stop at once.")

    @Argument(help: "Number of the call, as in the list.")
    var call: Int64

    @Option(help: "Who answered.")
    var by: String

    @Option(help: "What they said.")
    var words: String = ""

    @OptionGroup var folder: DistrictOption

    func run() throws {
      let closed = try CallDesk(try openWorkspace(folder.district)).answer(
        call, by: by, words: words)
      Terminal.say(closed > 0 ? "closed" : "noted; the call was over before")
    }
  }

  struct Raise: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "raise", abstract: "Call places by hand, for what no warning says.",
      discussion: """
        With --rehearsal nothing leaves this machine: messages become files under
        state/calls/rehearsals, with every number hidden.
        """)

    @Argument(help: "A name of its own; the same again adds nothing.")
    var id: String

    @Option(name: .customLong("place"), help: "Township code or hazard point id (repeatable).")
    var places: [String]

    @Option(help: "Level from which people are called.")
    var level: RiskLevelArgument

    @Option(help: "flash_flood, landslide, waterlogging, river or rainstorm.")
    var hazard: HazardArgument = HazardArgument(hazard: .flashFlood)

    @Option(help: "What it is about.")
    var headline: String

    @Option(help: "What is to be done.")
    var text: String = ""

    @Option(help: "How long it is called for; 6h where not given.")
    var lasting: TimeSpanArgument?

    @Flag(help: "A drill: it cannot reach anybody.")
    var rehearsal = false

    @OptionGroup var order: OrderOptions

    @OptionGroup var folder: DistrictOption

    func run() throws {
      try CallDesk(try openWorkspace(folder.district)).raise(
        id: id, places: places, hazard: hazard.hazard, level: level.level, headline: headline,
        text: text, lasting: lasting?.span ?? .hours(6), isRehearsal: rehearsal,
        by: order.actor, because: order.reason)
    }
  }

  struct End: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "end", abstract: "End what was raised by hand, and tell everybody who was told.")

    @Argument(help: "The name under which it was raised.")
    var id: String

    @Option(help: "What they are told.")
    var headline: String = "解除：本次叫应结束。"

    @Flag(help: "It was a drill.")
    var rehearsal = false

    @OptionGroup var order: OrderOptions

    @OptionGroup var folder: DistrictOption

    func run() throws {
      try CallDesk(try openWorkspace(folder.district)).end(
        id: id, headline: headline, isRehearsal: rehearsal, by: order.actor,
        because: order.reason)
    }
  }

  struct Serve: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "serve", abstract: "Only call: beside or in place of `freshet run`.",
      discussion: """
        One process calls at a time; a second one stands by and goes on within ten
        seconds when the first ends. Runs until SIGTERM or SIGINT.
        """)

    @OptionGroup var folder: DistrictFolderOption

    @OptionGroup var log: LogOptions

    func run() throws {
      let workspace = try openWorkspace(folder.district)
      let service = try CallService(workspace, log: log.logger)
      service.start()
      StopSignal.wait()
      service.stop()
    }
  }
}

/// Who orders calls by hand, and why.
struct OrderOptions: ParsableArguments {
  @Option(help: "Who orders it; the user of this session where not given.")
  var author: String?

  @Option(help: "Why: one line, kept for ever.")
  var reason = ""

  var actor: WarningAuthor { WarningAuthor(name: author ?? NSUserName(), role: .forecaster) }
}

/// Rows as CSV, or as JSON objects.
enum CallTable {
  static func text(_ header: [String], _ rows: [[String]], _ format: TableFormat) throws -> String {
    switch format {
    case .csv: return CSVWriter.text(header, rows, as: .sheet)
    case .json:
      let objects = rows.map { row in
        "{"
          + zip(header, row).map { "\(JSONText.quoted($0)):\(JSONText.quoted($1))" }.joined(
            separator: ",") + "}"
      }
      return "[" + objects.joined(separator: ",\n") + "]\n"
    }
  }
}

struct HazardArgument: ExpressibleByArgument {
  let hazard: Hazard

  init(hazard: Hazard) {
    self.hazard = hazard
  }

  init?(argument: String) {
    guard let hazard = Hazard(rawValue: argument) else { return nil }
    self.hazard = hazard
  }

  var defaultValueDescription: String { hazard.rawValue }
}
