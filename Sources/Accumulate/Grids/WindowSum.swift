public import Hydromet

/// The sum of a list of frames over one window, exact and the same for every order of adding.
///
/// Frames may have different lengths as long as none overlaps another. Coverage is measured in time:
/// its unit is the longest span that divides the window and every frame, so that for frames of one
/// length which divides the window the unit is one frame. A cell's `receivedFrames` are the units for
/// which it had data and `expectedFrames` the units of the window. Where the window has more than
/// 65,535 units, both are 65,535ths of the window, cut, so that only a complete cell reads complete.
public struct WindowSum: Sendable {
  public let geometry: GridGeometry
  /// Nil where the window is what was added: from the earliest start to the latest end.
  public let period: Period?
  /// What was added, in order of time.
  public private(set) var addedPeriods: [Period] = []
  /// The time that the added frames cover together.
  public private(set) var coveredSeconds = 0

  /// Sum of each cell, micrometres; empty before the first frame.
  private var micrometres: [Int64] = []
  /// Seconds for which each cell had data.
  private var seconds: [Int64] = []

  /// The longest frame that is accepted, ten years.
  private static let longestFrame = 315_360_000

  /// - Parameter period: the window; nil takes every frame and sums over all of them.
  public init(geometry: GridGeometry, period: Period?) {
    self.geometry = geometry
    self.period = period
  }

  /// Adds a frame that lies wholly in the window.
  ///
  /// - Returns: false, and nothing is added, where the frame lies outside or across the window's
  ///   start or end.
  /// - Throws: `other_grid`, `wrong_cell_count`, `other_length` for a frame without a length, and
  ///   `overlapping_frames` where it overlaps a frame that was added; the sum is then unchanged.
  public mutating func add(_ field: DepthField) throws(Fault) -> Bool {
    try field.check(isOn: geometry)
    let span = field.period
    guard (1...Self.longestFrame).contains(span.seconds) else {
      throw Fault(
        "other_length",
        "the frame that ends at \(span.end.iso8601) is for \(span.seconds) s,"
          + " 1 s to \(Self.longestFrame) s are expected",
        remedy: "check the period of the frame")
    }
    if let period, !period.covers(span) { return false }
    let position = addedPeriods.partitioningIndex { $0.end > span.start }
    if position < addedPeriods.count, addedPeriods[position].start < span.end {
      let other = addedPeriods[position]
      throw Fault(
        "overlapping_frames",
        "the frame from \(span.start.iso8601) to \(span.end.iso8601) overlaps the added one"
          + " from \(other.start.iso8601) to \(other.end.iso8601)",
        remedy: "give each time once, frames of one kind only")
    }
    addedPeriods.insert(span, at: position)
    coveredSeconds += span.seconds
    addCells(of: field)
    return true
  }

  private mutating func addCells(of field: DepthField) {
    if micrometres.isEmpty {
      micrometres = Array(repeating: 0, count: field.cellCount)
      seconds = micrometres
    }
    let length = Int64(field.period.seconds)
    for (i, depth) in field.micrometres.enumerated() where depth >= 0 {
      micrometres[i] &+= Int64(depth)
      seconds[i] &+= length
    }
  }

  /// The sum of what was added; nil where nothing was. A sum beyond the largest depth reads as that.
  public func result() -> AccumulationField? {
    guard let first = addedPeriods.first, let last = addedPeriods.last else { return nil }
    let window = period ?? Period(start: first.start, end: last.end)
    let unit = addedPeriods.reduce(window.seconds) { $0.commonDivisor(with: $1.seconds) }
    let isFine = window.seconds / unit > largestFrameCount
    let received = seconds.map { seconds -> UInt16 in
      if !isFine { return UInt16(clamping: seconds / Int64(unit)) }
      let product = UInt64(seconds).multipliedFullWidth(by: UInt64(largestFrameCount))
      return UInt16(clamping: UInt64(window.seconds).dividingFullWidth(product).quotient)
    }
    return AccumulationField(
      geometry: geometry, period: window,
      expectedFrames: isFine ? largestFrameCount : window.seconds / unit,
      micrometres: micrometres.map { Int32(clamping: $0) }, receivedFrames: received)
  }
}

extension RandomAccessCollection {
  /// The first position whose element satisfies a condition that all later ones satisfy too.
  func partitioningIndex(_ isAfter: (Element) -> Bool) -> Index {
    var low = startIndex
    var count = self.count
    while count > 0 {
      let half = count / 2
      let middle = index(low, offsetBy: half)
      if isAfter(self[middle]) {
        count = half
      } else {
        low = index(after: middle)
        count -= half + 1
      }
    }
    return low
  }
}
