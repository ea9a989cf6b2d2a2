import Hydromet

/// What a map of the soil of cells shows, and its classes.
///
/// The colours go from sand to blue, each darker than the one before; none is a legal warning colour.
struct SoilScale {
  enum Quantity: String, Sendable, Hashable, CaseIterable {
    /// Soil water index 土壤水分指数, mm.
    case index = "soil_index"
    /// Antecedent rainfall over its capacity Pa/Wm, in hundredths.
    case saturation = "soil_saturation"
  }

  struct Class {
    let from: Double
    let range: String
    let fill: Colour
  }

  let quantity: Quantity
  let classes: [Class]

  private static let fills: [UInt32] = [
    0xF3EBD6, 0xDDD3A8, 0xB6C98F, 0x7DB59B, 0x4A8FA6, 0x345C96, 0x3A2F73,
  ]

  /// The bounds of dry, normal and wet soil are bounds of classes.
  init(_ quantity: Quantity) {
    self.quantity = quantity
    let bounds = quantity == .index ? [0, 30, 60, 90, 120, 150, 200] : [0, 20, 35, 50, 65, 80]
    classes = bounds.enumerated().map { number, from in
      let next = bounds.indices.contains(number + 1) ? bounds[number + 1] : nil
      let isLast = next == nil
      return Class(
        from: Double(from), range: next.map { "\(from)–\($0)" } ?? "＞\(from)",
        fill: Colour(SoilScale.fills[isLast ? SoilScale.fills.count - 1 : number]))
    }
  }

  /// A value on a bound belongs to the class below it, as dry soil reaches up to 0.5 and normal up to
  /// 0.8.
  func place(of value: Double) -> Int { classes.lastIndex { value > $0.from } ?? 0 }
}
