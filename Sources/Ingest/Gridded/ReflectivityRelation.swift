import Glibc
import Hydromet

/// How a reflectivity becomes a rain rate: Z = a·R^b, Z in mm⁶/m³, R in mm/h.
///
/// No reader converts by itself. The statement of a feed names the relation, and the notes repeat it.
public struct ReflectivityRelation: Sendable, Hashable, Codable {
  public let a: Double
  public let b: Double
  /// Reflectivity above this counts as this much: the echo of hail; nil counts all of it.
  public let largestDecibels: Double?

  /// Marshall and Palmer (1948), J. Meteor. 5, 165–166: 200 and 1.6.
  public static let marshallPalmer = ReflectivityRelation(a: 200, b: 1.6, largestDecibels: nil)

  init(a: Double, b: Double, largestDecibels: Double?) {
    self.a = a
    self.b = b
    self.largestDecibels = largestDecibels
  }

  /// Reads `marshall_palmer`, `wsr88d` (300, 1.4), `tropical` (250, 1.2), or two or three numbers:
  /// `200 1.6`, `300 1.4 53`.
  ///
  /// - Returns: nil for anything else, and for numbers that are no relation of rain.
  public init?(_ text: String) {
    switch text.lowercased() {
    case "marshall_palmer", "marshall-palmer": self = .marshallPalmer
    case "wsr88d": self.init(a: 300, b: 1.4, largestDecibels: nil)
    case "tropical": self.init(a: 250, b: 1.2, largestDecibels: nil)
    default:
      let words = text.split { $0 == " " || $0 == "," || $0 == "/" }
      let numbers = words.compactMap { Double($0) }
      guard numbers.count == words.count, (2...3).contains(numbers.count),
        (1...10_000).contains(numbers[0]), (0.5...4).contains(numbers[1])
      else { return nil }
      let largest = numbers.count == 3 ? numbers[2] : nil
      if let largest { guard (30...80).contains(largest) else { return nil } }
      self.init(a: numbers[0], b: numbers[1], largestDecibels: largest)
    }
  }

  /// The relation in words.
  var words: String {
    let name = a == 200 && b == 1.6 ? " (Marshall–Palmer)" : ""
    let cap = largestDecibels.map { ", at most \($0) dBZ" } ?? ""
    return "Z = \(plain(a)) R^\(plain(b))\(name)\(cap)"
  }

  /// "The radar sees this place and there is no echo", dBZ: less than any radar measures. It is
  /// kept in fields of reflectivity, and is no rain at all.
  public static let noEcho: Float = -99

  /// mm/h of a reflectivity in dBZ. No echo is exactly zero.
  public func rate(_ decibels: Float) -> Float {
    if decibels <= ReflectivityRelation.noEcho { return 0 }
    let capped = min(Double(decibels), largestDecibels ?? .infinity)
    return Float(pow(pow(10, capped / 10) / a, 1 / b))
  }

  /// The strongest hail gives some 80 dBZ; beyond this a scale or a number for "no data" is not known.
  static let largestEcho: Float = 120

  /// Turns dBZ into mm/h; missing stays missing.
  ///
  /// - Throws: `implausible` for an echo that nothing in the air gives.
  func convert(_ values: inout [Float], at place: Fault.Location) throws(Fault) {
    for index in values.indices where !values[index].isNaN {
      guard values[index] <= ReflectivityRelation.largestEcho else {
        throw Fault(
          "implausible", at: place, "a cell has \(values[index]) dBZ, more than any rain or hail",
          remedy: "check the scale of the file, or state its number for no data with "
            + "`missing_values:` or --missing")
      }
      values[index] = rate(values[index])
    }
  }
}
