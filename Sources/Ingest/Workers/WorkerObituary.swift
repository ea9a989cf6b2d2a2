import Glibc
import Hydromet

/// Says why a worker ended during a job: the reason that goes into quarantine.
enum WorkerObituary {
  static func fault(_ end: WorkerEnd, job: DecodeJob) -> Fault {
    let words = end.lastWords.split(whereSeparator: \.isNewline).last
    let quote = words.map { ": “\($0.prefix(300))”" } ?? ""
    if ranOutOfMemory(end, limit: job.limits.memoryBytes) {
      return Fault(
        "memory_limit", at: .init(job.path),
        "decoding needs more than \(job.limits.memoryBytes / 1_048_576) MiB of memory\(quote)",
        remedy: "look at the file's size; raise `limits: {memory_mb}` of the feed if it is sound")
    }
    if let signal = end.signal, signal == SIGALRM || signal == SIGXCPU {
      return timeLimit(job)
    }
    if end.wasKilledByService {
      return Fault(
        "worker_protocol", at: .init(job.path),
        "the worker closed its output without an answer\(quote)",
        remedy: "keep the file and report it")
    }
    let how =
      end.signal.map { "was ended by \(signalName($0))" }
      ?? "ended with code \(end.exitCode ?? 0) without an answer"
    return Fault(
      "worker_crashed", at: .init(job.path), "the worker that decoded the file \(how)\(quote)",
      remedy: "keep the file and report it; the service itself is not affected")
  }

  static func timeLimit(_ job: DecodeJob) -> Fault {
    Fault(
      "time_limit", at: .init(job.path), "decoding took more than \(job.limits.seconds) s",
      remedy: "look at the file's size; raise `limits: {seconds}` of the feed if it is sound")
  }

  static func protocolBreach(_ job: DecodeJob, said line: [UInt8]) -> Fault {
    let text = String(decoding: line.prefix(80), as: UTF8.self)
    return Fault(
      "worker_protocol", at: .init(job.path),
      "the worker answered with something that is no outcome of this job: “\(text)”",
      remedy: "keep the file and report it")
  }

  private static func ranOutOfMemory(_ end: WorkerEnd, limit: Int) -> Bool {
    guard !end.wasKilledByService, end.exitCode != 0 else { return false }
    // Only the system kills without being asked: its last resort when memory runs out.
    if end.signal == SIGKILL { return true }
    if limit > 0 && end.peakMemory > limit / 10 * 9 { return true }
    let words = end.lastWords.lowercased()
    return [
      "failed to allocate", "cannot allocate", "out of memory", "memory exhausted", "bad_alloc",
    ]
    .contains { words.contains($0) }
  }

  /// `SIGSEGV`, or the number of a signal that is not among the usual ones.
  static func signalName(_ signal: Int32) -> String {
    let names: [Int32: String] = [
      SIGABRT: "SIGABRT", SIGBUS: "SIGBUS", SIGFPE: "SIGFPE", SIGILL: "SIGILL", SIGINT: "SIGINT",
      SIGKILL: "SIGKILL", SIGPIPE: "SIGPIPE", SIGSEGV: "SIGSEGV", SIGSYS: "SIGSYS",
      SIGTERM: "SIGTERM", SIGTRAP: "SIGTRAP", SIGXFSZ: "SIGXFSZ",
    ]
    return names[signal] ?? "signal \(signal)"
  }
}
