/// The alarm on observed rain over a threshold 降雨超阈值实况报警: decided by the program alone, for the
/// people on the call list; never a public warning.
public struct RainAlarm: Sendable, Hashable, Codable, Identifiable {
  /// Why an alarm was noted and not sent; it is never sent later.
  public enum Suppression: String, Sendable, Hashable, Codable, CaseIterable {
    /// The data were older than an alarm may be, as after a standstill or with late files.
    case oldData = "old_data"
    /// The district has switched alarms of this level or hazard off.
    case switchedOff = "switched_off"
  }

  /// `alarm-basin-B2-flash_flood-3-red`: unit, hazard, episode and level; once and never again.
  public let id: String
  public let unitKind: UnitKind
  public let unit: String
  public let name: String
  public let hazard: Hazard
  public let level: RiskLevel
  /// 1 for the first rain episode of the unit and hazard.
  public let episode: Int
  /// Codes of the townships that have a part in the unit, sorted.
  public let townships: [String]
  public let dataTime: Timestamp
  public let decidedAt: Timestamp
  public let text: String
  public let englishText: String
  /// `B2,3h,mean,at_least,63.296,50.000`: unit, duration, statistic, depth and threshold, mm.
  public let evidence: String
  public let suppression: Suppression?

  public init(
    id: String, unitKind: UnitKind, unit: String, name: String, hazard: Hazard, level: RiskLevel,
    episode: Int, townships: [String], dataTime: Timestamp, decidedAt: Timestamp, text: String,
    englishText: String, evidence: String, suppression: Suppression?
  ) {
    self.id = id
    self.unitKind = unitKind
    self.unit = unit
    self.name = name
    self.hazard = hazard
    self.level = level
    self.episode = episode
    self.townships = townships
    self.dataTime = dataTime
    self.decidedAt = decidedAt
    self.text = text
    self.englishText = englishText
    self.evidence = evidence
    self.suppression = suppression
  }
}

/// What the alarm remembers of one unit and hazard across cycles and restarts.
public struct RainAlarmState: Sendable, Hashable, Codable {
  /// Which unit and hazard it is about.
  public struct Key: Sendable, Hashable, Codable, Comparable {
    public let unitKind: UnitKind
    public let unit: String
    public let hazard: Hazard

    public init(unitKind: UnitKind, unit: String, hazard: Hazard) {
      self.unitKind = unitKind
      self.unit = unit
      self.hazard = hazard
    }

    public static func < (a: Key, b: Key) -> Bool {
      (a.unitKind.rawValue, a.unit, a.hazard.rawValue)
        < (b.unitKind.rawValue, b.unit, b.hazard.rawValue)
    }
  }

  public let key: Key
  public var episode: Int
  /// The highest level that was alarmed (or suppressed) in the episode.
  public var highest: RiskLevel
  /// Data time at which a threshold was last reached.
  public var lastReached: Timestamp
  /// Data time of the newest cycle that was looked at.
  public var lastSeen: Timestamp

  public init(
    key: Key, episode: Int, highest: RiskLevel, lastReached: Timestamp, lastSeen: Timestamp
  ) {
    self.key = key
    self.episode = episode
    self.highest = highest
    self.lastReached = lastReached
    self.lastSeen = lastSeen
  }
}
