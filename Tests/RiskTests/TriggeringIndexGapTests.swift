import Hydromet
import Risk
import Testing

/// Triggering index and line where some of the rain behind them is not known.
struct TriggeringIndexGapTests {
  static let index = TriggeringIndex(threshold: 4500, statistic: .cell, decay: 0.7, days: 7)

  /// 100 mm in the last day, 10 mm in each of the seven before, of which one has gaps.
  static func answer(
    _ hour: Double, gapIn day: Int, missingSteps: Int, coverage: Double = 1
  ) -> RiskAnswer? {
    var days = [EarlierDay](repeating: EarlierDay(Depth(tenthsOfMillimetre: 100)), count: 7)
    days[day - 1] = EarlierDay(
      depth: Depth(tenthsOfMillimetre: 100), knownShare: 1 - Double(missingSteps) / 144, step: 600)
    return RainRuleTests.assess(
      .triggeringIndex(index), fallen: [1: RainRuleTests.rain(hour), 24: RainRuleTests.rain(100)],
      soil: UnitSoil(earlierDays: days), coverage: coverage)?.answer
  }

  @Test("no rain of ten minutes is above 180 mm, of an hour above 422 mm, of a day above 1908 mm")
  func envelope() {
    #expect((LargestRain.millimetres(inSeconds: 600) - 180.0).magnitude < 0.5)
    #expect((LargestRain.millimetres(inSeconds: 3600) - 421.6).magnitude < 1e-6)
    #expect((LargestRain.millimetres(inSeconds: 86_400) - 1908).magnitude < 1)
    #expect(LargestRain.millimetres(missing: 144, ofSteps: 600, inSeconds: 86_400) < 1909)
    #expect(LargestRain.millimetres(missing: 0, ofSteps: 600, inSeconds: 86_400) == 0)
  }

  @Test(
    "a missing frame days ago leaves the index open only where the most that it can hide would do",
    arguments: [
      // Rt = 100 + 21.41 mm known. Ten minutes three days ago hide 180 mm at the most, 61.7 by weight:
      // 4500 / 183.2 = 24.57 mm in the hour are needed at the least, 4500 / 121.4 = 37.06 at the most.
      (24.5, "none"), (24.7, "unknown"), (37.0, "unknown"), (37.1, "red"),
    ])
  func bounds(hour: Double, name: String) {
    #expect(TriggeringIndexGapTests.answer(hour, gapIn: 3, missingSteps: 1)?.name == name)
  }

  @Test("the longer ago a gap is, the less it leaves open; no gap leaves nothing open")
  func weight() {
    func open(_ day: Int) -> Bool {
      TriggeringIndexGapTests.answer(30, gapIn: day, missingSteps: 1)?.name == "unknown"
    }
    #expect((1...7).map(open) == [true, true, true, true, true, false, false])
    #expect(TriggeringIndexGapTests.answer(30, gapIn: 1, missingSteps: 0)?.name == "none")
  }

  @Test("where a district asks for less than everything, a gap counts by the weight of its day")
  func coverage() {
    // Of weights that sum to 3.14, six hours of the day before weigh 0.25 · 0.7: 5.6 %; six hours of
    // the seventh 0.25 · 0.082: 0.7 %.
    func name(_ day: Int, _ coverage: Double) -> String? {
      TriggeringIndexGapTests.answer(30, gapIn: day, missingSteps: 36, coverage: coverage)?.name
    }
    #expect(name(1, 0.95) == "unknown" && name(1, 0.94) == "none")
    #expect(name(7, 0.995) == "unknown" && name(7, 0.99) == "none")
  }

  @Test("no rain in the last hour reaches no index, whatever is missing before")
  func dryHour() {
    let found = RainRuleTests.assess(
      .triggeringIndex(TriggeringIndexGapTests.index),
      fallen: [1: RainRuleTests.rain(0), 24: RainRuleTests.rain(3, complete: false)])
    #expect(found?.answer == .complete(.none))
    // With the hour itself unknown it is open.
    let gap = RainRuleTests.assess(
      .triggeringIndex(TriggeringIndexGapTests.index),
      fallen: [
        1: RainRuleTests.rain(0, complete: false), 24: RainRuleTests.rain(3, complete: false),
      ])
    #expect(gap?.answer.name == "unknown")
  }

  @Test("rain of an hour that does no harm on the wettest soil excludes the line on unknown soil")
  func line() {
    let line = SoilRainLine(
      statistic: .cell,
      corners: [
        .init(index: 60, rain: Depth(tenthsOfMillimetre: 600)),
        .init(index: 240, rain: Depth(tenthsOfMillimetre: 80)),
      ])
    func name(_ hour: Double, _ soil: UnitSoil) -> String? {
      RainRuleTests.assess(
        .soilRainLine(line), fallen: [1: RainRuleTests.rain(hour)], soil: soil)?.answer.name
    }
    let gap = UnitSoil(soilWaterIndex: 60, isLowerBound: true)
    #expect(name(7.9, gap) == "none" && name(8, gap) == "unknown" && name(60, gap) == "red")
    #expect(name(7.9, .unknown) == "none" && name(59, .unknown) == "unknown")
  }

  @Test("an area with a gap has a ceiling: what is known and the most that missing frames can hide")
  func ceiling() throws {
    let rain = ArealRainfall(
      period: Period(end: cycleTime, seconds: 3600), mean: Depth(tenthsOfMillimetre: 60),
      maximumCell: Depth(tenthsOfMillimetre: 90), maximumGauge: nil, maximumGaugeStation: nil,
      validShare: 5.0 / 6, gridShare: 1, gaugesAreComplete: false,
      meanLowerBound: Depth(tenthsOfMillimetre: 50))
    let mean = ComparedRain(rain, statistic: .mean, minimumCoverage: 1, step: 600)
    #expect(!mean.isComplete && mean.depth == Depth(tenthsOfMillimetre: 50))
    #expect((try #require(mean.ceiling).millimetres - 185).magnitude < 0.5)
    // Some cell may have missed the whole hour, and nothing is known of frames without their step.
    let cell = ComparedRain(rain, statistic: .maximumCell, minimumCoverage: 1, step: 600)
    #expect((try #require(cell.ceiling).millimetres - 421.6).magnitude < 0.1)
    let lone = ComparedRain(rain, statistic: .mean, minimumCoverage: 1)
    #expect((try #require(lone.ceiling).millimetres - 426.6).magnitude < 0.1)
    let covered = ComparedRain(rain, statistic: .mean, minimumCoverage: 0.8, step: 600)
    #expect(covered.isComplete && covered.ceiling == covered.depth)
  }
}

/// Rules held against fallen and expected rain.
struct ExpectedRuleTests {
  /// 20 mm an hour fell in the last day, and `mm` an hour are expected.
  static func assess(
    _ condition: RuleCondition, _ mm: Double, known: Int = 3,
    soilAhead: @escaping (Int) -> UnitSoil
  ) -> UnitAssessment? {
    let table = CriticalRainfallTable([], rules: [RainRuleTests.rule(condition)], at: cycleTime)
    return UnitJudge(table: table).assess(
      kind: .township, unit: "T", name: "T", hazard: .rainstorm,
      inputs: UnitInputs(
        fallen: { RainRuleTests.rain(Double($1.seconds / 3600) * 2) },
        joined: { _, duration, lead in
          let hours = (all: duration.seconds / 3600, ahead: lead.seconds / 3600)
          let coming = Double(min(hours.all, hours.ahead)) * mm
          let fell = Double(max(hours.all - hours.ahead, 0)) * 2
          return JoinedRain(
            sum: ComparedRain(
              depth: Depth(millimetres: fell + coming), isComplete: hours.ahead <= known,
              isBlind: false),
            fallen: Depth(millimetres: fell), expected: Depth(millimetres: coming))
        }, leads: (1...3).map { .hours($0) }, soil: soilAhead(0), soilAhead: soilAhead))
  }

  static func soil(_ index: Double) -> UnitSoil {
    UnitSoil(soilWaterIndex: index, earlierDays: [EarlierDay(.zero)])
  }

  @Test("a triggering index is reached by the hour that is expected times the rain of its day")
  func triggeringIndex() throws {
    let index = RuleCondition.triggeringIndex(
      TriggeringIndex(threshold: 1800, statistic: .cell, decay: 0.7, days: 1))
    // Now 2 · 48 = 96. In one hour 20 · (46 + 20) = 1320, in two 20 · (44 + 40) = 1680, in three
    // 20 · (42 + 60) = 2040.
    let found = try #require(
      ExpectedRuleTests.assess(index, 20) { _ in ExpectedRuleTests.soil(0) })
    #expect(found.answer == .complete(.none))
    let expected = try #require(found.expected)
    #expect(expected.level == .red && expected.lead == .hours(3) && expected.isComplete)
    #expect(expected.expected == Depth(millimetres: 20) && expected.fallen == .zero)
    let dry = try #require(
      ExpectedRuleTests.assess(index, 2) { _ in ExpectedRuleTests.soil(0) }?.expected)
    #expect(dry.level == .none && dry.isComplete)
    // A forecast that ends after an hour leaves the rest open.
    let short = try #require(
      ExpectedRuleTests.assess(index, 2, known: 1) { _ in ExpectedRuleTests.soil(0) }?.expected)
    #expect(short.level == .none && !short.isComplete)
  }

  @Test("the line is taken at the soil water index that the expected rain brings")
  func line() throws {
    let line = RuleCondition.soilRainLine(
      SoilRainLine(
        statistic: .cell,
        corners: [
          .init(index: 100, rain: Depth(tenthsOfMillimetre: 500)),
          .init(index: 150, rain: Depth(tenthsOfMillimetre: 200)),
        ]))
    func expected(_ index: @escaping (Int) -> UnitSoil) -> ExpectedAnswer? {
      ExpectedRuleTests.assess(line, 20, soilAhead: index)?.expected
    }
    let wetting = expected { ExpectedRuleTests.soil(110 + Double($0) / 3600 * 20) }
    #expect(wetting?.level == .red && wetting?.lead == .hours(2))
    let dry = expected { _ in ExpectedRuleTests.soil(110) }
    #expect(dry?.level == RiskLevel.none && dry?.isComplete == true)
    // Where nobody knows the soil ahead, 20 mm could do.
    let open = expected { $0 == 0 ? ExpectedRuleTests.soil(110) : .unknown }
    #expect(open?.level == RiskLevel.none && open?.isComplete == false)
  }

  @Test("rules of fallen and of expected rain move with the lead")
  func tests() throws {
    func test(_ mm: Int32, _ tense: RainTense) -> RuleCondition {
      .rain(
        RainTest(
          depth: Depth(tenthsOfMillimetre: mm * 10), duration: .hours(1), statistic: .cell,
          tense: tense))
    }
    let both = RuleCondition.all([test(20, .fallen), test(20, .expected)])
    let found = ExpectedRuleTests.assess(both, 20) { _ in .unknown }
    // Of the hour after the third nothing is known, of those after the first and the second it is.
    #expect(found?.expected?.level == .red && found?.expected?.lead == .hours(1))
  }
}
