public import Hydromet

/// What neighbours and radar say about the rain of one station over one block.
public struct BlockJudgement: Sendable, Equatable {
  public enum Direction: Sendable, Equatable {
    case agrees
    case tooMuch
    case tooLittle
  }

  public internal(set) var direction = Direction.agrees
  public internal(set) var severity = Findings.Severity.none
  public internal(set) var reasons: QualityReasons = []
  /// Share of the threshold that the residual used up, 0…1.
  public internal(set) var strain = 0.0
  public internal(set) var isWitnessed = false
  /// The most that is still believed, tenths: what is above it is to blame on single readings.
  public internal(set) var believedTenths = Double.infinity
  /// What the neighbours make likely, tenths; negative where they do not say.
  public internal(set) var expectedTenths = -1.0
  /// What the radar saw in the station's cell, tenths; negative where it does not say.
  public internal(set) var radarTenths = -1.0
  /// Rain that fell all around and not into the gauge, tenths.
  public internal(set) var passedByTenths = 0.0
  /// Whether neighbours and radar both say so.
  public internal(set) var isPassedByBoth = false
  /// Residual in standard deviations.
  public internal(set) var residual = 0.0

  /// - Parameters:
  ///   - tenths: rain of the block.
  ///   - isComplete: whether every reading of the block came; a sum with gaps cannot be too small.
  ///   - estimate: what the neighbours make likely; nil where there are too few.
  ///   - radar: nil where the radar does not cover station and time.
  public static func of(
    _ tenths: Double, isComplete: Bool, _ estimate: SpatialEstimate?, _ radar: RadarBlock?,
    _ rules: QualityRules
  ) -> BlockJudgement {
    var judgement = BlockJudgement()
    judgement.isWitnessed = estimate != nil || radar != nil
    if estimate == nil { judgement.reasons.insert(.isolated) }
    if let radar { judgement.radarTenths = radar.own }
    if let estimate {
      judgement.expectedTenths = SpatialEstimate.tenths(estimate.value)
      judgement.residual = estimate.residual(ofTenths: tenths)
      judgement.strain = abs(judgement.residual) / rules.spatialThreshold
    }
    if tenths <= 1 {
      judgement.judgeDry(isComplete, estimate, radar, rules)
    } else {
      judgement.judgeWet(tenths, isComplete, estimate, radar, rules)
    }
    return judgement
  }

  /// A gauge without rain, or with a single tip.
  private mutating func judgeDry(
    _ isComplete: Bool, _ estimate: SpatialEstimate?, _ radar: RadarBlock?, _ rules: QualityRules
  ) {
    guard isComplete else { return }
    let neighboursAreWet =
      estimate.map {
        $0.closeCount >= rules.minimumNeighbours && $0.leastTenths >= rules.wetTenths / 2
          && $0.closeMedianTenths >= 1.5 * rules.wetTenths
      } ?? false
    let radarIsWet =
      radar.map { $0.least >= 0.7 * rules.wetTenths && $0.own >= rules.wetTenths } ?? false
    if let radar, radar.largest < rules.radarDryTenths {
      if estimate.map({ $0.closeMedianTenths > 0 }) ?? false { reasons.insert(.radarSupport) }
      return
    }
    let isContradicted: Bool =
      if neighboursAreWet {
        radarIsWet || residual < (radar == nil ? -2.0 : -2.5)
      } else if radarIsWet, let radar {
        estimate == nil
          ? radar.least >= 2 * rules.wetTenths
          : residual < -1.5 && radar.least >= 2 * rules.wetTenths
      } else {
        residual < -rules.spatialThreshold
      }
    guard isContradicted else { return }
    direction = .tooLittle
    severity = .suspect
    reasons.insert(.eventBuddy)
    if residual < -rules.spatialThreshold { reasons.insert(.spatial) }
    isPassedByBoth = neighboursAreWet && radarIsWet
    let amounts = [
      estimate.map { $0.closeCount > 0 ? $0.closeMedianTenths : $0.medianTenths },
      radar?.own,
    ].compactMap { $0 }
    passedByTenths = amounts.min() ?? 0
  }

  private mutating func judgeWet(
    _ tenths: Double, _ isComplete: Bool, _ estimate: SpatialEstimate?, _ radar: RadarBlock?,
    _ rules: QualityRules
  ) {
    let surroundingsAreDry =
      estimate.map { $0.closeCount >= rules.minimumNeighbours && $0.largestTenths == 0 } ?? false
    if let radar, radar.largest < rules.radarDryTenths, tenths >= rules.wetTenths,
      estimate == nil ? tenths >= 2 * rules.wetTenths : surroundingsAreDry
    {
      direction = .tooMuch
      severity = surroundingsAreDry && tenths >= 2 * rules.wetTenths ? .wrong : .suspect
      reasons.insert(.phantom)
      believedTenths = 2
      return
    }
    guard let estimate else { return }
    if residual > rules.spatialThreshold {
      judgeHigh(tenths, estimate, radar, rules)
    } else if residual < -rules.spatialThreshold, isComplete {
      if let radar, radar.own <= 2 * tenths + 5 {
        reasons.insert(.radarSupport)
      } else {
        direction = .tooLittle
        severity = .suspect
        reasons.insert(.spatial)
        nameScale(tenths, estimate)
      }
    }
  }

  /// A value far above its surroundings. Extremes are real: one that an echo or the edge of a
  /// neighbour's rain explains stays; one that nothing explains is doubted, and called wrong only where
  /// the radar looked and saw next to nothing.
  private mutating func judgeHigh(
    _ tenths: Double, _ estimate: SpatialEstimate, _ radar: RadarBlock?, _ rules: QualityRules
  ) {
    let cap = Double(rules.radarSupportTenths)
    if let radar, radar.largest >= min(rules.radarSupportShare * tenths, cap) {
      reasons.insert(.radarSupport)
      return
    }
    let isEdge =
      estimate.stormTenths >= min(rules.neighbourSupportShare * tenths, cap)
      && estimate.stormTenths >= rules.leastSupportShare * tenths
      && (tenths < rules.coreTenths
        || estimate.coreLeastTenths >= rules.neighbourSupportShare * tenths)
    let isStormEdge =
      estimate.stormTenths >= cap && 10 * estimate.leastTenths <= estimate.stormTenths
    let limit = isStormEdge ? rules.stormEdgeLimit : rules.edgeLimit
    if isEdge, residual < limit * rules.spatialThreshold {
      reasons.insert(.neighbourSupport)
      return
    }
    direction = .tooMuch
    severity = .suspect
    reasons.insert(.spatial)
    if estimate.closeCount >= rules.minimumNeighbours { reasons.insert(.buddy) }
    nameScale(tenths, estimate)
    believedTenths = SpatialEstimate.tenths(
      estimate.value + rules.spatialThreshold * estimate.deviation)
    if let radar, radar.largest < 0.1 * tenths, residual > 2 * rules.spatialThreshold {
      severity = .wrong
    }
  }

  /// A decimal point or inches: the value fits when it is divided or multiplied.
  private mutating func nameScale(_ tenths: Double, _ estimate: SpatialEstimate) {
    guard estimate.medianTenths >= 5 else { return }
    let factors = direction == .tooMuch ? [0.1, 1 / 25.4] : [10, 25.4]
    let fits = factors.contains { factor in
      let ratio = tenths * factor / max(1, SpatialEstimate.tenths(estimate.value))
      return ratio > 0.6 && ratio < 1.7
    }
    if fits { reasons.insert(.scale) }
  }
}
