import Districts
import Drill
import Foundation
import Glibc
import Hydromet
import Pipeline

/// How long the program takes to start, answer and end.
struct StartBenchmark: Benchmark {
  private let iterations: Int

  init(_ size: BenchSize) {
    iterations = size == .full ? 30 : 10
  }

  private let start = BenchLine(key: "start", title: "The program starts", asked: "0.2 s")

  var lines: [BenchLine] { [start] }

  func measure() throws -> [Measurement] {
    let program = try WorkerProcess.executable()
    let runs = try Stopwatch.runs(iterations) { try run(program, "--version") }
    var input = Checksum()
    input.add(bytes: "--version".utf8)
    var result = Checksum()
    result.add(runs.value)
    return [
      Measurement(line: start, seconds: runs.seconds, input: input.text, result: result.text)
    ]
  }

  /// Runs the program without showing what it prints, and waits for it.
  ///
  /// - Returns: its wait status, 0 where all was well.
  private func run(_ program: String, _ argument: String) throws(Fault) -> Int32 {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0)
    var arguments = [strdup(program), strdup(argument), nil]
    defer { for argument in arguments { free(argument) } }
    var process: pid_t = 0
    var status: Int32 = 0
    guard posix_spawn(&process, program, &actions, nil, &arguments, environ) == 0,
      waitpid(process, &status, 0) == process
    else {
      throw Fault(
        "cannot_start", at: .init(program), "the program cannot be started",
        remedy: "check its rights and the number of processes that are allowed")
    }
    return status
  }
}

/// The past of the sample district, at full speed. Only where the current folder is that district.
struct ReplayBenchmark: Benchmark {
  private let replay = BenchLine(
    key: "replay", title: "24 hours of the sample district are replayed", asked: "60 s")

  var lines: [BenchLine] { [replay] }

  private static let cycles = 144

  func measure() throws -> [Measurement] {
    guard let district = try? District.load(folder: ".") else { return [] }
    let cadence = district.configuration.cadence
    return try TemporaryFolder.with { folder in
      let names = try copy(district, to: folder)
      let begin = Stopwatch.now
      var options = Engine.Options(executable: try WorkerProcess.executable())
      options.isDurable = false
      let engine = try Engine(
        openWorkspace(folder.path), options: options, log: EngineOptions.quiet)
      defer { engine.stop() }
      try engine.digest()
      let first = DrillPlan.sampleStart + cadence.seconds
      let last = DrillPlan.sampleStart + ReplayBenchmark.cycles * cadence.seconds
      try Replay(from: first, to: last, cadence: cadence).run(engine)
      let seconds = Stopwatch.now - begin
      return [
        Measurement(
          line: replay, seconds: [seconds], input: checksum(of: names, in: folder.path),
          result: checksum(
            of: ["townships.csv", "basins.csv", "points.csv", "assessments.csv"],
            in: "\(engine.workspace.productsFolder)/\(last.compact)"))
      ]
    }
  }

  /// Copies the files that define the district and those that its feeds have brought.
  ///
  /// - Returns: the names of all of them.
  private func copy(_ district: District, to folder: TemporaryFolder) throws -> [String] {
    let files = FileManager.default
    var names = district.definitionFiles
    for feed in district.configuration.feeds {
      let found = try files.contentsOfDirectory(atPath: "\(district.folder)/\(feed.folder)")
        .sorted()
      names += found.map { "\(feed.folder)/\($0)" }
    }
    for name in names {
      let parent = name.split(separator: "/").dropLast().joined(separator: "/")
      if !parent.isEmpty { try folder.makeFolder(parent) }
      try files.copyItem(atPath: "\(district.folder)/\(name)", toPath: "\(folder.path)/\(name)")
    }
    return names
  }

  private func checksum(of names: [String], in folder: String) -> String {
    var sum = Checksum()
    for name in names {
      sum.add(bytes: FileManager.default.contents(atPath: "\(folder)/\(name)") ?? Data())
    }
    return sum.text
  }
}
