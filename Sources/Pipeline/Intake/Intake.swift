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

  let workspace: Workspace
  private let pool: WorkerPool
  let clock: any Clock
  let log: Logger
  var distances: StationDistances
  let directory: StationDirectory
  private var waiting: [Int64: PendingFile] = [:]
  /// Files whose fate could not be found out or written down because this machine failed.
  private var stranded: [(id: Int64, file: PendingFile)] = []
  public internal(set) var tally = Tally()
  /// Originals to be put away, and files between processes to be removed, when the present
  /// transaction is on the disk.
  var originals: [(id: Int64, path: String, feed: Feed)] = []
  var consumed: [String] = []

  struct PendingFile {
    let feed: Feed
    let path: String
    let name: String
    let isFromBacklog: Bool

    init(_ arrival: Arrival) {
      feed = arrival.feed
      path = arrival.path
      name = arrival.name
      isFromBacklog = arrival.isFromBacklog
    }
  }

  init(_ workspace: Workspace, pool: WorkerPool, clock: any Clock, log: Logger) {
    self.workspace = workspace
    self.pool = pool
    self.clock = clock
    distances = StationDistances(workspace.district.description.stations)
    directory = StationDirectory(workspace.district.description.stations.map(\.id))
    self.log = log
  }

  /// Files that were handed out and not answered yet.
  var pendingCount: Int { waiting.count }

  /// Numbers of the files that were handed out or wait for this machine to be well again.
  var inHand: Set<Int64> { Set(stranded.map(\.id)).union(waiting.keys) }

  /// A file that has arrived.
  struct Arrival {
    let path: String
    /// Its path below the feed's folder.
    let name: String
    let feed: Feed
    /// Time of its last write, nanoseconds since 1970; nil where it is not known.
    var written: Int64?
    /// Whether files are read in another order than that of their arrival. What was written earlier
    /// then replaces nothing of what was written later.
    var isFromBacklog = false
  }

  /// Claims files, in one transaction, and hands those to workers whose fate is not decided already.
  ///
  /// - Throws: only faults of this machine; none of the files was claimed then. What is wrong with a
  ///   file ends in the ledger.
  func offer(_ arrivals: [Arrival]) throws(Fault) {
    // Reading takes long: nobody has to wait for the ledger meanwhile.
    var fingerprints: [Result<Fingerprint, Fault>] = []
    for arrival in arrivals {
      fingerprints.append(
        Result { () throws(Fault) in
          try Intake.checkSize(of: arrival.path, arrival.feed)
          return try Fingerprint(ofFile: arrival.path)
        })
    }
    var claimed: [(id: Int64, file: PendingFile)] = []
    try inOneTransaction { () throws(Fault) in
      for (arrival, fingerprint) in zip(arrivals, fingerprints) {
        switch fingerprint {
        case .failure(let fault):
          try refuseUnread(arrival.path, named: arrival.name, of: arrival.feed, fault)
        case .success(let fingerprint):
          if let id = try claim(arrival, fingerprint) { claimed.append((id, PendingFile(arrival))) }
        }
      }
    }
    for (id, file) in claimed { try handOut(id, file) }
  }

  /// - Returns: the number of a file that is to be read.
  private func claim(_ arrival: Arrival, _ fingerprint: Fingerprint) throws(Fault) -> Int64? {
    let claim = try workspace.ledger.claim(
      feed: arrival.feed.name, name: arrival.name, fingerprint: fingerprint, known: clock.now,
      identity: .content, written: arrival.written)
    switch claim {
    case .known(let record):
      tally.known += 1
      originals.append((record.id, arrival.path, arrival.feed))
    case .duplicate(let record):
      tally.duplicate += 1
      log.info("duplicate", metadata: ["feed": "\(arrival.feed.name)", "file": "\(record.name)"])
      originals.append((record.id, arrival.path, arrival.feed))
    case .claimed(let record) where waiting[record.id] != nil:
      // It was taken up again, and its name is still among those that arrived.
      try workspace.ledger.excuse(record.id)
    case .claimed(let record):
      guard record.attempts > Intake.attemptLimit else { return record.id }
      try settleRefusal(record.id, Intake.exhausted(arrival.path), arrival.feed, arrival.path)
    }
    return nil
  }

  /// Runs a body whose operations on the ledger happen together or not at all, and afterwards puts the
  /// originals away whose fate it decided.
  private func inOneTransaction(_ body: () throws(Fault) -> Void) throws(Fault) {
    let before = tally
    originals = []
    consumed = []
    do throws(Fault) {
      try workspace.ledger.grouped(body)
    } catch {
      tally = before
      throw error
    }
    for path in consumed { unlink(path) }
    let kept = originals.filter { $0.feed.originalsFolder != nil }
    guard !kept.isEmpty else { return }
    try workspace.ledger.grouped { () throws(Fault) in
      for (id, path, feed) in kept { keepOriginal(of: id, path, feed) }
    }
  }

  private func handOut(_ id: Int64, _ file: PendingFile) throws(Fault) {
    waiting[id] = file
    pool.submit(try job(id, file.path, file.feed))
  }

  /// Hands out again what a fault of this machine left undecided.
  func resume() throws(Fault) {
    let files = stranded
    stranded = []
    for (id, file) in files { try handOut(id, file) }
  }

  /// Gives up what was not answered: these attempts did not fail for the files' sake.
  func abandon() {
    for id in waiting.keys.sorted() { try? workspace.ledger.excuse(id) }
    waiting = [:]
  }

  /// A file that no worker could take in is not read to its end either: hashing it would hold up
  /// the service.
  private static func checkSize(of path: String, _ feed: Feed) throws(Fault) {
    let limit = Int64(feed.limits.memoryMegabytes) << 20
    guard let size = size(of: path), size > limit else { return }
    throw Fault(
      "file_too_large", at: .init(path),
      "the file has \(size) bytes, the feed \(feed.name) allows \(feed.limits.memoryMegabytes) MB",
      remedy: "raise `limits: {memory_mb}` of the feed in district.yaml if such files are meant")
  }

  private static func size(of path: String) -> Int64? {
    var status = stat()
    return stat(path, &status) == 0 ? Int64(status.st_size) : nil
  }

  /// Writes down a file whose bytes could not be read. It has no hash; when it can be read one day it
  /// is another file to the ledger, and is taken in.
  private func refuseUnread(
    _ path: String, named name: String, of feed: Feed, _ fault: Fault
  ) throws(Fault) {
    guard fault.code != "file_is_changing", let size = Intake.size(of: path) else {
      log.notice("not taken in yet: \(fault)", metadata: ["feed": "\(feed.name)"])
      return
    }
    let claim = try workspace.ledger.claim(
      feed: feed.name, name: name, fingerprint: Fingerprint(size: size, sha256: ""),
      known: clock.now, identity: .nameAndContent)
    switch claim {
    case .claimed(let record):
      try refuse(record.id, fault, feed)
    case .known, .duplicate:
      tally.known += 1
    }
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
    let kind: DecodeJob.Kind = feed.kind == .stations ? .stations : .grid
    let statement =
      try feed.kind == .stations
      ? DecodeJob.text(of: StationStatement(feed, arrival: clock.now))
      : DecodeJob.text(of: GridStatement(feed))
    let output =
      feed.kind == .stations ? "\(workspace.stateFolder)/readings" : workspace.frames.folder
    return DecodeJob(
      id: id, path: path, feed: feed.name, kind: kind, statement: statement,
      outputFolder: output, crop: workspace.cropBox,
      limits: .init(
        memoryBytes: feed.limits.memoryMegabytes << 20, seconds: Double(feed.limits.seconds)))
  }

  /// Writes the fate of every file that the workers have answered for.
  ///
  /// - Parameter timeout: seconds to wait for the first answer.
  /// - Throws: a fault of this machine; the files that it left undecided wait for `resume`.
  func settle(timeout: Double) throws(Fault) {
    var decided: [(outcome: DecodeOutcome, file: PendingFile)] = []
    for outcome in collect(timeout: timeout) {
      if let file = waiting.removeValue(forKey: outcome.id) { decided.append((outcome, file)) }
    }
    guard !decided.isEmpty else { return }
    var trouble: Fault?
    var undecided: [(id: Int64, file: PendingFile)] = []
    do throws(Fault) {
      try inOneTransaction { () throws(Fault) in
        for (outcome, file) in decided {
          do throws(Fault) {
            try decide(outcome, file)
          } catch  where error.code == "already_decided" {
            // Another process on this district was quicker.
            tally.known += 1
          } catch {
            undecided.append((outcome.id, file))
            if trouble == nil { trouble = error }
          }
        }
      }
    } catch {
      undecided = decided.map { ($0.outcome.id, $0.file) }
      trouble = error
    }
    for (id, _) in undecided { try? workspace.ledger.excuse(id) }
    stranded += undecided
    if let trouble { throw trouble }
  }

  /// Answers of the workers: the first that come, and what else comes within a moment, so that the disk
  /// is waited for once. Where many files are out the moment is longer: the workers rest while a
  /// transaction is written.
  private func collect(timeout: Double) -> [DecodeOutcome] {
    var outcomes = pool.poll(timeoutSeconds: timeout)
    guard !outcomes.isEmpty else { return [] }
    let isBusy = pool.pendingCount >= Intake.mostTogether / 4
    let end =
      clock.monotonicSeconds
      + (isBusy ? Intake.busyGatheringSeconds : Intake.gatheringSeconds)
    while outcomes.count < Intake.mostTogether, pool.pendingCount > 0,
      Intake.readings(of: outcomes) < Intake.mostReadingsTogether
    {
      let rest = end - clock.monotonicSeconds
      guard rest > 0 else { break }
      outcomes += pool.poll(timeoutSeconds: rest)
    }
    return outcomes
  }

  private static let gatheringSeconds = 0.025
  private static let busyGatheringSeconds = 0.25
  private static let mostTogether = 256
  private static let mostReadingsTogether = 100_000

  /// Readings that wait to be stored.
  private static func readings(of outcomes: [DecodeOutcome]) -> Int {
    outcomes.reduce(0) { sum, outcome in
      guard case .accepted(let contents) = outcome.result else { return sum }
      return sum + (contents.readings?.count ?? 0)
    }
  }
}
