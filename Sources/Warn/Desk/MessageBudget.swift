public import Hydromet

/// How many messages a set of thresholds would have sent: every township gets only so much attention.
///
/// Counts what a desk would have released that signs every proposal at once, cycle by cycle, and every
/// alarm on observed rain. Made by a replay before a threshold set is adopted; the same cycles give the
/// same numbers.
public struct MessageBudget: Sendable {
  /// One line of the budget.
  public struct Line: Sendable, Hashable {
    public let township: String
    /// Beijing calendar: `2024-spring` (March to May), `-summer`, `-autumn`, `-winter` (December to
    /// February, by the year of its December).
    public let season: String
    public let hazard: Hazard
    public let level: RiskLevel
    /// First messages and upgrades: what wakes people.
    public let waking: Int
    /// Updates, extensions, downgrades and ends.
    public let other: Int
    public let alarms: Int
  }

  private struct Key: Hashable {
    let township: String
    let season: String
    let hazard: Hazard
    let level: RiskLevel
  }

  private struct Count {
    var waking = 0
    var other = 0
    var alarms = 0
  }

  private let life: WarningLifecycle
  private let keeper: DraftKeeper
  private let rules: RainAlarmRules
  private let text: RainAlarmText
  private var records: [WarningChain: WarningRecord] = [:]
  private var episodes: [WarningChain: Int] = [:]
  private var supported: [WarningChain: Timestamp] = [:]
  private var alarmStates: [RainAlarmState.Key: RainAlarmState] = [:]
  private var counts: [Key: Count] = [:]
  private static let signer = WarningAuthor(name: "budget", role: .chief)

  public init(
    district: DistrictDescription, policy: SigningPolicy, validity: TimeSpan?,
    alarms: RainAlarmRules
  ) throws(Fault) {
    var alone = policy
    alone.needsTwoPeople = false
    life = WarningLifecycle(
      policy: alone, sender: MessageIdentifier.sender(ofDistrict: district.id))
    keeper = DraftKeeper(
      composer: try DraftComposer(district: district, validity: validity), policy: alone)
    rules = alarms
    text = RainAlarmText(district)
  }

  /// Counts one cycle; cycles come in the order of their times.
  public mutating func add(_ townships: [TownshipAssessment], at time: Timestamp) throws(Fault) {
    let outcome = rules.decide(
      townships, office: text, dataTime: time, now: time,
      remembered: alarmStates.values.sorted { $0.key < $1.key })
    for state in outcome.states { alarmStates[state.key] = state }
    for alarm in outcome.alarms where alarm.suppression == nil {
      for township in alarm.townships {
        counts[key(township, time, alarm.hazard, alarm.level), default: Count()].alarms += 1
      }
    }
    for chain in records.keys.sorted() { try expire(chain, time) }
    try propose(townships, time)
  }

  private mutating func expire(_ chain: WarningChain, _ time: Timestamp) throws(Fault) {
    guard let record = records[chain],
      life.legalActions(on: record, at: time).contains(.expire)
    else { return }
    records[chain] = nil
  }

  private mutating func propose(
    _ townships: [TownshipAssessment], _ time: Timestamp
  ) throws(Fault) {
    let open = records.keys.sorted().compactMap { records[$0] }
    for record in open {
      let answer = DraftKeeper.answer(record.chain, in: townships)
      let isUp = answer.map { $0.level >= DraftKeeper.supportedLevel(record) } ?? false
      let isLower = answer.map { $0.state == .complete } ?? false
      if isUp || !isLower || supported[record.chain] == nil { supported[record.chain] = time }
    }
    let wishes = keeper.wishes(
      for: townships, dataTime: time, now: time, open: open, supported: supported)
    for wish in wishes { try release(wish, time) }
  }

  private mutating func release(_ wish: DraftKeeper.Wish, _ time: Timestamp) throws(Fault) {
    guard case .prepare(let content?, _, _, _) = wish.step, content.expires > time else { return }
    var record: WarningRecord
    if let open = records[wish.chain] {
      record = try life.taking(wish.step, on: open, by: .program, at: time, because: wish.reason)
        .record
    } else {
      let episode = (episodes[wish.chain] ?? 0) + 1
      episodes[wish.chain] = episode
      record = try life.opening(
        wish.chain, episode: episode, with: wish.step, by: .program, at: time,
        because: wish.reason
      ).record
    }
    let steps: [WarningStep] = [
      .sign(revision: record.lastRevision, confirmsNewerFacts: false),
      .release(identifier: "\(time.compact)", audience: [], confirmsNewerFacts: false),
    ]
    for step in steps {
      record = try life.taking(
        step, on: record, by: MessageBudget.signer, at: time, because: wish.reason
      ).record
    }
    records[wish.chain] = record
    supported[wish.chain] = time
    let kind = record.issued.last?.kind
    let line = key(wish.chain.township, time, wish.chain.hazard, content.level)
    if kind == .initial || kind == .upgrade {
      counts[line, default: Count()].waking += 1
    } else {
      counts[line, default: Count()].other += 1
    }
  }

  private func key(
    _ township: String, _ time: Timestamp, _ hazard: Hazard, _ level: RiskLevel
  ) -> Key {
    Key(township: township, season: MessageBudget.season(time), hazard: hazard, level: level)
  }

  public static func season(_ time: Timestamp) -> String {
    let civil = BeijingTime.civil(time)
    return switch civil.month {
    case 3...5: "\(civil.year)-spring"
    case 6...8: "\(civil.year)-summer"
    case 9...11: "\(civil.year)-autumn"
    case 12: "\(civil.year)-winter"
    default: "\(civil.year - 1)-winter"
    }
  }

  /// By township, season, hazard, then level from the highest.
  public var lines: [Line] {
    counts.map { key, count in
      Line(
        township: key.township, season: key.season, hazard: key.hazard, level: key.level,
        waking: count.waking, other: count.other, alarms: count.alarms)
    }.sorted {
      ($0.township, $0.season, $0.hazard.rawValue, $1.level.rawValue)
        < ($1.township, $1.season, $1.hazard.rawValue, $0.level.rawValue)
    }
  }
}
