public import Hydromet

/// Peak flow of a small hill basin from design rain: the rational formula of the China Institute of Water
/// Resources and Hydropower Research 水科院推理公式.
///
/// Qm = 0.278 ψ (Sp/τⁿ) F, τ = 0.278 L / (m J^⅓ Qm^¼), ψ = 1 − (μ/Sp) τⁿ; where the net rain is over
/// before water from everywhere has arrived (tc < τ): Qm = 0.278 hR F / τ. For basins below 200 km².
public struct RationalFormula: Sendable, Hashable {
  /// F, km².
  public let area: Double
  /// L, from the outlet to the divide, km.
  public let length: Double
  /// J, as a fraction.
  public let slope: Double
  /// m.
  public let confluence: Double
  /// μ, mm/h.
  public let infiltration: Double

  /// - Throws: `bad_parameter`.
  public init(
    area: Double, length: Double, slope: Double, confluence: Double, infiltration: Double
  ) throws(Fault) {
    let ranges: [(String, Double, ClosedRange<Double>)] = [
      ("F", area, 0.001...2000), ("L", length, 0.01...500), ("J", slope, 1e-6...2),
      ("m", confluence, 0.01...20), ("μ", infiltration, 0...500),
    ]
    for (name, value, range) in ranges where !range.contains(value) {
      throw Fault(
        "bad_parameter", "\(name) is \(value)",
        remedy: "give a number from \(range.lowerBound) to \(range.upperBound)")
    }
    self.area = area
    self.length = length
    self.slope = slope
    self.confluence = confluence
    self.infiltration = infiltration
  }

  /// Decay of rain intensity with duration: n₁ below 1 h, n₂ from 1 to 6 h, n₃ beyond.
  public struct Decay: Sendable, Hashable {
    public let belowOneHour: Double
    public let belowSixHours: Double
    public let beyond: Double

    public init(belowOneHour: Double, belowSixHours: Double, beyond: Double) {
      self.belowOneHour = belowOneHour
      self.belowSixHours = belowSixHours
      self.beyond = beyond
    }

    public init(_ exponent: Double) {
      self.init(belowOneHour: exponent, belowSixHours: exponent, beyond: exponent)
    }

    func exponent(hours: Double) -> Double {
      hours < 1 ? belowOneHour : (hours <= 6 ? belowSixHours : beyond)
    }
  }

  public struct Peak: Sendable, Hashable {
    /// Qm, m³/s.
    public let discharge: Double
    /// τ, h.
    public let concentration: Double
    /// tc, how long net rain is produced, h; infinity without infiltration.
    public let production: Double
    /// ψ, or the share of the rain of τ that ran off.
    public let coefficient: Double
    /// Water from the whole basin meets at the outlet (tc ≥ τ).
    public let isWhole: Bool
  }

  /// Solves for the peak by bisection on the logarithm of the flow, which always converges, to less
  /// than a millionth of it.
  ///
  /// - Parameters:
  ///   - hourlyRain: Sp, the largest rain of one hour, mm/h.
  /// - Throws: `bad_parameter`; `no_runoff` where the ground takes all the rain.
  public func peak(hourlyRain: Double, decay: Decay) throws(Fault) -> Peak {
    guard hourlyRain > 0, hourlyRain <= 1000,
      [decay.belowOneHour, decay.belowSixHours, decay.beyond].allSatisfy({ $0 > 0 && $0 < 1 })
    else {
      throw Fault(
        "bad_parameter", "a rain of \(hourlyRain) mm/h with exponents \(decay)",
        remedy: "give Sp above 0 and n between 0 and 1")
    }
    var (low, high) = (1e-6, 0.278 * area * 1e5)
    guard formula(low, hourlyRain, decay).discharge > low else {
      throw Fault(
        "no_runoff", "an infiltration of \(infiltration) mm/h takes a rain of \(hourlyRain) mm/h",
        remedy: "check μ and Sp: they give no flow at all")
    }
    for _ in 0..<120 {
      let middle = (low * high).squareRoot()
      if formula(middle, hourlyRain, decay).discharge > middle {
        low = middle
      } else {
        high = middle
      }
    }
    return formula(low, hourlyRain, decay)
  }

  /// τ for a flow, h.
  public func concentrationHours(discharge: Double) -> Double {
    0.278 * length
      / (confluence * Elementary.pow(slope, 1.0 / 3) * discharge.squareRoot().squareRoot())
  }

  /// The right side of the formula for an assumed flow.
  private func formula(_ assumed: Double, _ rain: Double, _ decay: Decay) -> Peak {
    let tau = concentrationHours(discharge: assumed)
    let n = decay.exponent(hours: tau)
    let production =
      infiltration > 0
      ? Elementary.pow((1 - n) * rain / infiltration, 1 / n) : Double.infinity
    let intensity = rain / Elementary.pow(tau, n)
    if production >= tau {
      let coefficient = 1 - infiltration / intensity
      return Peak(
        discharge: 0.278 * coefficient * intensity * area, concentration: tau,
        production: production, coefficient: coefficient, isWhole: true)
    }
    // hR = n Sp tc^(1 − n): the rain of tc less its infiltration.
    let net = n * rain * Elementary.pow(production, 1 - n)
    return Peak(
      discharge: 0.278 * net * area / tau, concentration: tau, production: production,
      coefficient: net / (intensity * tau), isWhole: false)
  }
}
