/// What the thresholds of one unit ask about its soil. What is not known is nil.
public struct UnitSoil: Sendable, Hashable {
  /// s = Pa / Wm, 0…1, where it is known well enough to choose a threshold by it.
  public let saturation: Double?
  /// Soil water index, mm.
  public let soilWaterIndex: Double?
  /// Rain of the first, second, third … 24 h before the last 24 h; nil where nothing is known.
  public let earlierDays: [Depth?]
  /// Some rain behind the soil water index is not known: it is at least as large.
  public let isLowerBound: Bool

  public init(
    saturation: Double? = nil, soilWaterIndex: Double? = nil, earlierDays: [Depth?] = [],
    isLowerBound: Bool = false
  ) {
    self.saturation = saturation
    self.soilWaterIndex = soilWaterIndex
    self.earlierDays = earlierDays
    self.isLowerBound = isLowerBound
  }

  public static let unknown = UnitSoil(isLowerBound: true)
}
