import Hydromet

/// Refuses what cannot be rain.
///
/// Smoothed products leave a few cells a little below zero. Such a cell is no measurement: it becomes
/// missing and is counted. Many such cells, or any far below zero, mean that a number for "no data" or
/// a unit is not known, and the whole field is refused. Nothing negative ever becomes dry.
struct RainPlausibility {
  /// The heaviest hour on record is 305 mm and the wettest day 1825 mm (WMO Weather and Climate
  /// Extremes Archive); beyond this a unit is wrong.
  private static let largest = 2000.0
  /// Dust of unpacking and of 32-bit numbers: this little below zero is zero.
  private static let dust = 0.001
  /// A field with more slightly negative cells than this share of its valid ones is refused.
  private static let largestShare = 0.001

  private let quantity: Quantity
  /// How far below zero a single cell may lie, mm or mm/h: what smoothing and rounding to the packed
  /// steps leave behind.
  private let undershoot: Double
  private var validCount = 0
  private var negativeCount = 0
  private var smallest = 0.0
  private var excessCount = 0
  private var largestFound = 0.0

  /// - Parameter resolution: one step of the stored numbers, mm or mm/h.
  init(quantity: Quantity, resolution: Double) {
    self.quantity = quantity
    undershoot = 1.000_001 * min(max(0.1, 2 * resolution), 0.5)
  }

  /// Whether nothing was refused so far.
  var isClean: Bool { negativeCount == 0 && excessCount == 0 }

  /// The value as it is kept; NaN for one that is refused.
  ///
  /// - Parameter times: how many cells have this value.
  mutating func accept(_ value: Double, times: Int = 1) -> Float {
    // Adding zero turns -0 into 0.
    guard quantity != .reflectivity else { return Float(value) + 0 }
    validCount += times
    if value < 0 {
      if value > -RainPlausibility.dust { return 0 }
      negativeCount += times
      smallest = min(smallest, value)
      return .nan
    }
    if value > RainPlausibility.largest {
      excessCount += times
      largestFound = max(largestFound, value)
    }
    return Float(value) + 0
  }

  /// Counts cells with values that need no check.
  mutating func countValid(_ cells: Int) {
    guard quantity != .reflectivity else { return }
    validCount += cells
  }

  /// Adds what another check of the same field found, as if it had found it so many times.
  mutating func merge(_ other: RainPlausibility, times: Int) {
    validCount += other.validCount * times
    negativeCount += other.negativeCount * times
    smallest = min(smallest, other.smallest)
    excessCount += other.excessCount * times
    largestFound = max(largestFound, other.largestFound)
  }

  /// - Returns: how many cells were taken as missing for being a little below zero.
  /// - Throws: `negative_rain`, `implausible`.
  func finish(_ place: Fault.Location) throws(Fault) -> Int {
    let unit = RainUnit.name(of: quantity)
    let allowed = Double(validCount) * RainPlausibility.largestShare
    if negativeCount > 0, smallest < -undershoot || Double(negativeCount) > allowed {
      throw Fault(
        "negative_rain", at: place,
        "\(negativeCount) of \(validCount) cells have negative rain, the smallest is \(smallest) "
          + unit,
        remedy:
          "name the number that means “no data” with `missing_values:` or --missing, or correct "
          + "the file")
    }
    if excessCount > 0 {
      throw Fault(
        "implausible", at: place,
        "\(excessCount) cells have more than 2000 \(unit), the largest is \(largestFound)",
        remedy:
          "check the unit, the scale and the number that means “no data” (`missing_values:` or "
          + "--missing)")
    }
    return negativeCount
  }
}
