public import Hydromet

/// Rolling sums of `DepthField`s of one grid and step over several windows that end at one time.
///
/// Sums are whole micrometres and counts are whole frames, so a sum that was slid for a year is the
/// same, bit for bit, as the sum of the frames that lie in the window, whatever order they came in.
/// A cell without data in a frame (`DepthField.missing`, or any negative value) does not count as
/// received there. No depth is refused for its size and nothing overflows: sums are held in 48 bits
/// and a sum beyond 2,147,483.647 mm reads as that largest depth.
///
/// A frame that leaves must be the one that entered. Each frame's contents are remembered as one
/// number; where a leaving frame turns out to have changed without `replace`, everything is
/// recomputed from the frames at hand.
public struct RollingSums: Sendable {
  public let geometry: GridGeometry
  public let stepSeconds: Int
  /// The windows, each once, shortest first.
  public let windows: [TimeSpan]
  /// The end of all windows; nil before the first advance.
  public private(set) var end: Timestamp?

  private let cells: Int
  /// Steps of each window.
  private let steps: [Int]
  /// Shape [window, cell].
  private var tallies: [UInt64]
  /// What was added for each step of the longest window, nil where no frame was there; step `n`
  /// since 1970 is at `n mod count`.
  private var fingerprints: [UInt64?]

  /// - Parameter windows: positive multiples of the step, at most 65,535 steps each.
  /// - Throws: `wrong_step`, `wrong_window` or `empty_grid`.
  public init(geometry: GridGeometry, stepSeconds: Int, windows: [TimeSpan]) throws(Fault) {
    self.geometry = geometry
    self.stepSeconds = stepSeconds
    cells = try geometry.checkedCellCount()
    try checkStep(stepSeconds)
    self.windows = Set(windows).sorted()
    steps = try self.windows.map { (window) throws(Fault) in
      try checkedSteps(of: window, stepSeconds: stepSeconds)
    }
    let (size, overflow) = cells.multipliedReportingOverflow(by: steps.count)
    guard !overflow else {
      throw Fault(
        "empty_grid", "\(steps.count) windows of \(cells) cells cannot be counted",
        remedy: "check the dimensions of the grid")
    }
    tallies = Array(repeating: 0, count: size)
    fingerprints = Array(repeating: nil, count: steps.last ?? 0)
  }

  /// The sum over one window, or nil before the first advance and for a window that was not asked for.
  public func field(for window: TimeSpan) -> AccumulationField? {
    guard let end, let index = windows.firstIndex(of: window) else { return nil }
    let words = tallies[(index * cells)..<((index + 1) * cells)]
    return AccumulationField(
      geometry: geometry, period: Period(end: end, seconds: window.seconds),
      expectedFrames: steps[index],
      micrometres: words.map { CellTally.micrometres($0) },
      receivedFrames: words.map { CellTally.frames($0) })
  }

  /// Forgets all sums; the next advance computes them from the frames.
  public mutating func reset() {
    end = nil
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
  /// - Throws: `off_step`, `other_grid`, `other_length`, `wrong_cell_count`, and what `frame` throws.
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
    var leaving: [DepthField?] = []
    for window in windows {
      let moment = newEnd - window.seconds
      let old = try checked(frame(moment), at: moment)
      guard fingerprints[slot(of: moment)] == old.map({ CellLoops.fingerprint($0.micrometres) })
      else { return false }
      leaving.append(old)
    }
    add(entering, subtract: leaving)
    if !fingerprints.isEmpty {
      fingerprints[slot(of: newEnd)] = entering.map { CellLoops.fingerprint($0.micrometres) }
    }
    self.end = newEnd
    return true
  }

  /// One pass over the cells, in blocks small enough that the entering frame stays in the nearest
  /// cache for every window.
  private mutating func add(_ entering: DepthField?, subtract leaving: [DepthField?]) {
    let block = 4096
    let cells = cells
    tallies.withUnsafeMutableBufferPointer { tallies in
      guard let base = tallies.baseAddress else { return }
      withCells(of: entering) { entering in
        for start in stride(from: 0, to: cells, by: block) {
          for (window, old) in leaving.enumerated() {
            withCells(of: old) { old in
              CellLoops.slide(
                base + window * cells + start, entering: entering.map { $0 + start },
                leaving: old.map { $0 + start }, cells: min(block, cells - start))
            }
          }
        }
      }
    }
  }

  /// Sums every frame of the longest window once: from the newest back, each window is what the
  /// shorter one before it holds and the older frames.
  private mutating func recompute(
    endingAt newEnd: Timestamp, frame: (Timestamp) throws(Fault) -> DepthField?
  ) throws(Fault) {
    var running = [UInt64](repeating: 0, count: cells)
    var result: [UInt64] = []
    result.reserveCapacity(tallies.count)
    var found = [UInt64?](repeating: nil, count: fingerprints.count)
    var done = 0
    for count in steps {
      for age in done..<count {
        let moment = newEnd - age * stepSeconds
        guard let field = try checked(frame(moment), at: moment) else { continue }
        found[slot(of: moment)] = CellLoops.fingerprint(field.micrometres)
        running.withUnsafeMutableBufferPointer { running in
          guard let base = running.baseAddress else { return }
          withCells(of: field) {
            CellLoops.slide(base, entering: $0, leaving: nil, cells: cells)
          }
        }
      }
      result.append(contentsOf: running)
      done = count
    }
    tallies = result
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
  ///   `other_length`, `wrong_cell_count`; the sums are then unchanged.
  public mutating func replace(
    at moment: Timestamp, old: DepthField?, new: DepthField?
  ) throws(Fault) {
    try checkIsOnStep(moment)
    let old = try checked(old, at: moment)
    let new = try checked(new, at: moment)
    guard let end, let longest = windows.last else { return }
    guard moment <= end, moment > end - longest.seconds else { return }
    guard fingerprints[slot(of: moment)] == old.map({ CellLoops.fingerprint($0.micrometres) })
    else {
      throw Fault(
        "other_frame",
        "the frame to be taken out at \(moment.iso8601) is not the one that was summed",
        remedy: "give the frame that was summed, or reset the sums and advance again")
    }
    let cells = cells
    tallies.withUnsafeMutableBufferPointer { tallies in
      guard let base = tallies.baseAddress else { return }
      withCells(of: new) { new in
        withCells(of: old) { old in
          for (index, window) in windows.enumerated() where moment > end - window.seconds {
            CellLoops.slide(base + index * cells, entering: new, leaving: old, cells: cells)
          }
        }
      }
    }
    fingerprints[slot(of: moment)] = new.map { CellLoops.fingerprint($0.micrometres) }
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
  guard count <= CellTally.largestCount else {
    throw Fault(
      "wrong_window",
      "the window \(window.text) has \(count) steps of \(stepSeconds) s,"
        + " at most \(CellTally.largestCount) are expected",
      remedy: "shorten the window or lengthen the step")
  }
  return count
}

/// The values of a frame in memory, nil for no frame.
private func withCells(of field: DepthField?, _ body: (UnsafePointer<Int32>?) -> Void) {
  guard let field else { return body(nil) }
  field.micrometres.withUnsafeBufferPointer { body($0.baseAddress) }
}
