public import Hydromet

/// When the alarm on observed rain goes out: as soon as a threshold is reached, once for each unit,
/// level and episode of rain. Pure: what it remembers comes in and goes out as values.
///
/// An alarm that is suppressed is remembered as if it had gone out, so that no restart and no change of
/// settings ever sends it later.
///
/// - Source: the service 降雨超阈值实况报警; once per level and episode against floods of messages.
public struct RainAlarmRules: Sendable, Hashable {
  /// An episode is over when no threshold was reached for this long.
  public var episodeGap: TimeSpan
  /// Data older than this make no alarm.
  public var oldestData: TimeSpan
  /// Alarms begin at this level; nil switches them off.
  public var fromLevel: RiskLevel?
  public var hazards: Set<Hazard>

  public init(
    episodeGap: TimeSpan = .hours(3), oldestData: TimeSpan = .minutes(30),
    fromLevel: RiskLevel? = .blue, hazards: Set<Hazard> = Set(Hazard.allCases)
  ) {
    self.episodeGap = episodeGap
    self.oldestData = oldestData
    self.fromLevel = fromLevel
    self.hazards = hazards
  }

  /// What one cycle brings.
  public struct Outcome: Sendable, Hashable {
    /// Highest level first, then by unit; suppressed ones too.
    public let alarms: [RainAlarm]
    /// Only states that are new or changed.
    public let states: [RainAlarmState]
  }

  /// - Parameters:
  ///   - townships: every township with its parts; a unit with parts in several makes one alarm.
  ///   - dataTime: of the cycle; a cycle older than what a unit has seen changes nothing there.
  ///   - now: the moment of the decision.
  public func decide(
    _ townships: [TownshipAssessment], office: RainAlarmText, dataTime: Timestamp, now: Timestamp,
    remembered: [RainAlarmState]
  ) -> Outcome {
    let known = Dictionary(remembered.map { ($0.key, $0) }, uniquingKeysWith: { a, _ in a })
    var alarms: [RainAlarm] = []
    var states: [RainAlarmState] = []
    for unit in units(of: townships) {
      let old = known[unit.key]
      if let old, dataTime < old.lastSeen { continue }
      guard let state = state(after: unit.assessment, unit.key, dataTime, old) else { continue }
      let before = old.map { $0.episode == state.episode ? $0.highest : .none } ?? .none
      if state.highest > before {
        let age = now.seconds(since: dataTime)
        let isOff =
          fromLevel.map { state.highest < $0 } ?? true || !hazards.contains(unit.key.hazard)
        let suppression: RainAlarm.Suppression? =
          age > oldestData.seconds ? .oldData : isOff ? .switchedOff : nil
        alarms.append(
          office.alarm(
            unit.assessment, townships: unit.townships, episode: state.episode,
            level: state.highest, dataTime: dataTime, now: now, suppression: suppression))
      }
      if state != old { states.append(state) }
    }
    alarms.sort { ($1.level, $0.id) < ($0.level, $1.id) }
    return Outcome(alarms: alarms, states: states)
  }

  /// - Returns: nil where nothing was reached and nothing is remembered.
  private func state(
    after unit: UnitAssessment, _ key: RainAlarmState.Key, _ time: Timestamp, _ old: RainAlarmState?
  ) -> RainAlarmState? {
    let level = unit.answer.level
    guard var state = old else {
      guard level > .none else { return nil }
      return RainAlarmState(
        key: key, episode: 1, highest: level, lastReached: time, lastSeen: time)
    }
    state.lastSeen = time
    guard level > .none else { return state }
    if time.seconds(since: state.lastReached) > episodeGap.seconds {
      state.episode += 1
      state.highest = level
    } else {
      state.highest = max(state.highest, level)
    }
    state.lastReached = time
    return state
  }

  private struct Unit {
    let key: RainAlarmState.Key
    let assessment: UnitAssessment
    var townships: [String]
  }

  /// Every unit and hazard once, with its townships, in the order of their keys.
  private func units(of townships: [TownshipAssessment]) -> [Unit] {
    var units: [RainAlarmState.Key: Unit] = [:]
    for township in townships {
      for part in township.parts {
        let key = RainAlarmState.Key(
          unitKind: part.unitKind, unit: part.unit, hazard: part.hazard)
        if units[key] == nil { units[key] = Unit(key: key, assessment: part, townships: []) }
        units[key]?.townships.append(township.township)
      }
    }
    return units.values.sorted { $0.key < $1.key }.map { unit in
      Unit(
        key: unit.key, assessment: unit.assessment, townships: Set(unit.townships).sorted())
    }
  }
}

/// The words of alarms of one office.
public struct RainAlarmText: Sendable {
  private let office: String
  private let englishOffice: String
  private let names: [String: (chinese: String, english: String)]

  public init(_ district: DistrictDescription) {
    office = district.office
    englishOffice = district.englishOffice
    names = Dictionary(
      district.townships.map { ($0.code, ($0.name, $0.englishName ?? $0.name)) },
      uniquingKeysWith: { a, _ in a })
  }

  func alarm(
    _ unit: UnitAssessment, townships: [String], episode: Int, level: RiskLevel,
    dataTime: Timestamp, now: Timestamp, suppression: RainAlarm.Suppression?
  ) -> RainAlarm {
    RainAlarm(
      id: "alarm-\(unit.unitKind.rawValue)-\(unit.unit)-\(unit.hazard.rawValue)-\(episode)-"
        + level.name,
      unitKind: unit.unitKind, unit: unit.unit, name: unit.name, hazard: unit.hazard, level: level,
      episode: episode, townships: townships, dataTime: dataTime, decidedAt: now,
      text: chinese(unit, townships, level, dataTime),
      englishText: english(unit, townships, level, dataTime),
      evidence: unit.decisive.map { EvidenceLine.text($0, unit: unit.unit) } ?? "",
      suppression: suppression)
  }

  private func chinese(
    _ unit: UnitAssessment, _ townships: [String], _ level: RiskLevel, _ time: Timestamp
  ) -> String {
    let places = townships.map { names[$0]?.chinese ?? $0 }.joined(separator: "、")
    let name = unit.unitKind == .township || unit.name.isEmpty ? "" : "（\(unit.name)）"
    var text = "【自动报警】\(office)：截至\(BeijingTime.chinese(time))，\(places)\(name)"
    if let evidence = unit.decisive, let depth = evidence.depth {
      let bound = evidence.isLowerBound ? "至少" : ""
      text +=
        "过去\(evidence.threshold.duration.chineseText)"
        + "\(DraftWording.statistic(evidence.threshold.statistic))\(bound)\(depth.shortText)毫米，"
        + "达到\(unit.hazard.chineseWarningName)\(level.chineseName)阈值"
        + "\(evidence.threshold.depth.shortText)毫米。"
    } else {
      text += "降雨达到\(unit.hazard.chineseWarningName)\(level.chineseName)阈值。"
    }
    return text + "本报警由系统根据实况降雨自动发出，未经人工审核，不是预警信号，请立即核实并按预案处置。"
  }

  private func english(
    _ unit: UnitAssessment, _ townships: [String], _ level: RiskLevel, _ time: Timestamp
  ) -> String {
    let places = townships.map { names[$0]?.english ?? $0 }.joined(separator: ", ")
    let name = unit.unitKind == .township || unit.name.isEmpty ? "" : " (\(unit.name))"
    var text = "[AUTOMATIC ALARM] \(englishOffice): by \(BeijingTime.numeric(time)) Beijing time, "
    text += "\(places)\(name): "
    if let evidence = unit.decisive, let depth = evidence.depth {
      let bound = evidence.isLowerBound ? "at least " : ""
      text +=
        "\(DraftWording.englishStatistic(evidence.threshold.statistic)) over "
        + "\(evidence.threshold.duration.text) \(bound)\(depth.shortText) mm, "
        + "\(level.name) threshold of \(unit.hazard.englishWarningName) "
        + "\(evidence.threshold.depth.shortText) mm reached."
    } else {
      text += "rain reached the \(level.name) threshold of \(unit.hazard.englishWarningName)."
    }
    return text + " Sent by the system from observed rain, not reviewed by anybody, not a public "
      + "warning. Check at once and act as planned."
  }
}

/// One line of evidence: `B2,3h,mean,at_least,63.296,50.000`.
enum EvidenceLine {
  static func text(_ evidence: Evidence, unit: String) -> String {
    [
      unit, evidence.threshold.duration.text, evidence.threshold.statistic.rawValue,
      evidence.isLowerBound ? "at_least" : "exact", evidence.depth?.text ?? "",
      evidence.threshold.depth.text,
    ].joined(separator: ",")
  }
}
