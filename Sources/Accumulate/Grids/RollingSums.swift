public import Hydromet
public import Kernels

/// The most frames that one cell can count.
let largestFrameCount = 65_535

/// Rolling sums of `DepthField`s of one grid and step over several windows that end at one time.
///
/// Sums are whole micrometres and counts are whole frames, so a sum that was slid for a year is the
/// same, bit for bit, as the sum of the frames that lie in the window, whatever order they came in.
/// A cell without data in a frame (`DepthField.missing`, or any negative value) does not count as
/// received there. No depth is refused for its size and nothing overflows: a sum beyond
/// 2,147,483.647 mm reads as that largest depth and is exact again when it becomes smaller.
///
/// A frame that leaves must be the one that entered. Each frame's contents are remembered as one
/// number; where a leaving frame turns out to have changed without `replace`, everything is
/// recomputed from the frames at hand.
///
/// Sums are values: who holds `planes` keeps them as they are, and the next change is made to a copy.
/// Let go of them before time moves on, and the change is made in place.
public struct RollingSums: Sendable {
  public let geometry: GridGeometry
  public let stepSeconds: Int
  /// The windows, each once, shortest first.
  public let windows: [TimeSpan]
  /// The end of all windows; nil before the first advance.
  public private(set) var end: Timestamp?

  /// Steps of each window.
  private let steps: [Int]
  private var memory: SumPlanes
  private let workers: Workers
  private let kernel: Kernel
  /// What was added for each step of the longest window, nil where no frame was there; step `n`
  /// since 1970 is at `n mod count`.
  private var fingerprints: [UInt64?]

  /// - Parameters:
  ///   - windows: positive multiples of the step, at most 65,535 steps each.
  ///   - workers: who does the adding; the sums are the same for any number of threads.
  /// - Throws: `wrong_step`, `wrong_window` or `empty_grid`.
  public init(
    geometry: GridGeometry, stepSeconds: Int, windows: [TimeSpan], workers: Workers = .one,
    kernel: Kernel = .chosen
  ) throws(Fault) {
    self.geometry = geometry
    self.stepSeconds = stepSeconds
    self.workers = workers
    self.kernel = kernel
    let cells = try geometry.checkedCellCount()
    try checkStep(stepSeconds)
    self.windows = Set(windows).sorted()
    steps = try self.windows.map { (window) throws(Fault) in
      try checkedSteps(of: window, stepSeconds: stepSeconds)
    }
    let (size, overflow) = cells.multipliedReportingOverflow(by: steps.count)
    guard !overflow, size < 1 << 40 else {
      throw Fault(
        "empty_grid", "\(steps.count) windows of \(cells) cells cannot be counted",
        remedy: "check the dimensions of the grid")
    }
    memory = try RollingSums.emptyPlanes(geometry, self.windows, steps)
    fingerprints = Array(repeating: nil, count: steps.last ?? 0)
  }

  /// The sums of all windows; nil before the first advance.
  public var planes: SumPlanes? { end == nil ? nil : memory }

  /// The sum over one window, or nil before the first advance and for a window that was not asked for.
  public func field(for window: TimeSpan) -> AccumulationField? {
    guard end != nil, let index = windows.firstIndex(of: window) else { return nil }
    return memory.field(index)
  }

  /// Forgets all sums; the next advance computes them from the frames.
  public mutating func reset() {
    end = nil
  }

  private static func emptyPlanes(
    _ geometry: GridGeometry, _ windows: [TimeSpan], _ steps: [Int]
  ) throws(Fault) -> SumPlanes {
    guard
      let planes = SumPlanes(
        geometry: geometry, windows: windows, expectedFrames: steps,
        end: Timestamp(secondsSince1970: 0))
    else { throw outOfMemory(geometry, windows) }
    return planes
  }

  private static func outOfMemory(_ geometry: GridGeometry, _ windows: [TimeSpan]) -> Fault {
    Fault(
      "out_of_memory",
      "the sums of \(windows.count) windows over \(geometry.summary) need up to"
        + " \(geometry.rows * geometry.columns * windows.count * 6 >> 20) MiB",
      remedy: "crop the grid to the district, or ask for fewer windows")
  }
}

// MARK: - Time moves on

extension RollingSums {
  /// Moves all windows so that they end at `newEnd`.
  ///
  /// A few steps forward add the frames that enter and subtract those that leave; a longer way, a
  /// way back and the first call sum all frames of the longest window. After a fault the sums stand
  /// at `end`, complete: at the last step that could be finished.
  ///
  /// - Parameters:
  ///   - newEnd: a multiple of the step since 1970.
  ///   - frame: the frame whose period ends at a time, nil where there is none. It is asked for
  ///     entering and for leaving times, so a store that keeps one step more than the longest window
  ///     is never made to recompute.
  /// - Throws: `off_step`, `other_grid`, `other_length`, `wrong_cell_count`, `out_of_memory` and what
  ///   `frame` throws.
  public mutating func advance(
    to newEnd: Timestamp, frame: (Timestamp) throws(Fault) -> DepthField?
  ) throws(Fault) {
    try checkIsOnStep(newEnd)
    guard let end, let longest = steps.last else {
      return try recompute(endingAt: newEnd, frame: frame)
    }
    let way = newEnd.seconds(since: end) / stepSeconds
    if way == 0 { return }
    // Sliding reads an entering frame and a leaving one per window for each step.
    guard way > 0, way <= longest / (windows.count + 1) || way == 1 else {
      return try recompute(endingAt: newEnd, frame: frame)
    }
    for step in 1...way {
      guard try slideOneStep(from: end + (step - 1) * stepSeconds, frame: frame) else {
        return try recompute(endingAt: newEnd, frame: frame)
      }
    }
  }

  /// Slides by one step.
  ///
  /// - Returns: false, and nothing is changed, where a leaving frame is not the one that was added.
  private mutating func slideOneStep(
    from end: Timestamp, frame: (Timestamp) throws(Fault) -> DepthField?
  ) throws(Fault) -> Bool {
    let newEnd = end + stepSeconds
    let entering = try checked(frame(newEnd), at: newEnd)
    var changes: [SumPlanes.Change] = []
    for (index, window) in windows.enumerated() {
      let moment = newEnd - window.seconds
      let old = try checked(frame(moment), at: moment)
      guard fingerprints[slot(of: moment)] == old?.tiles.fingerprint else { return false }
      changes.append(
        SumPlanes.Change(window: index, entering: entering?.tiles, leaving: old?.tiles))
    }
    try apply(changes, end: newEnd)
    if !fingerprints.isEmpty {
      fingerprints[slot(of: newEnd)] = entering?.tiles.fingerprint
    }
    self.end = newEnd
    return true
  }

  private mutating func apply(_ changes: [SumPlanes.Change], end: Timestamp) throws(Fault) {
    if !isKnownUniquelyReferenced(&memory) {
      guard let copy = memory.copy() else { throw RollingSums.outOfMemory(geometry, windows) }
      memory = copy
    }
    guard memory.apply(changes, end: end, kernel: kernel, workers: workers) else {
      throw RollingSums.outOfMemory(geometry, windows)
    }
  }

  /// Sums every frame of the longest window once, into new memory.
  private mutating func recompute(
    endingAt newEnd: Timestamp, frame: (Timestamp) throws(Fault) -> DepthField?
  ) throws(Fault) {
    let planes = try RollingSums.emptyPlanes(geometry, windows, steps)
    var found = [UInt64?](repeating: nil, count: fingerprints.count)
    for age in 0..<(steps.last ?? 0) {
      let moment = newEnd - age * stepSeconds
      guard let field = try checked(frame(moment), at: moment) else { continue }
      found[slot(of: moment)] = field.tiles.fingerprint
      let changes = steps.indices.filter { age < steps[$0] }.map {
        SumPlanes.Change(window: $0, entering: field.tiles, leaving: nil)
      }
      guard planes.apply(changes, end: newEnd, kernel: kernel, workers: workers) else {
        throw RollingSums.outOfMemory(geometry, windows)
      }
    }
    _ = planes.apply([], end: newEnd)
    memory = planes
    fingerprints = found
    end = newEnd
  }
}

// MARK: - A frame comes late, is corrected or is withdrawn

extension RollingSums {
  /// Takes `old` out of every window that includes the period ending at `moment`, and puts `new` in.
  /// A moment that no window includes changes nothing.
  ///
  /// - Parameters:
  ///   - old: the frame that was summed for this moment; nil where there was none.
  ///   - new: the frame to be summed from now on; nil withdraws.
  /// - Throws: `other_frame` where `old` is not what was summed, `off_step`, `other_grid`,
  ///   `other_length`, `wrong_cell_count`, `out_of_memory`; the sums are then unchanged.
  public mutating func replace(
    at moment: Timestamp, old: DepthField?, new: DepthField?
  ) throws(Fault) {
    try checkIsOnStep(moment)
    let old = try checked(old, at: moment)
    let new = try checked(new, at: moment)
    guard let end, let longest = windows.last else { return }
    guard moment <= end, moment > end - longest.seconds else { return }
    guard fingerprints[slot(of: moment)] == old?.tiles.fingerprint else {
      throw Fault(
        "other_frame",
        "the frame to be taken out at \(moment.iso8601) is not the one that was summed",
        remedy: "give the frame that was summed, or reset the sums and advance again")
    }
    let changes = windows.indices.filter { moment > end - windows[$0].seconds }.map {
      SumPlanes.Change(window: $0, entering: new?.tiles, leaving: old?.tiles)
    }
    try apply(changes, end: end)
    fingerprints[slot(of: moment)] = new?.tiles.fingerprint
  }
}

// MARK: - Checks

extension RollingSums {
  private func checkIsOnStep(_ moment: Timestamp) throws(Fault) {
    guard moment.secondsSince1970 % Int64(stepSeconds) == 0 else {
      throw Fault(
        "off_step",
        "\(moment.iso8601) is not a multiple of the step of \(stepSeconds) s since 1970",
        remedy: "give times at which a step ends")
    }
  }

  /// Where the step that ends at a moment is remembered. Only for at least one window.
  private func slot(of moment: Timestamp) -> Int {
    let count = fingerprints.count
    let rest = Int(moment.secondsSince1970 / Int64(stepSeconds)) % count
    return rest < 0 ? rest + count : rest
  }

  private func checked(_ field: DepthField?, at moment: Timestamp) throws(Fault) -> DepthField? {
    guard let field else { return nil }
    try field.check(isOn: geometry)
    guard field.period == Period(end: moment, seconds: stepSeconds) else {
      throw Fault(
        "other_length",
        "the frame is for \(field.period.seconds) s until \(field.period.end.iso8601),"
          + " the sum expects \(stepSeconds) s until \(moment.iso8601)",
        remedy: "give one frame of the step's length for each step")
    }
    return field
  }
}

/// Steps of a window that a cell can count.
private func checkedSteps(of window: TimeSpan, stepSeconds: Int) throws(Fault) -> Int {
  let count = try stepCount(of: window, stepSeconds: stepSeconds)
  guard count <= largestFrameCount else {
    throw Fault(
      "wrong_window",
      "the window \(window.text) has \(count) steps of \(stepSeconds) s,"
        + " at most \(largestFrameCount) are expected",
      remedy: "shorten the window or lengthen the step")
  }
  return count
}
