/// Why a unit has the level it has: one threshold and the rain that was held against it.
public struct Evidence: Sendable, Hashable {
  public let threshold: CriticalRainfall
  /// The number that was compared; nil where there was none.
  public let depth: Depth?
  public let verdict: ThresholdVerdict
  /// The depth is a lower bound: some of the rain is not known.
  public let isLowerBound: Bool

  public init(
    threshold: CriticalRainfall, depth: Depth?, verdict: ThresholdVerdict, isLowerBound: Bool
  ) {
    self.threshold = threshold
    self.depth = depth
    self.verdict = verdict
    self.isLowerBound = isLowerBound
  }

  /// Depth over threshold; nil without a depth.
  public var ratio: Double? {
    guard let depth, threshold.depth > .zero else { return nil }
    return Double(depth.micrometres) / Double(threshold.depth.micrometres)
  }
}

/// The answer for one unit and one hazard.
public struct UnitAssessment: Sendable, Hashable {
  public let unitKind: UnitKind
  public let unit: String
  public let name: String
  public let hazard: Hazard
  public let answer: RiskAnswer
  /// The threshold that decides: of the level reached, the one with the largest ratio; else the one
  /// that is nearest to being reached. Nil where the unit has no thresholds or no rain.
  public let decisive: Evidence?
  /// The rules that the inputs do not cover, in words; empty where the answer is complete.
  public let uncovered: [String]

  public init(
    unitKind: UnitKind, unit: String, name: String, hazard: Hazard, answer: RiskAnswer,
    decisive: Evidence?, uncovered: [String]
  ) {
    self.unitKind = unitKind
    self.unit = unit
    self.name = name
    self.hazard = hazard
    self.answer = answer
    self.decisive = decisive
    self.uncovered = uncovered
  }
}

/// The answer for one township: the highest of its own areal rain, its basins, points and gauges.
public struct TownshipAssessment: Sendable, Hashable {
  public let township: String
  public let name: String
  public let answer: RiskAnswer
  /// The hazard of the level; nil where no hazard has one.
  public let hazard: Hazard?
  /// The unit that decides.
  public let decisive: UnitAssessment?
  /// Every unit that was counted in (the township itself, its basins and points), so that the level
  /// can be derived by hand.
  public let parts: [UnitAssessment]

  public init(
    township: String, name: String, answer: RiskAnswer, hazard: Hazard?, decisive: UnitAssessment?,
    parts: [UnitAssessment]
  ) {
    self.township = township
    self.name = name
    self.answer = answer
    self.hazard = hazard
    self.decisive = decisive
    self.parts = parts
  }
}

/// A draft of a warning: one hazard and one level, with the townships it is for. A forecaster signs
/// it; nothing goes out by itself.
public struct WarningDraft: Sendable, Hashable {
  /// `ZZZZZZDDDUUUXX_YYYYMMDDhhmmss_N`, 31 characters (GB/T 35965.1 practice).
  public let identifier: String
  public let hazard: Hazard
  public let level: RiskLevel
  public let townshipCodes: [String]
  public let dataTime: Timestamp
  public let expires: Timestamp
  public let headline: String
  public let description: String
  public let instruction: String
  public let englishHeadline: String
  public let englishDescription: String
  public let englishInstruction: String

  public init(
    identifier: String, hazard: Hazard, level: RiskLevel, townshipCodes: [String],
    dataTime: Timestamp, expires: Timestamp, headline: String, description: String,
    instruction: String, englishHeadline: String, englishDescription: String,
    englishInstruction: String
  ) {
    self.identifier = identifier
    self.hazard = hazard
    self.level = level
    self.townshipCodes = townshipCodes
    self.dataTime = dataTime
    self.expires = expires
    self.headline = headline
    self.description = description
    self.instruction = instruction
    self.englishHeadline = englishHeadline
    self.englishDescription = englishDescription
    self.englishInstruction = englishInstruction
  }
}
