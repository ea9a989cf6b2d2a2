import Hydromet

/// How alike the rain at two places is: sill × e^(−distance / range), less what every gauge has for
/// itself (the nugget). The sill is 1; depths come in with the error model.
public struct Covariance: Sendable, Hashable, Codable {
  /// km.
  public let range: Double
  /// Share of the variance that two gauges side by side do not have in common, 0…1.
  public let nugget: Double

  public init(range: Double, nugget: Double) {
    self.range = range
    self.nugget = nugget
  }

  /// Bounds within which range and nugget are fitted.
  public static let ranges = 1.0...200.0
  public static let nuggets = 0.05...0.9

  /// The covariance of two different gauges, or of a gauge and a cell, by their squared distance.
  func value(squared: Double) -> Double {
    (1 - nugget) * Elementary.exp(-squared.squareRoot() / range)
  }

  /// What is tried at a spacing of the gauges.
  static func candidates(spacing: Double) -> [Covariance] {
    let base = spacing > 0 ? spacing : 10
    var candidates: [Covariance] = []
    for factor in [1.5, 3.0, 6.0, 12.0, 24.0] {
      let range = min(max(base * factor, ranges.lowerBound), ranges.upperBound)
      for nugget in [0.05, 0.2, 0.4, 0.6, 0.8] {
        candidates.append(Covariance(range: range, nugget: nugget))
      }
    }
    return candidates
  }
}
