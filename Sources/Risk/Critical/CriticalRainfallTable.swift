public import Hydromet

/// The thresholds and rules of a district that hold at a moment, arranged by unit and hazard.
public struct CriticalRainfallTable: Sendable {
  private struct Key: Hashable {
    let kind: UnitKind
    let unit: String
    let hazard: Hazard
  }

  private let rows: [Key: [CriticalRainfall]]
  private let prepared: [Key: PreparedRows]
  private let rules: [Key: [RainRule]]
  private let factors: [ThresholdFactor]

  /// Keeps what holds at a moment; rows in the order of level, duration and table line.
  ///
  /// - Parameters:
  ///   - rules: counted beside the rows, in their order.
  ///   - factors: put on every threshold of their units that nobody forced.
  ///   - time: data time of the judgement, not the time at which it is made.
  public init(
    _ thresholds: [CriticalRainfall], rules: [RainRule] = [], factors: [ThresholdFactor] = [],
    at time: Timestamp
  ) {
    var rows: [Key: [CriticalRainfall]] = [:]
    for row in thresholds where row.holds(at: time) {
      rows[Key(kind: row.unitKind, unit: row.unit, hazard: row.hazard), default: []].append(row)
    }
    let sorted = rows.mapValues { list in
      CriticalRainfallTable.withoutReplaced(list).sorted {
        ($0.level, $0.duration, $0.line) < ($1.level, $1.duration, $1.line)
      }
    }
    self.rows = sorted
    prepared = sorted.compactMapValues { PreparedRows($0) }
    var rulesOfUnit: [Key: [RainRule]] = [:]
    for rule in rules where rule.holds(at: time) {
      for unit in rule.units {
        rulesOfUnit[Key(kind: rule.unitKind, unit: unit, hazard: rule.hazard), default: []]
          .append(rule)
      }
    }
    self.rules = rulesOfUnit
    self.factors = factors.filter { $0.holds(at: time) }
  }

  /// What rows differ in by wetness alone.
  private struct Rule: Hashable {
    let duration: TimeSpan
    let statistic: RainStatistic
    let level: RiskLevel

    init(_ row: CriticalRainfall) {
      duration = row.duration
      statistic = row.statistic
      level = row.level
    }
  }

  /// A forced row stands in the place of the others of its duration, statistic and level.
  private static func withoutReplaced(_ rows: [CriticalRainfall]) -> [CriticalRainfall] {
    let forced = Set(rows.lazy.filter(\.isForced).map(Rule.init))
    guard !forced.isEmpty else { return rows }
    return rows.filter { $0.isForced || !forced.contains(Rule($0)) }
  }

  /// The rows for a unit and a hazard: its own, or where it has none those of `*`.
  public func rows(kind: UnitKind, unit: String, hazard: Hazard) -> [CriticalRainfall] {
    rows[Key(kind: kind, unit: unit, hazard: hazard)]
      ?? rows[Key(kind: kind, unit: "*", hazard: hazard)] ?? []
  }

  /// The rows of a unit and hazard where nothing moves them: no soil, no factor, no rules beside them.
  func unmoved(kind: UnitKind, unit: String, hazard: Hazard) -> PreparedRows? {
    guard factors.isEmpty, rules.isEmpty else { return nil }
    let own = Key(kind: kind, unit: unit, hazard: hazard)
    if rows[own] != nil { return prepared[own] }
    return prepared[Key(kind: kind, unit: "*", hazard: hazard)]
  }

  /// The rules for a unit and a hazard: its own and those for every unit of the kind.
  public func rules(kind: UnitKind, unit: String, hazard: Hazard) -> [RainRule] {
    guard !rules.isEmpty else { return [] }
    return (rules[Key(kind: kind, unit: unit, hazard: hazard)] ?? [])
      + (rules[Key(kind: kind, unit: "*", hazard: hazard)] ?? [])
  }

  /// The factor on a unit's thresholds: of several the smallest, which asks for the least rain.
  public func factor(kind: UnitKind, unit: String, hazard: Hazard) -> ThresholdFactor? {
    factors.lazy.filter { $0.concerns(kind: kind, unit: unit, hazard: hazard) }
      .min { ($0.thousandths, $0.line) < ($1.thousandths, $1.line) }
  }

  /// The hazards for which a unit has rows or rules, in the order of `Hazard`.
  public func hazards(kind: UnitKind, unit: String) -> [Hazard] {
    Hazard.allCases.filter {
      !rows(kind: kind, unit: unit, hazard: $0).isEmpty
        || !rules(kind: kind, unit: unit, hazard: $0).isEmpty
    }
  }

  /// The thresholds of a unit for the soil as it is: between the rows for dry, normal and wet soil,
  /// with the factor that holds. Where the soil is not known the rows for the wettest state count:
  /// the cautious side, and no rule is lost.
  ///
  /// - Parameter saturation: s = Pa / Wm; nil where it is not known.
  public func applied(
    kind: UnitKind, unit: String, hazard: Hazard, saturation: Double?
  ) -> [AppliedThreshold] {
    let all = rows(kind: kind, unit: unit, hazard: hazard)
    let factor = factor(kind: kind, unit: unit, hazard: hazard)
    if factor == nil, all.allSatisfy({ $0.wetness == .any }) {
      return all.map { AppliedThreshold(row: $0, derivation: nil) }
    }
    var order: [Rule] = []
    var groups: [Rule: [CriticalRainfall]] = [:]
    for row in all {
      let rule = Rule(row)
      if groups[rule] == nil { order.append(rule) }
      groups[rule, default: []].append(row)
    }
    return order.flatMap { rule in
      SoilThresholds(groups[rule] ?? []).rows(at: saturation)
        .map { AppliedThreshold($0.row, $0.derivation, factor: $0.row.isForced ? nil : factor) }
    }
  }
}

/// A threshold with the depth that rain is held against.
public struct AppliedThreshold: Sendable, Hashable {
  public let row: CriticalRainfall
  /// Nil where the depth is the one of the row as it stands.
  public let derivation: ThresholdDerivation?

  public init(row: CriticalRainfall, derivation: ThresholdDerivation?) {
    self.row = row
    self.derivation = derivation
  }

  init(
    _ row: CriticalRainfall, _ derivation: ThresholdDerivation?, factor: ThresholdFactor?
  ) {
    guard let factor else {
      self.init(row: row, derivation: derivation)
      return
    }
    self.init(
      row: row.with(depth: factor.applied(to: row.depth)),
      derivation: ThresholdDerivation(
        basis: derivation?.basis ?? .row, lines: derivation?.lines ?? [row.line],
        stated: row.depth, factor: factor))
  }
}
