import Foundation
import Glibc
import Hydromet
import Ingest

/// Runs commands on foreign files in a process of their own.
///
/// The libraries that decode netCDF-4 and vector files crash on some damaged ones. The service has its
/// workers for that; a command that is typed gets one process, so that its end is a fault in words.
enum ForeignBytes {
  private static let commands: Set<String> = [
    "inspect", "convert", "accumulate", "areal", "district", "quality", "estimate", "judge",
    "runoff",
  ]
  private static let mark = "FRESHET_READS_FOREIGN_BYTES"

  /// The exit code of the command, or nil where this process is the one that has to run it.
  static func run(_ arguments: [String]) -> Int32? {
    guard let name = arguments.first, commands.contains(name) else { return nil }
    if getenv(mark) != nil {
      WorkerMain.dieWithParent()
      return nil
    }
    guard let executable = try? WorkerProcess.executable(),
      let child = start(executable, CommandLine.arguments)
    else { return nil }
    var status: Int32 = 0
    while waitpid(child, &status, 0) < 0 {
      guard errno == EINTR else { return nil }
    }
    let signal = status & 0x7F
    if signal == 0 { return (status >> 8) & 0xFF }
    guard [SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGTRAP].contains(signal) else {
      return 128 + signal
    }
    Terminal.complain("freshet: \(crash(arguments, signal))")
    return 3
  }

  private static func crash(_ arguments: [String], _ signal: Int32) -> Fault {
    let files = arguments.dropFirst().filter { FileManager.default.fileExists(atPath: $0) }
    return Fault(
      "decoder_crashed", at: files.count == 1 ? files.first.map { .init($0) } : nil,
      "reading \(files.count == 1 ? "this file" : "one of these files") crashed a library (signal \(signal))",
      remedy: "the file is damaged: fetch it again, or read the files one at a time to find it")
  }

  /// Starts this program again with the same arguments, terminal and pipes.
  private static func start(_ executable: String, _ arguments: [String]) -> pid_t? {
    var environment = ProcessInfo.processInfo.environment
    environment[mark] = "1"
    environment["SWIFT_BACKTRACE"] = "enable=no"
    let words = arguments.map { strdup($0) } + [nil]
    let settings = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for word in words + settings { free(word) } }
    var process = pid_t()
    return posix_spawn(&process, executable, nil, nil, words, settings) == 0 ? process : nil
  }
}
