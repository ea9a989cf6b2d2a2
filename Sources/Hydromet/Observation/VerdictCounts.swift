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

  public static func + (a: VerdictCounts, b: VerdictCounts) -> VerdictCounts {
    var sum = a
    sum.correct += b.correct
    sum.suspect += b.suspect
    sum.wrong += b.wrong
    sum.untestable += b.untestable
    sum.edited += b.edited
    sum.absent += b.absent
    return sum
  }

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

/// What quality control said of one station in a cycle.
public struct StationVerdict: Sendable, Hashable {
  public let station: String
  /// Of its newest reading of rain; nil where none came within the longest window.
  public let newest: ReadingVerdict?
  public let newestEnd: Timestamp?
  /// Rain readings of the longest window.
  public let counts: VerdictCounts
  /// What speaks against any of them.
  public let reasons: QualityReasons
  /// People's decisions that hold in this cycle: code, author and reason in words.
  public let edits: [String]

  public init(
    station: String, newest: ReadingVerdict?, newestEnd: Timestamp?, counts: VerdictCounts,
    reasons: QualityReasons, edits: [String] = []
  ) {
    self.station = station
    self.newest = newest
    self.newestEnd = newestEnd
    self.counts = counts
    self.reasons = reasons
    self.edits = edits
  }
}
