/// A decimal number exactly as its digits say, so that no tenth of a millimetre is decided by how
/// binary fractions round.
public struct ExactDecimal: Sendable, Hashable {
  /// The digits without the point; the value is `units` × 10^−`decimals`.
  public let units: Int64
  /// 0…18.
  public let decimals: Int
  /// Whether digits other than zero were cut behind the eighteenth.
  public let isCut: Bool

  /// Reads `12`, `-0.5`, `.5`, `5.`, `1.2E-3`; nil for anything else and from 10¹⁸ on.
  ///
  /// - Parameter allowsComma: whether a comma may stand for the point.
  public init?(_ text: some StringProtocol, allowsComma: Bool = false) {
    var reader = DecimalReader(Array(text.utf8), allowsComma: allowsComma)
    guard reader.read() else { return nil }
    units = reader.isNegative ? -reader.units : reader.units
    decimals = reader.decimals
    isCut = reader.isCut
  }

  /// Reads a plain number, `12`, `-0.5`, with at most 17 digits; nil for every other spelling, which
  /// `init(_:allowsComma:)` may know.
  @inline(__always)
  init?(plain bytes: borrowing [UInt8], in range: Range<Int>) {
    var position = range.lowerBound
    let end = range.upperBound
    guard position < end, end - position <= 18, end <= bytes.count else { return nil }
    let isNegative = bytes[position] == UInt8(ascii: "-")
    if isNegative { position += 1 }
    var value: Int64 = 0
    var decimals = -1
    var digits = 0
    while position < end {
      let byte = bytes[position]
      if byte >= 48, byte <= 57 {
        value = value &* 10 &+ Int64(byte &- 48)
        digits += 1
        if decimals >= 0 { decimals += 1 }
      } else if byte == UInt8(ascii: "."), decimals < 0 {
        decimals = 0
      } else {
        return nil
      }
      position += 1
    }
    guard digits > 0 else { return nil }
    units = isNegative ? -value : value
    self.decimals = max(decimals, 0)
    isCut = false
  }

  /// Whether the number is less than a whole number; false where that is hard to say.
  func isBelow(_ whole: Int64) -> Bool {
    guard decimals <= 6 else { return false }
    var scale: Int64 = 1
    for _ in 0..<decimals { scale *= 10 }
    return units < whole * scale
  }

  public var isNegative: Bool { units < 0 }
  public var isPositive: Bool { units > 0 || (isCut && units == 0) }

  /// Whether the number is this whole number.
  public func equals(_ whole: Int64) -> Bool {
    if decimals <= 6, whole.magnitude < 1 << 40 {
      var scale: Int64 = 1
      for _ in 0..<decimals { scale *= 10 }
      return !isCut && units == whole * scale
    }
    return rounded(numerator: 1) == whole && isExact(numerator: 1)
  }

  /// (number + offset) × numerator ∕ denominator as a whole number, halves away from zero.
  ///
  /// - Parameter offset: hundredths that are added first.
  /// - Parameter denominator: positive.
  /// - Returns: nil where the result does not fit.
  public func rounded(
    numerator: Int64, denominator: Int64 = 1, offset: Int64 = 0
  ) -> Int64? {
    if offset == 0, denominator == 1, decimals <= 6, units.magnitude < 1 << 40,
      numerator.magnitude <= 1 << 20
    {
      // Nearly all numbers, and a tenth of the time that 128 bits take.
      var divisor: Int64 = 1
      for _ in 0..<decimals { divisor *= 10 }
      let dividend = units * numerator
      let half = dividend < 0 ? -(divisor / 2) : divisor / 2
      return (dividend + half) / divisor
    }
    let (dividend, divisor) = fraction(numerator, denominator, offset)
    let magnitude = (2 * dividend.magnitude + divisor.magnitude) / (2 * divisor.magnitude)
    guard let whole = Int64(exactly: magnitude) else { return nil }
    return dividend < 0 ? -whole : whole
  }

  /// Whether number × numerator is a whole number.
  public func isExact(numerator: Int64) -> Bool {
    let (dividend, divisor) = fraction(numerator, 1, 0)
    return !isCut && dividend % divisor == 0
  }

  /// Every factor is bounded: 10¹⁸ × 10² for the number, 10¹⁸ × 10⁵ for the offset, 10⁵ for the
  /// numerators of the units; 128 bits hold 10³⁸.
  private func fraction(
    _ numerator: Int64, _ denominator: Int64, _ offset: Int64
  ) -> (dividend: Int128, divisor: Int128) {
    var scale: Int128 = 1
    for _ in 0..<decimals { scale *= 10 }
    let hundredths = Int128(units) * 100 + Int128(offset) * scale
    return (hundredths * Int128(numerator), scale * 100 * Int128(max(denominator, 1)))
  }
}

extension Double {
  /// Reads a number as `Double(_:)` reads it from a text, quickly where it is written plainly.
  init?(_ bytes: [UInt8], in range: Range<Int>) {
    guard let number = ExactDecimal(plain: bytes, in: range), number.units.magnitude < 1 << 53
    else {
      self.init(String(decoding: bytes[range], as: UTF8.self))
      return
    }
    // Both are whole numbers without a rest in binary, so that one division rounds once.
    var scale = 1.0
    for _ in 0..<number.decimals { scale *= 10 }
    self = Double(number.units) / scale
  }
}

/// Reads the digits of a decimal number.
private struct DecimalReader {
  private let bytes: [UInt8]
  private let allowsComma: Bool
  private var position = 0
  private(set) var isNegative = false
  private(set) var units: Int64 = 0
  private(set) var decimals = 0
  private(set) var isCut = false

  private static let largest: Int64 = 999_999_999_999_999_999

  init(_ bytes: [UInt8], allowsComma: Bool) {
    self.bytes = bytes
    self.allowsComma = allowsComma
  }

  mutating func read() -> Bool {
    isNegative = skip(UInt8(ascii: "-"))
    if !isNegative { _ = skip(UInt8(ascii: "+")) }
    var digits = 0
    while let digit = nextDigit() {
      digits += 1
      guard units <= DecimalReader.largest / 10 else { return false }
      units = units * 10 + digit
    }
    if skip(UInt8(ascii: ".")) || (allowsComma && skip(UInt8(ascii: ","))) {
      while let digit = nextDigit() {
        digits += 1
        appendDecimal(digit)
      }
    }
    guard digits > 0 else { return false }
    if skip(UInt8(ascii: "e")) || skip(UInt8(ascii: "E")) {
      guard readExponent() else { return false }
    }
    return position == bytes.count
  }

  private mutating func appendDecimal(_ digit: Int64) {
    if decimals < 18, units <= DecimalReader.largest / 10 {
      units = units * 10 + digit
      decimals += 1
    } else if digit != 0 {
      isCut = true
    }
  }

  private mutating func readExponent() -> Bool {
    let isDown = skip(UInt8(ascii: "-"))
    if !isDown { _ = skip(UInt8(ascii: "+")) }
    guard let first = nextDigit() else { return false }
    let exponent = first * 10 + (nextDigit() ?? -first * 9)
    for _ in 0..<exponent {
      guard isDown ? moveDown() : moveUp() else { return false }
    }
    return true
  }

  private mutating func moveUp() -> Bool {
    if decimals > 0 {
      decimals -= 1
      return true
    }
    guard units <= DecimalReader.largest / 10 else { return false }
    units *= 10
    return true
  }

  private mutating func moveDown() -> Bool {
    if decimals < 18 {
      decimals += 1
    } else {
      if units % 10 != 0 { isCut = true }
      units /= 10
    }
    return true
  }

  private mutating func skip(_ byte: UInt8) -> Bool {
    guard position < bytes.count, bytes[position] == byte else { return false }
    position += 1
    return true
  }

  private mutating func nextDigit() -> Int64? {
    guard position < bytes.count, (48...57).contains(bytes[position]) else { return nil }
    position += 1
    return Int64(bytes[position - 1] - 48)
  }
}
