public import Hydromet

/// A unit in which a station file may give an element, and how it becomes tenths of the element's
/// own unit: tenths = (value + offset) × numerator ∕ denominator.
public struct ElementUnit: Sendable, Hashable {
  /// The unit as documentation and messages write it.
  public let symbol: String
  let factor: TenthsFactor

  private init(_ symbol: String, _ numerator: Int64, over denominator: Int64 = 1, offset: Int64 = 0)
  {
    self.symbol = symbol
    factor = TenthsFactor(numerator: numerator, denominator: denominator, offset: offset)
  }

  /// Reads a unit as headers and statements write it, `mm`, `0.1 mm`, `°C`, `km/h`; nil where the
  /// element is not given in such a unit.
  public init?(_ text: some StringProtocol, of element: Element) {
    let spelling = ElementUnit.spelling(text)
    guard
      let unit = ElementUnit.units(of: element).first(where: { $0.spellings.contains(spelling) })
    else { return nil }
    self = unit.unit
  }

  /// The unit of an element that is given in one unit only: percent and degrees.
  public static func onlyUnit(of element: Element) -> ElementUnit? {
    switch element {
    case .humidity: ElementUnit("%", 10)
    case .windDirection: ElementUnit("deg", 10)
    case .rain, .temperature, .pressure, .windSpeed: nil
    }
  }

  /// The symbols an element may be given in, for messages.
  public static func symbols(of element: Element) -> [String] {
    units(of: element).map(\.unit.symbol)
  }

  func tenths(of value: ExactDecimal) -> Int32? { factor.tenths(of: value) }

  private static func spelling(_ text: some StringProtocol) -> String {
    var spelling = ""
    for character in text.lowercased() {
      switch character {
      case " ", "\t", "^", "*", "·", "_": continue
      case "°", "º": spelling += "deg"
      case "℃": spelling += "degc"
      case "℉": spelling += "degf"
      case "％": spelling += "%"
      case "⁻": spelling += "-"
      case "¹": spelling += "1"
      case "²": spelling += "2"
      default: spelling.append(character)
      }
    }
    return spelling
  }

  /// Source of the factors: SI brochure (9th edition, 2019), NIST SP 811 appendix B: 1 in = 25.4 mm,
  /// 1 mi = 1609.344 m, 1 kn = 1852 m/h; 0 °C = 273.15 K.
  private static func units(of element: Element) -> [(unit: ElementUnit, spellings: [String])] {
    switch element {
    case .rain:
      [
        (ElementUnit("mm", 10), ["mm", "毫米", "kgm-2", "kg/m2", "millimetres", "millimeters"]),
        (ElementUnit("0.1mm", 1), ["0.1mm", "1/10mm", "0.1毫米", "tenthsmm"]),
        (ElementUnit("cm", 100), ["cm", "厘米"]),
        (ElementUnit("in", 254), ["in", "inch", "inches", "英寸"]),
      ]
    case .temperature:
      [
        (ElementUnit("degC", 10), ["degc", "c", "celsius", "摄氏度"]),
        (ElementUnit("0.1degC", 1), ["0.1degc", "0.1c"]),
        (ElementUnit("K", 10, offset: -27_315), ["k", "kelvin"]),
        (ElementUnit("degF", 50, over: 9, offset: -3200), ["degf", "f", "fahrenheit"]),
      ]
    case .humidity:
      [
        (ElementUnit("%", 10), ["%", "percent", "pct"]),
        (ElementUnit("1", 1000), ["1", "fraction"]),
      ]
    case .pressure:
      [
        (ElementUnit("hPa", 10), ["hpa", "mb", "mbar", "百帕"]),
        (ElementUnit("0.1hPa", 1), ["0.1hpa"]),
        (ElementUnit("Pa", 1, over: 10), ["pa"]),
        (ElementUnit("kPa", 100), ["kpa"]),
      ]
    case .windSpeed:
      [
        (ElementUnit("m/s", 10), ["m/s", "ms-1", "mps", "meters/second", "metres/second", "米/秒"]),
        (ElementUnit("0.1m/s", 1), ["0.1m/s"]),
        (ElementUnit("km/h", 100, over: 36), ["km/h", "kmh", "kmh-1", "kph"]),
        (ElementUnit("kn", 18_520, over: 3600), ["kn", "kt", "kts", "knot", "knots"]),
        (ElementUnit("mph", 44_704, over: 10_000), ["mph"]),
      ]
    case .windDirection:
      [(ElementUnit("deg", 10), ["deg", "degree", "degrees", "degtrue", "度"])]
    }
  }
}

/// How a number of a file becomes tenths: (value + offset) × numerator ∕ denominator.
struct TenthsFactor: Sendable, Hashable {
  let numerator: Int64
  let denominator: Int64
  /// Hundredths of the file's unit.
  let offset: Int64

  @inline(__always)
  func tenths(of value: ExactDecimal) -> Int32? {
    if offset == 0, denominator == 1, value.decimals <= 3, value.units.magnitude < 1_000_000_000_000
    {
      return Int32(exactly: TenthsFactor.quotient(value.units * numerator, value.decimals))
    }
    return value.rounded(numerator: numerator, denominator: denominator, offset: offset)
      .flatMap { Int32(exactly: $0) }
  }

  /// A number of at most three decimals as a whole number, halves away from zero.
  private static func quotient(_ units: Int64, _ decimals: Int) -> Int64 {
    let scale: Int64 = decimals == 0 ? 1 : decimals == 1 ? 10 : decimals == 2 ? 100 : 1000
    let half = units < 0 ? -(scale / 2) : scale / 2
    return (units + half) / scale
  }
}
