import Archive
import ArgumentParser
import Foundation
import Hydromet
import Pipeline
import Publish
import Warn

/// Warnings, from the draft to the report after the storm.
struct WarningCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "warning", abstract: "Draft, review, sign, release and end warnings.",
    discussion: """
      Drafts are made by the service with every cycle, one record for each hazard
      and township. What may happen to a record stands in `freshet warning show`.
      Every step has an author and a reason and goes into the audit ledger.

      freshet warning list
      freshet warning review flash_flood-500110101000-1 --revision 3 --author 安然 --reason 会商一致
      """,
    subcommands: [
      WarningListCommand.self, WarningShowCommand.self, WarningEditCommand.self,
      WarningReviewCommand.self, WarningSignCommand.self, WarningReleaseCommand.self,
      WarningCancelCommand.self, WarningWithdrawCommand.self, WarningRatifyCommand.self,
      WarningFeedbackCommand.self, WarningAlarmsCommand.self, WarningReportCommand.self,
      WarningBudgetCommand.self,
    ])
}

extension DistrictOption {
  func desk() throws -> WarningDesk { try WarningDesk(openWorkspace(district)) }
}

enum PostArgument: String, ExpressibleByArgument, CaseIterable {
  case forecaster
  case chief

  var role: WarningRole { self == .chief ? .chief : .forecaster }
}

/// Who acts and why.
struct ActOptions: ParsableArguments {
  @Argument(help: "The record: flash_flood-500110101000-1.")
  var id: String

  @OptionGroup var district: DistrictOption

  @Option(help: "Who acts; the user of this session where not given.")
  var author: String?

  @Option(help: "The post in which the person acts: forecaster or chief.")
  var role: PostArgument = .forecaster

  @Option(help: "Why: one line, kept for ever.")
  var reason: String

  var actor: WarningAuthor {
    WarningAuthor(name: author ?? NSUserName(), role: role.role)
  }

  func tell(_ decision: WarningDecision) {
    let message = decision.message.map { " \($0.identifier)" } ?? ""
    Terminal.say("\(decision.record.id) \(decision.record.status.rawValue)\(message)")
  }
}

struct WarningListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Open records, highest level first.")

  @OptionGroup var folder: DistrictFolderOption

  @Flag(help: "Closed records too, newest change first.")
  var all = false

  @Option(help: "csv or json.")
  var format: TableFormat = .csv

  @OptionGroup var output: OutputOption

  func run() throws {
    let desk = try WarningDesk(openWorkspace(folder.district))
    let records = try desk.records(includingClosed: all)
    let text = format == .csv ? try desk.csv(records) : try desk.json(records)
    try Terminal.deliver(text, to: output.path)
  }
}

struct WarningShowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "One record: its draft, its messages, its events.")

  @Argument(help: "The record.")
  var id: String

  @OptionGroup var district: DistrictOption

  @Option(
    help: """
      text, json, or one form of the last message: cap.xml, 12379.xml, sms.zh.txt, \
      voice.zh.txt, led.zh.txt, full.zh.txt, and the same with en.
      """)
  var format: String = "text"

  @OptionGroup var output: OutputOption

  func run() throws {
    let desk = try district.desk()
    switch format {
    case "text": try Terminal.deliver(desk.account(of: id), to: output.path)
    case "json": try Terminal.deliver(desk.json(desk.record(id)), to: output.path)
    default:
      let text = String(decoding: try desk.document(format, of: id), as: UTF8.self)
      try Terminal.deliver(text, to: output.path)
    }
  }
}

struct WarningEditCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "edit",
    abstract: "Write a new version of a draft, or a change of what is in force.",
    discussion: """
      Over a message in force this begins a change: a higher or lower level, a later
      end (--until), other words. It is reviewed, signed and released like a draft.
      """)

  @OptionGroup var act: ActOptions

  @Option(help: "blue, yellow, orange or red.")
  var level: RiskLevelArgument?

  @Option(help: "A new end.")
  var until: TimeArgument?

  @Option(help: "A new description.")
  var description: String?

  @Option(help: "New advice.")
  var instruction: String?

  @Option(help: "A new English description.")
  var englishDescription: String?

  @Option(help: "New English advice.")
  var englishInstruction: String?

  func run() throws {
    var edit = WarningDesk.Edit()
    edit.level = level?.level
    edit.expires = until?.time
    edit.description = description
    edit.instruction = instruction
    edit.englishDescription = englishDescription
    edit.englishInstruction = englishInstruction
    act.tell(try act.district.desk().edit(act.id, edit, by: act.actor, because: act.reason))
  }
}

/// Which revision somebody has read.
struct RevisionOptions: ParsableArguments {
  @Option(help: "The revision that was read; `freshet warning show` names it.")
  var revision: Int

  @Flag(help: "Newer facts are there and this revision holds in spite of them.")
  var confirmNewerFacts = false
}

struct WarningReviewCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "review", abstract: "Agree to a draft.")
  @OptionGroup var act: ActOptions
  @OptionGroup var revision: RevisionOptions

  func run() throws {
    act.tell(
      try act.district.desk().review(
        act.id, revision: revision.revision, confirms: revision.confirmNewerFacts,
        by: act.actor, because: act.reason))
  }
}

struct WarningSignCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sign", abstract: "Sign a reviewed draft, or on the urgent path an unreviewed one."
  )
  @OptionGroup var act: ActOptions
  @OptionGroup var revision: RevisionOptions

  func run() throws {
    act.tell(
      try act.district.desk().sign(
        act.id, revision: revision.revision, confirms: revision.confirmNewerFacts,
        by: act.actor, because: act.reason))
  }
}

struct WarningReleaseCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "release", abstract: "Send what is signed: messages, feeds, calls.")
  @OptionGroup var act: ActOptions

  @Flag(
    help: "The level of the facts has changed since it was signed; release it in spite of that.")
  var confirmNewerFacts = false

  func run() throws {
    act.tell(
      try act.district.desk().release(
        act.id, confirms: confirmNewerFacts, by: act.actor, because: act.reason))
  }
}

struct WarningCancelCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cancel", abstract: "End a message before its time; everybody who got it is told.")
  @OptionGroup var act: ActOptions

  func run() throws {
    act.tell(try act.district.desk().cancel(act.id, by: act.actor, because: act.reason))
  }
}

struct WarningWithdrawCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "withdraw", abstract: "Drop a draft or a change that was not released.")
  @OptionGroup var act: ActOptions

  func run() throws {
    act.tell(try act.district.desk().withdraw(act.id, by: act.actor, because: act.reason))
  }
}

struct WarningRatifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ratify", abstract: "Review what one person signed alone on the urgent path.")
  @OptionGroup var act: ActOptions

  func run() throws {
    act.tell(try act.district.desk().ratify(act.id, by: act.actor, because: act.reason))
  }
}

struct ObservationArgument: ExpressibleByArgument {
  let observation: GroundFeedback.Observation

  init?(argument: String) {
    guard let observation = GroundFeedback.Observation(rawValue: argument) else { return nil }
    self.observation = observation
  }
}

struct WarningFeedbackCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "feedback", abstract: "Note what the ground says about a warning or alarm.")
  @OptionGroup var act: ActOptions

  @Option(help: "rain, water_rising, disaster, nothing or acted.")
  var seen: ObservationArgument

  @Option(help: "Code of the township; that of the warning where not given.")
  var township: String?

  func run() throws {
    try act.district.desk().note(
      seen.observation, on: act.id, township: township, by: act.actor, note: act.reason)
    Terminal.say("\(act.id) \(seen.observation.rawValue)")
  }
}

struct WarningAlarmsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "alarms", abstract: "Alarms on observed rain of the last days, sent or not.")

  @OptionGroup var folder: DistrictFolderOption

  @Option(help: "How far back.")
  var past: TimeSpanArgument?

  @OptionGroup var output: OutputOption

  func run() throws {
    let desk = try WarningDesk(openWorkspace(folder.district))
    let text = try desk.alarmTable(past: past?.span ?? .hours(72))
    try Terminal.deliver(text, to: output.path)
  }
}
