import Archive
import Districts
import Glibc
import Hydromet
import Ingest
import Logging

/// Takes arriving files in: claims them in the ledger, has workers decode them, writes their fate down.
///
/// Nothing is lost: a file that is claimed and not decided when the process dies is claimed again at
/// the next start, and a decoded file is in the frame store before the ledger speaks of it.
public final class Intake {
  /// What happened to the files since the intake began.
  public struct Tally: Sendable, Hashable {
    public var accepted = 0
    public var duplicate = 0
    public var quarantined = 0
    /// Files whose fate had been decided before; they were not read again.
    public var known = 0

    public var decided: Int { accepted + duplicate + quarantined + known }
  }

  private let workspace: Workspace
  private let pool: WorkerPool
  private let clock: any Clock
  private let log: Logger
  private var waiting: [Int64: PendingFile] = [:]
  public private(set) var tally = Tally()

  private struct PendingFile {
    let feed: Feed
    let path: String
    let name: String
  }

  init(_ workspace: Workspace, pool: WorkerPool, clock: any Clock, log: Logger) {
    self.workspace = workspace
    self.pool = pool
    self.clock = clock
    self.log = log
  }

  /// Files that were handed out and not answered yet.
  var pendingCount: Int { waiting.count }

  /// Claims a file and hands it to a worker, unless its fate is decided already.
  func offer(_ path: String, named name: String, of feed: Feed) throws(Fault) {
    let fingerprint = try Fingerprint(ofFile: path)
    let claim = try workspace.ledger.claim(
      feed: feed.name, name: name, fingerprint: fingerprint, known: clock.now, identity: .content)
    switch claim {
    case .known:
      tally.known += 1
    case .duplicate(let record):
      tally.duplicate += 1
      log.info("duplicate", metadata: ["feed": "\(feed.name)", "file": "\(record.name)"])
      try keepOriginal(of: record.id, path, feed)
    case .claimed(let record):
      guard record.attempts <= Intake.attemptLimit else {
        try settleRefusal(record.id, Intake.exhausted(path), feed, path)
        return
      }
      waiting[record.id] = PendingFile(feed: feed, path: path, name: name)
      pool.submit(try job(record.id, path, feed))
    }
  }

  /// Faults that a file is refused for after it was decoded. Any other fault is one of this machine:
  /// it stops the service, and the file is claimed again at the next start.
  private static func isOfTheFile(_ fault: Fault) -> Bool {
    ["grid_changed", "wrong_step", "future_time", "bad_readings_file"].contains(fault.code)
  }

  /// A file that ended the service this often is not tried again.
  private static let attemptLimit = 5

  private static func exhausted(_ path: String) -> Fault {
    Fault(
      "too_many_attempts", at: .init(path),
      "reading this file was begun \(attemptLimit) times and never ended",
      remedy: "look at it with `freshet inspect`; replace it by a good copy")
  }

  private func job(_ id: Int64, _ path: String, _ feed: Feed) throws(Fault) -> DecodeJob {
    let kind: DecodeJob.Kind = feed.kind == .grid ? .grid : .stations
    let statement =
      try feed.kind == .grid
      ? DecodeJob.text(of: GridStatement(feed))
      : DecodeJob.text(of: StationStatement(feed))
    let output =
      feed.kind == .grid ? workspace.frames.folder : "\(workspace.stateFolder)/readings"
    return DecodeJob(
      id: id, path: path, feed: feed.name, kind: kind, statement: statement,
      outputFolder: output, crop: workspace.cropBox,
      limits: .init(
        memoryBytes: feed.limits.memoryMegabytes << 20, seconds: Double(feed.limits.seconds)))
  }

  /// Writes the fate of every file that the workers have answered for.
  ///
  /// - Parameter timeout: seconds to wait for the first answer.
  func settle(timeout: Double) throws(Fault) {
    for outcome in pool.poll(timeoutSeconds: timeout) {
      guard let file = waiting.removeValue(forKey: outcome.id) else { continue }
      switch outcome.result {
      case .refused(let fault):
        try settleRefusal(outcome.id, fault, file.feed, file.path)
      case .accepted(let contents):
        do {
          try accept(outcome, contents, file)
          tally.accepted += 1
        } catch let fault where Intake.isOfTheFile(fault) {
          try settleRefusal(outcome.id, fault, file.feed, file.path)
        }
      }
    }
  }

  private func accept(
    _ outcome: DecodeOutcome, _ contents: DecodedContents, _ file: PendingFile
  ) throws(Fault) {
    for remark in contents.remarks {
      log.notice("\(remark)", metadata: ["feed": "\(file.feed.name)", "file": "\(file.name)"])
    }
    switch file.feed.kind {
    case .grid:
      for frame in contents.frames {
        try workspace.ledger.pinGrid(
          feed: file.feed.name, geometry: frame.geometry, known: clock.now)
        try checkStep(frame.period, file)
      }
      let frames = contents.frames.map {
        FrameDescription(
          period: $0.period, storeName: $0.storeName, contentHash: $0.contentHash,
          geometry: $0.geometry, validCells: $0.validCells)
      }
      _ = try workspace.ledger.accept(
        outcome.id, frames: frames, format: outcome.format, correction: contents.correction,
        known: clock.now)
    case .stations:
      let readings = try contents.readings.map { part throws(Fault) in
        try ReadingsFile.read(part.path)
      }
      try checkFuture(readings?.map(\.period.end).max(), file)
      _ = try workspace.ledger.accept(
        outcome.id, readings: readings ?? [], format: outcome.format,
        correction: contents.correction, known: clock.now)
      if let path = contents.readings?.path { unlink(path) }
    }
    try keepOriginal(of: outcome.id, file.path, file.feed)
  }

  /// Frames must have the feed's step and must not lie in the future.
  private func checkStep(_ period: Period, _ file: PendingFile) throws(Fault) {
    guard period.seconds == file.feed.step.seconds else {
      throw Fault(
        "wrong_step", at: .init(file.path),
        "the period is \(TimeSpan(seconds: period.seconds).text), the feed \(file.feed.name) states \(TimeSpan(seconds: file.feed.step.seconds).text)",
        remedy: "correct `step` of the feed in district.yaml, or keep such files apart")
    }
    try checkFuture(period.end, file)
  }

  /// A period that ends later than a clock error can explain is not an observation.
  private func checkFuture(_ end: Timestamp?, _ file: PendingFile) throws(Fault) {
    guard let end, end > clock.now + Intake.clockToleranceSeconds else { return }
    throw Fault(
      "future_time", at: .init(file.path),
      "the period ends at \(end.iso8601), now is \(clock.now.iso8601)",
      remedy: "check the clock of the sender and the zone that the feed states")
  }

  private static let clockToleranceSeconds = 3600

  private func settleRefusal(
    _ id: Int64, _ fault: Fault, _ feed: Feed, _ path: String
  ) throws(Fault) {
    try workspace.ledger.quarantine(id, fault, known: clock.now)
    tally.quarantined += 1
    log.warning("quarantined: \(fault)", metadata: ["feed": "\(feed.name)"])
    try keepOriginal(of: id, path, feed)
  }

  /// Keeps or moves the original as the feed says; it is never deleted.
  private func keepOriginal(
    of id: Int64, _ path: String, _ feed: Feed
  ) throws(Fault) {
    guard let folder = feed.originalsFolder else { return }
    let target = try OriginalKeeper.move(path, to: workspace.path(folder), id: id)
    try workspace.ledger.recordOriginal(of: id, at: target)
  }
}
