/// How close estimates are to the gauges they did not know of.
public struct MergeScores: Sendable, Hashable, Codable {
  public let count: Int
  /// mm.
  public let rmse: Double
  /// mm.
  public let mae: Double
  /// Nil where either does not vary.
  public let correlation: Double?
  /// Σ gauges / Σ estimates; nil where the estimates add up to nothing.
  public let biasRatio: Double?

  /// - Returns: nil without any pair. Pairs with a number that is none are left out.
  public init?(gauges: [Double], estimates: [Double]) {
    var n = 0.0
    var square = 0.0
    var absolute = 0.0
    var sums = (g: 0.0, e: 0.0, gg: 0.0, ee: 0.0, ge: 0.0)
    for (g, e) in zip(gauges, estimates) where !e.isNaN && !g.isNaN {
      n += 1
      square += (e - g) * (e - g)
      absolute += (e - g).magnitude
      sums.g += g
      sums.e += e
      sums.gg += g * g
      sums.ee += e * e
      sums.ge += g * e
    }
    guard n > 0 else { return nil }
    count = Int(n)
    rmse = (square / n).squareRoot()
    mae = absolute / n
    let spread = (sums.gg - sums.g * sums.g / n) * (sums.ee - sums.e * sums.e / n)
    correlation = spread > 1e-9 ? (sums.ge - sums.g * sums.e / n) / spread.squareRoot() : nil
    biasRatio = sums.e > 1e-9 ? sums.g / sums.e : nil
  }
}
