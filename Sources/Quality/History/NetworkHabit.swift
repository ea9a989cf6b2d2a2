/// How far the rain of stations usually lies from that of their neighbours: the yardstick by which a
/// factor of one of them is gross. It is taken from the network itself, because showers pass between
/// gauges and steady rain does not.
struct NetworkHabit {
  /// The sum of the logarithms of a station's ratios over the root of their number: as wide for many
  /// hours as for few where hours are independent, and wider where stations differ for good.
  struct Score {
    let pairs: Int
    /// Mean of the logarithms of the ratios gauge over neighbours.
    let mean: Double
    var value: Double { mean * Double(pairs).squareRoot() }
  }

  let centre: Double
  let spread: Double

  /// Fewer stations than this tell nothing of their network.
  private static let leastStations = 8
  /// The least spread: that of gauges that differ by half.
  private static let leastSpread = 0.4

  /// Nil where too few stations have rain.
  init?(_ scores: [Score?]) {
    let values = scores.compactMap { $0?.value }
    guard values.count >= NetworkHabit.leastStations, let centre = Numbers.median(values),
      let deviation = Numbers.median(values.map { abs($0 - centre) })
    else { return nil }
    self.centre = centre
    spread = max(NetworkHabit.leastSpread, 1.4826 * deviation)
  }

  /// Whether an hour has enough rain, in the gauge and its neighbours together, to tell their ratio.
  static func counts(_ hour: StationHistory.Hour) -> Bool {
    hour.gauge >= 0 && hour.neighbours >= 0 && hour.gauge + hour.neighbours >= 10
  }

  /// Nil with fewer hours than ask for a judgement.
  static func score(_ history: StationHistory, rules: QualityRules) -> Score? {
    var pairs = 0
    var sum = 0.0
    for hour in history.hours where counts(hour) {
      pairs += 1
      sum += Numbers.logarithm((Double(hour.gauge) + 2.5) / (Double(hour.neighbours) + 2.5))
    }
    guard pairs >= rules.grossPairs else { return nil }
    return Score(pairs: pairs, mean: sum / Double(pairs))
  }

  /// Whether a station lies off by a factor that its network does not know.
  func isGross(_ score: Score, rules: QualityRules) -> Bool {
    let high = Numbers.logarithm(max(1.01, rules.grossHighFactor))
    let low = Numbers.logarithm(max(1.01, rules.grossFactor))
    let offset = (score.value - centre) / spread
    return score.mean > 0
      ? score.mean >= high && offset >= rules.grossThreshold
      : score.mean <= -low && offset <= -rules.grossLowThreshold
  }
}
