public import Hydromet
public import Kernels

/// Thresholds of many units by duration and level, and the levels that they reached: the judgement of
/// a province or a country in one pass over memory.
///
/// It answers which level was reached and which higher one cannot be excluded; `UnitJudge` gives the
/// same answer with its evidence, one unit at a time.
public struct LevelTable: Sendable {
  public let unitCount: Int
  public let durationCount: Int
  /// At most 255; the first is the lowest.
  public let levelCount: Int
  /// Units from one row to the next: as `ArealRainTable` of as many regions has them.
  public let paddedUnits: Int
  /// Shape [duration, level, unit], micrometres.
  private var thresholds: [Int32]
  /// For each unit the highest level that was reached, counted from 1; 0 where none was.
  public private(set) var reached: [UInt8]
  /// For each unit the highest level that its incomplete rain cannot exclude; 0 where there is none.
  public private(set) var open: [UInt8]

  /// What stands where there is no rule.
  private static let noRule = Int32.max
  private static let padding = 256
  /// Whether some rule is reached by no rain at all.
  private var hasRuleForDry = false

  /// - Precondition: counts that are not negative, and at most 255 levels.
  public init(units: Int, durations: Int, levels: Int) {
    unitCount = units
    durationCount = durations
    levelCount = min(levels, 255)
    paddedUnits = (units + LevelTable.padding - 1) / LevelTable.padding * LevelTable.padding
    thresholds = Array(
      inLargePages: LevelTable.noRule, count: paddedUnits * durations * levelCount)
    reached = Array(repeating: 0, count: paddedUnits)
    open = reached
  }

  /// Sets a rule: the level is reached when at least this depth fell in the duration.
  public mutating func set(_ threshold: Depth, duration: Int, level: Int, unit: Int) {
    thresholds[(duration * levelCount + level) * paddedUnits + unit] = threshold.micrometres
    if threshold.micrometres <= 0 { hasRuleForDry = true }
  }

  /// A rule; nil where there is none.
  public func threshold(duration: Int, level: Int, unit: Int) -> Depth? {
    let limit = thresholds[(duration * levelCount + level) * paddedUnits + unit]
    return limit == LevelTable.noRule ? nil : Depth(micrometres: limit)
  }

  /// Whether a unit has a rule for a duration.
  public func hasRule(duration: Int, unit: Int) -> Bool {
    (0..<levelCount).contains { threshold(duration: duration, level: $0, unit: unit) != nil }
  }

  /// Judges all units.
  ///
  /// - Parameters:
  ///   - depths: shape [duration, padded unit], micrometres, the least that is known to have fallen;
  ///     −1 where nothing is known.
  ///   - known: of the same shape; 0 where the depth is only a lower bound, which can prove that a
  ///     level was reached and never that it was not.
  /// - Throws: `Fault` `wrong_shape`.
  public mutating func judge(
    _ depths: [Int32], _ known: [UInt8], kernel: Kernel = .chosen, workers: Workers = .one
  ) throws(Fault) {
    guard depths.count == paddedUnits * durationCount, known.count == depths.count else {
      throw Fault(
        "wrong_shape",
        "\(depths.count) depths were given for \(paddedUnits) units and \(durationCount) durations",
        remedy: "give the table of as many units and durations")
    }
    let (units, durations, levels) = (paddedUnits, durationCount, levelCount)
    let thresholds = thresholds
    let skipsDry = !hasRuleForDry
    reached.withUnsafeMutableBufferPointer { reached in
      open.withUnsafeMutableBufferPointer { open in
        depths.withUnsafeBufferPointer { depths in
          known.withUnsafeBufferPointer { known in
            thresholds.withUnsafeBufferPointer { thresholds in
              guard let reached = reached.baseAddress, let open = open.baseAddress,
                let depths = depths.baseAddress, let known = known.baseAddress,
                let thresholds = thresholds.baseAddress
              else { return }
              workers.forEachRange(of: units, step: LevelTable.padding) { range in
                kernel.judgeLevels(
                  depths, known, thresholds, units: units, durations: durations, levels: levels,
                  skipsDry: skipsDry, wanted: range, reached, open)
              }
            }
          }
        }
      }
    }
  }
}
