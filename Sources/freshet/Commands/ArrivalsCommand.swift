import Archive
import ArgumentParser
import Formats
import Hydromet
import Pipeline

/// What became of every file that arrived.
struct ArrivalsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "arrivals", abstract: "What became of every file that arrived, and why.",
    discussion: """
      freshet arrivals --fate quarantined    what was refused, why, what to do
      freshet arrivals show 17               one file, with what was noticed
      freshet arrivals read-again --feed radar --reason unknown_unit
                                             when the reason was put right
      """,
    subcommands: [List.self, Show.self, ReadAgain.self], defaultSubcommand: List.self)

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "Files, the newest first.")

    @OptionGroup var folder: DistrictFolderOption
    @OptionGroup var selection: ArrivalSelection

    @Option(help: "claimed (being read), accepted, superseded, duplicate or quarantined.")
    var fate: WordArgument<Fate>?

    @Option(help: "At most so many.")
    var limit = 1000

    @Option(help: "csv or json.")
    var format: TableFormat = .csv

    @OptionGroup var output: OutputOption

    func validate() throws {
      guard limit > 0 else { throw ValidationError("--limit must be 1 or more") }
    }

    func run() throws {
      let desk = FileDesk(try openWorkspace(folder.district))
      var selection = selection.selection
      selection.fate = fate?.word
      selection.limit = limit
      let rows = try desk.files(selection).map(ArrivalsCommand.cells)
      try Terminal.deliver(CallTable.text(columns, rows, format), to: output.path)
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "show", abstract: "One file, with what was noticed in it.")

    @Argument(help: "Number of the file, as in the list.")
    var file: Int64

    @OptionGroup var district: DistrictOption
    @OptionGroup var output: OutputOption

    func run() throws {
      let account = try FileDesk(try openWorkspace(district.district)).account(of: file)
      var lines = zip(columns, ArrivalsCommand.cells(account.record))
        .filter { !$1.isEmpty }.map { "\($0): \($1)" }
      lines.append("bytes: \(account.record.fingerprint.size)")
      let sha256 = account.record.fingerprint.sha256
      if !sha256.isEmpty { lines.append("sha256: \(sha256)") }
      lines.append("attempts: \(account.record.attempts)")
      if let related = account.record.related { lines.append("related: \(related)") }
      switch account.original {
      case .kept(let path): lines.append("original: \(path)")
      case .perhaps(let path): lines.append("original: \(path), not compared")
      case .gone: lines.append("original: no longer there")
      case .unknown: break
      }
      lines += account.remarks.map { "noticed: \($0)" }
      try Terminal.deliver(lines.joined(separator: "\n") + "\n", to: output.path)
    }
  }

  struct ReadAgain: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "read-again", abstract: "Have quarantined files read once more.",
      discussion: """
        By the service within seconds, else by the next run, cycle or replay. A
        service that runs keeps to district.yaml as it was at its start: start it anew
        where that was changed. The originals are read where they are. What comes of
        it replaces nothing of files that were written later.
        """)

    @Argument(help: "Numbers of files, as in the list; or choose by --feed, --reason, --since.")
    var files: [Int64] = []

    @OptionGroup var selection: ArrivalSelection
    @OptionGroup var district: DistrictOption

    func validate() throws {
      guard files.isEmpty != selection.isEmpty else {
        throw ValidationError("give numbers of files, or --feed, --reason or --since")
      }
    }

    func run() throws {
      let desk = FileDesk(try openWorkspace(district.district))
      var chosen = files
      if chosen.isEmpty {
        var selection = selection.selection
        selection.fate = .quarantined
        selection.limit = .max
        chosen = try desk.files(selection).map(\.id)
      }
      var faults: [Fault] = []
      for file in chosen {
        do throws(Fault) { try desk.readAgain(file) } catch { faults.append(error) }
      }
      Terminal.say("\(chosen.count - faults.count) of \(chosen.count) files are read again")
      if !faults.isEmpty { throw FaultList(faults: faults) }
    }
  }

  private static let columns = [
    "file", "feed", "name", "fate", "first_seen", "decided", "format", "newest_data", "reason",
    "place", "problem", "remedy",
  ]

  private static func cells(_ record: FileRecord) -> [String] {
    [
      String(record.id), record.feed, record.name, record.fate.rawValue, record.firstSeen.iso8601,
      record.decidedAt?.iso8601 ?? "", record.format ?? "", record.newestData?.iso8601 ?? "",
      record.reason?.code ?? "", record.reason?.location?.description ?? "",
      record.reason?.problem ?? "", record.reason?.remedy ?? "",
    ]
  }
}

/// Which files of the ledger are meant.
struct ArrivalSelection: ParsableArguments {
  @Option(help: "Only this feed.")
  var feed: String?

  @Option(help: "Only files that were refused for this reason: unknown_format, unknown_unit, …")
  var reason: String?

  @Option(help: "Only files first seen at this time or later.")
  var since: TimeArgument?

  var isEmpty: Bool { feed == nil && reason == nil && since == nil }

  var selection: FileDesk.Selection {
    var selection = FileDesk.Selection()
    selection.feed = feed
    selection.reason = reason
    selection.since = since?.time
    return selection
  }
}
