/// When the rain of a test falls, seen from the data time.
public enum RainTense: String, Sendable, Hashable, Codable, CaseIterable {
  /// In the window that ends at the data time.
  case fallen
  /// In the window that begins at the data time.
  case expected
  /// In any window of the length that ends at or after the data time: fallen and expected rain joined.
  case joined
}

/// Rain of a duration reaches a depth.
public struct RainTest: Sendable, Hashable {
  public let depth: Depth
  public let duration: TimeSpan
  public let statistic: RainStatistic
  public let tense: RainTense

  public init(
    depth: Depth, duration: TimeSpan, statistic: RainStatistic, tense: RainTense = .fallen
  ) {
    self.depth = depth
    self.duration = duration
    self.statistic = statistic
    self.tense = tense
  }
}

/// The rainfall triggering index of landslides and debris flows 降雨驱动指标: RTI = I · Rt, with I
/// the rain of the last hour and Rt = Σ decayⁱ Rᵢ the effective rain, R₀ that of the last 24 h and
/// R₁ … those of the 24 h before it.
///
/// - Source: Jan and Lee (2004), a debris-flow rainfall-based warning model.
public struct TriggeringIndex: Sendable, Hashable {
  /// mm²/h, above 0.
  public let threshold: Double
  public let statistic: RainStatistic
  /// What a day leaves of the rain before it, 0…1.
  public let decay: Double
  /// Days before the last one that count.
  public let days: Int

  public init(threshold: Double, statistic: RainStatistic, decay: Double = 0.7, days: Int = 7) {
    self.threshold = threshold
    self.statistic = statistic
    self.decay = decay
    self.days = days
  }
}

/// The two-dimensional line of landslide warnings: the rain of 60 minutes that triggers, falling with
/// the soil water index. A pair on the line or above it triggers.
///
/// - Source: Osanai et al. (2010), Japanese early-warning for debris flows and slope failures.
public struct SoilRainLine: Sendable, Hashable {
  public struct Corner: Sendable, Hashable {
    /// Soil water index, mm.
    public let index: Double
    public let rain: Depth

    public init(index: Double, rain: Depth) {
      self.index = index
      self.rain = rain
    }
  }

  public let statistic: RainStatistic
  /// By rising index; the rain never rises. Straight between corners, level beyond the ends.
  public let corners: [Corner]

  public init(statistic: RainStatistic, corners: [Corner]) {
    self.statistic = statistic
    self.corners = corners
  }

  /// The rain of 60 minutes on the line, cut to tenths of a millimetre; nil without corners.
  public func rain(atIndex index: Double) -> Depth? {
    guard let first = corners.first, let last = corners.last else { return nil }
    guard index > first.index else { return first.rain }
    guard index < last.index else { return last.rain }
    for (a, b) in zip(corners, corners.dropFirst()) where index <= b.index && b.index > a.index {
      let share = (index - a.index) / (b.index - a.index)
      let fall = Double(a.rain.micrometres) - Double(b.rain.micrometres)
      let micrometres = Double(a.rain.micrometres) - share * fall
      let tenths = (micrometres / 100).rounded(.down)
      return max(Depth(micrometres: Int32(clamping: Int64(tenths) * 100)), b.rain)
    }
    return last.rain
  }
}

/// What has to be so for a rule to be reached. More rain never ends it.
public indirect enum RuleCondition: Sendable, Hashable {
  case rain(RainTest)
  case triggeringIndex(TriggeringIndex)
  case soilRainLine(SoilRainLine)
  /// So many of the conditions at the least: 1 for any, their number for all.
  case atLeast(Int, [RuleCondition])

  public static func all(_ parts: [RuleCondition]) -> RuleCondition { .atLeast(parts.count, parts) }
  public static func any(_ parts: [RuleCondition]) -> RuleCondition { .atLeast(1, parts) }

  /// The tests in the condition, in reading order.
  public var leaves: [RuleCondition] {
    if case .atLeast(_, let parts) = self { return parts.flatMap(\.leaves) }
    return [self]
  }
}

/// A rule that joins tests: of a level of a hazard for units.
public struct RainRule: Sendable, Hashable {
  public let id: String
  public let name: String
  public let unitKind: UnitKind
  /// Ids of units, or `*` alone for every unit of the kind.
  public let units: [String]
  public let hazard: Hazard
  public let level: RiskLevel
  public let condition: RuleCondition
  public let source: String
  public let author: String
  public let season: Season?
  public let effectiveFrom: Timestamp?
  public let effectiveTo: Timestamp?
  /// Line of the file it begins in.
  public let line: Int

  public init(
    id: String, name: String, unitKind: UnitKind, units: [String], hazard: Hazard,
    level: RiskLevel, condition: RuleCondition, source: String, author: String,
    season: Season? = nil, effectiveFrom: Timestamp? = nil, effectiveTo: Timestamp? = nil,
    line: Int = 0
  ) {
    self.id = id
    self.name = name
    self.unitKind = unitKind
    self.units = units
    self.hazard = hazard
    self.level = level
    self.condition = condition
    self.source = source
    self.author = author
    self.season = season
    self.effectiveFrom = effectiveFrom
    self.effectiveTo = effectiveTo
    self.line = line
  }

  public func holds(at moment: Timestamp) -> Bool {
    if let effectiveFrom, moment < effectiveFrom { return false }
    if let effectiveTo, moment >= effectiveTo { return false }
    return season?.holds(at: moment) ?? true
  }

  public func concerns(kind: UnitKind, unit: String) -> Bool {
    unitKind == kind && (units == ["*"] || units.contains(unit))
  }
}
