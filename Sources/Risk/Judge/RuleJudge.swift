import Hydromet

/// Holds the rain of a unit against a rule of several tests, in three values: a rule that an open
/// test could still decide is open itself.
struct RuleJudge {
  let inputs: UnitInputs
  let factor: ThresholdFactor?
  /// How long after the data time the windows end; nil for the data time itself, by fallen rain.
  let lead: TimeSpan?
  private let soil: UnitSoil

  init(inputs: UnitInputs, factor: ThresholdFactor?, lead: TimeSpan? = nil) {
    self.inputs = inputs
    self.factor = factor
    self.lead = lead
    soil = lead.map { inputs.soilAhead?($0.seconds) ?? .unknown } ?? inputs.soil
  }

  /// Rain of the window of a length that ends at the lead.
  private func fallen(_ statistic: RainStatistic, _ duration: TimeSpan) -> ComparedRain? {
    guard let lead else { return inputs.fallen(statistic, duration) }
    return inputs.joined?(statistic, duration, lead)?.sum
  }

  /// Rain of the window of a length that begins at the lead.
  private func ahead(_ statistic: RainStatistic, _ duration: TimeSpan) -> ComparedRain? {
    guard let lead else { return inputs.expected?(statistic, duration) }
    let end = TimeSpan(seconds: lead.seconds + duration.seconds)
    return inputs.joined?(statistic, duration, end)?.sum
  }

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
    /// The most that may have fallen stays below the least that may be needed.
    let isExcluded: Bool

    var verdict: ThresholdVerdict {
      guard let depth = rain?.depth else { return isExcluded ? .notReached : .unknown }
      if depth >= threshold.depth { return .reached }
      return isComplete || isExcluded ? .notReached : .unknown
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
    case .fallen: return fallen(test.statistic, test.duration)
    case .expected: return ahead(test.statistic, test.duration)
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
    let hour = fallen(index.statistic, .hours(1))
    let day = fallen(index.statistic, .hours(24))
    let effective = EffectiveRain(index, lastDay: day, earlier: soil.earlierDays)
    let isComplete =
      hour?.isComplete == true && day?.isComplete == true
      && effective.knownShare >= inputs.minimumCoverage - 1e-9
    return leaf(
      rule, unit, .hours(1), index.statistic, EffectiveRain.hour(index, effective.least), hour,
      isComplete: isComplete, least: EffectiveRain.hour(index, effective.most),
      basis: .triggeringIndex(
        effectiveRain: effective.least, most: effective.most, knownShare: effective.knownShare))
  }

  private func leaf(_ line: SoilRainLine, _ rule: RainRule, _ unit: String) -> Leaf {
    let hour = fallen(line.statistic, .hours(1))
    let (index, isLowerBound) = soil.index(for: line.statistic)
    // Without an index the soil counts as dry: that can prove, and never exclude. What rain of an hour
    // does no harm on the wettest soil does none on this one.
    let depth = line.rain(atIndex: index ?? 0) ?? Depth(micrometres: .max)
    let isOpen = index == nil || isLowerBound
    return leaf(
      rule, unit, .hours(1), line.statistic, depth, hour,
      isComplete: hour?.isComplete == true && !isOpen,
      least: isOpen ? line.rain(atIndex: .infinity) : depth,
      basis: .soilRainLine(index: index ?? 0, isLowerBound: isOpen))
  }

  private func leaf(
    _ rule: RainRule, _ unit: String, _ duration: TimeSpan, _ statistic: RainStatistic,
    _ depth: Depth, _ rain: ComparedRain?, isComplete: Bool, least: Depth? = nil,
    basis: ThresholdDerivation.Basis
  ) -> Leaf {
    func applied(_ depth: Depth) -> Depth { factor?.applied(to: depth) ?? depth }
    let row = CriticalRainfall(
      unitKind: rule.unitKind, unit: unit, hazard: rule.hazard, duration: duration, wetness: .any,
      level: rule.level, depth: applied(depth), statistic: statistic,
      source: rule.source, author: rule.author, effectiveFrom: rule.effectiveFrom,
      effectiveTo: rule.effectiveTo, season: rule.season, line: rule.line)
    let derivation =
      factor == nil && basis == .row
      ? nil
      : ThresholdDerivation(basis: basis, lines: [rule.line], stated: depth, factor: factor)
    let isExcluded = rain?.ceiling.flatMap { most in least.map { most < applied($0) } } ?? false
    return Leaf(
      threshold: row, derivation: derivation, rain: rain, isComplete: isComplete,
      isExcluded: isExcluded)
  }
}
