import Hydromet
public import Kernels

/// Gauges and radar made into one field that says how good it is. A pure stage: the same input gives the
/// same bits with any number of workers.
public struct Merge: Sendable {
  let settings: MergeSettings
  let workers: Workers

  public init(_ settings: MergeSettings = MergeSettings(), workers: Workers = .one) {
    self.settings = settings
    self.workers = workers
  }

  /// Merges one period.
  ///
  /// There is an answer to every input: no radar gives gauges only; no gauges, radar with the last
  /// bias; neither, a field that is missing everywhere. The report says which.
  public func run(_ input: MergeInput) -> MergedRain {
    var run = MergeRun(input, settings, workers)
    return run.result()
  }
}

/// One merge, step by step.
struct MergeRun {
  let input: MergeInput
  let settings: MergeSettings
  let workers: Workers
  /// The radar; nil where there is none, and where it is refused.
  let cells: [Int32]?
  let isRadarRefused: Bool
  let turn: OrientationCheck
  let all: PairTable
  let pairs: PairTable
  let bias: MeanFieldBias
  let cap: CorrectionCap
  var state: MergeState
  var reasons: [MergeReason] = []
  var models: [MergeMethod: LocalModel] = [:]
  var leftOut: [MergeMethod: LeftOut] = [:]
  private var smoothed: SmoothedRadar?

  init(_ input: MergeInput, _ settings: MergeSettings, _ workers: Workers) {
    self.input = input
    self.settings = settings
    self.workers = workers
    state = input.state ?? MergeState()
    let radar = input.radar.flatMap { $0.isHeld && $0.geometry == input.geometry ? $0 : nil }
    let micrometres = radar?.micrometres
    let seen = micrometres.flatMap { $0.contains { $0 >= 0 } ? $0 : nil }
    let table = PairTable(input, seen, reach: settings.reach)
    let turn = OrientationCheck(table, seen, input)
    isRadarRefused = settings.refusesTurnedRadar && seen != nil && turn.isCertain
    cells = isRadarRefused ? nil : seen
    all = isRadarRefused ? PairTable(input, nil, reach: settings.reach) : table
    self.turn = turn
    pairs = all.paired()
    bias = MeanFieldBias(
      gauges: pairs.gauge, radar: pairs.radar, previous: state.bias, time: input.period.end,
      settings)
    cap = CorrectionCap(largestFactor: settings.largestFactor)
    state.bias = bias.filtered
  }

  mutating func result() -> MergedRain {
    notice()
    let method = choose()
    let planes = CellPlanes(count: input.geometry.cellCount)
    var capped = 0
    if let method, let model = models[method] {
      capped = fill(planes, model, table(of: method))
    } else if method == .meanField || cells != nil {
      fillRadar(planes)
    }
    return summary(method, planes, capped)
  }

  /// The gauges that a method rests on.
  func table(of method: MergeMethod) -> PairTable { method.usesRadar ? pairs : all }

  private mutating func notice() {
    if isRadarRefused {
      reasons += turn.reasons + [.radarRefused]
    } else if cells == nil {
      reasons.append(.noRadar)
    }
    if all.count == 0 { reasons.append(.noGauges) }
    if all.count > 0, !all.gauge.contains(where: { $0 > 0 }) { reasons.append(.allGaugesDry) }
    if all.count >= settings.minimumGauges, !all.isSpread { reasons.append(.gaugesInOnePlace) }
    if all.count < input.gauges.count || all.cell.contains(-1) {
      reasons.append(.stationsOutsideGrid)
    }
    guard cells != nil else { return }
    if pairs.count < settings.minimumGauges, all.count > 0 { reasons.append(.fewGauges) }
    if bias.wetPairs < settings.minimumWetPairs, all.count > 0 { reasons.append(.fewWetPairs) }
    if bias.isCapped { reasons.append(.biasCapped) }
    reasons += turn.reasons
    if pairs.gauge.count(where: { $0 >= settings.wetMillimetres }) >= 8,
      let scores = MergeScores(gauges: pairs.gauge, estimates: pairs.radar)
    {
      let ratio = scores.biasRatio ?? 100
      if (scores.correlation ?? 0) < 0.1 || ratio > 5 || ratio < 0.2 {
        reasons.append(.radarDisagrees)
      }
    }
  }

  /// Chooses a method and makes it ready; nil where there is only radar, or nothing.
  private mutating func choose() -> MergeMethod? {
    switch settings.choice {
    case .automatic:
      let mustUseRadar =
        settings.keepsRadar && pairs.count >= settings.minimumGauges
        && !reasons.contains(.radarDisagrees)
      let candidates = MergeMethod.allCases.filter {
        isPossible($0) && ($0.usesRadar || !mustUseRadar)
      }
      for method in candidates { prepare(method) }
      return chooseBySkill(candidates)
    case .method(let asked):
      let method = isPossible(asked) ? asked : fallback(asked)
      if let method { prepare(method) }
      return method
    }
  }

  /// Whether there is what a method needs.
  private func isPossible(_ method: MergeMethod) -> Bool {
    switch method {
    case .meanField: cells != nil && bias.filtered != nil
    case .additive, .multiplicative, .mixed: pairs.count >= settings.minimumGauges
    case .conditional, .externalDrift: pairs.count >= settings.minimumGauges && pairs.isSpread
    case .inverseDistance: all.count >= 1
    case .optimalInterpolation, .kriging:
      all.count >= settings.minimumGauges && all.isSpread
    }
  }

  /// What runs where a method cannot: radar with its bias before gauges alone.
  private func fallback(_ method: MergeMethod) -> MergeMethod? {
    if cells != nil, method.usesRadar {
      return isPossible(.meanField) ? .meanField : nil
    }
    if cells == nil, isPossible(.kriging) { return .kriging }
    return isPossible(.inverseDistance) ? .inverseDistance : nil
  }

  private mutating func chooseBySkill(_ candidates: [MergeMethod]) -> MergeMethod? {
    if cells != nil, pairs.count < settings.minimumGauges { return fallback(.externalDrift) }
    let table = cells == nil ? all : pairs
    var errors: [MergeMethod: Double] = [:]
    for method in candidates {
      guard let scores = scores(of: method) else { continue }
      errors[method] = scores.rmse * scores.rmse
    }
    var reference = 0.0
    for depth in table.gauge { reference += depth * depth }
    reference /= Double(max(1, table.count))
    let isTelling = table.gauge.count(where: { $0 >= settings.wetMillimetres }) >= 3
    if !isTelling, let chosen = state.chosen, candidates.contains(chosen) { return chosen }
    let (method, remembered) = MethodChoice.choose(
      errors, reference: isTelling ? reference : 0, state: state, hysteresis: settings.hysteresis)
    state = remembered
    if let method { return simplest(unless: method) }
    return cells != nil && isPossible(.externalDrift)
      ? .externalDrift : fallback(cells == nil ? .kriging : .meanField)
  }

  /// A mean-field bias in place of a method that is not clearly better than it: of few gauges the best
  /// is best by chance.
  private mutating func simplest(unless method: MergeMethod) -> MergeMethod {
    guard method != .meanField, !reasons.contains(.radarDisagrees),
      let simple = squares(of: .meanField), let squares = squares(of: method),
      !MethodChoice.isBetter(squares, than: simple)
    else { return method }
    state.chosen = .meanField
    return .meanField
  }

  /// Squared errors left-one-out at the gauges with radar; nil for a method that was not tried.
  private func squares(of method: MergeMethod) -> [Double]? {
    guard let said = leftOut[method] else { return nil }
    let table = table(of: method)
    return table.gauge.indices.filter { !table.radar[$0].isNaN }.map {
      let error = said.estimates[$0] - table.gauge[$0]
      return error * error
    }
  }

  /// The radar with half of its detail, made once.
  mutating func smoothedRadar() -> SmoothedRadar? {
    if smoothed == nil, let cells { smoothed = SmoothedRadar(cells, input.geometry) }
    return smoothed
  }

  /// Fits a method and takes its errors left-one-out.
  private mutating func prepare(_ method: MergeMethod) {
    guard models[method] == nil, leftOut[method] == nil else { return }
    let table = table(of: method)
    if method == .meanField {
      let factors = bias.leftOutFactors(gauges: table.gauge, radar: table.radar)
      leftOut[method] = LeftOut(
        estimates: zip(factors, table.radar).map { $0 * $1 },
        variances: table.gauge.map { _ in 1 })
      return
    }
    let leaveOneOut = LeaveOneOut(table: table, cap: cap, workers: workers)
    let fit = CovarianceFit(table: table, leaveOneOut: leaveOneOut, settings: settings)
    func model(_ covariance: Covariance, _ smoothed: [Double]? = nil) -> LocalModel {
      LocalModel(
        method, table, covariance: covariance, bias: bias.factor, smoothed: smoothed, settings)
    }
    var ready: LocalModel
    if method.weighsByDistance {
      ready = model(Covariance(range: max(2 * table.spacing, 2), nugget: 0.1))
    } else {
      let sharp = fit.best { model($0) }
      ready = model(sharp.covariance)
      if method == .externalDrift, sharp.error < .infinity, let smooth = smoothedRadar() {
        let drift = table.cell.map { Double(smooth.values[$0]) }
        let soft = fit.best { model($0, drift) }
        if soft.error < 0.98 * sharp.error { ready = model(soft.covariance, drift) }
      }
    }
    models[method] = ready
    leftOut[method] = leaveOneOut.estimates(of: ready)
  }

  /// Scores left-one-out over the gauges with radar, or over all where there is none.
  func scores(of method: MergeMethod) -> MergeScores? {
    guard let said = leftOut[method] else { return nil }
    let table = table(of: method)
    let counted = table.gauge.indices.filter { cells == nil || !table.radar[$0].isNaN }
    return MergeScores(
      gauges: counted.map { table.gauge[$0] }, estimates: counted.map { said.estimates[$0] })
  }

  func errorModel(of method: MergeMethod) -> ErrorModel? {
    guard let said = leftOut[method] else { return nil }
    let table = table(of: method)
    let known = table.gauge.indices.filter { !said.estimates[$0].isNaN }
    return ErrorModel.fit(
      estimates: known.map { said.estimates[$0] },
      errors: known.map { said.estimates[$0] - table.gauge[$0] },
      variances: known.map { said.variances[$0] })
  }
}
