import ArgumentParser
import Console
import Districts
import Hydromet
import Pipeline

enum RoleArgument: String, ExpressibleByArgument, CaseIterable {
  case uploader
  case viewer
  case forecaster
  case chief
  case administrator

  var role: Role {
    switch self {
    case .uploader: .uploader
    case .viewer: .viewer
    case .forecaster: .forecaster
    case .chief: .chief
    case .administrator: .administrator
    }
  }
}

/// Who may ask the console for what.
struct TokenCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "token", abstract: "Make, list and revoke the tokens of the console.",
    discussion: """
      A token is shown once, when it is made; only its hash is kept, in tokens.json
      of the district's state folder. A running service knows new and revoked
      tokens at once.

      freshet token new . --role uploader --feed gauges --label "logger 57612"
      """,
    subcommands: [TokenNewCommand.self, TokenListCommand.self, TokenRevokeCommand.self])

  static func register(_ district: String) throws -> (TokenRegister, Workspace) {
    let workspace = try openWorkspace(district)
    return (TokenRegister(stateFolder: workspace.stateFolder), workspace)
  }
}

struct TokenNewCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "new", abstract: "Make a token and show it once.")

  @OptionGroup var folder: DistrictFolderOption

  @Option(help: "uploader, viewer, forecaster, chief or administrator.")
  var role: RoleArgument

  @Option(help: "A feed that an uploader may push to; may be given more than once.")
  var feed: [String] = []

  @Option(help: "Whom the token is for.")
  var label = ""

  func validate() throws {
    if role == .uploader, feed.isEmpty {
      throw ValidationError("an uploader needs at least one --feed")
    }
    if role != .uploader, !feed.isEmpty { throw ValidationError("--feed is for uploaders") }
    let isPlain = label.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }
    if label.count > 100 || !isPlain {
      throw ValidationError("--label is up to 100 characters on one line")
    }
  }

  func run() throws {
    let (register, workspace) = try TokenCommand.register(folder.district)
    let known = workspace.district.configuration.feeds.map(\.name)
    for name in feed where !known.contains(name) {
      throw Fault(
        "unknown_feed", at: .init(folder.district), "the district has no feed \(name)",
        remedy: "take one of \(known.joined(separator: ", "))")
    }
    let made = try register.make(
      role: role.role, feeds: feed, label: label, at: SystemClock().now)
    Terminal.say(made.token)
  }
}

struct TokenListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Every token, without its secret.")

  @OptionGroup var folder: DistrictFolderOption

  func run() throws {
    let (register, _) = try TokenCommand.register(folder.district)
    for record in try register.records() {
      let feeds = record.feeds.isEmpty ? "" : " \(record.feeds.joined(separator: ","))"
      let end = record.revoked.map { " revoked \($0)" } ?? ""
      let label = record.label.isEmpty ? "" : " “\(record.label)”"
      Terminal.say("\(record.id) \(record.role.rawValue)\(feeds) made \(record.made)\(end)\(label)")
    }
  }
}

struct TokenRevokeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "revoke", abstract: "End a token at once.")

  @Argument(help: "The id of the token, as `freshet token list` shows it.")
  var id: String

  @OptionGroup var folder: DistrictFolderOption

  func run() throws {
    let (register, _) = try TokenCommand.register(folder.district)
    let record = try register.revoke(id, at: SystemClock().now)
    Terminal.say("\(record.id) revoked \(record.revoked ?? "")")
  }
}
