public import Hydromet

/// The coefficients of one step of a Muskingum reach, cut into equal parts where the step is short
/// for its length: O₂ = C₀ I₂ + C₁ I₁ + C₂ O₁.
///
/// For 2Kx ≤ Δt ≤ 2K(1 − x) no coefficient is below 0, so no flow ever is. A reach that is long for
/// the step becomes several; for one that is short, x is lowered; one shorter than half a step passes
/// its water on at once.
///
/// - Source: McCarthy (1938), unpublished; Cunge (1969), J. Hydraul. Res. 7, 205–230.
public struct MuskingumCoefficients: Sendable, Hashable {
  public let reach: MuskingumReach
  public let step: TimeSpan
  /// Parts in a row; 0 where water passes at once.
  public let parts: Int
  public let current: Double
  public let previous: Double
  public let outflow: Double

  /// - Throws: `bad_parameter`.
  public init(_ reach: MuskingumReach, step: TimeSpan) throws(Fault) {
    guard reach.hours >= 0, reach.hours <= 240, reach.weight >= 0, reach.weight <= 0.5,
      step.seconds > 0
    else {
      throw Fault(
        "bad_parameter", "a reach of K \(reach.hours) h and x \(reach.weight)",
        remedy: "give K from 0 to 240 h and x from 0 to 0.5")
    }
    self.reach = reach
    self.step = step
    let width = Double(step.seconds) / 3600
    let tolerance = 1e-9
    if reach.hours < width / 2 {
      parts = 0
      (current, previous, outflow) = (1, 0, 0)
      return
    }
    parts = max(1, Int((2 * reach.hours * reach.weight / width - tolerance).rounded(.up)))
    let hours = reach.hours / Double(parts)
    let weight = max(min(reach.weight, 1 - width / (2 * hours)), 0)
    (current, previous, outflow) = MuskingumCoefficients.three(hours, weight, width)
  }

  /// C₀, C₁, C₂ of one part for K, x and Δt in hours.
  public static func three(
    _ hours: Double, _ weight: Double, _ width: Double
  ) -> (Double, Double, Double) {
    let divisor = hours * (1 - weight) + 0.5 * width
    return (
      (0.5 * width - hours * weight) / divisor, (0.5 * width + hours * weight) / divisor,
      (hours * (1 - weight) - 0.5 * width) / divisor
    )
  }

  /// Numbers of the state: the flow into each part and out of the last one.
  public var stateCount: Int { parts == 0 ? 0 : parts + 1 }

  /// One step with an inflow; the state holds the flows of the step before and then of this one.
  ///
  /// - Returns: the outflow of the reach.
  public func pass(_ inflow: Double, _ flows: UnsafeMutablePointer<Double>) -> Double {
    var entering = inflow
    for part in 0..<parts {
      let before = flows[part]
      let after = current * entering + previous * before + outflow * flows[part + 1]
      flows[part] = entering
      entering = after
    }
    if parts > 0 { flows[parts] = entering }
    return entering
  }

  /// A whole hydrograph through a reach that had `start` flowing through it before.
  public func route(_ inflow: [Double], start: Double = 0) -> [Double] {
    var flows = [Double](repeating: start, count: parts + 1)
    return flows.withUnsafeMutableBufferPointer { flows in
      guard let base = flows.baseAddress else { return inflow }
      var result: [Double] = []
      result.reserveCapacity(inflow.count)
      for flow in inflow { result.append(pass(flow, base)) }
      return result
    }
  }
}
