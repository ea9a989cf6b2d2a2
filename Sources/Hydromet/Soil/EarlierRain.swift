/// Rain on a basin before the first radar frame, from the books of an office: what soil states start
/// from.
public struct EarlierRain: Sendable, Hashable {
  /// Nil for every basin that has no rain of its own at the time.
  public let basin: String?
  public let period: Period
  /// mm over the whole basin, even over the period.
  public let millimetres: Double

  public init(basin: String?, period: Period, millimetres: Double) {
    self.basin = basin
    self.period = period
    self.millimetres = millimetres
  }
}
