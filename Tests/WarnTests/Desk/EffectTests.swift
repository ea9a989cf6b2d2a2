import Hydromet
import Testing
import Warn

@Suite struct EffectTests {
  @Test func `times run from each release to its own first call, answer and deed`() throws {
    var bench = try LifecycleBench.released(.yellow)
    try bench.refresh(.red)
    try bench.reviewAndSign()
    try bench.release()
    let record = bench.record
    let first = record.issued[0].sent
    let second = record.issued[1].sent
    func call(_ channel: String, _ called: Timestamp, _ answered: Timestamp?) -> CallOutcome {
      CallOutcome(
        subject: record.id, township: record.chain.township, channel: channel, called: called,
        answered: answered)
    }
    let acted = GroundFeedback(
      subject: record.id, township: record.chain.township, observation: .acted, time: second + 900,
      author: LifecycleBench.ann, note: "已转移")
    let effects = WarningEffect.all(
      records: [record], alarms: [],
      calls: [
        call("sms", first + 5, nil), call("voice", second + 10, nil),
        call("sms", second + 20, second + 80),
      ], feedback: [acted])
    #expect(effects.map(\.level) == [.yellow, .red])
    #expect(effects[0].seconds(to: effects[0].called) == 5)
    #expect(effects[0].answered == nil && effects[0].acted == nil && effects[0].channel == "sms")
    #expect(effects[1].seconds(to: effects[1].called) == 10)
    #expect(effects[1].seconds(to: effects[1].answered) == 80)
    #expect(effects[1].seconds(to: effects[1].acted) == 900)
    #expect(effects[1].channel == "sms")
    let process = try #require(RainProcess.split(effects, gap: .hours(6)).first)
    let summary = try #require(process.summaries { $0.township }.first)
    #expect(summary.released == 2 && summary.called == 2 && summary.answered == 1)
    #expect(summary.secondsToCall == 5 && summary.secondsToAnswer == 80)
  }

  @Test func `processes are cut where nothing was released for long`() throws {
    var bench = try LifecycleBench.released(.yellow)
    try bench.refresh(.orange, after: 200)
    try bench.reviewAndSign()
    try bench.release()
    let effects = WarningEffect.all(
      records: [bench.record], alarms: [], calls: [], feedback: [])
    #expect(RainProcess.split(effects, gap: .hours(3)).count == 2)
    #expect(RainProcess.split(effects, gap: .hours(4)).count == 1)
    #expect(RainProcess.split([], gap: .hours(4)).isEmpty)
  }
}

@Suite struct MessageBudgetTests {
  @Test func `a storm of an hour costs its townships one message a level and nothing else`() throws
  {
    var budget = try MessageBudget(
      district: SmallDistrict.district(), policy: SigningPolicy(), validity: .hours(6),
      alarms: RainAlarmRules())
    let levels: [RiskLevel] = [.none, .blue, .blue, .orange, .orange, .orange, .yellow, .none]
    for (index, level) in levels.enumerated() {
      try budget.add(RainAlarmTests.storm(level), at: SmallDistrict.time + index * 600)
    }
    let lines = budget.lines
    #expect(lines.map(\.level) == [.orange, .blue, .orange, .blue])
    #expect(Set(lines.map(\.season)) == ["2026-summer"])
    #expect(lines.allSatisfy { $0.waking == 1 && $0.other == 0 && $0.alarms == 1 })
  }

  @Test(arguments: [
    (2, "2025-winter"), (3, "2026-spring"), (6, "2026-summer"), (9, "2026-autumn"),
    (12, "2026-winter"),
  ])
  func `a winter belongs to the year of its December`(month: Int, season: String) throws {
    let time = try #require(CivilTime(year: 2026, month: month, day: 1).timestamp())
    #expect(MessageBudget.season(time) == season)
  }
}
