import Hydromet

let cycleTime = Timestamp(secondsSince1970: 1_782_000_000)

/// A threshold row with only what a test is about.
func row(
  _ level: RiskLevel, hours: Int, mm: Int32, unit: String = "B1", kind: UnitKind = .basin,
  hazard: Hazard = .flashFlood, statistic: RainStatistic = .mean, wetness: Wetness = .any,
  from: Timestamp? = nil, to: Timestamp? = nil, line: Int = 2
) -> CriticalRainfall {
  CriticalRainfall(
    unitKind: kind, unit: unit, hazard: hazard, duration: .hours(hours), wetness: wetness,
    level: level, depth: Depth(tenthsOfMillimetre: mm * 10), statistic: statistic, source: "test",
    author: "test", effectiveFrom: from, effectiveTo: to, line: line)
}

/// A county's real static table (1, 3, 6 and 24 h; any one suffices).
/// Source: flash-flood plan of Jianghua county.
let jianghua: [CriticalRainfall] = {
  let depths: [(RiskLevel, [Int32])] = [
    (.blue, [35, 55, 70, 100]), (.yellow, [45, 75, 95, 130]), (.orange, [60, 100, 120, 160]),
    (.red, [80, 120, 150, 200]),
  ]
  return depths.flatMap { level, values in
    zip([1, 3, 6, 24], values).map { row(level, hours: $0, mm: $1) }
  }
}()

func areal(
  mean: Double?, validShare: Double = 1, gridShare: Double = 1, lowerBound: Double? = nil,
  hours: Int = 1
) -> ArealRainfall {
  ArealRainfall(
    period: Period(end: cycleTime, seconds: hours * 3600),
    mean: mean.flatMap { Depth(millimetres: $0) }, maximumCell: nil, maximumGauge: nil,
    maximumGaugeStation: nil, validShare: validShare, gridShare: gridShare,
    gaugesAreComplete: false,
    meanLowerBound: (lowerBound ?? mean).flatMap { Depth(millimetres: $0) })
}
