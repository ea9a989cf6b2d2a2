import Hydromet

/// A unit that rain may be in.
struct RainUnit: Sendable, Equatable {
  let quantity: Quantity
  /// Multiplies a value into mm or mm/h; 1 for reflectivity.
  let factor: Double

  /// A depth, a depth per time, or dBZ. A mass of water over an area is the depth that it stands
  /// there: 1 kg m-2 = 1 mm.
  ///
  /// - Returns: nil for every other unit.
  init?(_ text: String) {
    let bare = String(text.filter { !$0.isWhitespace }).lowercased()
    if ["dbz", "dbze", "dbzh", "decibelz"].contains(bare) {
      self.init(quantity: .reflectivity, factor: 1)
      return
    }
    guard let unit = PhysicalUnit(text) else { return nil }
    // The density of water: 1 m³ has 1000 kg.
    let metres = unit.mass == 1 ? unit.factor / 1000 : unit.factor
    let length = unit.length + 3 * unit.mass
    guard unit.mass == 0 || unit.mass == 1, length == 1 else { return nil }
    switch unit.time {
    case 0: self.init(quantity: .amount, factor: RainUnit.rounded(metres * 1000))
    case -1: self.init(quantity: .rate, factor: RainUnit.rounded(metres * 3_600_000))
    default: return nil
    }
  }

  private init(quantity: Quantity, factor: Double) {
    self.quantity = quantity
    self.factor = factor
  }

  /// The factor without the dust of binary fractions: 3600 and not 3600.0000000000005.
  private static func rounded(_ factor: Double) -> Double {
    let neat = (factor * 1e9).rounded() / 1e9
    return abs(neat - factor) <= 1e-12 * factor ? neat : factor
  }

  /// What `quantity` is given in.
  static func name(of quantity: Quantity) -> String {
    switch quantity {
    case .amount: "mm"
    case .rate: "mm/h"
    case .reflectivity: "dBZ"
    }
  }
}

/// What the CF standard names of rain mean.
enum RainStandardName {
  static let amounts: Set<String> = [
    "precipitation_amount", "rainfall_amount", "lwe_thickness_of_precipitation_amount",
    "thickness_of_rainfall_amount", "convective_precipitation_amount",
    "stratiform_precipitation_amount", "large_scale_precipitation_amount",
  ]
  static let rates: Set<String> = [
    "precipitation_flux", "rainfall_flux", "rainfall_rate", "lwe_precipitation_rate",
    "precipitation_rate", "convective_precipitation_flux", "stratiform_rainfall_rate",
  ]
  static let reflectivities: Set<String> = [
    "equivalent_reflectivity_factor", "radar_reflectivity",
    "equivalent_reflectivity_factor_h",
  ]

  static func quantity(of name: String) -> Quantity? {
    if amounts.contains(name) { return .amount }
    if rates.contains(name) { return .rate }
    if reflectivities.contains(name) { return .reflectivity }
    return nil
  }

  /// The unit of a variable that names none: certain only for the amounts whose canonical unit,
  /// kg m-2, is the millimetre that everybody uses. Rates are met in mm/h as often as in kg m-2 s-1.
  static func certainUnit(of name: String) -> String? {
    ["precipitation_amount", "rainfall_amount"].contains(name) ? "kg m-2" : nil
  }
}
