/// Chooses by recent skill, and does not waver.
enum MethodChoice {
  /// What one cycle's error counts in the recent one.
  static let newest = 0.3

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
