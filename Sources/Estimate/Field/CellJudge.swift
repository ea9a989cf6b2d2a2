import Hydromet

/// Turns what was interpolated for a cell into what is published of it.
struct CellJudge: Sendable {
  let model: LocalModel
  let cap: CorrectionCap
  let error: ErrorModel?
  /// Bias-corrected radar, where no gauge reaches.
  let bias: Double
  let biasError: ErrorModel?
  let reach: Double

  struct Said {
    var estimate: Int32 = .min
    var standardError: Int32 = .min
    var source = RainSource.none
    var isCapped = false
  }

  /// - Parameters:
  ///   - radar: micrometres, negative for none.
  ///   - squared: of the distance to the nearest gauge, km².
  func say(
    first: Double, second: Double, variance: Double, radar: Int32, squared: Double,
    largestGauge: Double
  ) -> Said {
    let distance = squared.squareRoot()
    let support = min(max((reach - distance) / (0.25 * reach), 0), 1)
    guard support > 0 else { return withoutGauges(radar) }
    let echo = radar >= 0 ? Double(radar) / 1000 : nil
    let usesRadar = model.method.usesRadar
    if usesRadar, echo == nil { return Said() }
    let free = model.estimate(first, second, radar: echo ?? 0)
    let limited = cap.limit(
      free, radar: usesRadar ? echo : nil, largestGauge: largestGauge)
    var said = Said()
    said.isCapped = (limited - free).magnitude > 0.0005
    said.source = usesRadar ? .both : .gauges
    var estimate = limited
    let spread = model.trend == nil ? model.variance(squared: squared) : variance
    var standardError = error?.standardError(estimate: limited, variance: spread)
    if support < 1, let echo {
      estimate = support * limited + (1 - support) * echo * bias
      let other = biasError?.standardError(estimate: echo * bias, variance: 1)
      if let own = standardError, let other {
        standardError = support * own + (1 - support) * other
      } else {
        standardError = nil
      }
      said.source = .both
    }
    let hasEcho = (echo ?? 0) >= CellJudge.dry
    if estimate < CellJudge.dry, !hasEcho { estimate = 0 }
    said.estimate = CellJudge.micrometres(estimate)
    if let standardError { said.standardError = CellJudge.micrometres(standardError) }
    return said
  }

  /// Less than a gauge can tell from nothing, mm.
  private static let dry = 0.05

  /// Radar alone, or nothing.
  func withoutGauges(_ radar: Int32) -> Said {
    var said = Said()
    guard radar >= 0 else { return said }
    let estimate = Double(radar) / 1000 * bias
    said.source = .radar
    said.estimate = CellJudge.micrometres(estimate)
    if let biasError {
      said.standardError = CellJudge.micrometres(
        biasError.standardError(estimate: estimate, variance: 1))
    }
    return said
  }

  /// The nearest whole number of micrometres.
  static func micrometres(_ millimetres: Double) -> Int32 {
    let value = millimetres * 1000 + 0.5
    guard value > 0 else { return 0 }
    return value < 2_147_483_646 ? Int32(value) : Int32.max - 1
  }
}
