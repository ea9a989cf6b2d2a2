public import Hydromet

/// The national criteria of the rainstorm warning signal 暴雨预警信号.
///
/// Each level has two branches: the depth will be reached, or it has been reached and the rain may
/// go on. What is judged here is the second branch's first half, the depth that has fallen.
///
/// - Source: 气象灾害预警信号发布与传播办法 (China Meteorological Administration, Order 16,
///   2007-06-12), criteria of the rainstorm signal.
public enum RainstormSignal {
  public static let source = "中国气象局令第16号（2007）暴雨预警信号"
  public static let version = "2007-06-12"

  /// Level, duration and depth, lowest level first.
  public static let criteria: [(level: RiskLevel, duration: TimeSpan, depth: Depth)] = [
    (.blue, .hours(12), Depth(tenthsOfMillimetre: 500)),
    (.yellow, .hours(6), Depth(tenthsOfMillimetre: 500)),
    (.orange, .hours(3), Depth(tenthsOfMillimetre: 500)),
    (.red, .hours(3), Depth(tenthsOfMillimetre: 1000)),
  ]

  /// The criteria as rows of a threshold table for every township.
  public static func thresholds(statistic: RainStatistic) -> [CriticalRainfall] {
    criteria.map { level, duration, depth in
      CriticalRainfall(
        unitKind: .township, unit: "*", hazard: .rainstorm, duration: duration, wetness: .any,
        level: level, depth: depth, statistic: statistic, source: source, author: "national",
        effectiveFrom: nil, effectiveTo: nil, line: 0)
    }
  }

  /// The highest level whose depth has fallen, given the depth of each duration.
  public static func level(depths: (TimeSpan) -> Depth?) -> RiskLevel {
    var highest = RiskLevel.none
    for (level, duration, depth) in criteria {
      if let fallen = depths(duration), fallen >= depth { highest = max(highest, level) }
    }
    return highest
  }
}
