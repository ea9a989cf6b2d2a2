import Archive
import Districts
import Hydromet
import Ingest
import Logging

/// What becomes of a file that a worker has answered for.
extension Intake {
  /// Faults that a file is refused for after it was decoded. Any other fault is one of this machine:
  /// the file waits until the machine is well again.
  private static func isOfTheFile(_ fault: Fault) -> Bool {
    ["grid_changed", "wrong_step", "off_step", "future_time", "bad_readings_file"]
      .contains(fault.code)
  }

  /// Faults that a worker meets and that say nothing about the file.
  private static func isOfTheMachine(_ fault: Fault) -> Bool {
    ["disk_full", "unwritable_folder", "bad_statement"].contains(fault.code)
  }

  func decide(_ outcome: DecodeOutcome, _ file: PendingFile) throws(Fault) {
    switch outcome.result {
    case .refused(let fault):
      if Intake.isOfTheMachine(fault) { throw fault }
      try settleRefusal(outcome.id, fault, file.feed, file.path, format: outcome.format)
    case .accepted(let contents):
      do throws(Fault) {
        try accept(outcome, contents, file)
        tally.accepted += 1
      } catch {
        guard Intake.isOfTheFile(error) else { throw error }
        try settleRefusal(outcome.id, error, file.feed, file.path, format: outcome.format)
      }
    }
  }

  private func accept(
    _ outcome: DecodeOutcome, _ contents: DecodedContents, _ file: PendingFile
  ) throws(Fault) {
    let (readings, leftOut) = try observed(contents, file)
    // Before the fate: what is not decided is read again, and noticed again.
    try remark(on: contents, leftOut, of: outcome.id, file)
    switch file.feed.kind {
    case .grid:
      for frame in contents.frames {
        try workspace.ledger.pinGrid(
          feed: file.feed.name, geometry: frame.geometry, known: clock.now)
        try checkStep(frame.period, file)
      }
      _ = try workspace.ledger.accept(
        outcome.id, frames: contents.frames.map(FrameDescription.init), format: outcome.format,
        correction: contents.correction, known: clock.now, keepsLaterWritten: file.isFromBacklog)
    case .forecast:
      // A file that does not say when it was issued was issued when its first period begins.
      let issued = contents.issued ?? contents.frames.map(\.period.start).min()
      try checkFuture(issued, file)
      _ = try workspace.ledger.accept(
        outcome.id, frames: contents.frames.map(FrameDescription.init), issued: issued,
        format: outcome.format, correction: contents.correction, known: clock.now,
        keepsLaterWritten: file.isFromBacklog)
    case .stations:
      _ = try workspace.ledger.accept(
        outcome.id, readings: readings.map { $0.of(directory.spelling(of: $0.station)) },
        format: outcome.format, correction: contents.correction, known: clock.now,
        keepsLaterWritten: file.isFromBacklog)
      if let path = contents.readings?.path { consumed.append(path) }
    }
    originals.append((outcome.id, file.path, file.feed))
  }

  /// Tells what was noticed in a file, and writes it down.
  private func remark(
    on contents: DecodedContents, _ leftOut: Fault?, of id: Int64, _ file: PendingFile
  ) throws(Fault) {
    let places = (contents.places ?? []).map {
      StatedPlace(station: directory.spelling(of: $0.station), place: $0.place)
    }
    let doubts = distances.contradictions(places, file: file.path) + (leftOut.map { [$0] } ?? [])
    for doubt in doubts { log.warning("\(doubt)", metadata: ["feed": "\(file.feed.name)"]) }
    for remark in (contents.assumptions ?? []) + contents.remarks {
      log.notice("\(remark)", metadata: ["feed": "\(file.feed.name)", "file": "\(file.name)"])
    }
    let remarks = contents.remarks + doubts.map(\.description)
    if !remarks.isEmpty { try workspace.ledger.record(remarks: remarks, of: id) }
  }

  /// Frames must have the feed's step and must not lie in the future.
  private func checkStep(_ period: Period, _ file: PendingFile) throws(Fault) {
    guard period.seconds == file.feed.step.seconds else {
      throw Fault(
        "wrong_step", at: .init(file.path),
        "the period is \(TimeSpan(seconds: period.seconds).text), the feed \(file.feed.name) states \(TimeSpan(seconds: file.feed.step.seconds).text)",
        remedy: "correct `step` of the feed in district.yaml, or keep such files apart")
    }
    guard period.end.secondsSince1970 % Int64(period.seconds) == 0 else {
      throw Fault(
        "off_step", at: .init(file.path),
        "the period ends at \(period.end.iso8601), which is no multiple of \(file.feed.step.text)",
        remedy: "sums need frames that meet: let its sender keep to whole steps, as other files do")
    }
    try checkFuture(period.end, file)
  }

  /// The readings of a file of stations without those that are no observations because they end later
  /// than a clock error can explain: one logger with a wrong clock must not cost the others their rain.
  ///
  /// - Returns: also which stations were left out; nil where none was.
  /// - Throws: `future_time` where no reading is left.
  private func observed(
    _ contents: DecodedContents, _ file: PendingFile
  ) throws(Fault) -> (kept: [GaugeReading], leftOut: Fault?) {
    guard file.feed.kind == .stations, let part = contents.readings else { return ([], nil) }
    let readings = try ReadingsFile.read(part.path)
    let now = clock.now
    let latest = now + Engine.clockToleranceSeconds
    guard readings.contains(where: { $0.period.end > latest }) else { return (readings, nil) }
    let kept = readings.filter { $0.period.end <= latest }
    if kept.isEmpty, let newest = readings.map(\.period.end).max() {
      throw futureFault(newest, now, file)
    }
    let ahead = readings.filter { $0.period.end > latest }
    let stations = Set(ahead.map { directory.spelling(of: $0.station) }).sorted()
    let named = stations.prefix(Intake.namedStations).joined(separator: ", ")
    let others = stations.count - Intake.namedStations
    let fault = Fault(
      "future_time", at: .init(file.path),
      "\(ahead.count) of \(readings.count) readings end later than now, \(now.iso8601), and are "
        + "left out: \(named)\(others > 0 ? " and \(others) stations more" : "")",
      remedy: "check the clocks of these stations and the zone that the feed states")
    return (kept, fault)
  }

  private static let namedStations = 5

  /// A period that ends later than a clock error can explain is not an observation.
  private func checkFuture(_ end: Timestamp?, _ file: PendingFile) throws(Fault) {
    let now = clock.now
    guard let end, end > now + Engine.clockToleranceSeconds else { return }
    throw futureFault(end, now, file)
  }

  private func futureFault(_ end: Timestamp, _ now: Timestamp, _ file: PendingFile) -> Fault {
    Fault(
      "future_time", at: .init(file.path),
      "the period ends at \(end.iso8601), now is \(now.iso8601)",
      remedy: "check the clock of the sender and the zone that the feed states")
  }

  func settleRefusal(
    _ id: Int64, _ fault: Fault, _ feed: Feed, _ path: String, format: String? = nil
  ) throws(Fault) {
    try refuse(id, fault, feed, format: format)
    originals.append((id, path, feed))
  }

  func refuse(
    _ id: Int64, _ fault: Fault, _ feed: Feed, format: String? = nil
  ) throws(Fault) {
    try workspace.ledger.quarantine(id, fault, format: format, known: clock.now)
    tally.quarantined += 1
    log.warning("quarantined: \(fault)", metadata: ["feed": "\(feed.name)"])
  }

  /// Keeps or moves the original as the feed says; it is never deleted. One that cannot be moved
  /// stays where it is: its fate is written already.
  func keepOriginal(of id: Int64, _ path: String, _ feed: Feed) {
    guard let folder = feed.originalsFolder.map(workspace.path),
      !OriginalKeeper.isKept(path, in: folder)
    else { return }
    do throws(Fault) {
      let target = try OriginalKeeper.move(path, to: folder, id: id)
      try workspace.ledger.recordOriginal(of: id, at: target)
    } catch {
      log.warning("\(error)", metadata: ["feed": "\(feed.name)"])
    }
  }
}

extension FrameDescription {
  init(_ frame: DecodedFrame) {
    self.init(
      period: frame.period, storeName: frame.storeName, contentHash: frame.contentHash,
      geometry: frame.geometry, validCells: frame.validCells)
  }
}
