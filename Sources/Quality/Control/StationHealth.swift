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
  /// Delay from the end of the period to the arrival, seconds; nil where nobody measured it.
  public var delay: Delay?

  public struct ReasonCount: Sendable, Hashable {
    public let reason: QualityReason
    public let count: Int
  }

  public struct Delay: Sendable, Hashable {
    public let medianSeconds: Int
    public let largestSeconds: Int

    public init(medianSeconds: Int, largestSeconds: Int) {
      self.medianSeconds = medianSeconds
      self.largestSeconds = largestSeconds
    }
  }
}

/// Readings by what was said of them.
public struct VerdictCounts: Sendable, Hashable {
  public var correct = 0
  public var suspect = 0
  public var wrong = 0
  public var untestable = 0
  public var edited = 0
  /// Missing, not installed, or not checked at all.
  public var absent = 0

  public init() {}

  public var total: Int { correct + suspect + wrong + untestable + edited + absent }
  /// Suspect and wrong.
  public var flagged: Int { suspect + wrong }

  public mutating func count(_ verdict: ReadingVerdict) {
    switch verdict.code {
    case .correct: correct += 1
    case .suspect: suspect += 1
    case .wrong: wrong += 1
    case .corrected, .modified: edited += 1
    case .unchecked: if verdict.isUntestable { untestable += 1 } else { absent += 1 }
    case .missing, .notInstalled: absent += 1
    }
  }
}
