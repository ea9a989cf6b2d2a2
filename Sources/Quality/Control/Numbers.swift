/// Logarithm, exponential and power from arithmetic alone: the same bits on every machine, whatever
/// its mathematical library.
enum Numbers {
  /// Natural logarithm; −∞ for zero, NaN below.
  static func logarithm(_ x: Double) -> Double {
    guard x > 0 else { return x == 0 ? -.infinity : .nan }
    guard x.isFinite else { return x }
    // x = m · 2^e with m in [√½, √2); ln m = 2 artanh((m − 1)/(m + 1)).
    var exponent = Double(x.exponent)
    var m = x.significand
    if m > 1.414_213_562_373_095_1 {
      m /= 2
      exponent += 1
    }
    let r = (m - 1) / (m + 1)
    let s = r * r
    var sum = 0.0
    for n in stride(from: 21, through: 1, by: -2) { sum = sum * s + 1 / Double(n) }
    return 2 * r * sum + exponent * 0.693_147_180_559_945_3
  }

  /// e to the power x; 0 and ∞ beyond what a double holds.
  static func exponential(_ x: Double) -> Double {
    guard x == x else { return x }
    if x < -700 { return 0 }
    if x > 700 { return .infinity }
    let k = (x / 0.693_147_180_559_945_3).rounded()
    let r = x - k * 0.693_147_180_559_945_3
    var sum = 1.0
    for n in stride(from: 13, through: 1, by: -1) { sum = 1 + r / Double(n) * sum }
    return Double(sign: .plus, exponent: Int(k), significand: 1) * sum
  }

  static func power(_ base: Double, _ exponent: Double) -> Double {
    base <= 0 ? 0 : exponential(exponent * logarithm(base))
  }

  /// The middle of the values; the mean of the two in the middle of an even number; nil of none.
  static func median(_ values: [Double]) -> Double? {
    guard !values.isEmpty else { return nil }
    let sorted = values.sorted()
    return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
  }

  /// Pearson's correlation; nil where one side does not vary.
  ///
  /// - Parameter zeros: how many pairs of two zeros come on top.
  static func correlation(_ pairs: [(Double, Double)], zeros: Int = 0) -> Double? {
    guard pairs.count >= 3 else { return nil }
    let n = Double(pairs.count + zeros)
    let meanX = pairs.reduce(0) { $0 + $1.0 } / n
    let meanY = pairs.reduce(0) { $0 + $1.1 } / n
    var xx = 0.0
    var yy = 0.0
    var xy = 0.0
    for (x, y) in pairs {
      xx += (x - meanX) * (x - meanX)
      yy += (y - meanY) * (y - meanY)
      xy += (x - meanX) * (y - meanY)
    }
    xx += Double(zeros) * meanX * meanX
    yy += Double(zeros) * meanY * meanY
    xy += Double(zeros) * meanX * meanY
    guard xx > 0, yy > 0 else { return nil }
    return xy / (xx * yy).squareRoot()
  }
}
