public import Hydromet

/// What bureaus write differently within one fixed format, or what no public text of the format says.
/// The defaults are what the readers assume and say that they assume.
public struct StationLayout: Sendable, Hashable, Codable {
  /// Which minutes the sixty values of a rain line are.
  public enum MinuteOrder: String, Sendable, Hashable, Codable, CaseIterable {
    /// Minute 1 to 60 of the clock hour that holds the time of the report.
    case clock
    /// The sixty minutes that end at the time of the report.
    case rolling
  }

  /// What 0.0 mm in MICAPS diamond 3 rain means.
  public enum ZeroRain: String, Sendable, Hashable, Codable, CaseIterable {
    case dry
    /// As the definition of MICAPS 3.2 has it.
    case trace
  }

  /// At which hour of Beijing time a rain day ends.
  public enum RainDay: String, Sendable, Hashable, Codable, CaseIterable {
    case twenty = "20"
    case eight = "08"
  }

  /// Seconds east of Greenwich of the times of a fixed format (CMA Z, PRF and A-files, MUSIC, MICAPS);
  /// nil takes the format's own zone. SYNOP and BUFR are UTC always.
  public var zoneOffsetSeconds: Int?
  public var minuteOrder: MinuteOrder
  public var zeroRain: ZeroRain
  /// The day of the day's rain in PRF files.
  public var rainDay: RainDay
  /// What a diamond 3 file holds where its level does not say it.
  public var element: Element?

  public init(
    zoneOffsetSeconds: Int? = nil, minuteOrder: MinuteOrder = .clock, zeroRain: ZeroRain = .dry,
    rainDay: RainDay = .twenty, element: Element? = nil
  ) {
    self.zoneOffsetSeconds = zoneOffsetSeconds
    self.minuteOrder = minuteOrder
    self.zeroRain = zeroRain
    self.rainDay = rainDay
    self.element = element
  }
}
