public import Hydromet

/// A mean-field bias that is carried from cycle to cycle as a logarithm with its variance.
public struct FilteredBias: Sendable, Hashable, Codable {
  /// Natural logarithm of gauges over radar.
  public let logarithm: Double
  public let variance: Double
  /// End of the period in which gauges last said something of it.
  public let time: Timestamp

  public init(logarithm: Double, variance: Double, time: Timestamp) {
    self.logarithm = logarithm
    self.variance = variance
    self.time = time
  }

  public var factor: Double { Elementary.exp(logarithm) }
}

/// One factor for the whole radar field: the sum of the gauges over that of the radar, over wet pairs
/// that are not far from the others, filtered in time (Smith and Krajewski 1991).
struct MeanFieldBias {
  /// Growth of the variance of the logarithm in an hour without gauges.
  static let drift = 0.05
  static let limits = (-2.302585)...2.302585

  let wetPairs: Int
  let filtered: FilteredBias?
  /// Whether the limits cut the factor.
  let isCapped: Bool
  private let kept: [Bool]
  private let gaugeSum: Double
  private let radarSum: Double
  private let noise: Double
  private let prior: (logarithm: Double, variance: Double)

  /// - Parameters:
  ///   - radar: at each gauge, mm; NaN where there is none.
  init(
    gauges: [Double], radar: [Double], previous: FilteredBias?, time: Timestamp,
    _ settings: MergeSettings
  ) {
    let wet = gauges.indices.filter {
      gauges[$0] >= settings.wetMillimetres && radar[$0] >= settings.wetMillimetres
    }
    wetPairs = wet.count
    let hours = previous.map { max(0, Double(time.seconds(since: $0.time)) / 3600) } ?? 0
    prior =
      previous.map { ($0.logarithm, min(1, $0.variance + hours * MeanFieldBias.drift)) } ?? (0, 1)
    var kept = [Bool](repeating: false, count: gauges.count)
    var sums = (gauge: 0.0, radar: 0.0)
    guard wet.count >= settings.minimumWetPairs else {
      self.kept = kept
      gaugeSum = 0
      radarSum = 0
      noise = 0
      isCapped = false
      filtered = previous
      return
    }
    let ratios = wet.map { Elementary.log(gauges[$0] / radar[$0]) }
    let middle = median(ratios)
    let spread = 1.4826 * median(ratios.map { ($0 - middle).magnitude })
    for (index, ratio) in zip(wet, ratios) where (ratio - middle).magnitude <= 2.5 * spread + 0.1 {
      kept[index] = true
      sums.gauge += gauges[index]
      sums.radar += radar[index]
    }
    self.kept = kept
    gaugeSum = sums.gauge
    radarSum = sums.radar
    noise = spread * spread / Double(wet.count) + 0.001
    let logarithm = MeanFieldBias.update(prior, sums.gauge, sums.radar, noise)
    let limited = min(
      max(logarithm, MeanFieldBias.limits.lowerBound), MeanFieldBias.limits.upperBound)
    isCapped = limited != logarithm
    filtered = FilteredBias(
      logarithm: limited, variance: prior.variance * noise / (prior.variance + noise), time: time)
  }

  /// The factor; 1 where nothing was ever known of it.
  var factor: Double { filtered?.factor ?? 1 }

  /// The factor at every gauge as it would be without it.
  func leftOutFactors(gauges: [Double], radar: [Double]) -> [Double] {
    gauges.indices.map { index in
      guard kept[index], radarSum - radar[index] > 1e-9, gaugeSum - gauges[index] > 1e-9 else {
        return factor
      }
      let logarithm = MeanFieldBias.update(
        prior, gaugeSum - gauges[index], radarSum - radar[index], noise)
      return Elementary.exp(
        min(max(logarithm, MeanFieldBias.limits.lowerBound), MeanFieldBias.limits.upperBound))
    }
  }

  private static func update(
    _ prior: (logarithm: Double, variance: Double), _ gauges: Double, _ radar: Double,
    _ noise: Double
  ) -> Double {
    let observed = Elementary.log(gauges / radar)
    let gain = prior.variance / (prior.variance + noise)
    return prior.logarithm + gain * (observed - prior.logarithm)
  }
}
