import Hydromet
import Risk
import Testing

/// Fallen and expected rain joined, and rain upstream.
struct ExpectedRainTests {
  static let table = CriticalRainfallTable(
    [row(.yellow, hours: 3, mm: 40), row(.red, hours: 3, mm: 60)], at: cycleTime)

  /// Ten millimetres an hour have fallen; from now on `mm` fall in each hour.
  static func assess(_ mm: Double, leads: [Int] = [1, 2, 3], known: Int = 3) -> UnitAssessment? {
    UnitJudge(table: table).assess(
      kind: .basin, unit: "B1", name: "", hazard: .flashFlood,
      inputs: UnitInputs(
        fallen: { _, duration in RainRuleTests.rain(Double(duration.seconds / 3600) * 10) },
        joined: { _, duration, lead in
          let ahead = lead.seconds / 3600
          let before = max(duration.seconds / 3600 - ahead, 0)
          let fallen = Double(before) * 10
          let expected = Double(min(ahead, known)) * mm
          return JoinedRain(
            sum: ComparedRain(
              depth: Depth(millimetres: fallen + expected), isComplete: ahead <= known,
              isBlind: false),
            fallen: Depth(millimetres: fallen), expected: Depth(millimetres: expected))
        }, leads: leads.map { .hours($0) }, soil: .unknown))
  }

  @Test("without a forecast the answer is of observed rain only")
  func observedOnly() {
    let found = UnitJudge(table: ExpectedRainTests.table).assess(
      kind: .basin, unit: "B1", name: "", hazard: .flashFlood
    ) { _, _ in RainRuleTests.rain(30) }
    #expect(found?.expected == nil)
  }

  @Test(
    "every split of the window is looked at, and the shortest lead that reaches the level is told")
  func splits() throws {
    // 20 mm fallen + 30 expected in 1 h: yellow; 10 + 60 in 2 h: red; 0 + 90 in 3 h: red.
    let found = try #require(ExpectedRainTests.assess(30))
    #expect(found.answer == .complete(.none))
    let expected = try #require(found.expected)
    #expect(expected.level == .red)
    #expect(expected.isComplete)
    // Red is reached in two hours: that in three there is more of it leaves no more time.
    #expect(expected.lead == .hours(2))
    #expect(expected.fallen == Depth(millimetres: 10))
    #expect(expected.expected == Depth(millimetres: 60))
    #expect(ExpectedRainTests.assess(30, leads: [1])?.expected?.level == .yellow)
    #expect(ExpectedRainTests.assess(30, leads: [3])?.expected?.lead == .hours(3))
  }

  @Test("a forecast that ends early is a lower bound: it proves and does not exclude")
  func shortForecast() throws {
    let dry = try #require(ExpectedRainTests.assess(0, known: 1)?.expected)
    #expect(dry.level == .none)
    #expect(!dry.isComplete)
    let wet = try #require(ExpectedRainTests.assess(45, known: 1)?.expected)
    #expect(wet.level == .red)
    #expect(wet.isComplete)
  }

  @Test("the expected level is never below the observed one")
  func neverBelow() throws {
    let found = try #require(ExpectedRainTests.assess(0))
    #expect(found.expected?.level ?? .none >= found.answer.level)
  }

  @Test(
    "guidance from the present state raises a level beside the table and proves by lower bounds")
  func guidance() throws {
    func answer(_ mm: Double, complete: Bool = true, gap: Double = 0) -> RiskAnswer? {
      UnitJudge(table: ExpectedRainTests.table).assess(
        kind: .basin, unit: "B1", name: "", hazard: .flashFlood,
        inputs: UnitInputs(
          fallen: { _, _ in RainRuleTests.rain(mm, complete: complete) },
          guidance: [
            DerivedCriticalRainfall(
              basin: "B1", duration: .hours(1), time: cycleTime,
              answer: .depth(Depth(tenthsOfMillimetre: 250)),
              harmfulFlow: ReferenceFlow(kind: .harmful, discharge: 80, source: "survey"),
              gapShare: gap)
          ]))?.answer
    }
    #expect(answer(24.9) == .complete(.none))
    #expect(answer(25) == .complete(.red))
    #expect(answer(25, complete: false) == .complete(.red))
    #expect(answer(24.9, complete: false)?.name == "unknown")
    #expect(answer(24.9, gap: 0.9)?.name == "unknown")
  }

  @Test("rain upstream counts as it is known: complete, a lower bound, or nothing")
  func upstream() {
    func compared(_ share: Double) -> ComparedRain {
      ComparedRain(
        areal(mean: 5).with(
          upstream: UpstreamRainfall(
            mean: Depth(millimetres: 30), lowerBound: Depth(millimetres: 20), knownShare: share)),
        statistic: .upstreamMean, minimumCoverage: 1)
    }
    #expect(compared(1).depth == Depth(millimetres: 30))
    #expect(compared(1).isComplete)
    #expect(compared(0.7).depth == Depth(millimetres: 20))
    #expect(!compared(0.7).isComplete)
    let none = ComparedRain(areal(mean: 5), statistic: .upstreamMean, minimumCoverage: 1)
    #expect(none.depth == nil && !none.isComplete)
  }
}
