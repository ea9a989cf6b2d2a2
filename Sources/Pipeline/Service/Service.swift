import Archive
import Districts
import Glibc
public import Hydromet
import Ingest
public import Logging
import Publish
import Synchronization

/// The service: watches the feeds, runs cycles when they are due, recomputes what late data touch.
///
/// One loop, one thread: foreign bytes are decoded by worker processes, so nothing here blocks for
/// longer than a cycle takes.
public final class Service {
  private let engine: Engine
  private let log: Logger
  private let watch: FolderWatch
  private let cadence: Int
  private var lastPublished: Timestamp?
  private var nextBackwardLook = 0.0

  public init(_ engine: Engine, log: Logger) throws(Fault) {
    self.engine = engine
    self.log = log
    watch = FolderWatch(engine.workspace.watchedFolders)
    cadence = engine.workspace.district.configuration.cadence.seconds
    lastPublished = try engine.workspace.ledger.newestCycle()?.dataTime
  }

  /// Runs until SIGTERM or SIGINT.
  public func run() throws(Fault) {
    StopSignal.watch()
    log.notice("watching \(engine.workspace.district.configuration.feeds.map(\.folder))")
    while !StopSignal.wasGiven {
      try step()
    }
    log.notice("stopping")
    engine.stop()
  }

  /// Takes in what has arrived, runs what is due, and waits a moment where nothing is.
  private func step() throws(Fault) {
    let now = engine.clock.monotonicSeconds
    for file in watch.candidates(now: now) {
      guard let feed = engine.feed(named: file.feed) else { continue }
      do {
        try engine.intake.offer(file.path, named: file.name, of: feed)
      } catch {
        log.warning("\(error)")
      }
    }
    try engine.intake.settle(timeout: engine.intake.pendingCount > 0 ? 0.2 : 0)
    if let trouble = engine.pool.trouble { log.error("\(trouble)") }
    if let time = dueCycle() {
      try publish(time)
    } else if try !recomputeOne(now) && engine.intake.pendingCount == 0 {
      wait(seconds: min(0.5, watch.secondsUntilNextLook(now: now)))
    }
  }

  /// The newest data time whose cycle should run now: all feeds have brought their data, or the
  /// longest of their late offsets has passed. Times that were missed are left to the backward look.
  private func dueCycle() -> Timestamp? {
    let newest = engine.clock.now.floored(toSeconds: cadence)
    if let lastPublished, newest <= lastPublished { return nil }
    let isLate = engine.clock.now >= newest + engine.workspace.lateSeconds
    return isLate || everyFeedReached(newest) ? newest : nil
  }

  private func everyFeedReached(_ time: Timestamp) -> Bool {
    guard engine.intake.pendingCount == 0 else { return false }
    return engine.workspace.district.configuration.feeds.allSatisfy { feed in
      let newest = try? engine.workspace.ledger.newestData(feed: feed.name, atOrBefore: time)
      return newest.flatMap { $0 }.map { $0 >= time.floored(toSeconds: feed.step.seconds) } ?? false
    }
  }

  private func publish(_ time: Timestamp) throws(Fault) {
    let started = engine.clock.monotonicSeconds
    let published = try engine.runCycle(at: time)
    lastPublished = max(lastPublished ?? time, time)
    let milliseconds = Int((engine.clock.monotonicSeconds - started) * 1000)
    log.notice("published \(published.folder) in \(milliseconds) ms")
  }

  /// Publishes one earlier cycle again that late data have touched, newest first.
  ///
  /// - Returns: whether there was one.
  private func recomputeOne(_ now: Double) throws(Fault) -> Bool {
    guard let lastPublished, now >= nextBackwardLook else { return false }
    let reach = engine.workspace.reachSeconds
    let dirty = try engine.workspace.ledger.dirtyCycles(
      in: Period(end: lastPublished, seconds: reach), reach: reach)
    guard let time = dirty.last else {
      nextBackwardLook = now + Service.secondsBetweenBackwardLooks
      return false
    }
    log.info("late data: \(time.iso8601) again")
    try publish(time)
    return true
  }

  private static let secondsBetweenBackwardLooks = 5.0

  /// Sleeps until a file arrives, a worker answers, a signal comes or the time is over.
  private func wait(seconds: Double) {
    var descriptors: [pollfd] = []
    if let descriptor = watch.descriptor {
      descriptors.append(pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0))
    }
    let milliseconds = Int32(max(1, min(1000, seconds * 1000)))
    poll(&descriptors, nfds_t(descriptors.count), milliseconds)
  }
}

/// Whether SIGTERM or SIGINT was given.
private enum StopSignal {
  private static let flag = Atomic<Bool>(false)

  static var wasGiven: Bool { flag.load(ordering: .relaxed) }

  static func watch() {
    for number in [SIGTERM, SIGINT] {
      signal(number) { _ in StopSignal.flag.store(true, ordering: .relaxed) }
    }
  }
}
