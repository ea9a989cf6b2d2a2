import Hydromet

/// The curve number method of the Soil Conservation Service.
///
/// - Source: USDA NRCS, National Engineering Handbook, part 630, chapters 9 and 10.
public struct CurveNumber: Sendable, Hashable {
  /// Antecedent moisture condition.
  public enum Moisture: Int, Sendable, Hashable, CaseIterable {
    case dry = 1
    case average
    case wet

    /// From the rain of the five days before, mm.
    public init(fiveDayRain: Double, isGrowingSeason: Bool) {
      let bounds = isGrowingSeason ? (36.0, 53.0) : (13.0, 28.0)
      self = fiveDayRain < bounds.0 ? .dry : (fiveDayRain <= bounds.1 ? .average : .wet)
    }
  }

  /// CN for average moisture, above 0 and up to 100.
  public let number: Double
  /// Ia / S, usually 0.2.
  public let initialShare: Double

  public init(_ number: Double, initialShare: Double = 0.2) {
    self.number = min(max(number, 1), 100)
    self.initialShare = min(max(initialShare, 0), 1)
  }

  /// CN for another moisture: 4.2 CN / (10 − 0.058 CN) and 23 CN / (10 + 0.13 CN).
  public func adjusted(to moisture: Moisture) -> CurveNumber {
    switch moisture {
    case .dry: CurveNumber(4.2 * number / (10 - 0.058 * number), initialShare: initialShare)
    case .average: self
    case .wet: CurveNumber(23 * number / (10 + 0.13 * number), initialShare: initialShare)
    }
  }

  /// S = 25400 / CN − 254, mm.
  public var retention: Double { 25_400 / number - 254 }
  /// Ia, mm.
  public var initialLoss: Double { initialShare * retention }

  /// Runoff of an event's rain, both mm: (P − Ia)² / (P − Ia + S) for P > Ia, else 0.
  public func runoff(of rain: Double) -> Double {
    let excess = rain - initialLoss
    guard excess > 0 else { return 0 }
    return excess * excess / (excess + retention)
  }

  /// The rain that gives a runoff: x = (R + √(R² + 4RS)) / 2, P = Ia + x, mm.
  public func rain(giving runoff: Double) -> Double {
    guard runoff > 0 else { return initialLoss }
    let root = (runoff * runoff + 4 * runoff * retention).squareRoot()
    return initialLoss + (runoff + root) / 2
  }
}

/// Initial and constant loss 初损后损: rain first fills what the soil lacks, then loses at an even rate.
public struct InitialConstantLoss: Sendable, Hashable {
  /// I₀, mm.
  public let initial: Double
  /// μ, mm/h.
  public let hourlyRate: Double

  public init(initial: Double, hourlyRate: Double) {
    self.initial = max(initial, 0)
    self.hourlyRate = max(hourlyRate, 0)
  }

  /// Net rain of every step, mm.
  ///
  /// - Parameter rain: depths of steps of `hours`, mm.
  public func netRain(of rain: [Double], stepHours hours: Double) -> [Double] {
    var lack = initial
    return rain.map { depth in
      let filled = min(lack, depth)
      lack -= filled
      // The rate counts for the part of the step that is left after filling.
      let share = depth > 0 ? (depth - filled) / depth : 0
      return max(depth - filled - hourlyRate * hours * share, 0)
    }
  }
}
