/// Exponential, logarithm, power and their kin with the same bits on every processor.
///
/// The system's functions differ between libraries and processors in the last place, and a state that
/// is carried on for years must not. Only the five operations that IEEE 754 rounds exactly are used
/// (+ − × ÷ √), in a fixed order and never contracted. The errors below are those of the tests, in
/// units in the last place (ulp).
public enum Elementary {
  /// eˣ, within 1.5 ulp; 0 below −745, infinity above 709.8, NaN for NaN.
  @inlinable
  public static func exp(_ x: Double) -> Double {
    guard x < 709 else {
      if x.isNaN { return x }
      return x < 709.782712893384 ? exp(x - 1) * e : .infinity
    }
    guard x > -708 else { return x < -745.2 ? 0 : exp(x + 64) * eToMinus64 }
    // Adding and taking away 1.5 · 2⁵² rounds to a whole number.
    let shifted = x * 1.4426950408889634 + 6_755_399_441_055_744
    let k = shifted - 6_755_399_441_055_744
    let r = (x - k * lnTwoHigh) - k * lnTwoLow
    let scale = Double(bitPattern: UInt64(bitPattern: Int64(k) &+ 1023) &<< 52)
    return expOfRemainder(r) * scale
  }

  /// e to the power of a number no larger than ln 2 / 2, by the power series.
  @inlinable
  static func expOfRemainder(_ r: Double) -> Double {
    var sum = 1 + r * (1.0 / 13)
    sum = 1 + r * (1.0 / 12) * sum
    sum = 1 + r * (1.0 / 11) * sum
    sum = 1 + r * (1.0 / 10) * sum
    sum = 1 + r * (1.0 / 9) * sum
    sum = 1 + r * (1.0 / 8) * sum
    sum = 1 + r * (1.0 / 7) * sum
    sum = 1 + r * (1.0 / 6) * sum
    sum = 1 + r * (1.0 / 5) * sum
    sum = 1 + r * 0.25 * sum
    sum = 1 + r * (1.0 / 3) * sum
    return 1 + (r + r * r * 0.5 * sum)
  }

  /// ln x, within 1.5 ulp; −infinity for 0, NaN below 0.
  @inlinable
  public static func log(_ x: Double) -> Double {
    guard x > 0, x < .infinity else {
      return x == 0 ? -.infinity : (x == .infinity ? x : .nan)
    }
    guard x >= 2.2250738585072014e-308 else {
      return log(x * 18_014_398_509_481_984) - 54 * lnTwoLow - 54 * lnTwoHigh
    }
    // x = 2ᵏ (1 + f) with 1 + f between √½ and √2.
    let bits = x.bitPattern
    var exponent = Int64(bits &>> 52) &- 1023
    var mantissa = Double(bitPattern: (bits & 0x000F_FFFF_FFFF_FFFF) | 0x3FF0_0000_0000_0000)
    if mantissa > 1.4142135623730951 {
      mantissa *= 0.5
      exponent &+= 1
    }
    let f = mantissa - 1
    let s = f / (2 + f)
    let z = s * s
    var series = 2.0 / 23
    series = 2.0 / 21 + z * series
    series = 2.0 / 19 + z * series
    series = 2.0 / 17 + z * series
    series = 2.0 / 15 + z * series
    series = 2.0 / 13 + z * series
    series = 2.0 / 11 + z * series
    series = 2.0 / 9 + z * series
    series = 2.0 / 7 + z * series
    series = 2.0 / 5 + z * series
    series = 2.0 / 3 + z * series
    series = z * series
    let half = 0.5 * f * f
    let k = Double(exponent)
    return k * lnTwoHigh - ((half - (s * (half + series) + k * lnTwoLow)) - f)
  }

  /// x to the power of y for x ≥ 0, with a relative error of at most (2 + |y ln x|) · 2.3 · 10⁻¹⁶;
  /// exact for y of 0 and 1; NaN for x below 0.
  @inlinable
  public static func pow(_ x: Double, _ y: Double) -> Double {
    if y == 1 || x == 1 { return x }
    if y == 0 { return 1 }
    if x == 0 { return y > 0 ? 0 : .infinity }
    return exp(y * log(x))
  }

  /// Hyperbolic tangent, with a relative error of at most 10⁻¹⁵.
  @inlinable
  public static func tanh(_ x: Double) -> Double {
    let size = x.magnitude
    if size < 0.5 {
      // The continued fraction of Lambert.
      let z = x * x
      var tail = 17 + z / 19
      for odd in [15.0, 13, 11, 9, 7, 5, 3, 1] { tail = odd + z / tail }
      return x / tail
    }
    if size > 20 { return x < 0 ? -1 : 1 }
    let decay = exp(-2 * size)
    let result = (1 - decay) / (1 + decay)
    return x < 0 ? -result : result
  }

  @usableFromInline static let e = 2.718281828459045
  @usableFromInline static let eToMinus64 = 1.603810890548638e-28
  /// ln 2 in two parts; the first has so few digits that its multiples by whole numbers are exact.
  @usableFromInline static let lnTwoHigh = 6.93147180369123816490e-01
  @usableFromInline static let lnTwoLow = 1.90821492927058770002e-10
}

extension Elementary {
  /// Sine of an angle in radians, within 2 · 10⁻¹⁶ · (1 + |x|); for angles of a few turns.
  public static func sin(_ x: Double) -> Double {
    let turns = (x / (2 * Double.pi)).rounded()
    var angle = x - turns * 6.28318530717958623 - turns * 2.4492935982947064e-16
    if angle > Double.pi / 2 { angle = Double.pi - angle }
    if angle < -Double.pi / 2 { angle = -Double.pi - angle }
    let square = angle * angle
    var sum = 1.0
    for step in stride(from: 23.0, through: 3, by: -2) {
      sum = 1 - square / (step * (step - 1)) * sum
    }
    return angle * sum
  }

  public static func cos(_ x: Double) -> Double { sin(x + Double.pi / 2) }

  /// Arc cosine in radians of −1…1 (beyond: of the nearer end), within 10⁻¹⁵.
  public static func acos(_ x: Double) -> Double {
    let x = min(max(x, -1), 1)
    let y = ((1 - x) * (1 + x)).squareRoot()
    if x > 0 { return atan(y / x) }
    if x < 0 { return Double.pi - atan(y / -x) }
    return Double.pi / 2
  }

  /// Arc tangent of a number that is not below 0.
  private static func atan(_ x: Double) -> Double {
    guard x <= 1 else { return Double.pi / 2 - atan(1 / x) }
    // Halving the angle three times brings it below π/32.
    var small = x
    for _ in 0..<3 { small = small / (1 + (1 + small * small).squareRoot()) }
    let square = small * small
    var sum = 1.0 / 23
    for odd in stride(from: 21.0, through: 1, by: -2) { sum = 1 / odd - square * sum }
    return 8 * small * sum
  }

  /// ln Γ(a) for a > 0, with an error of at most 10⁻¹⁴ · (1 + |ln Γ(a)|).
  ///
  /// - Source: the series of Stirling from 12 on, reached by Γ(a + 1) = a Γ(a).
  public static func logGamma(_ a: Double) -> Double {
    guard a > 0 else { return .nan }
    var z = a
    var product = 1.0
    while z < 12 {
      product *= z
      z += 1
    }
    let inverse = 1 / z
    let square = inverse * inverse
    var series = 1.0 / 1188
    series = -1.0 / 1680 + square * series
    series = 1.0 / 1260 + square * series
    series = -1.0 / 360 + square * series
    series = 1.0 / 12 + square * series
    let halfLogTwoPi = 0.91893853320467274178
    return (z - 0.5) * log(z) - z + halfLogTwoPi + series * inverse - log(product)
  }

  /// The regularised lower incomplete gamma function P(a, x) for a > 0, within 10⁻¹³; 0 for x ≤ 0.
  ///
  /// - Source: DLMF 8.11.4 (power series) and 8.9.2 (continued fraction, by the method of Lentz).
  public static func regularisedGamma(_ a: Double, _ x: Double) -> Double {
    guard x > 0 else { return 0 }
    let front = exp(a * log(x) - x - logGamma(a))
    return x < a + 1 ? front * gammaSeries(a, x) : 1 - front * gammaFraction(a, x)
  }

  private static func gammaSeries(_ a: Double, _ x: Double) -> Double {
    var term = 1 / a
    var sum = term
    var n = a
    for _ in 0..<1000 where term > sum * 1e-17 {
      n += 1
      term *= x / n
      sum += term
    }
    return sum
  }

  private static func gammaFraction(_ a: Double, _ x: Double) -> Double {
    let tiny = 1e-300
    var b = x + 1 - a
    var c = 1 / tiny
    var d = 1 / b
    var result = d
    for step in 1...1000 {
      let n = Double(step)
      let numerator = -n * (n - a)
      b += 2
      d = numerator * d + b
      if d.magnitude < tiny { d = tiny }
      c = b + numerator / c
      if c.magnitude < tiny { c = tiny }
      d = 1 / d
      let factor = d * c
      result *= factor
      if (factor - 1).magnitude < 1e-16 { break }
    }
    return result
  }
}
