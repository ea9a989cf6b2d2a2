public import Hydromet

/// Water in three tanks, one above the other: the soil water index 土壤雨量指数.
///
/// The upper tank lets water out at two heights and down, the others at one height and down; the index
/// is the sum of the three. The constants are the same everywhere: places differ in the index that is
/// dangerous to them, not in the tanks.
///
/// - Source: Ishihara & Kobatake (1979), Bull. Disas. Prev. Res. Inst. Kyoto Univ. 29, 31–43; the Japan
///   Meteorological Agency runs them in steps of ten minutes, as here.
public struct SoilWaterTanks: Sendable, Hashable, BitwiseCopyable {
  /// Depths of water, mm, from the top.
  public var upper: Double
  public var middle: Double
  public var lower: Double

  public init(upper: Double = 0, middle: Double = 0, lower: Double = 0) {
    self.upper = upper
    self.middle = middle
    self.lower = lower
  }

  public var index: Double { upper + middle + lower }

  /// Ten minutes pass with `rain`, mm.
  ///
  /// - Returns: what left the tanks sideways and below the lowest, mm.
  @discardableResult
  public mutating func passTenMinutes(rain: Double) -> Double { pass(hours: 1.0 / 6, rain: rain) }

  /// A step passes in parts of equal length, none longer than ten minutes, with even rain.
  @discardableResult
  public mutating func pass(_ step: TimeSpan, rain: Double) -> Double {
    let parts = max(1, (step.seconds + 599) / 600)
    let hours = Double(step.seconds) / 3600 / Double(parts)
    var left = 0.0
    for _ in 0..<parts { left += pass(hours: hours, rain: rain / Double(parts)) }
    return left
  }

  mutating func pass(hours: Double, rain: Double) -> Double {
    let side1 = (0.10 * max(upper - 15, 0) + 0.15 * max(upper - 60, 0)) * hours
    let side2 = 0.05 * max(middle - 15, 0) * hours
    let side3 = 0.01 * max(lower - 15, 0) * hours
    let down1 = 0.12 * upper * hours
    let down2 = 0.05 * middle * hours
    let down3 = 0.01 * lower * hours
    upper += rain - side1 - down1
    middle += down1 - side2 - down2
    lower += down2 - side3 - down3
    return side1 + side2 + side3 + down3
  }
}
