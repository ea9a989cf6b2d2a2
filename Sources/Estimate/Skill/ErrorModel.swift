/// How the error of an estimate grows with it: variance = (still + rising × estimate²) × the variance
/// of the interpolation for a sill of 1. Fitted to the errors left-one-out, so that the stated
/// standard error is as large as the errors that were seen.
public struct ErrorModel: Sendable, Hashable, Codable {
  /// mm².
  public let still: Double
  public let rising: Double

  public init(still: Double, rising: Double) {
    self.still = still
    self.rising = rising
  }

  /// Least variance of the interpolation: a gauge is not the mean of its cell.
  private static let leastVariance = 0.02
  /// What a gauge itself may be wrong by: half a tip, mm, and a share of its rain.
  private static let gaugeError = (still: 0.05, share: 0.05)

  /// The standard error, mm: nowhere smaller than that of a gauge.
  func standardError(estimate: Double, variance: Double) -> Double {
    let own = ErrorModel.gaugeError
    let square = estimate * estimate
    return
      ((still + rising * square) * max(variance, ErrorModel.leastVariance)
      + own.still * own.still + own.share * own.share * square).squareRoot()
  }

  /// Weighted least squares of squared errors, three times with the weights of the last.
  ///
  /// - Returns: nil with fewer than three errors.
  static func fit(estimates: [Double], errors: [Double], variances: [Double]) -> ErrorModel? {
    guard errors.count >= 3 else { return nil }
    var still = 0.0
    for error in errors { still += error * error }
    still = max(still / Double(errors.count), 1e-4)
    var rising = 0.05
    for _ in 0..<4 {
      var a = 0.0
      var b = 0.0
      var d = 0.0
      var first = 0.0
      var second = 0.0
      for i in errors.indices {
        let square = estimates[i] * estimates[i]
        let v = max(variances[i], leastVariance)
        let expected = (still + rising * square) * v
        let weight = 1 / (expected * expected + 1e-12)
        let seen = errors[i] * errors[i]
        a += weight * v * v
        b += weight * v * v * square
        d += weight * v * v * square * square
        first += weight * v * seen
        second += weight * v * square * seen
      }
      let determinant = a * d - b * b
      if determinant > 1e-9 * a * d, a > 0, d > 0 {
        still = (d * first - b * second) / determinant
        rising = (a * second - b * first) / determinant
      } else {
        still = a > 0 ? first / a : still
        rising = 0
      }
      if still < 1e-4 {
        still = 1e-4
        rising = d > 0 ? max(0, (second - still * b) / d) : 0
      }
      if rising < 0 {
        rising = 0
        still = a > 0 ? max(1e-4, first / a) : still
      }
      rising = min(rising, 25)
    }
    return ErrorModel(still: still, rising: rising).scaled(estimates, errors, variances)
  }

  /// How much larger the square of a new error is to be expected than the squares seen say, where only so
  /// many were seen: two numbers were fitted to them, and what is known of them by few is spread as
  /// Student's t.
  private static func widening(_ count: Int) -> Double {
    let n = Double(count)
    guard count > 5 else { return 6 }
    return min(6, n / (n - 2) * (n - 2) / (n - 4) * (1 + 1 / n))
  }

  /// The same with a mean squared error of 1 in units of what it states.
  private func scaled(_ estimates: [Double], _ errors: [Double], _ variances: [Double])
    -> ErrorModel
  {
    var sum = 0.0
    for i in errors.indices {
      let stated = standardError(estimate: estimates[i], variance: variances[i])
      sum += min(25, errors[i] * errors[i] / max(stated * stated, 1e-9))
    }
    let factor =
      min(max(sum / Double(errors.count), 0.05), 20) * ErrorModel.widening(errors.count)
    return ErrorModel(still: still * factor, rising: rising * factor)
  }
}
