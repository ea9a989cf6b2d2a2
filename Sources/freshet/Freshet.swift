import ArgumentParser
import Glibc
import Hydromet
import Pipeline

/// The command line: one binary, every stage a tool on plain files.
struct Freshet: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "freshet",
    abstract: "Rain into township warnings: from a gauge's byte to a signed message.",
    discussion: """
      A district is a folder (see `freshet district --help`). The service watches
      its feeds and publishes one whole cycle after another; the other commands do
      one step on plain files.

      Times are ISO 8601 (2024-07-09T12:00:00Z). Output goes to -o or standard
      output. Exit codes: 0 done, 1 the data say no, 2 usage, 3 a fault.
      """,
    version: ProgramVersion.text,
    groupedSubcommands: [
      CommandGroup(
        name: "Service", subcommands: [RunCommand.self, CycleCommand.self, ReplayCommand.self]),
      CommandGroup(name: "Calls", subcommands: [CallCommand.self, ContactsCommand.self]),
      CommandGroup(
        name: "District",
        subcommands: [
          DistrictCommand.self, TokenCommand.self, DrillCommand.self, DoctorCommand.self,
        ]),
      CommandGroup(
        name: "Files",
        subcommands: [
          InspectCommand.self, ConvertCommand.self, AccumulateCommand.self, ArealCommand.self,
          JudgeCommand.self,
          QualityCommand.self,
          RunoffCommand.self,
          EstimateCommand.self,
        ]),
      CommandGroup(name: "Warnings", subcommands: [WarningCommand.self]),
      CommandGroup(
        name: "Evidence",
        subcommands: [
          ExplainCommand.self, ArrivalsCommand.self, HealthCommand.self, AuditCommand.self,
          VerifyCommand.self,
          ThresholdsCommand.self,
          BenchCommand.self,
        ]),
    ])
}

/// The workers are processes of the same binary; users never type this.
struct WorkerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "worker", abstract: "Decode files for the service.", shouldDisplay: false)
}

@main
struct Main {
  static func main() {
    signal(SIGPIPE, SIG_IGN)
    unblockSignals()
    let arguments = Array(CommandLine.arguments.dropFirst())
    if arguments.first == WorkerCommand.configuration.commandName {
      Glibc.exit(WorkerProcess.run())
    }
    if let code = ForeignBytes.run(arguments) { Glibc.exit(code) }
    do {
      var command = try Freshet.parseAsRoot(arguments)
      try command.run()
    } catch let fault as Fault {
      fail(with: [fault])
    } catch let faults as FaultList {
      fail(with: faults.faults)
    } catch {
      let code = Freshet.exitCode(for: error)
      let message = Freshet.fullMessage(for: error)
      guard code != .success else {
        print(message)
        return
      }
      if !message.isEmpty { Terminal.complain(message) }
      if code == .validationFailure { Glibc.exit(2) }
      // An error of the system, such as a folder that cannot be made, says nothing of the data.
      Glibc.exit(code == .failure && !(error is ExitCode) ? 3 : code.rawValue)
    }
  }

  /// A program inherits the signals that its parent blocked: the service must hear SIGTERM and a
  /// worker its alarm, whoever started them.
  private static func unblockSignals() {
    var none = sigset_t()
    sigemptyset(&none)
    sigprocmask(SIG_SETMASK, &none, nil)
  }

  private static func fail(with faults: [Fault]) -> Never {
    for fault in faults { Terminal.complain("freshet: \(fault)") }
    Glibc.exit(3)
  }
}

/// Several faults of one input, all told at once.
struct FaultList: Error {
  let faults: [Fault]
}
