/// The most rain that was measured anywhere on earth: what a gap can hide is no more.
public enum LargestRain {
  /// 16.6 in · D^0.475 with D in hours, 421.6 mm in one: the line above the records from minutes to a
  /// day.
  ///
  /// - Source: Paulhus (1965), Mon. Weather Rev. 93, 331–335.
  public static func millimetres(inSeconds seconds: Int) -> Double {
    seconds > 0 ? 421.6 * Elementary.pow(Double(seconds) / 3600, 0.475) : 0
  }

  /// What may have fallen at the most in missing steps of a period, which need not follow one another.
  ///
  /// - Parameters:
  ///   - missing: number of steps, parts of which count.
  ///   - step: seconds; 0 where it is not known, and any missing part may be the wettest.
  public static func millimetres(missing: Double, ofSteps step: Int, inSeconds period: Int)
    -> Double
  {
    guard missing > 0 else { return 0 }
    let whole = millimetres(inSeconds: period)
    return step > 0 ? min(whole, missing * millimetres(inSeconds: step)) : whole
  }
}

/// Rain of one of the 24 h stretches before the last 24 h, as far as it is known.
public struct EarlierDay: Sendable, Hashable {
  public static let seconds = 86_400

  /// What fell at the least: what is not known counts as none.
  public let depth: Depth
  /// Share of the day's rain that is known, 0…1.
  public let knownShare: Double
  /// What fell at the most.
  public let ceiling: Depth

  /// - Parameter step: of the rain behind it, seconds.
  public init(depth: Depth, knownShare: Double, step: Int) {
    self.depth = depth
    self.knownShare = knownShare
    let missing = (1 - knownShare) * Double(EarlierDay.seconds) / Double(max(step, 1))
    let hidden = LargestRain.millimetres(
      missing: missing, ofSteps: step, inSeconds: EarlierDay.seconds)
    ceiling = depth + (Depth(millimetres: hidden) ?? Depth(micrometres: .max))
  }

  /// A day that is wholly known, or not at all.
  public init(_ depth: Depth?) {
    self.init(depth: depth ?? .zero, knownShare: depth == nil ? 0 : 1, step: 0)
  }

  public static let unknown = EarlierDay(nil)
}
