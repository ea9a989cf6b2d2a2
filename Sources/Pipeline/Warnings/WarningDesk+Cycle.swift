import Archive
public import Hydromet
import Warn

/// What the program does by itself, with every cycle.
extension WarningDesk {
  /// Takes in the facts of a cycle: first the alarm, then ends that have come, then the drafts.
  public func attend(_ report: CycleReport) throws(Fault) -> [RainAlarm] {
    let raised = try raiseAlarms(report)
    try noteEnds()
    try keepDrafts(report)
    try publish()
    return raised
  }

  private func raiseAlarms(_ report: CycleReport) throws(Fault) -> [RainAlarm] {
    let now = clock.now
    let outcome = alarms.decide(
      report.townships, office: alarmText, dataTime: report.time, now: now,
      remembered: try ledger.alarmStates())
    guard !outcome.states.isEmpty || !outcome.alarms.isEmpty else { return [] }
    return try ledger.record(alarms: outcome.alarms, states: outcome.states) {
      alarm throws(Fault) in
      [
        OutboxItem(
          key: alarm.id, occasion: .rainAlarm, subject: alarm.id, message: alarm.id,
          hazard: alarm.hazard, level: alarm.level,
          places: alarm.unitKind == .hazardPoint ? [alarm.unit] : alarm.townships, audience: [],
          headline:
            "【自动报警】\(alarm.hazard.chineseWarningName)\(alarm.level.chineseName)阈值 \(alarm.name)",
          text: alarm.text, issued: alarm.decidedAt,
          expires: alarm.decidedAt + WarningDesk.alarmSeconds)
      ]
    }
  }

  /// For how long people are called about an alarm.
  private static let alarmSeconds = 3 * 3600

  /// Notes expiries and reviews that did not come in time.
  public func noteEnds() throws(Fault) {
    let now = clock.now
    for record in try ledger.openWarnings() {
      for action in life.legalActions(on: record, at: now) {
        switch action {
        case .expire: try note(.expire, record, "到期未续发")
        case .overdue: try note(.overdue, record, "单人签发后未按时复核")
        case .prepare, .withdraw, .review, .sign, .release, .cancel, .ratify: break
        }
      }
    }
  }

  private func note(
    _ step: WarningStep, _ record: WarningRecord, _ reason: String
  ) throws(Fault) {
    let actor = WarningActor(.program, at: clock.now, because: reason)
    do throws(Fault) {
      _ = try ledger.take(step, on: record.id, by: actor, life: life)
    } catch {
      // Somebody else noted it between our look and our step.
      guard error.code == "illegal_transition" else { throw error }
    }
  }

  private func keepDrafts(_ report: CycleReport) throws(Fault) {
    let now = clock.now
    let open = try ledger.openWarnings().filter(\.isOpen)
    let times = try supportTimes(of: open, report)
    let supported = Dictionary(
      open.compactMap { record in times[record.id].map { (record.chain, $0) } },
      uniquingKeysWith: { first, _ in first })
    let wishes = keeper.wishes(
      for: report.townships, dataTime: report.time, now: now, open: open, supported: supported)
    // All or nothing: after a kill the next cycle finds times and drafts that belong together.
    try ledger.grouped { () throws(Fault) in
      try ledger.keep(supportTimes: times)
      for wish in wishes {
        do throws(Fault) {
          try grant(wish)
        } catch {
          // A person was faster: the next cycle looks again.
          let isRace = [
            "illegal_transition", "not_allowed", "older_facts", "nothing_to_refresh",
          ].contains(error.code)
          guard isRace else { throw error }
        }
      }
    }
  }

  /// When the facts last had the level of each open record, by its id: now, where they have it or are
  /// not complete, else as the ledger remembers it. A record that no cycle has looked at begins now, so
  /// that its level is not lowered too early.
  private func supportTimes(
    of open: [WarningRecord], _ report: CycleReport
  ) throws(Fault) -> [String: Timestamp] {
    let known = try ledger.supportTimes()
    var times: [String: Timestamp] = [:]
    for record in open {
      let answer = DraftKeeper.answer(record.chain, in: report.townships)
      let isUp = answer.map { $0.level >= DraftKeeper.supportedLevel(record) } ?? false
      let isKnownLower = answer.map { $0.state == .complete } ?? false
      times[record.id] = isUp || !isKnownLower ? report.time : known[record.id] ?? report.time
    }
    return times
  }

  private func grant(_ wish: DraftKeeper.Wish) throws(Fault) {
    let actor = WarningActor(.program, at: clock.now, because: wish.reason)
    if case .withdraw = wish.step {
      guard let record = try ledger.openWarning(wish.chain) else { return }
      _ = try ledger.take(.withdraw, on: record.id, by: actor, life: life)
    } else {
      _ = try ledger.prepare(wish.chain, wish.step, by: actor, life: life)
    }
  }
}
