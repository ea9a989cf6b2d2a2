import Hydromet

/// The thresholds of a unit and hazard at every soil state, arranged for the judgement of many units:
/// numbers beside numbers, every window of rain and its soil asked for once.
///
/// Rows that differ by wetness alone are one threshold. Between the states for which they were worked
/// out, s = 0.2 (dry), 0.5 (normal) and 0.8 (wet), the depth is straight; below and above it is that of
/// the nearest. This is an engineering choice and no standard: the standards give the three states and
/// say nothing of what lies between. Where the soil is not known the row for the wettest counts.
struct PreparedThresholds: Sendable {
  /// What rain is asked for.
  struct Window: Sendable, Hashable {
    let statistic: RainStatistic
    let duration: TimeSpan
  }

  let windows: [Window]
  /// Of each threshold, in the order of level, duration and line.
  let levels: [UInt8]
  /// Place in `windows` of each threshold.
  let windowOf: [Int]
  /// Whether some threshold asks for the soil.
  let asksForSoil: Bool
  /// Where the rows of each threshold begin; one more than there are thresholds.
  private let start: [Int]
  /// By threshold and rising saturation: millionths (−1 for any soil), micrometres, rows.
  private let saturations: [Int32]
  private let depths: [Int32]
  private let rows: [CriticalRainfall]

  /// Soil that is not known.
  static let unknownSoil: Int32 = -1

  /// - Parameter rows: of one unit and hazard, in the order of level, duration and line.
  init(_ rows: [CriticalRainfall]) {
    var groups: [[CriticalRainfall]] = []
    var groupOf: [ThresholdRule: Int] = [:]
    for row in rows {
      let rule = ThresholdRule(row)
      if row.wetness != .any, let group = groupOf[rule] {
        groups[group].append(row)
        continue
      }
      if row.wetness != .any { groupOf[rule] = groups.count }
      groups.append([row])
    }
    var windows: [Window] = []
    var windowOf: [Int] = []
    var start = [0]
    var sorted: [CriticalRainfall] = []
    for group in groups {
      let window = Window(statistic: group[0].statistic, duration: group[0].duration)
      let known = windows.firstIndex(of: window)
      if known == nil { windows.append(window) }
      windowOf.append(known ?? windows.count - 1)
      sorted += group.sorted {
        (PreparedThresholds.saturation(of: $0.wetness), $0.line)
          < (PreparedThresholds.saturation(of: $1.wetness), $1.line)
      }
      start.append(sorted.count)
    }
    self.windows = windows
    self.windowOf = windowOf
    self.start = start
    self.rows = sorted
    levels = groups.map { UInt8($0[0].level.rawValue) }
    saturations = sorted.map { PreparedThresholds.saturation(of: $0.wetness) }
    depths = sorted.map(\.depth.micrometres)
    asksForSoil = rows.contains { $0.wetness != .any }
  }

  private static func saturation(of wetness: Wetness) -> Int32 {
    switch wetness {
    case .dry: 200_000
    case .normal: 500_000
    case .wet: 800_000
    case .any: unknownSoil
    }
  }

  var count: Int { levels.count }

  /// A saturation as the thresholds ask for it, in millionths.
  static func millionths(_ saturation: Double?) -> Int32 {
    guard let saturation, saturation.isFinite else { return unknownSoil }
    return Int32((min(max(saturation, 0), 1) * 1_000_000).rounded(.down))
  }

  /// The place of the first of the two rows between which a saturation lies; nil where one row counts
  /// alone, whose place is then `single`.
  private func place(
    _ threshold: Int, _ saturation: Int32
  ) -> (lower: Int?, single: Int) {
    let first = start[threshold]
    let last = start[threshold + 1] - 1
    if first == last || (saturation <= saturations[first] && saturation >= 0) {
      return (nil, first)
    }
    if saturation < 0 || saturation >= saturations[last] { return (nil, last) }
    for lower in first..<last
    where saturation <= saturations[lower + 1] && saturations[lower + 1] > saturations[lower] {
      return (lower, lower + 1)
    }
    return (nil, last)
  }

  /// The depth that rain is held against, micrometres, before any factor.
  ///
  /// - Parameter saturation: millionths, or `unknownSoil`.
  func depth(_ threshold: Int, at saturation: Int32) -> Int32 {
    let (lower, single) = place(threshold, saturation)
    guard let lower else { return depths[single] }
    return between(lower, saturation)
  }

  /// Cut to whole tenths of a millimetre, on the side of less rain.
  private func between(_ lower: Int, _ saturation: Int32) -> Int32 {
    let (a, b, s) = (Int64(saturations[lower]), Int64(saturations[lower + 1]), Int64(saturation))
    let scaled = Int64(depths[lower]) * (b - s) + Int64(depths[lower + 1]) * (s - a)
    return Int32(clamping: scaled / ((b - a) * 100) * 100)
  }

  /// The depths of all thresholds, micrometres.
  ///
  /// - Parameter soil: of each window, millionths or `unknownSoil`.
  func limits(soil: [Int32], factor: ThresholdFactor?) -> [Int32] {
    var limits: [Int32] = []
    limits.reserveCapacity(count)
    for threshold in levels.indices {
      let depth = depth(threshold, at: soil[windowOf[threshold]])
      guard let factor, !rows[start[threshold]].isForced else {
        limits.append(depth)
        continue
      }
      limits.append(factor.applied(to: Depth(micrometres: depth)).micrometres)
    }
    return limits
  }

  /// One threshold in full: the row, and how its depth came about.
  func applied(
    _ threshold: Int, at saturation: Int32, factor: ThresholdFactor?
  ) -> AppliedThreshold {
    let (lower, single) = place(threshold, saturation)
    let row = rows[single]
    let factor = row.isForced ? nil : factor
    guard row.wetness != .any else { return AppliedThreshold(row, nil, factor: factor) }
    let depth = lower.map { Depth(micrometres: between($0, saturation)) } ?? row.depth
    let lines = lower.map { [rows[$0].line, row.line] } ?? [row.line]
    let basis: ThresholdDerivation.Basis =
      saturation < 0 ? .wettest : .soil(saturation: Double(saturation) / 1_000_000)
    return AppliedThreshold(
      row.with(depth: depth),
      ThresholdDerivation(basis: basis, lines: lines, stated: depth, factor: nil), factor: factor)
  }

  /// Whether one threshold stands before another of the same ratio: the shorter duration, then the
  /// earlier line.
  func isBefore(_ a: Int, _ b: Int) -> Bool {
    (rows[start[a]].duration, rows[start[a]].line) < (rows[start[b]].duration, rows[start[b]].line)
  }

  /// Whether a person set the threshold for some time.
  func isForced(_ threshold: Int) -> Bool { rows[start[threshold]].isForced }
}

/// What rows differ in by wetness alone.
struct ThresholdRule: Hashable {
  let duration: TimeSpan
  let statistic: RainStatistic
  let level: RiskLevel

  init(_ row: CriticalRainfall) {
    duration = row.duration
    statistic = row.statistic
    level = row.level
  }
}
