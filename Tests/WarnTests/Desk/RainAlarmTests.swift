import Hydromet
import Testing
import Warn

@Suite struct RainAlarmTests {
  static let rules = RainAlarmRules()
  static let office = RainAlarmText(SmallDistrict.district())

  /// One basin in two townships at a level.
  static func storm(_ level: RiskLevel, isComplete: Bool = true) -> [TownshipAssessment] {
    let answer: RiskAnswer = isComplete ? .complete(level) : .incomplete(reached: level)
    let evidence = SmallDistrict.evidence(
      .flashFlood, level: level == .none ? .blue : level, hours: 3, threshold: 500, depth: 63_296,
      isLowerBound: !isComplete)
    return ["500199101000", "500199102000"].map { code in
      SmallDistrict.township(
        code, code, [SmallDistrict.part(.basin, "B2", "蒲河", .flashFlood, answer, evidence)])
    }
  }

  /// Runs levels ten minutes apart, each judged `lag` minutes after its data time.
  static func run(
    _ levels: [RiskLevel], rules: RainAlarmRules = rules, lag: Int = 2,
    remembered: [RainAlarmState] = []
  ) -> (alarms: [RainAlarm], states: [RainAlarmState]) {
    var states = Dictionary(uniqueKeysWithValues: remembered.map { ($0.key, $0) })
    var alarms: [RainAlarm] = []
    for (index, level) in levels.enumerated() {
      let time = SmallDistrict.time + index * 600
      let outcome = rules.decide(
        storm(level), office: office, dataTime: time, now: time + lag * 60,
        remembered: Array(states.values))
      alarms += outcome.alarms
      for state in outcome.states { states[state.key] = state }
    }
    return (alarms, states.values.sorted { $0.key < $1.key })
  }

  @Test func `a unit makes one alarm for each level and episode, with all its townships`() {
    let run = RainAlarmTests.run([.none, .blue, .blue, .orange, .yellow, .orange, .red, .red])
    #expect(run.alarms.map(\.level) == [.blue, .orange, .red])
    #expect(Set(run.alarms.map(\.id)).count == 3)
    #expect(run.alarms.allSatisfy { $0.townships == ["500199101000", "500199102000"] })
    #expect(run.alarms.allSatisfy { $0.suppression == nil && $0.episode == 1 })
  }

  @Test func `after a long dry time a new episode alarms again, after a short one it does not`() {
    let dry = [RiskLevel](repeating: .none, count: 17)
    #expect(RainAlarmTests.run([.red] + dry + [.red]).alarms.count == 1)
    let run = RainAlarmTests.run([.red] + dry + [.none, .red])
    #expect(run.alarms.map(\.episode) == [1, 2])
  }

  @Test func `what was suppressed never fires at a restart`() {
    let old = RainAlarmTests.run([.orange], lag: 45)
    #expect(old.alarms.map(\.suppression) == [.oldData])
    let again = RainAlarmTests.run([.orange, .orange], lag: 1, remembered: old.states)
    #expect(again.alarms.isEmpty)
    var off = RainAlarmTests.rules
    off.fromLevel = nil
    let silent = RainAlarmTests.run([.red], rules: off)
    #expect(silent.alarms.map(\.suppression) == [.switchedOff])
    #expect(RainAlarmTests.run([.red, .red], remembered: silent.states).alarms.isEmpty)
  }

  @Test func `an older cycle that is made again raises nothing`() {
    let run = RainAlarmTests.run([.blue, .blue, .blue])
    let outcome = RainAlarmTests.rules.decide(
      RainAlarmTests.storm(.red), office: RainAlarmTests.office, dataTime: SmallDistrict.time,
      now: SmallDistrict.time + 1300, remembered: run.states)
    #expect(outcome.alarms.isEmpty && outcome.states.isEmpty)
  }

  @Test func `it says that it is automatic, what was measured, and that a lower bound is one`()
    throws
  {
    let outcome = RainAlarmTests.rules.decide(
      RainAlarmTests.storm(.orange, isComplete: false), office: RainAlarmTests.office,
      dataTime: SmallDistrict.time, now: SmallDistrict.time + 60, remembered: [])
    let alarm = try #require(outcome.alarms.first)
    for word in ["自动", "至少63.2毫米", "50.0毫米", "未经人工审核", "石角镇、东溪镇"] {
      #expect(alarm.text.contains(word), "\(word) in \(alarm.text)")
    }
    #expect(alarm.englishText.contains("AUTOMATIC"))
    #expect(alarm.englishText.contains("at least 63.2 mm"))
  }
}
