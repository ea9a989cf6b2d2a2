import Foundation
import Glibc
import Hydromet

/// A job with its place in the order of submission.
struct Ticket {
  let number: Int
  let job: DecodeJob
}

/// The worker processes of a pool: starts, feeds, hears and buries them.
final class WorkerCrew {
  private enum Activity {
    case starting(until: Double)
    case idle
    case busy(Ticket, until: Double)
  }

  private final class Worker {
    let process: WorkerProcess
    var activity: Activity
    var finishedJobs = 0
    /// What it says that it reads.
    var format: String?

    init(process: WorkerProcess, until: Double) {
      self.process = process
      activity = .starting(until: until)
    }

    /// The job it is at; nil where it has none.
    var ticket: Ticket? {
      if case .busy(let ticket, _) = activity { return ticket }
      return nil
    }
  }

  private let configuration: WorkerPool.Configuration
  private let environment: [String: String]
  private var workers: [Worker] = []
  /// Processes that were killed and have not ended yet.
  private var unburied: [WorkerProcess] = []
  private var failedStarts = 0
  private var nextStart = 0.0
  /// Outcomes that nobody has taken yet.
  private var finished: [(Ticket, DecodeOutcome)] = []
  /// Why workers cannot be started at present; nil while they can.
  private(set) var trouble: Fault?

  init(_ configuration: WorkerPool.Configuration) {
    self.configuration = configuration
    var environment = ProcessInfo.processInfo.environment
    // A worker's crash is expected: its message is wanted, a stack trace only delays the next job.
    environment["SWIFT_BACKTRACE"] = environment["SWIFT_BACKTRACE"] ?? "enable=no"
    environment.merge(configuration.environment) { $1 }
    self.environment = environment
  }

  var count: Int { workers.count }
  var busyCount: Int { workers.count { $0.ticket != nil } }

  /// Seconds of a clock that nobody sets.
  static var now: Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  // MARK: What the pool does

  /// Starts workers until there are so many, unless it has to wait after failed starts.
  func start(upTo wanted: Int) {
    while workers.count < wanted && WorkerCrew.now >= nextStart {
      do throws(Fault) {
        let process = try WorkerProcess(
          executable: configuration.executable, arguments: configuration.arguments,
          environment: environment)
        let until = WorkerCrew.now + configuration.startSeconds
        workers.append(Worker(process: process, until: until))
      } catch {
        backOff(error)
      }
    }
  }

  /// Hands jobs from the front of the queue to workers that have none.
  func handOut(_ queue: inout [Ticket]) {
    for worker in workers where !queue.isEmpty {
      guard case .idle = worker.activity else { continue }
      let ticket = queue.removeFirst()
      guard let line = try? WireFormat.line(ticket.job) else {
        let fault = Fault(
          "bad_job", at: .init(ticket.job.path), "the job cannot be written as JSON",
          remedy: "check the district's box for numbers that are not finite")
        finished.append((ticket, .refused(ticket.job.id, fault)))
        continue
      }
      worker.process.forgetErrors()
      worker.activity = .busy(ticket, until: WorkerCrew.now + ticket.job.limits.seconds)
      worker.format = nil
      worker.process.send(line)
    }
  }

  /// Reads what workers said, buries those that are gone and ends those that take too long.
  func listen() {
    unburied.removeAll { $0.bury() }
    for worker in workers {
      worker.process.writeSome()
      let isOpen = worker.process.readSome()
      while isEmployed(worker), let line = WireFormat.takeLine(from: &worker.process.inbox) {
        take(line, from: worker)
      }
      guard isEmployed(worker) else { continue }
      if worker.process.inbox.count > configuration.longestAnswer {
        breach(worker, said: worker.process.inbox)
      } else if !isOpen {
        bury(worker)
      } else {
        enforceLimit(worker)
      }
    }
  }

  func takeFinished() -> [(Ticket, DecodeOutcome)] {
    defer { finished.removeAll() }
    return finished
  }

  /// Ends every worker.
  ///
  /// - Returns: the jobs that were running.
  func dismissAll() -> [Ticket] {
    let running = workers.compactMap(\.ticket)
    for worker in workers { _ = worker.process.end() }
    workers.removeAll()
    return running
  }

  /// What to watch for the workers' sake.
  var descriptors: [WatchedDescriptor] {
    workers.flatMap { worker in
      let process = worker.process
      let reading = ([process.output] + (process.errorsAreOpen ? [process.errors] : [])).map {
        WatchedDescriptor(descriptor: $0, isForReading: true)
      }
      return process.outbox.isEmpty
        ? reading : reading + [WatchedDescriptor(descriptor: process.input, isForReading: false)]
    }
  }

  /// The next moment at which something happens without a word from a worker.
  func deadline(wanted: Int) -> Double? {
    let deadlines = workers.compactMap { worker -> Double? in
      switch worker.activity {
      case .starting(let until), .busy(_, let until): until
      case .idle: nil
      }
    }
    return (deadlines + (workers.count < wanted ? [nextStart] : [])).min()
  }

  // MARK: What workers do

  private func take(_ line: [UInt8], from worker: Worker) {
    switch worker.activity {
    case .starting:
      guard line == Array(WireFormat.greeting.utf8) else { return breach(worker, said: line) }
      worker.activity = .idle
      failedStarts = 0
      trouble = nil
    case .idle:
      breach(worker, said: line)
    case .busy(let ticket, _):
      if worker.format == nil, let notice = ReadingNotice(line: line, of: ticket.job) {
        worker.format = notice.format
        return
      }
      guard
        JSONText.isShallow(line),
        let outcome = try? JSONDecoder().decode(DecodeOutcome.self, from: Data(line)),
        outcome.id == ticket.job.id
      else { return breach(worker, said: line) }
      finished.append((ticket, outcome.recognised(as: worker.format)))
      worker.activity = .idle
      worker.finishedJobs += 1
      if worker.finishedJobs >= configuration.jobsPerWorker { _ = dismiss(worker) }
    }
  }

  private func enforceLimit(_ worker: Worker) {
    switch worker.activity {
    case .busy(let ticket, let until) where WorkerCrew.now >= until:
      _ = dismiss(worker)
      refuse(ticket, WorkerObituary.timeLimit(ticket.job), worker)
    case .starting(let until) where WorkerCrew.now >= until:
      _ = dismiss(worker)
      backOff(startFault("said nothing for \(configuration.startSeconds) s"))
    default: break
    }
  }

  /// A worker closed its output.
  private func bury(_ worker: Worker) {
    let end = dismiss(worker, patience: 0.25)
    if let ticket = worker.ticket {
      refuse(ticket, WorkerObituary.fault(end, job: ticket.job), worker)
    } else if worker.finishedJobs == 0 {
      let how =
        end.signal.map { "was ended by \(WorkerObituary.signalName($0))" }
        ?? "ended with code \(end.exitCode ?? 0)"
      backOff(startFault("\(how): “\(end.lastWords.suffix(300))”"))
    }
  }

  /// A worker said what it must not say.
  private func breach(_ worker: Worker, said line: [UInt8]) {
    _ = dismiss(worker)
    if let ticket = worker.ticket {
      refuse(ticket, WorkerObituary.protocolBreach(ticket.job, said: line), worker)
    } else {
      backOff(startFault("said “\(String(decoding: line.prefix(80), as: UTF8.self))”"))
    }
  }

  private func refuse(_ ticket: Ticket, _ fault: Fault, _ worker: Worker) {
    finished.append((ticket, .refused(ticket.job.id, fault, format: worker.format)))
  }

  private func isEmployed(_ worker: Worker) -> Bool { workers.contains { $0 === worker } }

  private func dismiss(_ worker: Worker, patience: Double = 0) -> WorkerEnd {
    workers.removeAll { $0 === worker }
    let end = worker.process.end(patience: patience)
    if !worker.process.isBuried { unburied.append(worker.process) }
    return end
  }

  /// A worker failed before it could be blamed on a file: wait twice as long each time, a minute at
  /// most.
  private func backOff(_ fault: Fault) {
    failedStarts += 1
    nextStart = WorkerCrew.now + min(60, 0.125 * Double(1 << min(failedStarts, 10)))
    if failedStarts >= 3 { trouble = fault }
  }

  private func startFault(_ clause: String) -> Fault {
    Fault(
      "workers_unavailable", at: .init(configuration.executable),
      "a worker \(clause) before its first job",
      remedy: "run the program by hand with the same arguments; files wait meanwhile")
  }
}
