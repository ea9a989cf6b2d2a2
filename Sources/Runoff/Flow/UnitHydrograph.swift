public import Hydromet

/// The shares of one step's net rain that pass the outlet in that step and in each after it 单位线.
///
/// The shares add up to 1: what a form leaves beyond its last step is counted in that step.
public struct UnitHydrograph: Sendable, Hashable {
  public let step: TimeSpan
  /// Share of the volume that passes in step 0, 1, …
  public let shares: [Double]

  /// Longer forms are cut here.
  public static let longest = 2000

  init(step: TimeSpan, shares: [Double]) {
    self.step = step
    self.shares = shares
  }

  /// Of n equal linear reservoirs: S(t) − S(t − Δt) with S the incomplete gamma function P(n, t/K).
  ///
  /// - Parameter tail: the share that may be counted in the last step instead of after it.
  /// - Throws: `bad_parameter`.
  /// - Source: Nash (1957), IASH Publ. 45, 114–121.
  public init(nash: NashResponse, step: TimeSpan, tail: Double = 1e-6) throws(Fault) {
    guard nash.reservoirs >= 0.1, nash.reservoirs <= 20, nash.hours > 0, nash.hours <= 500,
      step.seconds > 0
    else {
      throw Fault(
        "bad_parameter", "a unit hydrograph of \(nash.reservoirs) reservoirs of \(nash.hours) h",
        remedy: "give n from 0.1 to 20 and K above 0 and up to 500 h")
    }
    let width = Double(step.seconds) / 3600 / nash.hours
    self.init(step: step, tail: tail) { Elementary.regularisedGamma(nash.reservoirs, $0 * width) }
  }

  /// The triangle of the SCS: peak at Tp = D/2 + 0.6 Tc, base 2.67 Tp, D being the step.
  ///
  /// - Throws: `bad_parameter`.
  /// - Source: USDA NRCS, National Engineering Handbook, part 630, chapter 16.
  public init(triangleWithConcentrationHours hours: Double, step: TimeSpan) throws(Fault) {
    guard hours > 0, hours <= 240, step.seconds > 0 else {
      throw Fault(
        "bad_parameter", "a triangular unit hydrograph for \(hours) h of concentration",
        remedy: "give a time of concentration above 0 and up to 240 h")
    }
    let width = Double(step.seconds) / 3600
    let peak = TriangularHydrograph(concentrationHours: hours, durationHours: width).timeToPeak
    let base = 2.67 * peak
    self.init(step: step, tail: 0) { steps in
      let t = steps * width
      if t >= base { return 1 }
      return t <= peak
        ? t * t / (peak * base) : 1 - (base - t) * (base - t) / (base * (base - peak))
    }
  }

  /// - Parameter curve: share that has passed after so many steps, rising from 0 to 1.
  private init(step: TimeSpan, tail: Double, curve: (Double) -> Double) {
    var shares: [Double] = []
    var before = 0.0
    repeat {
      let after = min(max(curve(Double(shares.count + 1)), before), 1)
      shares.append(after - before)
      before = after
    } while before < 1 - tail && shares.count < UnitHydrograph.longest
    shares[shares.count - 1] += 1 - before
    self.init(step: step, shares: shares)
  }

  /// Ordinates for `depth` mm of net rain on `area` km², m³/s.
  public func discharge(depth: Double, area: Double) -> [Double] {
    shares.map { Discharge.cubicMetresPerSecond(depth * $0, area: area, step: step) }
  }

  /// Flow of a series of net rain, in the same unit: as long as the rain and the response together.
  public func flow(of netRain: [Double]) -> [Double] {
    var flow = [Double](repeating: 0, count: netRain.count + shares.count - 1)
    for (start, depth) in netRain.enumerated() where depth != 0 {
      for (offset, share) in shares.enumerated() { flow[start + offset] += depth * share }
    }
    return flow
  }
}

/// The unit triangle of the SCS in its own numbers.
public struct TriangularHydrograph: Sendable, Hashable {
  /// Tp, h.
  public let timeToPeak: Double

  public init(concentrationHours: Double, durationHours: Double) {
    timeToPeak = durationHours / 2 + 0.6 * concentrationHours
  }

  /// qp = 0.208 A Q / Tp, m³/s, with A in km² and Q in mm.
  public func peak(area: Double, depth: Double) -> Double { 0.208 * area * depth / timeToPeak }

  /// 2.67 Tp, h.
  public var base: Double { 2.67 * timeToPeak }
}

/// Depth of water over an area in a step, as a flow.
public enum Discharge {
  /// m³/s of `depth` mm over `area` km² in one step.
  public static func cubicMetresPerSecond(
    _ depth: Double, area: Double, step: TimeSpan
  ) -> Double {
    depth * area * 1000 / Double(step.seconds)
  }

  /// mm per step of a flow in m³/s.
  public static func depth(_ flow: Double, area: Double, step: TimeSpan) -> Double {
    flow * Double(step.seconds) / (area * 1000)
  }
}
