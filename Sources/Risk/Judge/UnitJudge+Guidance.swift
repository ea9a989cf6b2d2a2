import Hydromet

extension UnitJudge {
  /// Holds rain that comes after the present state against flash-flood guidance: the rain of a duration that brings the flow to its
  /// harmful stage from the present state of the basin is the mark of leaving now, red. It can raise
  /// a level beside the table and never lowers one. The rain is the mean over all the area upstream
  /// where it is known, as the guidance is.
  ///
  /// - Returns: nil where no depth does harm, or there is no such window.
  static func compare(
    _ derived: DerivedCriticalRainfall, _ kind: UnitKind, _ unit: String, _ hazard: Hazard,
    _ inputs: UnitInputs
  ) -> Evidence? {
    guard let depth = derived.depth else { return nil }
    let upstream = inputs.fallen(.upstreamMean, derived.duration)
    let statistic: RainStatistic = upstream?.depth == nil ? .mean : .upstreamMean
    guard let rain = statistic == .mean ? inputs.fallen(.mean, derived.duration) : upstream else {
      return nil
    }
    let row = CriticalRainfall(
      unitKind: kind, unit: unit, hazard: hazard, duration: derived.duration, wetness: .any,
      level: .red, depth: depth, statistic: statistic, source: derived.harmfulFlow.source,
      author: "freshet", effectiveFrom: nil, effectiveTo: nil, line: 0)
    // With gaps in the soil's memory less rain may do: the guidance proves and does not exclude.
    let isComplete = rain.isComplete && derived.gapShare <= SoilState.maximumGapShare
    let verdict: ThresholdVerdict =
      if let fallen = rain.depth, fallen >= depth {
        .reached
      } else if rain.depth != nil, isComplete {
        .notReached
      } else {
        .unknown
      }
    return Evidence(
      threshold: row, depth: rain.depth, verdict: verdict, isLowerBound: !isComplete,
      derivation: ThresholdDerivation(basis: .guidance, lines: [], stated: depth, factor: nil))
  }
}
