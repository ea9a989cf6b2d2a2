import Hydromet

/// What a field of a report says.
enum FieldValue: Equatable {
  /// Tenths of the element's unit.
  case tenths(Int)
  /// Rain that makes no tenth of a millimetre: a code for it, or an amount of less than 0.05 mm
  /// (see `amount`).
  case trace
  /// The value did not come.
  case missing
  /// The station has no such sensor or task.
  case notInstalled
  /// What came cannot be a value.
  case failed

  /// What an amount says, in every format that can write less than a tenth.
  ///
  /// Rain of nothing is 0; of more than nothing and less than 0.05 mm, a trace; of 0.05 mm and more,
  /// tenths, halves up. A trace adds nothing to a sum: were all below 0.1 mm a trace, a gauge that
  /// gives 0.06 mm a minute would have no rain at all in an hour of 3.6 mm. Formats that count
  /// tenths mark a trace by a number below one (MICAPS diamond 1 and 3) or by a code.
  ///
  /// - Parameters:
  ///   - tenths: the amount in tenths of the element's unit, rounded, halves away from zero.
  ///   - isPositive: whether the amount was more than nothing before.
  /// - Note: what a rounded 0.0 cannot tell from dry is the trace; a rule of our own where a format has
  ///   none. GB/T 28592 calls rain below 0.1 mm of 12 or 24 hours slight (微量), which is a grade of sums.
  @inline(__always)
  static func amount(_ tenths: Int, of element: Element, isPositive: Bool) -> FieldValue {
    tenths == 0 && isPositive && element == .rain ? .trace : .tenths(tenths)
  }

  /// What an amount of a binary format says, by the decimal digits that a 32-bit number has: beyond
  /// a hundred-thousandth of a tenth there is only what binary fractions and packing leave. A number
  /// beyond all bounds, as operators of a damaged message make one, is a failed value, not a missing one.
  ///
  /// - Parameter tenths: the amount in tenths of the element's unit, as it stands in the file.
  static func amount(binary tenths: Double, of element: Element) -> FieldValue {
    let decimal = (tenths * 1e5).rounded() / 1e5
    guard let whole = Int(exactly: decimal.rounded()) else { return .failed }
    return amount(whole, of: element, isPositive: decimal > 0)
  }
}
