public import Hydromet

/// The page of numbers of one station.
public struct StationHealth: Sendable, Hashable {
  public let station: String
  /// Readings of rain: those that came with a value, of those that the span expects at the
  /// station's own step.
  public let availability: Coverage
  /// Rain readings by verdict.
  public let counts: VerdictCounts
  /// How often each reason was given, in the order of the reasons; those that never were are left out.
  public let reasons: [ReasonCount]
  /// Neighbours that the checks can use, and the distance of the nearest, km.
  public let neighbours: Int
  public let nearestKilometres: Double?
  /// What weeks of rain say; see `StationHistory`.
  public let long: LongFindings
  /// The dry run that is going on.
  public let dryRun: StationHistory.DryRun

  public struct ReasonCount: Sendable, Hashable {
    public let reason: QualityReason
    public let count: Int
  }
}
