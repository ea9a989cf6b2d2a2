public import Hydromet

/// The thresholds of a district, arranged by unit and hazard.
public struct CriticalRainfallTable: Sendable {
  private struct Key: Hashable {
    let kind: UnitKind
    let unit: String
    let hazard: Hazard
  }

  private let rows: [Key: [CriticalRainfall]]

  /// Keeps the rows that hold at a moment, in the order of level, duration and table line.
  ///
  /// - Parameter time: data time of the judgement, not the time at which it is made.
  public init(_ thresholds: [CriticalRainfall], at time: Timestamp) {
    var rows: [Key: [CriticalRainfall]] = [:]
    for row in thresholds where row.holds(at: time) {
      rows[Key(kind: row.unitKind, unit: row.unit, hazard: row.hazard), default: []].append(row)
    }
    self.rows = rows.mapValues { list in
      list.sorted {
        ($0.level, $0.duration, $0.line) < ($1.level, $1.duration, $1.line)
      }
    }
  }

  /// The rows for a unit and a hazard: its own, or where it has none those of `*`.
  public func rows(kind: UnitKind, unit: String, hazard: Hazard) -> [CriticalRainfall] {
    rows[Key(kind: kind, unit: unit, hazard: hazard)]
      ?? rows[Key(kind: kind, unit: "*", hazard: hazard)] ?? []
  }

  /// The hazards for which a unit has rows, in the order of `Hazard`.
  public func hazards(kind: UnitKind, unit: String) -> [Hazard] {
    Hazard.allCases.filter { !rows(kind: kind, unit: unit, hazard: $0).isEmpty }
  }

  /// What rows differ in by wetness alone.
  private struct Rule: Hashable {
    let duration: TimeSpan
    let statistic: RainStatistic
    let level: RiskLevel
  }

  /// The rows to use for a soil state: those for any, and of each level, duration and statistic the
  /// row of the state. Where the state is not known, or the table has no row for it, that is the row
  /// of the wettest state: the cautious side, and no rule is lost.
  static func select(_ rows: [CriticalRainfall], wetness: Wetness?) -> [CriticalRainfall] {
    let states = Dictionary(grouping: rows, by: rule).mapValues { Set($0.map(\.wetness)) }
    return rows.filter { row in
      if row.wetness == .any { return true }
      let present = states[rule(row), default: []]
      let order = [wetness, .wet, .normal, .dry].compactMap { $0 }
      return row.wetness == order.first { present.contains($0) }
    }
  }

  private static func rule(_ row: CriticalRainfall) -> Rule {
    Rule(duration: row.duration, statistic: row.statistic, level: row.level)
  }
}
