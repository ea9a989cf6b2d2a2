public import Hydromet

/// Rain, evaporation and flow of one basin at whole steps.
public struct RainFlowSeries: Sendable {
  public let step: TimeSpan
  /// Rain of each step; nil where it is missing.
  public let rain: [Depth?]
  /// Potential evaporation of each step, mm.
  public let evaporation: [Double]
  /// Flow of each step in any one unit; nil where it is missing.
  public let flow: [Double?]

  /// Series of different lengths are cut to the shortest.
  public init(step: TimeSpan, rain: [Depth?], evaporation: [Double], flow: [Double?]) {
    let count = min(rain.count, evaporation.count, flow.count)
    self.step = step
    self.rain = Array(rain.prefix(count))
    self.evaporation = Array(evaporation.prefix(count))
    self.flow = Array(flow.prefix(count))
  }
}

/// Whether a threshold that moves with the soil tells harmful from harmless rain better than the best
/// fixed one, on parts of a series that were not used to choose either.
///
/// A moment is harmful where the flow of the lead after it, its own step included, reaches a high
/// quantile. An alarm is given where the rain of a duration that ends at the moment reaches the
/// threshold. The soil is that before the rain began: Pa loses E · Pa / Wm in each step, gains the
/// rain and never exceeds Wm. The moving threshold falls straight from T at s = 0.2 to g · T at
/// s = 0.8. Duration and T, and for the moving one g too, are those with the largest critical success
/// index in the other parts. Moments whose rain or flow is not wholly known are left out.
public struct SeriesVerification: Sendable {
  public struct Options: Sendable {
    public var durations: [TimeSpan] = [1, 3, 6, 12, 24, 48, 72].map { .hours($0) }
    /// Share of the known flow that is below a harmful one.
    public var quantile = 0.98
    public var lead = TimeSpan.hours(12)
    /// Wm, mm.
    public var capacity = 80.0
    /// g, the share of the threshold for dry soil that is left for wet soil.
    public var wetShares: [Double] = [1, 0.8, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1]
    /// Into how many parts of equal length the series is cut; each is held out once.
    public var parts = 3

    public init() {}
  }

  /// What one kind of threshold did.
  public struct Choice: Sendable, Hashable {
    public let duration: TimeSpan
    /// Of dry soil, mm.
    public let threshold: Double
    public let wetShare: Double
    /// In the part that was held out.
    public let score: Contingency
  }

  /// One part, held out.
  public struct Part: Sendable, Hashable {
    public let harmful: Int
    public let moments: Int
    public let fixed: Choice
    public let moving: Choice
  }

  public let harmfulFlow: Double
  public let parts: [Part]
  public var fixed: Contingency { parts.reduce(Contingency()) { $0 + $1.fixed.score } }
  public var moving: Contingency { parts.reduce(Contingency()) { $0 + $1.moving.score } }

  /// - Throws: `short_series` where there is too little to choose and to judge.
  public init(_ series: RainFlowSeries, _ options: Options = Options()) throws(Fault) {
    let flows = series.flow.compactMap { $0 }.filter(\.isFinite).sorted()
    guard series.step.seconds > 0, options.parts >= 2, options.parts <= flows.count / 100,
      options.capacity > 0, (0...1).contains(options.quantile)
    else {
      throw Fault(
        "short_series",
        "\(flows.count) known flows are too few for \(options.parts) parts, or an option is no number of its kind",
        remedy: "give a longer series or fewer parts; quantile 0…1, capacity above 0 mm")
    }
    harmfulFlow = flows[Int(options.quantile * Double(flows.count - 1))]
    let sample = Sample(series, options, harmfulFlow: harmfulFlow)
    var parts: [Part] = []
    for part in 0..<options.parts {
      guard let fixed = sample.choose(holdingOut: part, wetShares: [1]),
        let moving = sample.choose(holdingOut: part, wetShares: options.wetShares)
      else { continue }
      let counts = sample.counts(of: part)
      parts.append(
        Part(harmful: counts.harmful, moments: counts.moments, fixed: fixed, moving: moving))
    }
    self.parts = parts
  }
}

/// The moments of a series, ready to be judged.
private struct Sample {
  private let options: SeriesVerification.Options
  private let count: Int
  /// Whether each moment is harmful; nil where that is not known.
  private let harmful: [Bool?]
  private let saturation: [Double]
  /// Sums of rain up to each step, micrometres, and of missing steps.
  private let sums: [Int64]
  private let gaps: [Int]
  private let stepSeconds: Int

  init(_ series: RainFlowSeries, _ options: SeriesVerification.Options, harmfulFlow: Double) {
    self.options = options
    count = series.rain.count
    stepSeconds = series.step.seconds
    let lead = options.lead.seconds / stepSeconds
    harmful = (0..<count).map { moment in
      let window = series.flow[moment..<min(moment + lead + 1, series.flow.count)]
      let known = window.compactMap { $0 }
      if known.contains(where: { $0 >= harmfulFlow }) { return true }
      return known.isEmpty ? nil : false
    }
    var sums: [Int64] = [0]
    var gaps = [0]
    var saturation: [Double] = [0.5]
    var store = 0.5 * options.capacity
    for (rain, evaporation) in zip(series.rain, series.evaporation) {
      sums.append((sums.last ?? 0) + Int64(rain?.micrometres ?? 0))
      gaps.append((gaps.last ?? 0) + (rain == nil ? 1 : 0))
      store += (rain?.millimetres ?? 0) - evaporation * store / options.capacity
      store = min(max(store, 0), options.capacity)
      saturation.append(store / options.capacity)
    }
    (self.sums, self.gaps, self.saturation) = (sums, gaps, saturation)
  }

  private func part(of moment: Int) -> Int { moment * options.parts / max(count, 1) }

  func counts(of part: Int) -> (harmful: Int, moments: Int) {
    let own = (0..<count).filter { self.part(of: $0) == part }
    return (own.count { harmful[$0] == true }, own.count { harmful[$0] != nil })
  }

  /// The rain of a duration up to each moment over what the soil before it leaves of the threshold:
  /// what has to reach the threshold for dry soil. Nil where the rain is not wholly known.
  private func strengths(_ duration: TimeSpan, wetShare: Double) -> [Double?] {
    let steps = max(duration.seconds / stepSeconds, 1)
    return (0..<count).map { moment in
      let first = moment + 1 - steps
      guard first >= 0, gaps[moment + 1] == gaps[first] else { return nil }
      let wetness = min(max((saturation[first] - 0.2) / 0.6, 0), 1)
      return Double(sums[moment + 1] - sums[first]) / 1000 / (1 - (1 - wetShare) * wetness)
    }
  }

  /// The threshold with the best score outside a part, and its score inside.
  func choose(
    holdingOut part: Int, wetShares: [Double]
  ) -> SeriesVerification.Choice? {
    var best: (score: Double, choice: SeriesVerification.Choice)?
    for duration in options.durations {
      for wetShare in wetShares {
        let strengths = strengths(duration, wetShare: wetShare)
        guard let found = bestThreshold(strengths, without: part) else { continue }
        if let best, found.score <= best.score { continue }
        let score = score(strengths, threshold: found.threshold, part: part)
        best = (
          found.score,
          SeriesVerification.Choice(
            duration: duration, threshold: found.threshold, wetShare: wetShare, score: score)
        )
      }
    }
    return best?.choice
  }

  private func bestThreshold(
    _ strengths: [Double?], without part: Int
  ) -> (score: Double, threshold: Double)? {
    var moments: [(strength: Double, harmful: Bool)] = []
    var events = 0
    for moment in 0..<count where self.part(of: moment) != part {
      guard let strength = strengths[moment], let isHarmful = harmful[moment] else { continue }
      if isHarmful { events += 1 }
      if strength > 0 { moments.append((strength, isHarmful)) }
    }
    moments.sort { $0.strength > $1.strength }
    var hits = 0
    var best: (score: Double, threshold: Double)?
    for (index, moment) in moments.enumerated() {
      if moment.harmful { hits += 1 }
      let isLast = index + 1 == moments.count || moments[index + 1].strength < moment.strength
      guard isLast else { continue }
      let score = Double(hits) / Double(index + 1 + events - hits)
      if score > best?.score ?? 0 { best = (score, moment.strength) }
    }
    return best
  }

  private func score(_ strengths: [Double?], threshold: Double, part: Int) -> Contingency {
    var score = Contingency()
    for moment in 0..<count where self.part(of: moment) == part {
      guard let strength = strengths[moment], let isHarmful = harmful[moment] else { continue }
      switch (strength >= threshold, isHarmful) {
      case (true, true): score.hits += 1
      case (true, false): score.falseAlarms += 1
      case (false, true): score.misses += 1
      case (false, false): break
      }
    }
    return score
  }
}
