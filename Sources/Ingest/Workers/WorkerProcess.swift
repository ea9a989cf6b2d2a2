import CLinux
import Formats
import Foundation
import Glibc
import Hydromet

/// How a worker process ended.
struct WorkerEnd {
  /// The code of `exit`; nil where a signal ended it.
  let exitCode: Int32?
  /// The signal that ended it; nil where it ended itself.
  let signal: Int32?
  /// Whether it still ran when the service ended it.
  let wasKilledByService: Bool
  /// The most memory it held at once, bytes; 0 where it cannot be told from what the service held
  /// when it started the process, which the system counts as the child's.
  let peakMemory: Int
  /// The end of what it wrote to standard error.
  let lastWords: String
}

/// One worker process with its three pipes. Nothing here waits, but for the end of a killed process.
final class WorkerProcess {
  /// What standard error may leave behind, bytes.
  private static let lastWordsLimit = 4096
  /// How long a killed process is waited for, milliseconds.
  private static let longestBurial = 1000

  let process: pid_t
  /// Write end of its standard input.
  private(set) var input: Int32
  /// Read ends of its standard output and error.
  let output: Int32
  let errors: Int32
  /// What it has not read yet.
  private(set) var outbox: [UInt8] = []
  /// What it said and nobody has looked at yet.
  var inbox: [UInt8] = []
  private var lastWords: [UInt8] = []
  private(set) var errorsAreOpen = true
  /// Whether the system has forgotten the process. One that hangs in a dead network disk is not
  /// even ended by a kill: it is left behind and buried when the disk lets go.
  private(set) var isBuried = false

  /// The most memory of the service when it started the process, bytes.
  private let inheritedPeak: Int

  /// Starts a process in a process group of its own, with every signal as the system has it.
  init(executable: String, arguments: [String], environment: [String: String]) throws(Fault) {
    var own = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &own)
    inheritedPeak = own.ru_maxrss * 1024
    let pipes = try WorkerProcess.pipes(3)
    let child = [pipes[0].read, pipes[1].write, pipes[2].write]
    defer { for descriptor in child { close(descriptor) } }
    input = pipes[0].write
    output = pipes[1].read
    errors = pipes[2].read
    let parent = [input, output, errors]
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for (target, descriptor) in child.enumerated() {
      posix_spawn_file_actions_adddup2(&actions, descriptor, Int32(target))
    }
    _ = fr_close_from(&actions, 3)
    var attributes = WorkerProcess.attributes()
    defer { posix_spawnattr_destroy(&attributes) }
    var process = pid_t()
    let failure = withCStrings([executable] + arguments) { arguments in
      withCStrings(environment.map { "\($0.key)=\($0.value)" }.sorted()) {
        posix_spawn(&process, executable, &actions, &attributes, arguments, $0)
      }
    }
    self.process = process
    guard failure == 0 else {
      for descriptor in parent { close(descriptor) }
      input = -1
      isBuried = true
      throw Fault(
        "workers_unavailable", at: .init(executable),
        "a worker cannot be started: \(String(cString: strerror(failure)))",
        remedy: "check that the program is installed and may be executed")
    }
    for descriptor in parent {
      _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
    }
  }

  deinit {
    if input >= 0 { _ = end() }
  }

  // MARK: Talking

  func send(_ bytes: [UInt8]) {
    outbox += bytes
    writeSome()
  }

  /// Writes as much as the pipe takes. A broken pipe shows at the output's end, not here.
  func writeSome() {
    while !outbox.isEmpty {
      let count = outbox.withUnsafeBytes { write(input, $0.baseAddress, $0.count) }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else {
        if count < 0 && errno != EAGAIN { outbox.removeAll() }
        return
      }
      outbox.removeFirst(count)
    }
  }

  /// Takes up to 1 MiB of what it said.
  ///
  /// - Returns: false where it has closed its output.
  func readSome() -> Bool {
    readErrors()
    return WorkerProcess.read(output, most: 1 << 20) { inbox += $0 }
  }

  func readErrors() {
    errorsAreOpen = WorkerProcess.read(errors, most: 1 << 20) { lastWords += $0 }
    if lastWords.count > WorkerProcess.lastWordsLimit {
      lastWords.removeFirst(lastWords.count - WorkerProcess.lastWordsLimit)
    }
  }

  /// Forgets what it wrote to standard error before this job.
  func forgetErrors() {
    readErrors()
    lastWords.removeAll()
  }

  // MARK: Ending

  /// Tells the worker that there are no more jobs.
  func closeInput() {
    guard input >= 0 else { return }
    close(input)
    input = -1
  }

  /// Ends the process and everything that it started, and says how it had ended.
  ///
  /// - Parameter patience: how long a process that closed its output gets to end by itself, so that
  ///   its own end is seen and not ours, seconds.
  func end(patience: Double = 0) -> WorkerEnd {
    var hasEnded = hasEnded()
    var pauses = Int((patience / 0.005).rounded())
    while !hasEnded && pauses > 0 {
      _ = poll(nil, 0, 5)
      hasEnded = self.hasEnded()
      pauses -= 1
    }
    kill(-process, SIGKILL)
    var burial = Burial()
    pauses = WorkerProcess.longestBurial
    while !bury(&burial) && pauses > 0 {
      _ = poll(nil, 0, 1)
      pauses -= 1
    }
    readErrors()
    closeInput()
    close(output)
    close(errors)
    let signal = burial.status & 0x7F
    let peak = burial.usage.ru_maxrss * 1024
    return WorkerEnd(
      exitCode: signal == 0 ? (burial.status >> 8) & 0xFF : nil,
      signal: signal == 0 ? nil : signal, wasKilledByService: !hasEnded,
      peakMemory: peak > inheritedPeak ? peak : 0,
      lastWords: String(decoding: lastWords, as: UTF8.self))
  }

  private struct Burial {
    var status: Int32 = 0
    var usage = rusage()
  }

  /// Takes leave of the process if it has ended by now.
  func bury() -> Bool {
    var burial = Burial()
    return bury(&burial)
  }

  private func bury(_ burial: inout Burial) -> Bool {
    guard !isBuried else { return true }
    let found = wait4(process, &burial.status, WNOHANG, &burial.usage)
    isBuried = found == process || (found < 0 && errno == ECHILD)
    return isBuried
  }

  private func hasEnded() -> Bool {
    var information = siginfo_t()
    let found = waitid(P_PID, id_t(process), &information, WEXITED | WNOHANG | WNOWAIT)
    return found == 0 && information.si_signo == SIGCHLD
  }

  // MARK: The system

  private static func read(_ descriptor: Int32, most: Int, into body: (ArraySlice<UInt8>) -> Void)
    -> Bool
  {
    var piece = [UInt8](repeating: 0, count: 65_536)
    var total = 0
    while total < most {
      let count = Glibc.read(descriptor, &piece, piece.count)
      if count < 0 && errno == EINTR { continue }
      if count < 0 { return errno == EAGAIN }
      if count == 0 { return false }
      body(piece[..<count])
      total += count
    }
    return true
  }

  /// Pipes that no other child inherits, on descriptors above the standard three.
  private static func pipes(_ count: Int) throws(Fault) -> [(read: Int32, write: Int32)] {
    var pipes: [(read: Int32, write: Int32)] = []
    for _ in 0..<count {
      var ends: [Int32] = [-1, -1]
      var moved: [Int32] = [-1, -1]
      if pipe(&ends) == 0 {
        moved = ends.map { fcntl($0, F_DUPFD_CLOEXEC, 3) }
        for descriptor in ends { close(descriptor) }
      }
      pipes.append((moved[0], moved[1]))
    }
    let all = pipes.flatMap { [$0.read, $0.write] }
    guard all.allSatisfy({ $0 >= 0 }) else {
      for descriptor in all where descriptor >= 0 { close(descriptor) }
      throw Fault(
        "workers_unavailable", "a worker cannot be started: no file descriptors are left",
        remedy: "raise the limit of open files of the service (LimitNOFILE)")
    }
    return pipes
  }

  private static func attributes() -> posix_spawnattr_t {
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    _ = fr_own_group(&attributes)
    return attributes
  }
}
