import Formats

/// How the stored numbers of a variable become values: which of them mean "no data", and the scale
/// and offset of the others.
///
/// Fill values and valid ranges are compared with the stored number, before unpacking, in the type of
/// the variable. A valid range of floating numbers beside packed integers speaks of the unpacked
/// values (NetCDF Users Guide, Attribute Conventions).
struct GridPacking: Sendable {
  let type: NetCDFType
  let scale: Double
  let offset: Double
  /// Stored numbers that mean "no data".
  let missing: [Double]
  /// The first two of them, which are all in most files; NaN where there are fewer.
  private let firstMissing: (Double, Double)
  private let wraps: Double?
  private let packedRange: ClosedRange<Double>?
  private let unpackedRange: ClosedRange<Double>?

  /// - Parameter statedMissing: further stored numbers that mean "no data".
  init(_ variable: NetCDFVariable, statedMissing: [Double]) {
    let type = variable.type
    self.type = type
    scale = GridPacking.decimal(variable["scale_factor"]) ?? 1
    offset = GridPacking.decimal(variable["add_offset"]) ?? 0
    let isUnsigned =
      ["true", "1"].contains(variable.text("_Unsigned")?.lowercased())
      && [.byte, .short, .int].contains(type)
    let modulus =
      isUnsigned ? type.integerBits.map { Double(sign: .plus, exponent: $0, significand: 1) } : nil
    wraps = modulus
    let stored = { (number: Double) -> Double in
      if let modulus { return number < 0 ? number + modulus : number }
      return type == .float ? Double(Float(number)) : number
    }
    var codes =
      variable["_FillValue"]?.numbers ?? GridPacking.defaultFill(of: type).map { [$0] } ?? []
    codes += variable["missing_value"]?.numbers ?? []
    codes += statedMissing
    missing = codes.filter { !$0.isNaN }.map(stored)
    firstMissing = (missing.first ?? .nan, missing.dropFirst().first ?? .nan)
    let range = GridPacking.validRange(variable, stored)
    let speaksOfValues =
      type.integerBits != nil && (scale != 1 || offset != 0)
      && GridPacking.rangeIsFloating(variable)
    packedRange = speaksOfValues ? nil : range
    unpackedRange = speaksOfValues ? range : nil
  }

  /// Whether numbers are stored otherwise than they are meant.
  var isPacked: Bool { scale != 1 || offset != 0 }

  /// The value of a stored number; nil for "no data": fill values, NaN, infinity, and numbers outside
  /// the valid range.
  func unpacked(_ number: Double) -> Double? {
    var stored = number
    if let wraps, stored < 0 { stored += wraps }
    if stored == firstMissing.0 || stored == firstMissing.1 { return nil }
    if missing.count > 2, missing.contains(stored) { return nil }
    if let packedRange, !packedRange.contains(stored) { return nil }
    let value = stored * scale + offset
    guard value.isFinite else { return nil }
    if let unpackedRange, !unpackedRange.contains(value) { return nil }
    return value
  }

  /// The first number of an attribute. A 32-bit one is meant as the shortest decimal number that it
  /// stands for: 0.01 and not 0.009999999776482582.
  private static func decimal(_ value: NetCDFValue?) -> Double? {
    if case .floats(let numbers) = value, let first = numbers.first {
      return decimal(first)
    }
    return value?.numbers?.first
  }

  /// The shortest decimal number that a 32-bit number stands for.
  static func decimal(_ number: Float) -> Double {
    Double("\(number)") ?? Double(number)
  }

  /// What the library writes where nobody wrote anything (64-bit ones as the nearest double, which
  /// is how they are read). Bytes have no such value: every one of their numbers is in use.
  private static func defaultFill(of type: NetCDFType) -> Double? {
    switch type {
    case .short: -32_767
    case .int: -2_147_483_647
    case .int64: -9_223_372_036_854_775_808
    case .ushort: 65_535
    case .uint: 4_294_967_295
    case .uint64: 18_446_744_073_709_551_616
    case .float, .double: 9.969_209_968_386_869e36
    case .byte, .ubyte, .char, .string, .other: nil
    }
  }

  private static func validRange(
    _ variable: NetCDFVariable, _ stored: (Double) -> Double
  ) -> ClosedRange<Double>? {
    var low = variable.number("valid_min")
    var high = variable.number("valid_max")
    if let both = variable["valid_range"]?.numbers, both.count == 2 {
      low = both[0]
      high = both[1]
    }
    guard low != nil || high != nil else { return nil }
    let from = low.map(stored) ?? -.infinity
    let to = high.map(stored) ?? .infinity
    return from <= to ? from...to : nil
  }

  private static func rangeIsFloating(_ variable: NetCDFVariable) -> Bool {
    ["valid_range", "valid_min", "valid_max"].contains { name in
      switch variable[name] {
      case .floats, .doubles: true
      default: false
      }
    }
  }
}
