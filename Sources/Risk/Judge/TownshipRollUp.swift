public import Hydromet

/// The level of a township: the highest of its own areal rain, of the basins that touch it and of
/// the hazard points in it. No weighting, no smoothing: it can be derived by hand from the parts.
public enum TownshipRollUp {
  /// - Parameters:
  ///   - parts: the assessments of the township itself, its basins and its points.
  /// - Returns: unknown where there is no part at all: a township without rules is not safe.
  public static func assess(
    township: Township, parts: [UnitAssessment]
  ) -> TownshipAssessment {
    let answer =
      RiskAnswer.combined(parts.map(\.answer)) ?? RiskAnswer.incomplete(reached: .none)
    // Why nobody knows is told by a part that nobody knows, however near another is to its threshold.
    let isOpen = answer.state == .unknown
    let decisive = UnitAssessment.leading(
      parts.filter {
        $0.answer.level == answer.level && (!isOpen || $0.answer.state != .complete)
      })
    return TownshipAssessment(
      township: township.code, name: township.name, answer: answer,
      hazard: answer.level == .none ? nil : decisive?.hazard, decisive: decisive, parts: parts)
  }
}
