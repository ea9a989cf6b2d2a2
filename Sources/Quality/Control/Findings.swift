import Hydromet

/// What the checks found out about each reading, before it becomes a verdict.
public struct Findings {
  public enum Severity: UInt8, Sendable, Comparable {
    case none
    case suspect
    case wrong

    public static func < (a: Severity, b: Severity) -> Bool { a.rawValue < b.rawValue }
  }

  private(set) var reasons: [QualityReasons]
  private(set) var severity: [Severity]
  /// Whether a neighbour, a radar cell or a twin was held against the reading.
  private(set) var isWitnessed: [Bool]
  /// The largest residual in shares of the threshold of its check, 0…1 for what passed.
  private(set) var strain: [Float]

  init(count: Int) {
    reasons = [QualityReasons](repeating: [], count: count)
    severity = [Severity](repeating: .none, count: count)
    isWitnessed = [Bool](repeating: false, count: count)
    strain = [Float](repeating: 0, count: count)
  }

  mutating func add(_ reason: QualityReason, _ severity: Severity = .none, to reading: Int) {
    reasons[reading].insert(reason)
    if severity > self.severity[reading] { self.severity[reading] = severity }
  }

  mutating func witness(_ reading: Int, strain: Double = 0) {
    isWitnessed[reading] = true
    let share = Float(min(1, max(0, strain)))
    if share > self.strain[reading] { self.strain[reading] = share }
  }
}
