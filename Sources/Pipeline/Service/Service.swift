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
  private let warnings: WarningDesk
  /// What others may know of the service while it runs.
  public let pulse = ServicePulse()
  private let cadence: Int
  private var lastPublished: Timestamp?
  private var nextBackwardLook = 0.0
  private var nextTidyUp = 0.0
  private var nextRepeatedLook = 0.0
  private var nextWarningLook = 0.0
  /// Files that have arrived and were not offered yet.
  private var waitingFiles = ArrivalQueue()
  /// Told how many files of a backlog are handed out, and of how many.
  public var onProgress: (Int, Int) -> Void = { _, _ in }
  private var nextProgressLine = 0.0
  /// What was last told about folders, and about this machine.
  private var toldTroubles: [Fault] = []
  private var toldFault: (fault: Fault, at: Double)?

  public init(_ engine: Engine, log: Logger) throws(Fault) {
    self.engine = engine
    self.log = log
    watch = FolderWatch(engine.workspace.watchedFolders)
    warnings = try WarningDesk(engine.workspace, clock: engine.clock)
    cadence = engine.workspace.district.configuration.cadence.seconds
    lastPublished = try engine.workspace.ledger.newestCycle(
      atOrBefore: engine.clock.now + Engine.clockToleranceSeconds)?.dataTime
  }

  /// Runs until SIGTERM or SIGINT.
  public func run() throws(Fault) {
    StopSignal.watch()
    let calls = try CallService(engine.workspace, clock: engine.clock, log: log)
    calls.start()
    defer { calls.stop() }
    log.notice("watching \(engine.workspace.district.configuration.feeds.map(\.folder))")
    while !StopSignal.wasGiven {
      do throws(Fault) {
        try step()
      } catch {
        try endure(error)
      }
    }
    log.notice("stopping")
    engine.stop()
  }

  /// Waits out a fault of this machine, such as a full disk: what was not done is done again. Only a
  /// damaged ledger ends the service.
  private func endure(_ fault: Fault) throws(Fault) {
    if fault.code == "ledger_damaged" { throw fault }
    remind(of: fault)
    let end = engine.clock.monotonicSeconds + Service.secondsAfterFault
    while !StopSignal.wasGiven, engine.clock.monotonicSeconds < end { poll(nil, 0, 500) }
    try engine.intake.resume()
  }

  /// Says what is wrong with this machine, and again now and then, but does not fill its disk.
  private func remind(of fault: Fault) {
    let now = engine.clock.monotonicSeconds
    if let told = toldFault, told.fault == fault, now - told.at < Service.secondsBetweenReminders {
      return
    }
    log.error("\(fault)")
    toldFault = (fault, now)
  }

  private static let secondsAfterFault = 5.0
  private static let secondsBetweenReminders = 300.0

  /// Says once that a folder cannot be read, and once that it can again.
  private func tellTroubles() {
    guard watch.troubles != toldTroubles else { return }
    for trouble in watch.troubles where !toldTroubles.contains(trouble) {
      log.warning("\(trouble)")
    }
    for trouble in toldTroubles where !watch.troubles.contains(trouble) {
      log.notice("no longer: \(trouble.problem)")
    }
    toldTroubles = watch.troubles
  }

  /// Takes in what has arrived, runs what is due, and waits a moment where nothing is.
  private func step() throws(Fault) {
    let now = engine.clock.monotonicSeconds
    beat(now)
    waitingFiles.add(watch.candidates(now: now, isBehind: waitingFiles.isBacklog))
    tellTroubles()
    try takeUpAgain(now)
    try offerSome()
    tellProgress(now)
    try engine.intake.settle(timeout: engine.intake.pendingCount > 0 ? 0.2 : 0)
    if let trouble = engine.pool.trouble { remind(of: trouble) }
    if let time = dueCycle() {
      try publish(time)
      return
    }
    try lookAfterWarnings(now)
    // Earlier cycles are made again when all is there, not once for every file.
    if !waitingFiles.isBacklog, try recomputeOne(now) { return }
    if try tidyUp(now) { return }
    if engine.intake.pendingCount == 0 && waitingFiles.isEmpty {
      wait(seconds: min(0.5, watch.secondsUntilNextLook(now: now)))
    }
  }

  private func beat(_ now: Double) {
    pulse.update { state in
      state.lastTurn = now
      state.newestCycle = lastPublished
      state.waitingFiles = waitingFiles.count
      state.filesInWork = engine.intake.pendingCount
      state.tally = engine.tally
      state.trouble = engine.pool.trouble
    }
  }

  /// Offers files as long as the workers can take some, and not so many that a signal had to wait.
  private func offerSome() throws(Fault) {
    var handedOut = 0
    while handedOut < Service.offersPerStep, engine.intake.pendingCount < Engine.jobsAhead {
      let files = waitingFiles.next(Engine.offersTogether)
      guard !files.isEmpty else { return }
      try engine.offer(files, isFromBacklog: waitingFiles.isBacklog)
      waitingFiles.take(files.count)
      handedOut += files.count
    }
  }

  /// Offers what is to be read once more.
  private func takeUpAgain(_ now: Double) throws(Fault) {
    guard now >= nextRepeatedLook else { return }
    let taken = try engine.intake.takeUpAgain()
    nextRepeatedLook =
      now + (taken < Engine.offersTogether ? Service.secondsBetweenRepeatedLooks : 0)
  }

  private static let secondsBetweenRepeatedLooks = 5.0

  /// Says now and then how far a backlog is digested.
  private func tellProgress(_ now: Double) {
    guard waitingFiles.isBacklog else {
      if nextProgressLine > 0 {
        onProgress(1, 1)
        log.notice("every file that waited is handed out")
        nextProgressLine = 0
      }
      return
    }
    onProgress(waitingFiles.handedOut, waitingFiles.backlogSize)
    guard now >= nextProgressLine else { return }
    let next = waitingFiles.next(1).first?.name ?? ""
    log.notice(
      "\(waitingFiles.count) files wait, \(waitingFiles.handedOut) are handed out, the newest first; next \(next)"
    )
    nextProgressLine = now + Service.secondsBetweenProgressLines
  }

  private static let secondsBetweenProgressLines = 30.0

  private static let offersPerStep = 256

  /// The newest data time whose cycle should run now: all feeds have brought their data, or the
  /// longest of their late offsets has passed. Times that were missed are left to the backward look.
  private func dueCycle() -> Timestamp? {
    let now = engine.clock.now
    if let last = lastPublished, last > now + Engine.clockToleranceSeconds {
      log.warning("the clock went back: \(last.iso8601) was published already")
      lastPublished = nil
    }
    let newest = now.floored(toSeconds: cadence)
    if isAhead(newest) && everyFeedReached(newest) { return newest }
    let overdue = (now - engine.workspace.lateSeconds).floored(toSeconds: cadence)
    return isAhead(overdue) ? overdue : nil
  }

  private func isAhead(_ time: Timestamp) -> Bool { lastPublished.map { time > $0 } ?? true }

  private func everyFeedReached(_ time: Timestamp) -> Bool {
    // Of a backlog the newest files were read first: what still waits is older.
    guard waitingFiles.isBacklog || engine.intake.pendingCount == 0 && waitingFiles.isEmpty else {
      return false
    }
    // A forecast is for later: no cycle waits for one.
    let feeds = engine.workspace.district.configuration.feeds.filter { $0.kind != .forecast }
    return feeds.allSatisfy { feed in
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
    if time == lastPublished, let report = engine.lastReport { try attend(report) }
  }

  /// Drafts and alarms rest on the newest cycle alone; one that is made up for has none.
  private func attend(_ report: CycleReport) throws(Fault) {
    for alarm in try warnings.attend(report) {
      log.warning(
        "alarm \(alarm.id)\(alarm.suppression.map { " not sent: \($0.rawValue)" } ?? "")")
    }
  }

  /// Notes ends and writes what other processes have released.
  private func lookAfterWarnings(_ now: Double) throws(Fault) {
    guard now >= nextWarningLook else { return }
    nextWarningLook = now + Service.secondsBetweenWarningLooks
    try warnings.noteEnds()
    try warnings.publish()
  }

  private static let secondsBetweenWarningLooks = 10.0

  /// Forgets old frames and products, once an hour.
  ///
  /// - Returns: whether it was time.
  private func tidyUp(_ now: Double) throws(Fault) -> Bool {
    guard let lastPublished, now >= nextTidyUp else { return false }
    nextTidyUp = now + Service.secondsBetweenTidyUps
    let removed = try Housekeeping(engine.workspace).run(newest: lastPublished)
    if removed.frames + removed.products > 0 {
      log.info("removed \(removed.frames) old frames and \(removed.products) old cycles")
    }
    return true
  }

  private static let secondsBetweenTidyUps = 3600.0

  /// Publishes one earlier cycle: again where late data have touched it, or for the first time where
  /// the service was down. Newest first.
  ///
  /// - Returns: whether there was one.
  private func recomputeOne(_ now: Double) throws(Fault) -> Bool {
    guard let lastPublished, now >= nextBackwardLook else { return false }
    let reach = engine.workspace.reachSeconds
    let dirty = try engine.workspace.ledger.dirtyCycles(
      in: Period(end: lastPublished, seconds: reach), reach: reach)
    if let time = dirty.last {
      log.info("late data: \(time.iso8601) again")
      try publish(time)
      return true
    }
    if let time = try missedCycle(before: lastPublished) {
      log.info("missed while the service was down: \(time.iso8601)")
      try publish(time)
      return true
    }
    nextBackwardLook = now + Service.secondsBetweenBackwardLooks
    return false
  }

  /// The newest data time of the last day without a cycle, between two that have one.
  private func missedCycle(before newest: Timestamp) throws(Fault) -> Timestamp? {
    let day = Period(end: newest, seconds: Service.madeUpSeconds)
    let published = try engine.workspace.ledger.cycles(in: day).map(\.dataTime)
    guard let oldest = published.first else { return nil }
    let known = Set(published)
    var time = newest - cadence
    while time > oldest {
      if !known.contains(time) { return time }
      time = time - cadence
    }
    return nil
  }

  /// How far back cycles that were missed are made up; `freshet replay` makes older ones.
  private static let madeUpSeconds = 86_400

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
