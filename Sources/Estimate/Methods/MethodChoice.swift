/// Chooses by recent skill, and does not waver.
enum MethodChoice {
  /// What one cycle's error counts in the recent one.
  static let newest = 0.3

  /// Standard errors by which a method must be better before it replaces the simplest: many gauges.
  static let significance = 1.5

  /// Whether one method is better than the simplest by more than the chance of which gauges there are:
  /// the mean of the differences of squared errors, gauge by gauge, against its standard error.
  ///
  /// - Parameters:
  ///   - squares: squared errors left-one-out; not a number where a gauge has no estimate.
  ///   - simplest: of the simplest method at the same gauges.
  static func isBetter(_ squares: [Double], than simplest: [Double]) -> Bool {
    let gains = zip(simplest, squares).map { $0 - $1 }.filter { !$0.isNaN }
    guard gains.count >= 2 else { return false }
    let count = Double(gains.count)
    let mean = gains.reduce(0, +) / count
    let spread = gains.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)
    let limit = significance * widening(gains.count)
    return mean > 0 && mean * mean * count >= limit * limit * spread
  }

  /// How much farther the best of several methods lies off by chance where few gauges tell: their mean is
  /// spread as Student's t, and squared errors, of which few are large, more than that.
  static func widening(_ count: Int) -> Double { 1 + 8 / Double(max(1, count - 2)) }

  /// - Parameters:
  ///   - errors: mean squared error left-one-out of every method; nil for one that was not tried.
  ///   - reference: mean square of the gauges.
  /// - Returns: the method, and what to remember.
  static func choose(
    _ errors: [MergeMethod: Double], reference: Double, state: MergeState, hysteresis: Double
  ) -> (method: MergeMethod?, state: MergeState) {
    var state = state
    let methods = MergeMethod.allCases
    if state.recentErrors.count != methods.count {
      state.recentErrors = methods.map { _ in -1 }
    }
    for (index, method) in methods.enumerated() {
      guard let error = errors[method], reference > 0 else { continue }
      let share = min(error / reference, 100)
      let old = state.recentErrors[index]
      state.recentErrors[index] = old < 0 ? share : old + newest * (share - old)
    }
    func recent(_ method: MergeMethod) -> Double? {
      guard errors[method] != nil, let index = methods.firstIndex(of: method) else { return nil }
      let error = state.recentErrors[index]
      return error < 0 ? nil : error
    }
    var best: (method: MergeMethod, error: Double)?
    // Methods with radar first: where two are alike, the one that sees between the gauges.
    for method in methods.filter(\.usesRadar).reversed() + methods.filter({ !$0.usesRadar }) {
      guard let error = recent(method) else { continue }
      if best.map({ error < $0.error }) ?? true { best = (method, error) }
    }
    if let chosen = state.chosen, let error = recent(chosen), let least = best?.error,
      error <= least * (1 + hysteresis)
    {
      return (chosen, state)
    }
    if let best { state.chosen = best.method }
    return (best?.method, state)
  }
}
