import ArgumentParser
import Hydromet
import Pipeline

/// From a level back to the bytes.
struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain", abstract: "Why a township, basin, point or draft has its level.",
    discussion: """
      Walks from the answer to the threshold that decides it, the rain that was
      compared, the cells and weights behind it, and the files with their hashes.
      The cycle is made again from the ledger as it was known when it was published.

      freshet explain 990110105000 . --at 2024-07-09T21:00:00Z
      """)

  @Argument(help: "Township code, basin id, hazard point id or draft identifier.")
  var id: String

  @OptionGroup var folder: DistrictFolderOption

  @Option(help: "Data time of the cycle; the newest where not given.")
  var at: TimeArgument?

  @OptionGroup var output: OutputOption

  func run() throws {
    let workspace = try openWorkspace(folder.district)
    let options = Engine.Options(executable: try WorkerProcess.executable())
    let engine = try Engine(workspace, options: options, log: EngineOptions.quiet)
    defer { engine.stop() }
    let explanation = try Explanation(of: id, at: at?.time, in: engine)
    try Terminal.deliver(explanation.text, to: output.path)
  }
}

/// Is this machine, and this district, fit.
struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor", abstract: "Is this machine, and this district, fit for service.",
    discussion: "Exit code 0: fit; 1: something is not, with what to do about it.")

  @OptionGroup var folder: DistrictFolderOption

  @Option(
    help: "Only check that a published cycle is whole: read its manifest and every hash in it.",
    completion: .directory)
  var verify: String?

  func run() throws {
    let findings =
      try verify.map { try Examination.ofProducts($0) } ?? Examination.of(folder.district)
    for finding in findings { Terminal.say(finding.line) }
    if findings.contains(where: { !$0.isGood }) { throw ExitCode(1) }
  }
}
