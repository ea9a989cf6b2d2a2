import Glibc
public import Hydromet

/// A descriptor that an outer loop has to watch for the pool.
public struct WatchedDescriptor: Sendable, Hashable {
  public let descriptor: Int32
  /// Whether it waits to be read; else to be written.
  public let isForReading: Bool
}

/// Worker processes that decode foreign files, so that a hostile file costs one of them and one entry
/// in quarantine, never the service.
///
/// The pool belongs to one thread, which must live as long as it does (workers die with the thread
/// that started them). It has no threads of its own: everything happens inside `poll`. Making a pool
/// ignores SIGPIPE in this process.
///
/// A worker that crashes, says what it must not say or exceeds its limits costs the job it is at
/// (`worker_crashed`, `worker_protocol`, `time_limit`, `memory_limit`) and is replaced. A worker that
/// fails before it has said that it is there costs no job: the pool tries again after a while that
/// grows up to a minute, the jobs wait, and `trouble` says why.
public final class WorkerPool {
  public struct Configuration: Sendable {
    public var executable: String
    public var arguments: [String]
    /// Set in addition to the service's own environment.
    public var environment: [String: String] = [:]
    public var workerCount: Int
    /// How long a worker may take to say that it is there, seconds.
    public var startSeconds = 30.0
    /// The longest answer, bytes.
    public var longestAnswer = 64 << 20
    /// Jobs after which a worker is replaced, so that what libraries leak stays small.
    public var jobsPerWorker = 1000
    /// Outcomes come in the order in which their jobs were submitted, whichever worker is quicker.
    public var keepsOrder = false

    /// - Parameter workerCount: one for each processor where nil.
    public init(executable: String, arguments: [String], workerCount: Int? = nil) {
      self.executable = executable
      self.arguments = arguments
      self.workerCount = max(1, workerCount ?? sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    }
  }

  private let configuration: Configuration
  private let crew: WorkerCrew
  private var queue: [Ticket] = []
  private var submittedCount = 0
  private var deliveredCount = 0
  /// Outcomes that wait for an earlier one, by the number of their job.
  private var waiting: [Int: DecodeOutcome] = [:]
  private var deliverable: [DecodeOutcome] = []

  public init(_ configuration: Configuration) {
    signal(SIGPIPE, SIG_IGN)
    self.configuration = configuration
    crew = WorkerCrew(configuration)
  }

  deinit {
    _ = crew.dismissAll()
  }

  /// Jobs whose outcome has not been handed over yet.
  public var pendingCount: Int { submittedCount - deliveredCount }

  /// Worker processes that are alive.
  public var workerCount: Int { crew.count }

  /// Why workers cannot be started at present; nil while they can. Jobs wait meanwhile.
  public var trouble: Fault? { crew.trouble }

  /// Puts a job into the queue; the next `poll` hands it out.
  public func submit(_ job: DecodeJob) {
    queue.append(Ticket(number: submittedCount, job: job))
    submittedCount += 1
  }

  /// Starts workers, hands out jobs, takes answers, ends what takes too long.
  ///
  /// - Parameter timeoutSeconds: how long to wait for an outcome where there is none yet; 0 looks and
  ///   returns. Without pending jobs it returns at once.
  /// - Returns: outcomes, as soon as there are any.
  public func poll(timeoutSeconds: Double) -> [DecodeOutcome] {
    let end = WorkerCrew.now + max(0, timeoutSeconds)
    repeat {
      crew.start(upTo: wantedWorkers)
      crew.handOut(&queue)
      wait(until: deliverable.isEmpty ? end : 0)
      crew.listen()
      collect()
      crew.handOut(&queue)
    } while deliverable.isEmpty && pendingCount > 0 && WorkerCrew.now < end
    return takeDeliverable()
  }

  /// Waits until every job has its outcome, or until no worker can be started; outcomes in the order
  /// of submission where the pool keeps it.
  public func drain() -> [DecodeOutcome] {
    var outcomes: [DecodeOutcome] = []
    while pendingCount > 0 && trouble == nil { outcomes += poll(timeoutSeconds: 1) }
    return outcomes
  }

  /// What an outer loop has to watch together with its own descriptors before it calls
  /// `poll(timeoutSeconds: 0)`.
  public var descriptors: [WatchedDescriptor] { crew.descriptors }

  /// After how many seconds `poll` has something to do even if no descriptor is ready; nil where
  /// nothing is to be done.
  public var secondsUntilDeadline: Double? {
    crew.deadline(wanted: wantedWorkers).map { max(0, $0 - WorkerCrew.now) }
  }

  /// Ends the pool: no further job is handed out, running ones may finish.
  ///
  /// - Parameter graceSeconds: how long running jobs get.
  /// - Returns: outcomes that came in meanwhile, and the jobs that have none, in the order of
  ///   submission: submit them to the next pool.
  public func stop(graceSeconds: Double) -> (outcomes: [DecodeOutcome], unfinished: [DecodeJob]) {
    let end = WorkerCrew.now + max(0, graceSeconds)
    while crew.busyCount > 0 && WorkerCrew.now < end {
      wait(until: end)
      crew.listen()
    }
    let running = crew.dismissAll()
    collect()
    deliverable += waiting.sorted { $0.key < $1.key }.map(\.value)
    waiting.removeAll()
    let unfinished = (queue + running).sorted { $0.number < $1.number }.map(\.job)
    queue.removeAll()
    deliveredCount = submittedCount
    return (takeDeliverable(), unfinished)
  }

  // MARK: Inside

  private var wantedWorkers: Int { min(configuration.workerCount, queue.count + crew.busyCount) }

  private func wait(until end: Double) {
    var entries = descriptors.map {
      pollfd(fd: $0.descriptor, events: Int16($0.isForReading ? POLLIN : POLLOUT), revents: 0)
    }
    let seconds = min(end - WorkerCrew.now, secondsUntilDeadline ?? 3600, 3600)
    let milliseconds = Int32((max(0, seconds) * 1000).rounded(.up))
    _ = Glibc.poll(&entries, nfds_t(entries.count), milliseconds)
  }

  private func collect() {
    for (ticket, outcome) in crew.takeFinished() {
      if configuration.keepsOrder {
        waiting[ticket.number] = outcome
      } else {
        deliverable.append(outcome)
        deliveredCount += 1
      }
    }
    while configuration.keepsOrder, let next = waiting.removeValue(forKey: deliveredCount) {
      deliverable.append(next)
      deliveredCount += 1
    }
  }

  private func takeDeliverable() -> [DecodeOutcome] {
    defer { deliverable.removeAll() }
    return deliverable
  }
}
