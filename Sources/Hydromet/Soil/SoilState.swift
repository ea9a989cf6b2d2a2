/// How wet the soil of one basin is at a moment, from everything that fell up to it.
///
/// The three numbers are three views of one past: the antecedent rainfall of Chinese flood practice,
/// the soil water index of the three tanks, and the tension water of the runoff model. Rain that was
/// not known counts as none, so with a gap the state is a lower bound.
public struct SoilState: Sendable, Hashable {
  public let basin: String
  /// Everything that fell up to this moment is in the state.
  public let time: Timestamp
  /// Antecedent rainfall 前期影响雨量 Pa, mm, 0…`capacity`.
  public let antecedentRainfall: Double
  /// Largest loss of the basin Wm (Im), mm, above 0.
  public let capacity: Double
  /// Water in the three tanks 土壤水分指数, mm.
  public let soilWaterIndex: Double
  /// Tension water of the runoff model over its capacity, 0…1; nil where no model is run.
  public let modelSaturation: Double?
  /// Share of what the state remembers that is not known, each moment counting by what the
  /// antecedent rainfall keeps of it: 1 at a start from nothing, 0 after a long unbroken record.
  public let gapShare: Double

  public init(
    basin: String, time: Timestamp, antecedentRainfall: Double, capacity: Double,
    soilWaterIndex: Double, modelSaturation: Double?, gapShare: Double
  ) {
    self.basin = basin
    self.time = time
    self.antecedentRainfall = antecedentRainfall
    self.capacity = capacity
    self.soilWaterIndex = soilWaterIndex
    self.modelSaturation = modelSaturation
    self.gapShare = gapShare
  }

  /// s = Pa / Wm, 0…1: the number on which thresholds of three states are interpolated.
  public var saturation: Double { SoilState.saturation(antecedentRainfall, of: capacity) }

  /// Antecedent rainfall over the largest loss, 0…1.
  public static func saturation(_ antecedentRainfall: Double, of capacity: Double) -> Double {
    guard capacity > 0 else { return 0 }
    return min(max(antecedentRainfall / capacity, 0), 1)
  }

  /// Whether a saturation is known well enough to choose a threshold by it: little of what it
  /// remembers is missing, or what is there proves the soil wet.
  public static func isKnown(_ saturation: Double, gapShare: Double) -> Bool {
    gapShare <= maximumGapShare || wetness(saturation: saturation) == .wet
  }

  /// Dry where Pa ≤ 0.5 Wm 较干, normal up to 0.8 Wm 一般, wet above 较湿; nil where more than
  /// `maximumGapShare` is not known and what is known does not prove the soil wet.
  public var wetness: Wetness? {
    guard SoilState.isKnown(saturation, gapShare: gapShare) else { return nil }
    return SoilState.wetness(saturation: saturation)
  }

  /// Some of the rain is not known: the soil is at least as wet.
  public var isLowerBound: Bool { isLowerBound(minimumCoverage: 1) }

  /// Less of what the state remembers is known than a district asks for, 0…1: it is at least as wet.
  public func isLowerBound(minimumCoverage: Double) -> Bool {
    SoilState.isLowerBound(gapShare: gapShare, minimumCoverage: minimumCoverage)
  }

  public static func isLowerBound(gapShare: Double, minimumCoverage: Double) -> Bool {
    gapShare > max(negligibleGapShare, 1 - minimumCoverage + 1e-9)
  }

  /// Saturation up to which soil is dry, and up to which it is normal.
  public static let dryBound = 0.5
  public static let normalBound = 0.8
  /// The saturations at which thresholds for dry, normal and wet soil are worked out.
  public static let tabulatedSaturations = (dry: 0.2, normal: 0.5, wet: 0.8)
  /// With more than this unknown the soil is not put into a class: with a daily recession of 0.9 it
  /// takes ten days from a start from nothing to come below.
  public static let maximumGapShare = 0.35
  static let negligibleGapShare = 0.001

  public static func wetness(saturation: Double) -> Wetness {
    if saturation <= dryBound { return .dry }
    return saturation <= normalBound ? .normal : .wet
  }
}
