public import Hydromet

/// What calling somebody about a message came to.
public struct CallOutcome: Sendable, Hashable {
  /// Id of the record or alarm.
  public let subject: String
  public let township: String
  public let channel: String
  /// When the first call or message left.
  public let called: Timestamp
  /// When somebody answered; nil where nobody did.
  public let answered: Timestamp?

  public init(
    subject: String, township: String, channel: String, called: Timestamp, answered: Timestamp?
  ) {
    self.subject = subject
    self.township = township
    self.channel = channel
    self.called = called
    self.answered = answered
  }
}

/// From the release to the deed: for each message that woke people, when it was released, when the first
/// call left, when the first person answered, when somebody acted. What did not happen is absent and
/// never zero.
public struct WarningEffect: Sendable, Hashable {
  public let subject: String
  public let township: String
  public let hazard: Hazard
  public let level: RiskLevel
  public let released: Timestamp
  public let called: Timestamp?
  public let answered: Timestamp?
  public let acted: Timestamp?
  /// Channel of the first answer, or else of the first call; empty without a call.
  public let channel: String
  /// What the ground said, first to last.
  public let feedback: [GroundFeedback.Observation]

  /// Seconds from the release; nil where it did not happen.
  public func seconds(to moment: Timestamp?) -> Int? { moment?.seconds(since: released) }

  /// The effects of first messages, upgrades and alarms, in the order of their release.
  public static func all(
    records: [WarningRecord], alarms: [RainAlarm], calls: [CallOutcome],
    feedback: [GroundFeedback]
  ) -> [WarningEffect] {
    var effects: [WarningEffect] = []
    for record in records {
      let waking = record.issued.filter { $0.kind == .initial || $0.kind == .upgrade }
      for (index, message) in waking.enumerated() {
        let end = index + 1 < waking.count ? waking[index + 1].sent : nil
        effects.append(
          effect(
            record.id, record.chain.township, record.chain.hazard, message.content.level,
            from: message.sent, to: end, calls, feedback))
      }
    }
    for alarm in alarms where alarm.suppression == nil {
      for township in alarm.townships {
        effects.append(
          effect(
            alarm.id, township, alarm.hazard, alarm.level, from: alarm.decidedAt, to: nil, calls,
            feedback))
      }
    }
    return effects.sorted {
      ($0.released, $0.subject, $0.township) < ($1.released, $1.subject, $1.township)
    }
  }

  private static func effect(
    _ subject: String, _ township: String, _ hazard: Hazard, _ level: RiskLevel,
    from start: Timestamp, to end: Timestamp?, _ calls: [CallOutcome], _ feedback: [GroundFeedback]
  ) -> WarningEffect {
    func isInside(_ moment: Timestamp) -> Bool {
      moment >= start && end.map { moment < $0 } ?? true
    }
    let own = calls.filter {
      $0.subject == subject && $0.township == township && isInside($0.called)
    }.sorted { ($0.called, $0.channel) < ($1.called, $1.channel) }
    let answered = own.filter { $0.answered != nil }.min {
      ($0.answered ?? start, $0.channel) < ($1.answered ?? start, $1.channel)
    }
    let words = feedback.filter {
      $0.subject == subject && $0.township == township && isInside($0.time)
    }.sorted { ($0.time, $0.observation.rawValue) < ($1.time, $1.observation.rawValue) }
    return WarningEffect(
      subject: subject, township: township, hazard: hazard, level: level, released: start,
      called: own.first?.called, answered: answered?.answered,
      acted: words.first { $0.observation == .acted }?.time,
      channel: answered?.channel ?? own.first?.channel ?? "", feedback: words.map(\.observation))
  }
}

/// A rain process 降雨过程: warnings and alarms that follow one another without a long pause.
public struct RainProcess: Sendable, Hashable {
  public let start: Timestamp
  public let end: Timestamp
  public let effects: [WarningEffect]

  /// Cuts effects into processes wherever nothing was released for `gap`.
  public static func split(_ effects: [WarningEffect], gap: TimeSpan) -> [RainProcess] {
    var processes: [[WarningEffect]] = []
    for effect in effects.sorted(by: { $0.released < $1.released }) {
      if let last = processes.last?.last,
        effect.released.seconds(since: last.released) <= gap.seconds
      {
        processes[processes.count - 1].append(effect)
      } else {
        processes.append([effect])
      }
    }
    return processes.compactMap { effects in
      guard let first = effects.first, let last = effects.last else { return nil }
      return RainProcess(start: first.released, end: last.released, effects: effects)
    }
  }

  /// A group of effects with its middle times; nil where nothing of the kind happened.
  public struct Summary: Sendable, Hashable {
    public let group: String
    public let released: Int
    public let called: Int
    public let answered: Int
    public let acted: Int
    /// Median seconds from the release.
    public let secondsToCall: Int?
    public let secondsToAnswer: Int?
    public let secondsToAct: Int?
  }

  /// Summaries by whatever `group` names, in the order of the names.
  public func summaries(by group: (WarningEffect) -> String) -> [Summary] {
    var groups: [String: [WarningEffect]] = [:]
    for effect in effects { groups[group(effect), default: []].append(effect) }
    return groups.keys.sorted().map { name in
      let members = groups[name] ?? []
      func times(_ moment: (WarningEffect) -> Timestamp?) -> [Int] {
        members.compactMap { $0.seconds(to: moment($0)) }.sorted()
      }
      let called = times { $0.called }
      let answered = times { $0.answered }
      let acted = times { $0.acted }
      return Summary(
        group: name, released: members.count, called: called.count, answered: answered.count,
        acted: acted.count, secondsToCall: RainProcess.median(called),
        secondsToAnswer: RainProcess.median(answered), secondsToAct: RainProcess.median(acted))
    }
  }

  /// The lower of the two middle values where there are two.
  private static func median(_ sorted: [Int]) -> Int? {
    sorted.isEmpty ? nil : sorted[(sorted.count - 1) / 2]
  }
}
