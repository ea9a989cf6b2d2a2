/// A depth of rain as a whole number of micrometres (thousandths of a millimetre).
///
/// Every depth that is summed, compared or published is of this kind, so that sums are exact, sliding
/// leaves nothing behind, and the published number is the number that was compared. A gauge's tenth
/// of a millimetre is 100 of them; the largest depth is 2147 m.
public struct Depth: Sendable, Hashable, Comparable, Codable {
  public let micrometres: Int32

  public init(micrometres: Int32) {
    self.micrometres = micrometres
  }

  public init(from decoder: any Decoder) throws {
    micrometres = try decoder.singleValueContainer().decode(Int32.self)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(micrometres)
  }

  /// The nearest depth to a number of millimetres; nil where that is not finite or out of range.
  public init?(millimetres: Double) {
    let micrometres = (millimetres * 1000).rounded()
    guard micrometres.magnitude < 2_147_483_647 else { return nil }
    self.init(micrometres: Int32(micrometres))
  }

  public init(tenthsOfMillimetre: Int32) {
    self.init(
      micrometres: tenthsOfMillimetre.multipliedReportingOverflow(by: 100).overflow
        ? (tenthsOfMillimetre < 0 ? .min : .max) : tenthsOfMillimetre * 100)
  }

  public static let zero = Depth(micrometres: 0)

  public var millimetres: Double { Double(micrometres) / 1000 }

  public static func < (a: Depth, b: Depth) -> Bool { a.micrometres < b.micrometres }

  /// The sum, or the largest depth where the sum would not fit.
  public static func + (a: Depth, b: Depth) -> Depth {
    let (sum, overflow) = a.micrometres.addingReportingOverflow(b.micrometres)
    return Depth(micrometres: overflow ? (a.micrometres < 0 ? .min : .max) : sum)
  }

  /// All three decimals, `12.345`: the form of tables.
  public var text: String {
    let magnitude = Int(micrometres.magnitude)
    return "\(micrometres < 0 ? "-" : "")\(magnitude / 1000).\(padded(magnitude % 1000, 3))"
  }

  /// One decimal, cut and not rounded, `49.9` for 49.96: the form of texts and maps. Thresholds are
  /// whole tenths, so the cut number stands on the same side of every threshold as the depth itself.
  public var shortText: String {
    let tenths = Int(micrometres.magnitude) / 100
    return "\(micrometres < 0 && tenths > 0 ? "-" : "")\(tenths / 10).\(tenths % 10)"
  }
}

/// How much of what a sum needs has arrived: frames of a window, or area of a region.
public struct Coverage: Sendable, Hashable, Codable {
  public let received: Int
  public let expected: Int

  public init(received: Int, expected: Int) {
    self.received = received
    self.expected = expected
  }

  public var isComplete: Bool { expected > 0 && received >= expected }
  public var share: Double { expected > 0 ? Double(received) / Double(expected) : 0 }
}

/// What a sum says about a threshold.
public enum ThresholdVerdict: Sendable, Hashable {
  case reached
  case notReached
  case unknown
}

/// A depth summed over a period, with its coverage.
public struct Accumulation: Sendable, Hashable, Codable {
  public let period: Period
  /// The sum of what arrived; nil where nothing did.
  public let depth: Depth?
  public let coverage: Coverage

  public init(period: Period, depth: Depth?, coverage: Coverage) {
    self.period = period
    self.depth = depth
    self.coverage = coverage
  }

  /// A sum with gaps can prove that a threshold was reached, never that it was not.
  public func verdict(against threshold: Depth) -> ThresholdVerdict {
    if let depth, depth >= threshold { return .reached }
    return depth != nil && coverage.isComplete ? .notReached : .unknown
  }
}
