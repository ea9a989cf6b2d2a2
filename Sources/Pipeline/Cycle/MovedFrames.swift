import Archive
import Districts
import Estimate
import Hydromet

/// The frames of the rain grid with the rain of the time between them.
///
/// What becomes of a frame follows from it and the frame one step before it alone; a frame whose
/// predecessor is missing stays as it came. A late frame therefore changes itself and the next one, and
/// the sums exchange both. Moved frames are kept on disk by what they were made from.
final class MovedFrames {
  private let workspace: Workspace
  private let feed: Feed
  private var memory: StepMemory<MovedStep>

  /// Moved frames that could not be read back so far.
  var losses: Int { memory.losses }

  /// Below the state folder.
  static let folder = "motion"

  /// Nil where the district takes frames as they come.
  init?(_ workspace: Workspace, feed: Feed) {
    guard workspace.district.configuration.estimateMovesRain else { return nil }
    self.workspace = workspace
    self.feed = feed
    memory = StepMemory(folder: "\(workspace.stateFolder)/\(MovedFrames.folder)", feed: "moved")
  }

  /// The versions of the stored frames, and how the rain moved.
  ///
  /// - Parameter stored: reaches one step farther back than the versions that are used.
  func versions(
    of stored: [Timestamp: StoredFrame], on geometry: GridGeometry, at time: Timestamp,
    raw: (StoredFrame) throws(Fault) -> DepthField
  ) throws(Fault) -> (frames: [Timestamp: FrameVersion], motion: RainMotion?) {
    var frames: [Timestamp: FrameVersion] = [:]
    var counts = [Int](repeating: 0, count: RainMotion.Status.allCases.count)
    var newest: RainMotion.Step?
    var used: Set<StepKey> = []
    var before: DepthField?
    let oldest = time - workspace.longestSeconds
    for (end, frame) in stored.sorted(by: { $0.key < $1.key }) {
      let earlier = stored[frame.period.start]
      let key = StepKey(settings: "motion").next(frame, after: earlier)
      used.insert(key)
      let step = try self.step(key, frame, earlier, geometry, &before, raw)
      frames[end] =
        step.storeName.map { FrameVersion(frame: frame, name: $0, source: .moved) }
        ?? FrameVersion(frame: frame)
      guard end > oldest, end <= time else { continue }
      newest = step.motion
      for (place, status) in RainMotion.Status.allCases.enumerated()
      where status == step.motion.status {
        counts[place] += 1
      }
    }
    memory.forget(allBut: used)
    return (frames, newest.map { RainMotion(newest: $0, counts: counts) })
  }

  /// A moved frame. One that is gone or damaged is forgotten, so that it is made again.
  func field(_ name: String, on geometry: GridGeometry) throws(Fault) -> DepthField {
    try memory.field(name, on: geometry)
  }

  /// - Parameter before: the frame that was read last, for the one after it.
  private func step(
    _ key: StepKey, _ frame: StoredFrame, _ earlier: StoredFrame?, _ geometry: GridGeometry,
    _ before: inout DepthField?, _ raw: (StoredFrame) throws(Fault) -> DepthField
  ) throws(Fault) -> MovedStep {
    if let known = memory.step(key, on: geometry) { return known }
    var step = MovedStep(
      motion: RainMotion.Step(period: frame.period, status: .noEarlierFrame), storeName: nil)
    if let earlier {
      let old: DepthField
      if let before, before.period == earlier.period {
        old = before
      } else {
        old = try raw(earlier)
      }
      let own = try raw(frame)
      before = own
      let moved = Advection.move(own, after: old, workers: Parallel.workers)
      step = MovedStep(
        motion: MovedFrames.motion(moved.displacement, frame.period),
        storeName: moved.field == own ? nil : try memory.write(moved.field))
    }
    try memory.keep(step, key)
    return step
  }

  private static func motion(
    _ displacement: Advection.Displacement?, _ period: Period
  ) -> RainMotion.Step {
    guard let displacement else { return RainMotion.Step(period: period, status: .notFound) }
    return RainMotion.Step(
      period: period, status: .moved, eastKilometres: displacement.eastKilometres,
      northKilometres: displacement.northKilometres,
      longestKilometres: displacement.longestKilometres)
  }
}

/// What moving the rain of one frame left behind.
struct MovedStep: FrameStep {
  let motion: RainMotion.Step
  /// The moved frame in the store; nil where the frame stayed as it came.
  let storeName: String?
}
