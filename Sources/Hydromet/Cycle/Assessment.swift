/// How the depth of a threshold came from what people wrote down.
public struct ThresholdDerivation: Sendable, Hashable {
  public enum Basis: Sendable, Hashable {
    /// The row as it stands; a factor was put on it.
    case row
    /// Between the rows for drier and wetter soil, at s = Pa / Wm when the window began.
    case soil(saturation: Double)
    /// The soil is not known: the row for the wettest soil.
    case wettest
    /// The rain of an hour that reaches the triggering index with this effective rain, mm: at the least,
    /// at the most, and the share of it that is known, each day counting by its weight.
    case triggeringIndex(effectiveRain: Double, most: Double, knownShare: Double)
    /// The rain of an hour on the line at this soil water index, mm, which is only a lower bound where
    /// some of the rain behind it is not known.
    case soilRainLine(index: Double, isLowerBound: Bool)
    /// From the flow that does harm, for the present state of the basin.
    case guidance
  }

  public let basis: Basis
  /// Lines of the table that were used.
  public let lines: [Int]
  /// The depth before the factor.
  public let stated: Depth
  public let factor: ThresholdFactor?

  public init(basis: Basis, lines: [Int], stated: Depth, factor: ThresholdFactor?) {
    self.basis = basis
    self.lines = lines
    self.stated = stated
    self.factor = factor
  }
}

/// How a rule of several tests came out: each of its tests, in reading order.
public struct RuleEvidence: Sendable, Hashable {
  public struct Test: Sendable, Hashable {
    public let condition: RuleCondition
    public let depth: Depth?
    public let threshold: Depth?
    public let verdict: ThresholdVerdict

    public init(
      condition: RuleCondition, depth: Depth?, threshold: Depth?, verdict: ThresholdVerdict
    ) {
      self.condition = condition
      self.depth = depth
      self.threshold = threshold
      self.verdict = verdict
    }
  }

  public let rule: RainRule
  public let tests: [Test]

  public init(rule: RainRule, tests: [Test]) {
    self.rule = rule
    self.tests = tests
  }
}

/// Why a unit has the level it has: one threshold and the rain that was held against it. Of a rule of
/// several tests it is the test that decides.
public struct Evidence: Sendable, Hashable {
  /// With the depth that was compared: after soil and factor.
  public let threshold: CriticalRainfall
  /// The number that was compared; nil where there was none.
  public let depth: Depth?
  public let verdict: ThresholdVerdict
  /// The depth is a lower bound: some of the rain is not known.
  public let isLowerBound: Bool
  /// Nil where the threshold is the row as it stands.
  public let derivation: ThresholdDerivation?
  /// Nil for a row of the threshold table.
  public let rule: RuleEvidence?

  public init(
    threshold: CriticalRainfall, depth: Depth?, verdict: ThresholdVerdict, isLowerBound: Bool,
    derivation: ThresholdDerivation? = nil, rule: RuleEvidence? = nil
  ) {
    self.threshold = threshold
    self.depth = depth
    self.verdict = verdict
    self.isLowerBound = isLowerBound
    self.derivation = derivation
    self.rule = rule
  }

  /// Depth over threshold; nil without a depth.
  public var ratio: Double? {
    guard let depth, threshold.depth > .zero else { return nil }
    return Double(depth.micrometres) / Double(threshold.depth.micrometres)
  }
}

/// What fallen and expected rain together would bring a unit to, within the time that leaving takes.
public struct ExpectedAnswer: Sendable, Hashable {
  public let level: RiskLevel
  /// Rows and windows that the forecast does not cover are left open.
  public let isComplete: Bool
  /// The threshold that decides, with the joined depth.
  public let decisive: Evidence?
  /// The window of the decisive threshold ends so long after the data time.
  public let lead: TimeSpan?
  /// What of the joined depth has fallen, and what is expected.
  public let fallen: Depth?
  public let expected: Depth?
  /// When the forecast behind it was issued.
  public let issued: Timestamp?

  public init(
    level: RiskLevel, isComplete: Bool, decisive: Evidence?, lead: TimeSpan?, fallen: Depth?,
    expected: Depth?, issued: Timestamp? = nil
  ) {
    self.issued = issued
    self.level = level
    self.isComplete = isComplete
    self.decisive = decisive
    self.lead = lead
    self.fallen = fallen
    self.expected = expected
  }
}

/// A level that is still shown although the rain would allow a lower one.
public struct HeldLevel: Sendable, Hashable {
  /// What the rain says now.
  public let present: RiskAnswer
  /// Since when the shown level stands.
  public let since: Timestamp
  /// When it may fall, if nothing changes; nil while the rain keeps it up or nobody knows.
  public let until: Timestamp?

  public init(present: RiskAnswer, since: Timestamp, until: Timestamp?) {
    self.present = present
    self.since = since
    self.until = until
  }
}

/// The answer for one unit and one hazard.
public struct UnitAssessment: Sendable, Hashable {
  public let unitKind: UnitKind
  public let unit: String
  public let name: String
  public let hazard: Hazard
  /// What is shown: what the rain says, or a higher level that is held.
  public let answer: RiskAnswer
  /// The threshold that decides: of the level reached, the one with the largest ratio; else the one
  /// that is nearest to being reached. Nil where the unit has no thresholds or no rain.
  public let decisive: Evidence?
  /// The rules that the inputs do not cover, in words; empty where the answer is complete.
  public let uncovered: [String]
  /// Nil where no rain is forecast: the answer is of observed rain only 仅实况.
  public let expected: ExpectedAnswer?
  /// The highest level that the rain is near enough to for it not to fall; at least that of the rain.
  public let staying: RiskLevel
  /// Nil where the level is the one of the present rain.
  public let held: HeldLevel?

  public init(
    unitKind: UnitKind, unit: String, name: String, hazard: Hazard, answer: RiskAnswer,
    decisive: Evidence?, uncovered: [String], expected: ExpectedAnswer? = nil,
    staying: RiskLevel? = nil, held: HeldLevel? = nil
  ) {
    self.unitKind = unitKind
    self.unit = unit
    self.name = name
    self.hazard = hazard
    self.answer = answer
    self.decisive = decisive
    self.uncovered = uncovered
    self.expected = expected
    self.staying = max(staying ?? answer.level, answer.level)
    self.held = held
  }

  /// The same assessment with another answer shown.
  public func showing(_ answer: RiskAnswer, held: HeldLevel?) -> UnitAssessment {
    UnitAssessment(
      unitKind: unitKind, unit: unit, name: name, hazard: hazard, answer: answer,
      decisive: decisive, uncovered: uncovered, expected: expected, staying: staying, held: held)
  }

  /// Of assessments with one level the one that speaks for all: one whose rain is at the level now, before
  /// one whose level is held; of those the one with the largest ratio to its threshold; of equal ones the
  /// one with the lower id, so that the choice never depends on the order.
  public static func leading(_ assessments: some Sequence<UnitAssessment>) -> UnitAssessment? {
    assessments.min { $0.leads($1) }
  }

  private func leads(_ other: UnitAssessment) -> Bool {
    if (held == nil) != (other.held == nil) { return held == nil }
    let (left, right) = (decisive?.ratio ?? -1, other.decisive?.ratio ?? -1)
    return left != right ? left > right : unit < other.unit
  }

  /// What people at the place are to do at this level; nil where it moves nobody.
  public var action: EvacuationAction? { EvacuationAction(answer.level, of: hazard) }
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

  /// The part that expected rain brings highest; nil where no rain is forecast. Of equals the first.
  public var expected: UnitAssessment? {
    var best: UnitAssessment?
    for part in parts {
      guard let level = part.expected?.level else { continue }
      if best?.expected.map({ level > $0.level }) ?? true { best = part }
    }
    return best
  }

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
