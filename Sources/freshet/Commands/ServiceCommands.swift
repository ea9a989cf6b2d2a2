import Archive
import ArgumentParser
import Console
import Districts
import Hydromet
import Logging
import Pipeline
import Publish

/// How much a service tells while it runs.
struct LogOptions: ParsableArguments {
  @Option(help: "How much is logged on standard error.")
  var logLevel: LogLevelArgument = .notice

  var logger: Logger {
    var logger = Logger(label: "freshet") { StreamLogHandler.standardError(label: $0) }
    logger.logLevel = logLevel.level
    return logger
  }
}

/// What the commands that run cycles have in common.
struct EngineOptions: ParsableArguments {
  @Option(help: "Worker processes that decode files; one for each processor where not given.")
  var workers: Int?

  @OptionGroup var log: LogOptions

  func validate() throws {
    if let workers, !(1...256).contains(workers) {
      throw ValidationError("--workers must be 1 to 256")
    }
  }

  func engine(_ district: String, isDurable: Bool) throws -> Engine {
    let workspace = try openWorkspace(district)
    var options = Engine.Options(executable: try WorkerProcess.executable())
    options.workerCount = workers
    options.isDurable = isDurable
    let engine = try Engine(workspace, options: options, log: logger)
    try engine.holdDistrict()
    return engine
  }

  /// For commands whose answer is all that should be seen.
  static var quiet: Logger {
    var logger = Logger(label: "freshet") { StreamLogHandler.standardError(label: $0) }
    logger.logLevel = .error
    return logger
  }

  var logger: Logger { log.logger }
}

/// The cycles of the past that a command makes again.
struct CycleSpanOptions: ParsableArguments {
  @Option(help: "Data time of the first cycle.")
  var from: TimeArgument

  @Option(help: "Data time of the last cycle.")
  var to: TimeArgument

  func replay(of engine: Engine) throws(Fault) -> Replay {
    try Replay(
      from: from.time, to: to.time, cadence: engine.workspace.district.configuration.cadence)
  }
}

enum LogLevelArgument: String, ExpressibleByArgument, CaseIterable {
  case debug
  case info
  case notice
  case warning
  case error

  var level: Logger.Level { Logger.Level(rawValue: rawValue) ?? .notice }
}

/// Opens a district, telling all its faults at once.
func openWorkspace(_ folder: String) throws -> Workspace {
  do {
    return try Workspace(folder: folder)
  } catch let faults as WorkspaceFaults {
    throw FaultList(faults: faults.faults)
  }
}

/// The service.
struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "The service: watch the feeds, run cycles, publish.",
    discussion: """
      Runs until SIGTERM or SIGINT, and stops cleanly: a cycle that has begun is
      published, files in work are taken up again at the next start. A cycle waits
      for its feeds no longer than their `late_after`, then runs with what is there
      and says so. Late data recompute what they touch.
      """)

  @OptionGroup var folder: DistrictFolderOption
  @OptionGroup var options: EngineOptions

  func run() throws {
    let engine = try options.engine(folder.district, isDurable: true)
    let service = try Service(engine, log: options.logger)
    let waiting = ProgressBar("files ")
    service.onProgress = { done, all in
      if done == all { waiting.finish() } else { waiting.show(done, of: all) }
    }
    let console = try startConsole(engine, service)
    defer { console?.stop() }
    let listeners = try engine.listenToNotices()
    defer { for listener in listeners { listener.stop() } }
    try service.run()
  }

  private func startConsole(_ engine: Engine, _ service: Service) throws(Fault) -> ConsoleServer? {
    guard let settings = engine.workspace.district.configuration.console else { return nil }
    return try ConsoleServer(
      try ConsoleServices(
        workspace: engine.workspace, desk: engine.desk, pulse: service.pulse, settings: settings,
        log: options.logger))
  }
}

/// One cycle.
struct CycleCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cycle", abstract: "Take in what has arrived, publish one cycle and exit.",
    discussion: "For cron, ecFlow and Slurm. Running it twice gives the same products.")

  @OptionGroup var folder: DistrictFolderOption

  @Option(help: "Data time of the cycle; the newest that is due where not given.")
  var at: TimeArgument?

  @OptionGroup var options: EngineOptions

  func run() throws {
    let engine = try options.engine(folder.district, isDurable: true)
    defer { engine.stop() }
    try engine.digest()
    let cadence = engine.workspace.district.configuration.cadence.seconds
    let time = at?.time ?? SystemClock().now.floored(toSeconds: cadence)
    let newest = try engine.workspace.ledger.newestCycle(atOrBefore: time)?.dataTime
    let published = try engine.runCycle(at: time)
    if newest.map({ time >= $0 }) ?? true, let report = engine.lastReport {
      _ = try WarningDesk(engine.workspace).attend(report)
    }
    Terminal.say(published.folder)
  }
}

/// The past.
struct ReplayCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay", abstract: "The same cycles on history, at full speed.",
    discussion: """
      Takes in every file of the feeds first, then publishes products/<time>/ for
      every cycle from --from to --to. The same files give the same bytes, however
      often it is run.

      freshet replay . --from 2024-07-10T12:00:00Z --to 2024-07-11T12:00:00Z
      """)

  @OptionGroup var folder: DistrictFolderOption

  @OptionGroup var span: CycleSpanOptions

  @Flag(help: "Every cycle knows only what was known at its time, as the ledger remembers it.")
  var asKnown = false

  @OptionGroup var options: EngineOptions

  func run() throws {
    let engine = try options.engine(folder.district, isDurable: false)
    defer { engine.stop() }
    let replay = try span.replay(of: engine)
    let clock = SystemClock()
    let started = clock.monotonicSeconds
    let intake = ProgressBar("files ")
    try engine.digest { intake.show($0, of: $1) }
    intake.finish()
    let tally = engine.tally
    let digested = clock.monotonicSeconds
    let cycles = ProgressBar("cycles")
    try replay.run(engine, asKnown: asKnown) { done, time in
      cycles.show(done, of: replay.times.count, BeijingTime.numeric(time))
    }
    cycles.finish()
    let ended = clock.monotonicSeconds
    Terminal.say(
      """
      files: \(tally.accepted) accepted, \(tally.known) known before, \(tally.duplicate) duplicate, \
      \(tally.quarantined) quarantined, in \(seconds(digested - started)) s
      cycles: \(replay.times.count) in \(seconds(ended - digested)) s → \(engine.workspace.productsFolder)
      """)
  }

  private func seconds(_ value: Double) -> String {
    let tenths = Int((value * 10).rounded())
    return "\(tenths / 10).\(tenths % 10)"
  }
}
