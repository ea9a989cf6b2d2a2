/// What can be said of rules without any rain.
extension RuleCondition {
  /// More minimal cases than this are not worked out.
  private static let mostCases = 512

  /// Whether every rain that reaches this condition reaches the other as well, as far as that can be
  /// told from the tests alone. A sum over a longer duration is never less, and joined rain is never
  /// less than fallen rain. Nil where there are too many cases to tell.
  public func implies(_ other: RuleCondition) -> Bool? {
    guard let cases = minimalCases() else { return nil }
    return cases.allSatisfy { other.isReached(by: $0) }
  }

  /// The smallest sets of tests that reach the condition; nil where there are too many.
  private func minimalCases() -> [[RuleCondition]]? {
    guard case .atLeast(let count, let parts) = self else { return [[self]] }
    var cases: [[[RuleCondition]]] = [[[]]]
    // cases[n]: sets that reach n of the parts seen so far.
    for part in parts {
      guard let own = part.minimalCases() else { return nil }
      var next = cases + [[]]
      for (reached, sets) in cases.enumerated() {
        for set in sets { next[reached + 1] += own.map { set + $0 } }
      }
      guard next.allSatisfy({ $0.count <= RuleCondition.mostCases }) else { return nil }
      cases = next
    }
    return cases.indices.contains(count) ? cases[count] : []
  }

  private func isReached(by tests: [RuleCondition]) -> Bool {
    switch self {
    case .atLeast(let count, let parts):
      return parts.lazy.filter { $0.isReached(by: tests) }.count >= count
    case .rain(let wanted):
      return tests.contains { test in
        guard case .rain(let given) = test else { return false }
        let tenseFits =
          given.tense == wanted.tense || (wanted.tense == .joined && given.tense == .fallen)
        return tenseFits && given.statistic == wanted.statistic
          && given.duration <= wanted.duration && given.depth >= wanted.depth
      }
    case .triggeringIndex(let wanted):
      return tests.contains { test in
        guard case .triggeringIndex(let given) = test else { return false }
        return given.statistic == wanted.statistic && given.decay == wanted.decay
          && given.days == wanted.days && given.threshold >= wanted.threshold
      }
    case .soilRainLine(let wanted):
      return tests.contains { test in
        guard case .soilRainLine(let given) = test, given.statistic == wanted.statistic else {
          return false
        }
        return (given.corners + wanted.corners).allSatisfy { corner in
          guard let high = given.rain(atIndex: corner.index),
            let low = wanted.rain(atIndex: corner.index)
          else { return false }
          return high >= low
        }
      }
    }
  }
}
