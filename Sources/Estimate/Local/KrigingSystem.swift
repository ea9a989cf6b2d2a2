/// The equations of one neighbourhood: solved by a Cholesky factor of the covariance of its gauges.
///
/// With a nugget of at least 0.05 the matrix is positive definite whatever the places of the gauges;
/// pivots are held above 1e-9 all the same, so that nothing is ever divided by zero.
struct KrigingSystem {
  /// Most gauges in a neighbourhood.
  static let most = 32

  private(set) var count = 0
  /// Lower triangle, rows of `most`.
  private var factor = [Double](repeating: 0, count: most * most)
  private var trendColumns = [Double](repeating: 0, count: most * 2)
  private(set) var weights = [Double](repeating: 0, count: most)
  /// Inverse covariance times trend, `most` numbers for each part of the trend.
  private(set) var gain = [Double](repeating: 0, count: most * 2)
  private(set) var constant = 0.0
  private(set) var slope = 0.0
  private(set) var origin = 0.0
  /// Covariance of constant and slope.
  private(set) var trendVariance = (constant: 0.0, both: 0.0, slope: 0.0)
  private var work = [Double](repeating: 0, count: most)

  /// Factorises the covariance of some gauges.
  mutating func factorise(
    _ gauges: [GaugeNetwork.Neighbour], of network: GaugeNetwork, _ covariance: Covariance
  ) {
    count = min(gauges.count, KrigingSystem.most)
    let most = KrigingSystem.most
    for i in 0..<count {
      let a = gauges[i].index
      for j in 0...i {
        var value = 1.0
        if j < i {
          let b = gauges[j].index
          let dx = network.x[a] - network.x[b]
          let dy = network.y[a] - network.y[b]
          value = covariance.value(squared: dx * dx + dy * dy)
        }
        for k in 0..<j { value -= factor[i * most + k] * factor[j * most + k] }
        factor[i * most + j] =
          i == j ? max(value, 1e-9).squareRoot() : value / factor[j * most + j]
      }
    }
  }

  /// Solves the trend and the dual weights for the values of the gauges.
  mutating func solve(_ gauges: [GaugeNetwork.Neighbour], _ trend: LocalTrend) {
    let most = KrigingSystem.most
    constant = 0
    slope = 0
    origin = 0
    trendVariance = (0, 0, 0)
    for i in 0..<most * 2 { gain[i] = 0 }
    var prior = (slope: 0.0, precision: 0.0)
    switch trend.kind {
    case .known(let mean): constant = mean
    case .constant: fillConstant()
    case .drift(let slope, let precision):
      prior = (slope, precision)
      fillConstant()
      for i in 0..<count { origin += trend.drift[gauges[i].index] }
      origin /= Double(max(1, count))
      for i in 0..<count { trendColumns[most + i] = trend.drift[gauges[i].index] - origin }
      substitute(&trendColumns, from: most, into: &gain)
    }
    if trend.size > 0 { fitTrend(gauges, trend, prior) }
    for i in 0..<count {
      var value = trend.values[gauges[i].index] - constant
      if trend.size == 2 { value -= slope * trendColumns[most + i] }
      work[i] = value
    }
    substitute(&work, from: 0, into: &weights)
  }

  private mutating func fillConstant() {
    for i in 0..<count { trendColumns[i] = 1 }
    substitute(&trendColumns, from: 0, into: &gain)
  }

  /// Generalised least squares for the constant and the slope.
  private mutating func fitTrend(
    _ gauges: [GaugeNetwork.Neighbour], _ trend: LocalTrend,
    _ prior: (slope: Double, precision: Double)
  ) {
    let most = KrigingSystem.most
    var a = 0.0
    var b = 0.0
    var d = prior.precision
    var first = 0.0
    var second = prior.precision * prior.slope
    for i in 0..<count {
      let value = trend.values[gauges[i].index]
      a += gain[i]
      first += gain[i] * value
      guard trend.size == 2 else { continue }
      b += gain[most + i]
      d += gain[most + i] * trendColumns[most + i]
      second += gain[most + i] * value
    }
    guard trend.size == 2 else {
      constant = first / max(a, 1e-12)
      trendVariance = (1 / max(a, 1e-12), 0, 0)
      return
    }
    let determinant = a * d - b * b
    guard determinant > 1e-9 * a * max(d, 1e-12), determinant > 0 else {
      slope = prior.slope
      constant = (first - slope * b) / max(a, 1e-12)
      trendVariance = (1 / max(a, 1e-12), 0, 0)
      return
    }
    constant = (d * first - b * second) / determinant
    slope = (a * second - b * first) / determinant
    trendVariance = (d / determinant, -b / determinant, a / determinant)
  }

  /// The solution of covariance × y = x, for the numbers of x from a place on.
  private func substitute(_ x: inout [Double], from start: Int, into y: inout [Double]) {
    let most = KrigingSystem.most
    for i in 0..<count {
      var value = x[start + i]
      for k in 0..<i { value -= factor[i * most + k] * y[start + k] }
      y[start + i] = value / factor[i * most + i]
    }
    for i in stride(from: count - 1, through: 0, by: -1) {
      var value = y[start + i]
      for k in (i + 1)..<max(i + 1, count) { value -= factor[k * most + i] * y[start + k] }
      y[start + i] = value / factor[i * most + i]
    }
  }

  /// Estimate and variance (for a sill of 1, without the nugget of the place) at a place whose
  /// covariances with the gauges are given by their squared distances.
  mutating func predict(
    _ gauges: [GaugeNetwork.Neighbour], drift: Double, _ covariance: Covariance, hasSlope: Bool,
    hasConstant: Bool
  ) -> (estimate: Double, variance: Double) {
    let most = KrigingSystem.most
    let beyond = hasSlope ? drift - origin : 0
    var estimate = constant + slope * beyond
    var constantGap = hasConstant ? 1.0 : 0
    var driftGap = beyond
    var variance = 1 - covariance.nugget
    for i in 0..<count {
      let c = covariance.value(squared: gauges[i].squared)
      estimate += c * weights[i]
      constantGap -= c * gain[i]
      driftGap -= c * gain[most + i]
      var value = c
      for k in 0..<i { value -= factor[i * most + k] * work[k] }
      work[i] = value / factor[i * most + i]
      variance -= work[i] * work[i]
    }
    variance += constantGap * constantGap * trendVariance.constant
    variance += 2 * constantGap * driftGap * trendVariance.both
    variance += driftGap * driftGap * trendVariance.slope
    return (estimate, max(0, variance))
  }

  /// Writes the lower triangle of the inverse covariance, rows of `count`, what is not on the diagonal
  /// doubled.
  mutating func writeInverse(_ target: UnsafeMutablePointer<Float>) {
    var unit = [Double](repeating: 0, count: KrigingSystem.most)
    var column = [Double](repeating: 0, count: KrigingSystem.most)
    for j in 0..<count {
      for i in 0..<count { unit[i] = i == j ? 1 : 0 }
      substitute(&unit, from: 0, into: &column)
      for i in j..<count { target[i * count + j] = Float(i == j ? column[i] : 2 * column[i]) }
    }
  }
}
