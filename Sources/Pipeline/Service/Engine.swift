import Archive
import Districts
public import Hydromet
import Ingest
public import Logging
public import Publish

/// A district at work: takes files in and publishes cycles. `cycle`, `replay` and `run` drive it.
public final class Engine {
  public let workspace: Workspace
  /// Where files are handed in that come over a network.
  public let desk: ArrivalDesk
  let intake: Intake
  let pool: WorkerPool
  let clock: any Clock
  let log: Logger
  private var lock: DistrictLock?
  private let runner: CycleRunner
  private let writer: ProductWriter
  private let publisher: CyclePublisher
  /// Contradictions of the last cycle: each is logged once, not with every cycle that still sees it.
  private var knownContradictions: Set<RainConsistency.Contradiction> = []

  /// How products are written.
  public struct Options: Sendable {
    /// Path of this program, which is also the workers' program.
    public var executable: String
    /// Workers; one for each processor where nil.
    public var workerCount: Int?
    /// Products are on the disk before a cycle counts as published.
    public var isDurable = true

    public init(executable: String) {
      self.executable = executable
    }
  }

  public init(
    _ workspace: Workspace, options: Options, clock: any Clock = SystemClock(), log: Logger
  ) throws(Fault) {
    self.workspace = workspace
    self.clock = clock
    self.log = log
    desk = ArrivalDesk(workspace, clock: clock)
    var configuration = WorkerPool.Configuration(
      executable: options.executable, arguments: ["worker"], workerCount: options.workerCount)
    configuration.keepsOrder = true
    pool = WorkerPool(configuration)
    intake = Intake(workspace, pool: pool, clock: clock, log: log)
    runner = try CycleRunner(workspace)
    writer = try ProductWriter(
      description: workspace.district.description,
      language: workspace.district.configuration.language == .english ? .english : .chinese,
      productsFolder: workspace.productsFolder, isDurable: options.isDurable)
    publisher = CyclePublisher(
      productsFolder: workspace.productsFolder, isDurable: options.isDurable)
    try writer.recover()
    try publisher.retractLatest(beyond: clock.now + Engine.clockToleranceSeconds)
  }

  /// Keeps other processes from working on the district until this engine is gone. Explanations do
  /// without: they only read.
  ///
  /// - Throws: `district_in_use`.
  public func holdDistrict() throws(Fault) {
    lock = try DistrictLock(workspace)
  }

  public var tally: Intake.Tally { intake.tally }

  /// The report of the last cycle that was published; nil before the first.
  public private(set) var lastReport: CycleReport?

  /// Takes in every file that waits in the feeds' folders, and those that are to be read again.
  ///
  /// - Parameter progress: told the number of files decided and of files found.
  public func digest(progress: (Int, Int) -> Void = { _, _ in }) throws(Fault) {
    let watch = FolderWatch(workspace.watchedFolders, settleSeconds: 0, usesNotices: false)
    let arrivals = watch.candidates(now: 0)
    for trouble in watch.troubles { log.warning("\(trouble)") }
    while try intake.takeUpAgain() > 0 {
      while intake.pendingCount > Engine.jobsAhead / 2 { try settle(timeout: 1) }
    }
    for start in stride(from: 0, to: arrivals.count, by: Engine.offersTogether) {
      let end = min(start + Engine.offersTogether, arrivals.count)
      try offer(Array(arrivals[start..<end]), isFromBacklog: false)
      while intake.pendingCount > Engine.jobsAhead { try settle(timeout: 1) }
      progress(intake.tally.decided, arrivals.count)
    }
    while intake.pendingCount > 0 {
      try settle(timeout: 1)
      progress(intake.tally.decided, arrivals.count)
    }
  }

  /// Claims files that have arrived, and hands them to workers.
  func offer(_ files: [ArrivedFile], isFromBacklog: Bool) throws(Fault) {
    try intake.offer(
      files.compactMap { file in
        workspace.feed(named: file.feed).map { feed in
          Intake.Arrival(
            path: file.path, name: file.name, feed: feed, written: file.modifiedNanoseconds,
            isFromBacklog: isFromBacklog)
        }
      })
  }

  /// How far the clocks of this machine and of senders may be apart.
  static let clockToleranceSeconds = 3600

  /// Files handed out before answers are waited for: enough to keep every worker busy.
  static let jobsAhead = 256
  /// Files that are claimed in one transaction.
  static let offersTogether = 128

  private func settle(timeout: Double) throws(Fault) {
    try intake.settle(timeout: timeout)
    if let trouble = pool.trouble { throw trouble }
  }

  /// Makes and publishes one cycle.
  ///
  /// - Parameters:
  ///   - known: only what was known at this moment; nil for everything that is known now.
  ///   - whenComputed: called between computing and publishing.
  @discardableResult
  public func runCycle(
    at time: Timestamp, asKnown known: Timestamp? = nil, whenComputed: () -> Void = {}
  ) throws(Fault) -> PublishedCycle {
    let latest = clock.now + Engine.clockToleranceSeconds
    guard time <= latest else {
      throw Fault(
        "future_cycle", "a cycle of \(time.iso8601) was asked for, now is \(clock.now.iso8601)",
        remedy: "give a data time that has passed; check the clock of this machine")
    }
    let now = try workspace.ledger.closeKnowledge(at: clock.now)
    let moment = known ?? now
    let report = try runner.report(at: time, asKnown: moment, keepsSoil: known == nil)
    try requeueDamaged()
    if let fault = runner.editsFault { log.error("\(fault)") }
    if let doubt = report.gridDoubt { log.warning("\(time.iso8601): \(doubt.english)") }
    logContradictions(in: report)
    whenComputed()
    let published = try writer.publish(report)
    lastReport = report
    try publisher.retractLatest(beyond: latest)
    try runner.keepHolds()
    _ = try workspace.ledger.recordCycle(
      dataTime: time, known: moment, publishedAt: clock.now, manifestHash: published.manifestHash,
      folder: published.folder)
    return published
  }

  private func logContradictions(in report: CycleReport) {
    var found: Set<RainConsistency.Contradiction> = []
    for gauge in report.gaugeRainfall {
      for contradiction in gauge.contradictions
      where found.insert(contradiction).inserted && !knownContradictions.contains(contradiction) {
        log.warning("\(contradiction.note)", metadata: ["station": "\(gauge.station)"])
      }
    }
    knownContradictions = found
  }

  /// The originals of damaged frames are read again; until then they are missing.
  private func requeueDamaged() throws(Fault) {
    for damage in runner.takeDamages() {
      log.error("\(damage.fault)")
      try workspace.ledger.requeue(damage.file)
    }
  }

  /// The report of a cycle, not published: for explanations.
  public func report(at time: Timestamp, asKnown known: Timestamp? = nil) throws(Fault)
    -> CycleReport
  {
    try runner.report(at: time, asKnown: known)
  }

  /// The cells of a township or basin with their weights, or the one cell of a hazard point.
  func cells(
    of kind: UnitKind, _ unit: String, on geometry: GridGeometry
  ) throws(Fault) -> [WeightedCell] {
    try runner.cells(of: kind, unit, on: geometry)
  }

  /// Ends the workers. Files in work are taken up again at the next start.
  public func stop() {
    intake.abandon()
    _ = pool.stop(graceSeconds: 5)
  }
}
