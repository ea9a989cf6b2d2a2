import CLinux
import Foundation
import Glibc
public import Hydromet

/// Hands messages to a program of the user's. One line of JSON on its standard input:
/// `{"key","to","name","subject","text","level","needs_answer","attempt","link"}`. One line of JSON on its
/// standard output: `{"status":"delivered"}`, `{"status":"answered","words":"1"}` or
/// `{"status":"failed","detail":"…"}`; exit code 0. A program that hangs is killed with all its children.
public struct ProgramChannel: CallChannel {
  public typealias R = Live
  public let name: String
  private let path: String
  private let arguments: [String]
  private let environment: [String: String]
  private let timeoutSeconds: Double

  /// - Parameter secret: given to the program as FRESHET_SECRET; it gets nothing else of the environment
  ///   but PATH, HOME and LANG.
  public init(
    name: String, path: String, arguments: [String] = [], secret: String?, timeoutSeconds: Double
  ) {
    self.name = name
    self.path = path
    self.arguments = arguments
    self.timeoutSeconds = timeoutSeconds
    var environment = ["LANG": "C.UTF-8"]
    for name in ["PATH", "HOME"] {
      environment[name] = getenv(name).map { String(cString: $0) }
    }
    environment["FRESHET_SECRET"] = secret
    self.environment = environment
  }

  private struct Answer: Decodable {
    var status: String
    var words: String?
    var detail: String?
  }

  public func deliver(_ message: CallMessage<Live>) throws(Fault) -> CallReceipt {
    let input = Array((CallDocument.json(message) + "\n").utf8)
    let run = try ProgramRun(path: path, arguments: arguments, environment: environment)
    let (output, code) = run.exchange(input, seconds: timeoutSeconds)
    guard let code else {
      throw refusal("took longer than \(Int(timeoutSeconds)) s and was ended")
    }
    guard code == 0 else { throw refusal("ended with code \(code)") }
    let line = output.split(separator: 0x0A).last.map { Data($0) } ?? Data()
    guard JSONText.isShallow(line),
      let answer = try? JSONDecoder().decode(Answer.self, from: line)
    else {
      throw refusal("did not answer with one line of JSON")
    }
    // What it says is not ours: only its status is told, for its words may hold numbers.
    switch answer.status {
    case "delivered": return CallReceipt(detail: "delivered by the program")
    case "answered":
      return CallReceipt(answer: answer.words ?? "", detail: "answered in the program")
    default: throw refusal("could not deliver")
    }
  }

  private func refusal(_ words: String) -> Fault {
    Fault(
      "program_failed", "the program of the channel \(name) \(words)",
      remedy: "run it by hand with one line of JSON on its standard input")
  }
}

/// A child process in a group of its own, with a time limit.
final class ProgramRun {
  private let process: pid_t
  private let input: Int32
  private let output: Int32

  init(path: String, arguments: [String], environment: [String: String]) throws(Fault) {
    var ends: [Int32] = [-1, -1, -1, -1]
    let made = ends.withUnsafeMutableBufferPointer { ends in
      guard let base = ends.baseAddress else { return false }
      return pipe(base) == 0 && pipe(base + 2) == 0
    }
    guard made else {
      for end in ends where end >= 0 { close(end) }
      throw Fault("no_pipe", "no file descriptors are left", remedy: "raise LimitNOFILE")
    }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    input = ends[1]
    output = ends[2]
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, ends[0], 0)
    posix_spawn_file_actions_adddup2(&actions, ends[3], 1)
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
    _ = fr_close_from(&actions, 3)
    var attributes = ProgramRun.attributes()
    defer { posix_spawnattr_destroy(&attributes) }
    var process = pid_t()
    let failure = ProgramRun.withCStrings([path] + arguments) { arguments in
      ProgramRun.withCStrings(environment.map { "\($0.key)=\($0.value)" }.sorted()) {
        posix_spawn(&process, path, &actions, &attributes, arguments, $0)
      }
    }
    close(ends[0])
    close(ends[3])
    self.process = process
    guard failure == 0 else {
      close(input)
      close(output)
      throw Fault(
        "program_missing", at: .init(path),
        "the program cannot be started: \(String(cString: strerror(failure)))",
        remedy: "check its path and that it may be executed")
    }
  }

  /// Writes the input, reads what the program says (at most 64 KiB) and waits for its end.
  ///
  /// - Returns: the exit code, 128 and the signal; nil where its time was over and it was killed.
  func exchange(_ bytes: [UInt8], seconds: Double) -> (output: [UInt8], code: Int32?) {
    let end = DispatchTime.now() + seconds
    var rest = bytes[...]
    var said: [UInt8] = []
    var inputIsOpen = true
    var outputIsOpen = true
    _ = fcntl(input, F_SETFL, O_NONBLOCK)
    _ = fcntl(output, F_SETFL, O_NONBLOCK)
    defer { if inputIsOpen { close(input) } }
    defer { close(output) }
    while outputIsOpen, DispatchTime.now() < end {
      if inputIsOpen, rest.isEmpty {
        close(input)
        inputIsOpen = false
      }
      var waits = [pollfd(fd: output, events: Int16(POLLIN), revents: 0)]
      if inputIsOpen { waits.append(pollfd(fd: input, events: Int16(POLLOUT), revents: 0)) }
      poll(&waits, nfds_t(waits.count), 100)
      if inputIsOpen, waits[1].revents != 0 {
        let count = rest.withUnsafeBytes { write(input, $0.baseAddress, $0.count) }
        if count > 0 { rest = rest.dropFirst(count) } else if errno != EAGAIN { rest = [] }
      }
      guard waits[0].revents != 0 else { continue }
      var block = [UInt8](repeating: 0, count: 4096)
      let count = read(output, &block, block.count)
      if count > 0, said.count < 65_536 { said += block[..<count] }
      if count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR) { outputIsOpen = false }
    }
    return (said, bury(until: end))
  }

  /// Waits for the end; kills the whole group at the time limit, and what the program left behind in any
  /// case.
  private func bury(until end: DispatchTime) -> Int32? {
    var status: Int32 = 0
    while waitpid(process, &status, WNOHANG) == 0 {
      guard DispatchTime.now() < end else {
        kill(-process, SIGKILL)
        waitpid(process, &status, 0)
        return nil
      }
      usleep(2000)
    }
    kill(-process, SIGKILL)
    return status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + status & 0x7F
  }

  private static func attributes() -> posix_spawnattr_t {
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    _ = fr_own_group(&attributes)
    return attributes
  }

  private static func withCStrings<Result>(
    _ texts: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
  ) -> Result {
    let pointers = texts.map { (text: String) in strdup(text) } + [nil]
    defer { for pointer in pointers { free(pointer) } }
    return body(pointers)
  }
}
