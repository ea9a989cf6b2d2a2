import Hydromet

/// One method made ready for one period: what is interpolated and how it becomes an estimate.
struct LocalModel: Sendable {
  let method: MergeMethod
  /// What kriging interpolates; nil for methods that weigh by distance.
  let trend: LocalTrend?
  let covariance: Covariance
  /// What inverse distances interpolate.
  let first: [Double]
  let second: [Double]
  let neighbours: Int
  /// Whether the drift is the radar with half of its detail.
  let isSmoothed: Bool

  /// Added to ratios of sums, mm: a ratio of two traces is none.
  static let trace = 0.1

  init(
    _ method: MergeMethod, _ table: PairTable, covariance: Covariance, bias: Double,
    smoothed: [Double]? = nil, _ settings: MergeSettings
  ) {
    isSmoothed = smoothed != nil
    self.method = method
    self.covariance = covariance
    let byDistance = method.weighsByDistance
    neighbours = min(
      byDistance ? settings.distanceNeighbours : settings.krigingNeighbours, KrigingSystem.most)
    trend = byDistance ? nil : LocalModel.trend(method, table, bias, smoothed)
    let difference = zip(table.gauge, table.radar).map { $0 - $1 }
    switch method {
    case .additive: (first, second) = (difference, difference)
    case .multiplicative: (first, second) = (table.gauge, table.radar)
    case .mixed:
      let noise = zip(difference, table.radar).map { $0 / ($1 * $1 + 1) }
      (first, second) = (noise, zip(noise, table.radar).map { $0 * $1 })
    default: (first, second) = (table.gauge, table.gauge)
    }
  }

  private static func trend(
    _ method: MergeMethod, _ table: PairTable, _ bias: Double, _ smoothed: [Double]?
  ) -> LocalTrend {
    switch method {
    case .optimalInterpolation:
      let mean = table.gauge.reduce(0, +) / Double(max(1, table.count))
      return LocalTrend(kind: .known(mean: mean), values: table.gauge, drift: [])
    case .externalDrift:
      let drift = smoothed ?? table.radar
      let slope = table.slope(over: drift, prior: bias)
      return LocalTrend(
        kind: .drift(
          slope: slope, precision: 4 * table.residualVariance(slope: slope, over: drift)),
        values: table.gauge, drift: drift)
    case .conditional:
      return LocalTrend(
        kind: .constant, values: zip(table.gauge, table.radar).map { $0 - $1 }, drift: [])
    default: return LocalTrend(kind: .constant, values: table.gauge, drift: [])
    }
  }

  /// The estimate from what was interpolated, mm, not below 0.
  ///
  /// - Parameter radar: of the cell, mm; any number for methods without radar.
  func estimate(_ first: Double, _ second: Double, radar: Double) -> Double {
    let value =
      switch method {
      case .additive, .conditional: radar + first
      case .multiplicative: radar * (first + LocalModel.trace) / (second + LocalModel.trace)
      case .mixed: radar * (1 + second) + first
      default: first
      }
    return max(0, value)
  }

  /// The variance of interpolation by distances, in the form of kriging's: 0.1 at a gauge, growing
  /// with the distance to the nearest one.
  func variance(squared: Double) -> Double {
    1 - 0.9 * Elementary.exp(-squared.squareRoot() / covariance.range)
  }
}

/// Limits to what a correction may do.
struct CorrectionCap: Sendable {
  let largestFactor: Double

  /// - Parameters:
  ///   - radar: of the cell, mm; nil where the estimate does not rest on it.
  ///   - largestGauge: of the neighbourhood, mm.
  func limit(_ estimate: Double, radar: Double?, largestGauge: Double) -> Double {
    guard let radar else { return min(estimate, 1.5 * largestGauge) }
    let highest = max(radar * largestFactor, largestGauge)
    let lowest = radar >= LocalModel.trace ? radar / largestFactor : 0
    return min(max(estimate, lowest), highest)
  }
}
