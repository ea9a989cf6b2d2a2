public import Hydromet

/// The thresholds and rules of a district that hold at a moment, arranged by unit and hazard.
public struct CriticalRainfallTable: Sendable {
  private struct Key: Hashable {
    let kind: UnitKind
    let unit: String
    let hazard: Hazard
  }

  private let rows: [Key: [CriticalRainfall]]
  private let prepared: [Key: PreparedThresholds]
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
    prepared = sorted.mapValues { PreparedThresholds($0) }
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

  /// A forced row stands in the place of the others of its duration, statistic and level.
  private static func withoutReplaced(_ rows: [CriticalRainfall]) -> [CriticalRainfall] {
    let forced = Set(rows.lazy.filter(\.isForced).map(ThresholdRule.init))
    guard !forced.isEmpty else { return rows }
    return rows.filter { $0.isForced || !forced.contains(ThresholdRule($0)) }
  }

  /// The rows for a unit and a hazard: its own, or where it has none those of `*`.
  public func rows(kind: UnitKind, unit: String, hazard: Hazard) -> [CriticalRainfall] {
    rows[Key(kind: kind, unit: unit, hazard: hazard)]
      ?? rows[Key(kind: kind, unit: "*", hazard: hazard)] ?? []
  }

  /// The thresholds of a unit and hazard, arranged for the judgement; nil where it has none.
  func prepared(kind: UnitKind, unit: String, hazard: Hazard) -> PreparedThresholds? {
    prepared[Key(kind: kind, unit: unit, hazard: hazard)]
      ?? prepared[Key(kind: kind, unit: "*", hazard: hazard)]
  }

  /// The rules for a unit and a hazard: its own and those for every unit of the kind.
  public func rules(kind: UnitKind, unit: String, hazard: Hazard) -> [RainRule] {
    guard !rules.isEmpty else { return [] }
    return (rules[Key(kind: kind, unit: unit, hazard: hazard)] ?? [])
      + (rules[Key(kind: kind, unit: "*", hazard: hazard)] ?? [])
  }

  /// The factor on a unit's thresholds: of several the smallest, which asks for the least rain.
  public func factor(kind: UnitKind, unit: String, hazard: Hazard) -> ThresholdFactor? {
    guard !factors.isEmpty else { return nil }
    return factors.lazy.filter { $0.concerns(kind: kind, unit: unit, hazard: hazard) }
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
    guard let prepared = prepared(kind: kind, unit: unit, hazard: hazard) else { return [] }
    let factor = factor(kind: kind, unit: unit, hazard: hazard)
    let soil = PreparedThresholds.millionths(saturation)
    return prepared.levels.indices.map { prepared.applied($0, at: soil, factor: factor) }
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
