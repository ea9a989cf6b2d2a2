import Hydromet

/// Numbers as they stand in the files of a district: no more decimals than they need.
enum DecimalText {
  /// The nearest number with at most so many decimals (0…9), without trailing zeros; empty for a
  /// number that is not finite or beyond 10⁹.
  static func text(_ value: Double, decimals: Int) -> String {
    let places = min(max(decimals, 0), 9)
    let scale = (0..<places).reduce(Int64(1)) { scale, _ in scale * 10 }
    guard value.magnitude < 1e9 else { return "" }
    let units = Int64((value * Double(scale)).rounded())
    let whole = units.magnitude / scale.magnitude
    let rest = units.magnitude % scale.magnitude
    let sign = units < 0 ? "-" : ""
    guard rest > 0 else { return "\(sign)\(whole)" }
    var fraction = padded(Int(rest), places)
    while fraction.hasSuffix("0") { fraction.removeLast() }
    return "\(sign)\(whole).\(fraction)"
  }

  /// Longitude or latitude to a tenth of a metre.
  static func degrees(_ value: Double) -> String {
    text(value, decimals: 6)
  }

  /// Millimetres of a depth with the decimals that it has.
  static func millimetres(_ depth: Depth) -> String {
    var text = depth.text
    while text.hasSuffix("0") { text.removeLast() }
    if text.hasSuffix(".") { text.removeLast() }
    return text
  }
}
