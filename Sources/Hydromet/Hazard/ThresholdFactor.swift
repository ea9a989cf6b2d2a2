/// A factor on the thresholds of some units for some time: after an earthquake or a fire less rain
/// does harm. A person sets it, says why, and it ends by itself.
public struct ThresholdFactor: Sendable, Hashable {
  public let unitKind: UnitKind?
  /// Id of the unit, or `*` for all of the kind.
  public let unit: String
  /// Nil for every hazard.
  public let hazard: Hazard?
  /// In thousandths of the threshold: 700 for 0.7.
  public let thousandths: Int
  public let reason: String
  public let author: String
  /// First and last day (Beijing time, 00:00 to 24:00) on which it holds.
  public let effectiveFrom: Timestamp
  public let effectiveTo: Timestamp
  /// Line of the table it stands in.
  public let line: Int

  public init(
    unitKind: UnitKind?, unit: String, hazard: Hazard?, thousandths: Int, reason: String,
    author: String, effectiveFrom: Timestamp, effectiveTo: Timestamp, line: Int
  ) {
    self.unitKind = unitKind
    self.unit = unit
    self.hazard = hazard
    self.thousandths = thousandths
    self.reason = reason
    self.author = author
    self.effectiveFrom = effectiveFrom
    self.effectiveTo = effectiveTo
    self.line = line
  }

  public func holds(at moment: Timestamp) -> Bool {
    moment >= effectiveFrom && moment < effectiveTo
  }

  public func concerns(kind: UnitKind, unit: String, hazard: Hazard) -> Bool {
    (unitKind == nil || unitKind == kind) && (self.unit == "*" || self.unit == unit)
      && (self.hazard == nil || self.hazard == hazard)
  }

  /// `0.7`
  public var text: String {
    var digits = padded(thousandths % 1000, 3)
    while digits.count > 1, digits.last == "0" { digits.removeLast() }
    return "\(thousandths / 1000).\(digits)"
  }

  /// The threshold times the factor, cut to whole tenths of a millimetre, at least 0.1 mm.
  public func applied(to depth: Depth) -> Depth {
    let product = Int64(depth.micrometres) * Int64(thousandths) / 1000
    let tenths = max(product / 100, 1)
    return Depth(micrometres: Int32(clamping: tenths * 100))
  }
}
