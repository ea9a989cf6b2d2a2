import Accumulate
import Archive
import Districts
import Hydromet
import Kernels
import Quality

/// The rolling sums of the rain grid, kept from cycle to cycle.
///
/// Before every cycle the frames in the sums are compared with the frames that the ledger knows, so
/// that late, corrected and withdrawn frames are patched in, whatever happened in between.
final class GridSums {
  private let workspace: Workspace
  private let feed: Feed
  private let windows: [TimeSpan]
  private var sums: RollingSums?
  private var geometry: GridGeometry?
  /// The version of every frame that is in the sums, by the end of its period.
  private var included: [Timestamp: FrameVersion] = [:]
  /// Frames with the rain between them; nil where the district takes them as they come.
  private let moved: MovedFrames?
  /// Frames as gauges put them right; nil where the district takes them as they come.
  private let adjusted: AdjustedFrames?
  /// The changed frames of the last planes, by the end of their periods.
  private var changedVersions: [Timestamp: FrameVersion] = [:]

  /// How the newest step was merged, as of the last planes.
  private(set) var estimate: EstimateSummary?

  /// How rain was moved between frames, as of the last planes.
  private(set) var motion: RainMotion?

  /// A stored frame that could not be read back, and the file it came from.
  struct Damage {
    let file: Int64
    let fault: Fault
  }

  /// What could not be read back since the last look.
  private var damages: [Damage] = []
  private var unreadable: DamagedFrames

  /// Hands over the damages, once.
  func takeDamages() -> [Damage] {
    defer { damages = [] }
    return damages
  }

  /// Nil where the district has no grid feed.
  init?(_ workspace: Workspace) {
    let configuration = workspace.district.configuration
    guard let feed = configuration.feeds.first(where: { $0.kind == .grid }) else { return nil }
    self.workspace = workspace
    self.feed = feed
    windows = configuration.windows
    unreadable = DamagedFrames(workspace.frames)
    moved = MovedFrames(workspace, feed: feed)
    adjusted = AdjustedFrames(workspace, feed: feed)
  }

  private var longest: Int { windows.map(\.seconds).max() ?? 0 }

  /// The frames of the last planes as they were summed, for the soil; nil where the district takes them
  /// as they come.
  var changed: ChangedFrames? {
    adjusted == nil && moved == nil
      ? nil
      : ChangedFrames(versions: changedVersions) { [unowned self] version throws(Fault) in
        try load(version)
      }
  }

  /// Changed frames that could not be read back so far.
  var losses: Int { (adjusted?.losses ?? 0) + (moved?.losses ?? 0) }

  /// The sums of every window that ends at `time`; nil while no grid was ever accepted. Let go of
  /// them before the next call, which then slides them in place.
  ///
  /// A stored frame that is gone or damaged counts as one that never came, and is named in `damages`.
  ///
  /// - Parameter gauges: what is merged in, and which way round the grid lies by them.
  func planes(
    at time: Timestamp, asKnown known: Timestamp?, gauges: GaugeHistory.Observation
  ) throws(Fault) -> SumPlanes? {
    let lossesBefore = losses
    while true {
      let damagesBefore = damages.count
      do throws(Fault) {
        return try sumsOfReadable(at: time, asKnown: known, gauges)
      } catch {
        // A changed frame is made anew, a stored one does without; not for ever on a bad disk.
        guard damages.count > damagesBefore || (1...8).contains(losses - lossesBefore) else {
          throw error
        }
        sums = nil
      }
    }
  }

  private func sumsOfReadable(
    at time: Timestamp, asKnown known: Timestamp?, _ gauges: GaugeHistory.Observation
  ) throws(Fault) -> SumPlanes? {
    guard let geometry = try workspace.ledger.grid(feed: feed.name) else { return nil }
    let stored = try frames(at: time, asKnown: known)
    let wanted = try versions(of: stored, on: geometry, at: time, gauges)
    if self.geometry != geometry || sums == nil {
      self.geometry = geometry
      included = [:]
      sums = try RollingSums(
        geometry: geometry, stepSeconds: feed.step.seconds, windows: windows,
        workers: Parallel.workers)
    }
    try patch(wanted)
    try slide(to: time, wanted)
    return sums?.planes
  }

  func evidence(at time: Timestamp, asKnown known: Timestamp?) throws(Fault) -> FeedEvidence {
    let found = try frames(at: time, asKnown: known).values.sorted { $0.period.end < $1.period.end }
    let expectedNewest = time.floored(toSeconds: feed.step.seconds)
    let newest = found.last?.period.end
    let span = min(longest, 86_400)
    let recent = found.count { $0.period.start >= time - span }
    let state = FeedState(
      feed: feed.name, newest: newest,
      coverage: Coverage(received: recent, expected: span / feed.step.seconds),
      coverageSpan: TimeSpan(seconds: span),
      isLate: newest.map { $0 < expectedNewest } ?? true)
    return FeedEvidence(state: state, inputs: files(behind: found))
  }

  /// Every file once, with the newest of its frames.
  ///
  /// - Parameter frames: in order of time.
  private func files(behind frames: [StoredFrame]) -> [CycleInput] {
    var inputs: [Int64: CycleInput] = [:]
    for frame in frames {
      inputs[frame.file] = CycleInput(
        feed: feed.name, name: frame.fileName, hash: frame.fileHash, dataTime: frame.period.end)
    }
    return inputs.values.sorted { ($0.dataTime, $0.name) < ($1.dataTime, $1.name) }
  }

  /// Frames of one step each, on the feed's present grid, within the longest window and what its changed
  /// frames rest on.
  private func frames(
    at time: Timestamp, asKnown known: Timestamp?
  ) throws(Fault) -> [Timestamp: StoredFrame] {
    try frames(in: Period(end: time, seconds: workspace.inputReachSeconds), asKnown: known)
  }

  private func frames(
    in period: Period, asKnown known: Timestamp?
  ) throws(Fault) -> [Timestamp: StoredFrame] {
    let stored = try workspace.ledger.frames(feed: feed.name, in: period, asKnown: known)
    guard let grid = try workspace.ledger.grid(feed: feed.name)?.hash else { return [:] }
    var frames: [Timestamp: StoredFrame] = [:]
    let step = feed.step.seconds
    for frame in stored
    where !unreadable.contains(frame.storeName) && frame.geometryHash == grid
      && frame.period.seconds == step
      && frame.period.end.floored(toSeconds: step) == frame.period.end
    {
      frames[frame.period.end] = frame
    }
    return frames
  }

  /// The frames of a cycle as some stations see them.
  ///
  /// - Parameter look: what was seen before; looked at again only where a frame is new.
  func samples(
    at time: Timestamp, asKnown known: Timestamp?, _ look: RadarAtGauges
  ) throws(Fault) -> [RadarAtGauges.Look] {
    try samples(
      in: Period(end: time, seconds: workspace.inputReachSeconds), asKnown: known, look)
  }

  /// The frames of a period as some stations see them.
  func samples(
    in period: Period, asKnown known: Timestamp?, _ look: RadarAtGauges
  ) throws(Fault) -> [RadarAtGauges.Look] {
    guard let geometry = try workspace.ledger.grid(feed: feed.name) else { return [] }
    let wanted = try frames(in: period, asKnown: known).values.sorted {
      $0.period.end < $1.period.end
    }
    return try look.look(at: wanted, on: geometry) { frame throws(Fault) in
      do throws(Fault) {
        return try raw(frame, geometry)
      } catch {
        guard unreadable.contains(frame.storeName) else { throw error }
        return nil
      }
    }
  }

  /// Hands over the frames of a period as they came, by time; those that cannot be read back are left out.
  func forEachFrame(
    in period: Period, asKnown known: Timestamp?, _ body: (DepthField) throws(Fault) -> Void
  ) throws(Fault) {
    guard let geometry = try workspace.ledger.grid(feed: feed.name) else { return }
    for (_, frame) in try frames(in: period, asKnown: known).sorted(by: { $0.key < $1.key }) {
      let depth: DepthField
      do throws(Fault) {
        depth = try raw(frame, geometry)
      } catch {
        guard unreadable.contains(frame.storeName) else { throw error }
        continue
      }
      try body(depth)
    }
  }

  /// Brings the frames that are in the sums to the versions that are wanted.
  private func patch(_ wanted: [Timestamp: FrameVersion]) throws(Fault) {
    guard let end = sums?.end else { return }
    let reach = Period(end: end, seconds: longest)
    var ends = Set(included.keys)
    ends.formUnion(wanted.keys)
    for moment in ends.sorted() where moment > reach.start && moment <= reach.end {
      let old = included[moment]
      let new = wanted[moment]
      guard old?.name != new?.name else { continue }
      let before = try old.flatMap { frame throws(Fault) in try load(frame) }
      let after = try new.flatMap { frame throws(Fault) in try load(frame) }
      try sums?.replace(at: moment, old: before, new: after)
      included[moment] = new
    }
  }

  private func slide(to time: Timestamp, _ wanted: [Timestamp: FrameVersion]) throws(Fault) {
    var known = included
    for (end, frame) in wanted where known[end] == nil { known[end] = frame }
    try sums?.advance(to: time) { end throws(Fault) in
      guard let frame = known[end] else { return nil }
      return try load(frame)
    }
    let oldest = time - longest
    included = wanted.filter { $0.key > oldest && $0.key <= time }
  }

  /// The frames as they are summed: with the rain between them, and put right by the gauges, where the
  /// district asks for it.
  private func versions(
    of stored: [Timestamp: StoredFrame], on geometry: GridGeometry, at time: Timestamp,
    _ gauges: GaugeHistory.Observation
  ) throws(Fault) -> [Timestamp: FrameVersion] {
    var versions = stored.mapValues { FrameVersion(frame: $0) }
    if let moved {
      let result = try moved.versions(of: stored, on: geometry, at: time) { frame throws(Fault) in
        try raw(frame, geometry)
      }
      motion = result.motion
      versions = result.frames
    }
    if let adjusted {
      let result = try adjusted.versions(
        of: versions, on: geometry, at: time, gauges: gauges.judged, turn: gauges.turn
      ) { version throws(Fault) in try read(version, geometry) }
      estimate = result.summary
      versions = result.frames
    }
    let oldest = time - workspace.changedReachSeconds
    changedVersions = versions.filter { $0.key > oldest }
    return changedVersions
  }

  private func load(_ version: FrameVersion) throws(Fault) -> DepthField? {
    guard let geometry else { return nil }
    return try read(version, geometry)
  }

  private func read(_ version: FrameVersion, _ geometry: GridGeometry) throws(Fault) -> DepthField {
    switch version.source {
    case .moved: if let moved { return try moved.field(version.name, on: geometry) }
    case .merged: if let adjusted { return try adjusted.field(version.name, on: geometry) }
    case .stored: break
    }
    return try raw(version.frame, geometry)
  }

  private func raw(_ frame: StoredFrame, _ geometry: GridGeometry) throws(Fault) -> DepthField {
    do throws(Fault) {
      return try workspace.frames.read(frame.storeName, geometry: geometry)
    } catch {
      if unreadable.note(frame.storeName, error) {
        damages.append(Damage(file: frame.file, fault: error))
      }
      throw error
    }
  }
}
