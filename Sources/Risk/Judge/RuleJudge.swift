import Hydromet

/// Holds the rain of a unit against a rule of several tests, in three values: a rule that an open
/// test could still decide is open itself.
struct RuleJudge {
  let inputs: UnitInputs
  let factor: ThresholdFactor?

  /// How one test came out. A test that is open without any depth stands behind all others.
  private struct Outcome {
    var verdict: ThresholdVerdict
    var test: Int
    var ratio: Double
  }

  /// One test against its rain.
  private struct Leaf {
    let threshold: CriticalRainfall
    let derivation: ThresholdDerivation?
    let rain: ComparedRain?
    let isComplete: Bool

    var verdict: ThresholdVerdict {
      guard let depth = rain?.depth else { return .unknown }
      if depth >= threshold.depth { return .reached }
      return isComplete ? .notReached : .unknown
    }

    var ratio: Double {
      guard let depth = rain?.depth, threshold.depth > .zero else { return -1 }
      return Double(depth.micrometres) / Double(threshold.depth.micrometres)
    }
  }

  /// The evidence of a rule for a unit: the test that decides it stands for all of them.
  func evidence(_ rule: RainRule, kind: UnitKind, unit: String) -> (Evidence, isBlind: Bool)? {
    var leaves: [Leaf] = []
    guard let outcome = judge(rule.condition, rule, unit, &leaves),
      leaves.indices.contains(outcome.test)
    else { return nil }
    let leaf = leaves[outcome.test]
    let tests = zip(rule.condition.leaves, leaves).map { condition, leaf in
      RuleEvidence.Test(
        condition: condition, depth: leaf.rain?.depth, threshold: leaf.threshold.depth,
        verdict: leaf.verdict)
    }
    let evidence = Evidence(
      threshold: leaf.threshold, depth: leaf.rain?.depth, verdict: outcome.verdict,
      isLowerBound: !leaf.isComplete, derivation: leaf.derivation,
      rule: RuleEvidence(rule: rule, tests: tests))
    return (evidence, leaves.allSatisfy { $0.rain?.isBlind == true })
  }

  private func judge(
    _ condition: RuleCondition, _ rule: RainRule, _ unit: String, _ leaves: inout [Leaf]
  ) -> Outcome? {
    guard case .atLeast(let count, let parts) = condition else {
      guard let leaf = leaf(condition, rule, unit) else { return nil }
      leaves.append(leaf)
      return Outcome(verdict: leaf.verdict, test: leaves.count - 1, ratio: leaf.ratio)
    }
    var outcomes: [Outcome] = []
    for part in parts {
      guard let outcome = judge(part, rule, unit, &leaves) else { return nil }
      outcomes.append(outcome)
    }
    guard (1...max(outcomes.count, 1)).contains(count), !outcomes.isEmpty else { return nil }
    let reached = outcomes.count { $0.verdict == .reached }
    let open = outcomes.count { $0.verdict == .unknown }
    let verdict: ThresholdVerdict =
      if reached >= count {
        .reached
      } else if reached + open < count {
        .notReached
      } else {
        .unknown
      }
    // The rule is reached as soon as the test with the count-th largest ratio is.
    let ranked = outcomes.sorted { ($0.ratio, -$0.test) > ($1.ratio, -$1.test) }
    return Outcome(verdict: verdict, test: ranked[count - 1].test, ratio: ranked[count - 1].ratio)
  }

  private func leaf(_ condition: RuleCondition, _ rule: RainRule, _ unit: String) -> Leaf? {
    switch condition {
    case .rain(let test):
      let rain = rain(of: test)
      return leaf(
        rule, unit, test.duration, test.statistic, test.depth, rain,
        isComplete: rain?.isComplete ?? false, basis: .row)
    case .triggeringIndex(let index): return leaf(index, rule, unit)
    case .soilRainLine(let line): return leaf(line, rule, unit)
    case .atLeast: return nil
    }
  }

  private func rain(of test: RainTest) -> ComparedRain? {
    switch test.tense {
    case .fallen: return inputs.fallen(test.statistic, test.duration)
    case .expected: return inputs.expected?(test.statistic, test.duration)
    case .joined:
      let fallen = inputs.fallen(test.statistic, test.duration)
      guard let joined = inputs.joined else {
        return fallen.map { ComparedRain(depth: $0.depth, isComplete: false, isBlind: $0.isBlind) }
      }
      let sums = inputs.leads.map { joined(test.statistic, test.duration, $0)?.sum }
      let known = (sums + [fallen]).compactMap { $0 }
      guard !known.isEmpty else { return nil }
      return ComparedRain(
        depth: known.compactMap(\.depth).max(),
        isComplete: known.count == sums.count + 1 && known.allSatisfy(\.isComplete),
        isBlind: known.allSatisfy(\.isBlind))
    }
  }

  private func leaf(_ index: TriggeringIndex, _ rule: RainRule, _ unit: String) -> Leaf {
    let hour = inputs.fallen(index.statistic, .hours(1))
    let day = inputs.fallen(index.statistic, .hours(24))
    let days = inputs.soil.earlierDays.prefix(max(index.days, 0))
    var effective = day?.depth?.millimetres ?? 0
    var weight = 1.0
    for earlier in days {
      weight *= index.decay
      effective += weight * (earlier?.millimetres ?? 0)
    }
    let isComplete =
      hour?.isComplete == true && day?.isComplete == true && days.count >= index.days
      && days.allSatisfy { $0 != nil }
    let needed = effective > 0 ? (index.threshold / effective * 1000).rounded(.up) : .infinity
    let depth = Depth(micrometres: needed < 2_147_483_647 ? Int32(needed) : .max)
    return leaf(
      rule, unit, .hours(1), index.statistic, depth, hour, isComplete: isComplete,
      basis: .triggeringIndex(effectiveRain: effective))
  }

  private func leaf(_ line: SoilRainLine, _ rule: RainRule, _ unit: String) -> Leaf {
    let hour = inputs.fallen(line.statistic, .hours(1))
    let (index, isLowerBound) = inputs.soil.index(for: line.statistic)
    // Without an index the soil counts as dry: that can prove, and never exclude.
    let depth = line.rain(atIndex: index ?? 0) ?? Depth(micrometres: .max)
    return leaf(
      rule, unit, .hours(1), line.statistic, depth, hour,
      isComplete: hour?.isComplete == true && index != nil && !isLowerBound,
      basis: .soilRainLine(index: index ?? 0))
  }

  private func leaf(
    _ rule: RainRule, _ unit: String, _ duration: TimeSpan, _ statistic: RainStatistic,
    _ depth: Depth, _ rain: ComparedRain?, isComplete: Bool, basis: ThresholdDerivation.Basis
  ) -> Leaf {
    let row = CriticalRainfall(
      unitKind: rule.unitKind, unit: unit, hazard: rule.hazard, duration: duration, wetness: .any,
      level: rule.level, depth: factor?.applied(to: depth) ?? depth, statistic: statistic,
      source: rule.source, author: rule.author, effectiveFrom: rule.effectiveFrom,
      effectiveTo: rule.effectiveTo, season: rule.season, line: rule.line)
    let derivation =
      factor == nil && basis == .row
      ? nil
      : ThresholdDerivation(basis: basis, lines: [rule.line], stated: depth, factor: factor)
    return Leaf(
      threshold: row, derivation: derivation, rain: rain, isComplete: isComplete)
  }
}
