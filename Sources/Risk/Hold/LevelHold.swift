public import Hydromet

/// How levels come down: up at once, down slowly 上升立即、下降从缓.
public struct HoldPolicy: Sendable, Hashable {
  /// How long the rain has to stay low before a level falls.
  public let minimum: TimeSpan
  /// In thousandths of a threshold: rain above it still counts as reaching it for what is shown.
  public let stayThousandths: Int
  /// A level that nobody could confirm or deny for so long is given up.
  public let longest: TimeSpan

  public init(minimum: TimeSpan, stayThousandths: Int, longest: TimeSpan = .hours(24)) {
    self.minimum = minimum
    self.stayThousandths = stayThousandths
    self.longest = longest
  }
}

/// The levels that were shown at a data time: all that the next cycle has to remember. The caller
/// keeps it; nothing else does.
public struct HoldState: Sendable, Hashable, Codable {
  /// Of the layout and of the rules behind it; a state of another version is not read.
  public static let currentVersion = 1

  /// One unit and hazard with a level.
  public struct Entry: Sendable, Hashable, Codable {
    public let unitKind: UnitKind
    public let unit: String
    public let hazard: Hazard
    public let level: RiskLevel
    /// Since when the level is shown.
    public let since: Timestamp
    /// When the rain was last known to keep the level up, or when it was last reached.
    public let confirmed: Timestamp
    /// Since when the rain has been low without a break; nil where it is not.
    public let lowSince: Timestamp?
  }

  public let version: Int
  public let time: Timestamp
  /// In the order of the assessments.
  public let entries: [Entry]

  public init(time: Timestamp, entries: [Entry]) {
    version = HoldState.currentVersion
    self.time = time
    self.entries = entries
  }
}

/// Turns what the rain says now into what is shown.
///
/// A higher level is shown at once. A level falls only when the rain has stayed below the policy's
/// share of its thresholds for the policy's time, with everything known and with the forecast, where
/// there is one, agreeing. It falls to the level that the rain then has. Unknown and blind never
/// lower a level; a level that stays only because nobody knows is shown as "at least".
public enum LevelHold {
  private struct Key: Hashable {
    let kind: UnitKind
    let unit: String
    let hazard: Hazard
  }

  /// - Parameters:
  ///   - assessments: what the rain says at `time`, with `staying` levels by the policy's share.
  ///   - previous: the state after the cycle before; one that is not earlier than `time`, of another
  ///     version or older than the policy's longest time is not used.
  /// - Returns: what is shown, in the same order, and the state for the next cycle.
  public static func apply(
    _ policy: HoldPolicy, to assessments: [UnitAssessment], previous: HoldState?, at time: Timestamp
  ) -> (shown: [UnitAssessment], state: HoldState) {
    var remembered: [Key: HoldState.Entry] = [:]
    if let previous, previous.version == HoldState.currentVersion, previous.time < time,
      time.seconds(since: previous.time) <= policy.longest.seconds
    {
      for entry in previous.entries {
        remembered[Key(kind: entry.unitKind, unit: entry.unit, hazard: entry.hazard)] = entry
      }
    }
    var shown: [UnitAssessment] = []
    var entries: [HoldState.Entry] = []
    for assessment in assessments {
      let key = Key(
        kind: assessment.unitKind, unit: assessment.unit, hazard: assessment.hazard)
      let entry = next(policy, assessment, remembered[key], time)
      if let entry { entries.append(entry) }
      shown.append(show(policy, assessment, entry))
    }
    return (shown, HoldState(time: time, entries: entries))
  }

  /// The entry after this cycle; nil where no level is shown.
  private static func next(
    _ policy: HoldPolicy, _ now: UnitAssessment, _ last: HoldState.Entry?, _ time: Timestamp
  ) -> HoldState.Entry? {
    func entry(
      _ level: RiskLevel, since: Timestamp, confirmed: Timestamp, lowSince: Timestamp?
    ) -> HoldState.Entry? {
      guard level != .none else { return nil }
      return HoldState.Entry(
        unitKind: now.unitKind, unit: now.unit, hazard: now.hazard, level: level, since: since,
        confirmed: confirmed, lowSince: lowSince)
    }
    let level = now.answer.level
    guard let last, level < last.level else {
      let since = last?.level == level ? last?.since : nil
      return entry(level, since: since ?? time, confirmed: time, lowSince: nil)
    }
    let staying = max(level, now.staying, now.expected?.level ?? .none)
    if staying >= last.level {
      return entry(last.level, since: last.since, confirmed: time, lowSince: nil)
    }
    guard now.answer.state == .complete else {
      let isForgotten = time.seconds(since: last.confirmed) >= policy.longest.seconds
      return isForgotten
        ? entry(level, since: time, confirmed: time, lowSince: nil)
        : entry(last.level, since: last.since, confirmed: last.confirmed, lowSince: nil)
    }
    let lowSince = last.lowSince ?? time
    if time.seconds(since: lowSince) < policy.minimum.seconds {
      return entry(last.level, since: last.since, confirmed: last.confirmed, lowSince: lowSince)
    }
    return entry(staying, since: time, confirmed: time, lowSince: nil)
  }

  private static func show(
    _ policy: HoldPolicy, _ now: UnitAssessment, _ entry: HoldState.Entry?
  ) -> UnitAssessment {
    guard let entry, entry.level > now.answer.level else { return now }
    let held = HeldLevel(
      present: now.answer, since: entry.since,
      until: entry.lowSince.map { $0 + policy.minimum.seconds })
    return now.showing(
      now.answer.state == .complete ? .complete(entry.level) : .incomplete(reached: entry.level),
      held: held)
  }
}
