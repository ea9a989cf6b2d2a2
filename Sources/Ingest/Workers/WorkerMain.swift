import Formats
import Foundation
import Glibc
import Hydromet

/// The life of a worker process: read a job, decode, answer, again.
public enum WorkerMain {
  /// Has the kernel end this process when its parent ends.
  public static func dieWithParent() {
    WorkerLimits.dieWithParent()
  }

  /// Serves jobs from standard input until the service closes it.
  ///
  /// Call it first in a process that does nothing else. What libraries print goes to standard error,
  /// so that the answers on standard output stay clean.
  ///
  /// - Parameter decode: decodes one file. It may crash, hang or run out of memory: that costs this
  ///   process and one entry in quarantine.
  /// - Returns: the exit code: 0 when the service closed the pipe, 3 when the pipe failed or brought
  ///   something that is no job.
  public static func run(decode: (DecodeJob) -> DecodeOutcome) -> Int32 {
    WorkerLimits.dieWithParent()
    WorkerLimits.leaveNoCore()
    // Several workers decode at once: each takes one processor.
    ReadingThreads.limit(to: 1)
    ECCodesLibrary.endProcessWithoutMemory()
    let answers = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3)
    guard answers >= 0, dup2(STDERR_FILENO, STDOUT_FILENO) >= 0 else { return 3 }
    defer { close(answers) }
    let base = WorkerLimits.memoryInUse()
    guard send(Array(WireFormat.greeting.utf8) + [WireFormat.lineFeed], to: answers) else {
      return 3
    }
    var buffer: [UInt8] = []
    while let line = nextLine(&buffer) {
      guard let job = try? JSONDecoder().decode(DecodeJob.self, from: Data(line)) else {
        complain("a line from the service is no job")
        return 3
      }
      WorkerLimits.boundMemory(to: job.limits.memoryBytes, above: base)
      WorkerLimits.boundTime(to: job.limits.seconds)
      let format = RecognisedFormat.name(ofFile: job.path, job.kind)
      if let format,
        let notice = try? WireFormat.line(ReadingNotice(reading: job.id, format: format))
      {
        guard send(notice, to: answers) else { return 3 }
      }
      let outcome = decode(job)
      WorkerLimits.boundTime(to: nil)
      guard send(answer(outcome, to: job), to: answers) else { return 3 }
    }
    return 0
  }

  /// The line for an outcome. An outcome that JSON cannot hold (a grid at infinity) is a refusal.
  private static func answer(_ outcome: DecodeOutcome, to job: DecodeJob) -> [UInt8] {
    if outcome.id == job.id, let line = try? WireFormat.line(outcome) { return line }
    let refusal = Fault(
      "bad_outcome", at: .init(job.path), "the file decodes to numbers that are not finite",
      remedy: "look at its grid with `freshet inspect`")
    return (try? WireFormat.line(DecodeOutcome.refused(job.id, refusal))) ?? []
  }

  private static func nextLine(_ buffer: inout [UInt8]) -> [UInt8]? {
    var piece = [UInt8](repeating: 0, count: 65_536)
    while true {
      if let line = WireFormat.takeLine(from: &buffer) { return line }
      let count = read(STDIN_FILENO, &piece, piece.count)
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { return nil }
      buffer += piece[..<count]
    }
  }

  private static func send(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { return false }
      rest = rest.dropFirst(count)
    }
    return true
  }

  private static func complain(_ words: String) {
    _ = send(Array("freshet worker: \(words)\n".utf8), to: STDERR_FILENO)
  }
}
