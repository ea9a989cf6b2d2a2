import Hydromet

/// What the air can do: values beyond are kept and marked suspect.
enum StationLimits {
  static let longestPeriodSeconds = 366 * 86_400

  /// Whether tenths of an element lie within its limits over a period.
  ///
  /// - Source: limits for surface data in CMA practice: 40 mm in a minute, 600 mm in an hour, −80 to
  ///   60 °C, 0 to 100 %, 75 m/s, 0 to 360°. Station pressure reaches down to 300 hPa, so that no
  ///   high station is doubted.
  static func contain(_ tenths: Int32, of element: Element, seconds: Int) -> Bool {
    let value = Int(tenths)
    switch element {
    case .rain: return value <= mostRainTenths(seconds: seconds)
    case .temperature: return (-800...600).contains(value)
    case .humidity: return (0...1000).contains(value)
    case .pressure: return (3000...11_000).contains(value)
    case .windSpeed: return (0...750).contains(value)
    case .windDirection: return (0...3600).contains(value)
    }
  }

  /// The minute's limit for each begun minute, the hour's limit for each begun hour, whichever is
  /// less.
  private static func mostRainTenths(seconds: Int) -> Int {
    let minutes = (min(max(seconds, 1), longestPeriodSeconds) + 59) / 60
    let hours = (minutes + 59) / 60
    return min(minutes * 400, hours * 6000)
  }
}

/// What stands in a cell in place of a value.
enum SpecialValue {
  case missing
  case notInstalled
  case trace
  case none

  init(_ text: String, of element: Element, in unit: TenthsFactor) {
    switch text.lowercased() {
    case "", "na", "n/a", "nan", "null", "none", "missing", "-", "--", "---", "缺测":
      self = .missing
    case "t", "tr", "trace", "微量":
      self = element == .rain ? .trace : .none
    default:
      if text.allSatisfy({ $0 == "/" }) {
        self = .missing
      } else if text.allSatisfy({ $0 == "," }) {
        self = element == .rain ? .trace : .none
      } else {
        self = SpecialValue.code(text, of: element, in: unit)
      }
    }
  }

  /// The codes of CMA files, with or without decimals. 99999 Pa is a pressure: besides rain, a number
  /// that the element can have in its unit is no code.
  private static func code(
    _ text: String, of element: Element, in unit: TenthsFactor
  ) -> SpecialValue {
    guard let digit = text.first(where: { $0 != "-" }), digit == "9",
      let number = ExactDecimal(text)
    else { return .none }
    if element != .rain, let tenths = unit.tenths(of: number),
      StationLimits.contain(tenths, of: element, seconds: 1)
    {
      return .none
    }
    if [9999, 99_999, 999_999, -9999, -99_999, -999_999].contains(where: { number.equals($0) }) {
      return .missing
    }
    if number.equals(999_998) { return .notInstalled }
    if number.equals(999_990), element == .rain { return .trace }
    return .none
  }
}
