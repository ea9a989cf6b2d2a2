import Hydromet
import Risk
import Testing

/// Rules that warning services really use, and how they behave with gaps.
struct RainRuleTests {
  /// Korea's direct text: at least 50 mm in 1 h and 90 mm in 3 h, or at least 72 mm in 1 h.
  static let korea = RuleCondition.any([
    .all([.rain(mm(50, 1)), .rain(mm(90, 3))]), .rain(mm(72, 1)),
  ])

  /// Ningguo's call rule of 2021, standard 1: a station with 30 mm in 1 h, and 50 mm expected in 2 h.
  static let ningguo = RuleCondition.all([
    .rain(mm(30, 1)), .rain(mm(50, 2, .expected)),
  ])

  static func mm(_ depth: Int32, _ hours: Int, _ tense: RainTense = .fallen) -> RainTest {
    RainTest(
      depth: Depth(tenthsOfMillimetre: depth * 10), duration: .hours(hours),
      statistic: .maximumGauge, tense: tense)
  }

  static func rule(_ condition: RuleCondition, _ level: RiskLevel = .red) -> RainRule {
    RainRule(
      id: "r", name: "r", unitKind: .township, units: ["*"], hazard: .rainstorm, level: level,
      condition: condition, source: "test", author: "test")
  }

  static func rain(_ value: Double?, complete: Bool = true) -> ComparedRain? {
    value.map { ComparedRain(depth: Depth(millimetres: $0), isComplete: complete, isBlind: false) }
  }

  static func assess(
    _ condition: RuleCondition, fallen: [Int: ComparedRain?], expected: [Int: ComparedRain?]? = nil,
    soil: UnitSoil = .unknown, coverage: Double = 1
  ) -> UnitAssessment? {
    let table = CriticalRainfallTable([], rules: [rule(condition)], at: cycleTime)
    return UnitJudge(table: table).assess(
      kind: .township, unit: "T", name: "T", hazard: .rainstorm,
      inputs: UnitInputs(
        fallen: { fallen[$1.seconds / 3600] ?? nil },
        expected: expected.map { rain in { rain[$1.seconds / 3600] ?? nil } }, soil: soil,
        minimumCoverage: coverage))
  }

  @Test(
    "Korea's rule: 50 mm in 1 h with 90 mm in 3 h, or 72 mm in 1 h",
    arguments: [
      (49.9, 200, false), (50, 89.9, false), (50, 90, true), (71.9, 71.9, false), (72, 72, true),
      (60, 95, true),
    ] as [(Double, Double, Bool)])
  func koreanRule(hour: Double, three: Double, reached: Bool) throws {
    let found = try #require(
      RainRuleTests.assess(
        RainRuleTests.korea,
        fallen: [1: RainRuleTests.rain(hour), 3: RainRuleTests.rain(three)]))
    #expect(found.answer == .complete(reached ? .red : .none))
    let ratio = found.decisive?.ratio ?? 0
    #expect((ratio >= 1) == reached)
  }

  @Test("Ningguo's rule needs both: the rain that fell and the rain that is expected")
  func ningguoRule() throws {
    func answer(_ fallen: Double, _ expected: Double) -> RiskAnswer? {
      RainRuleTests.assess(
        RainRuleTests.ningguo, fallen: [1: RainRuleTests.rain(fallen)],
        expected: [2: RainRuleTests.rain(expected)])?.answer
    }
    #expect(answer(30, 50) == .complete(.red))
    #expect(answer(29.9, 80) == .complete(.none))
    #expect(answer(90, 49.9) == .complete(.none))
  }

  @Test(
    "without a forecast Ningguo's rule is excluded only by little rain, and open once 30 mm fell")
  func withoutForecast() throws {
    func answer(_ fallen: Double) -> RiskAnswer? {
      RainRuleTests.assess(
        RainRuleTests.ningguo, fallen: [1: RainRuleTests.rain(fallen)])?.answer
    }
    #expect(answer(12) == .complete(.none))
    #expect(answer(30)?.name == "unknown")
  }

  @Test("a lower bound proves a test of a rule and never excludes it")
  func lowerBounds() throws {
    func answer(_ hour: ComparedRain?, _ three: ComparedRain?) -> RiskAnswer? {
      RainRuleTests.assess(RainRuleTests.korea, fallen: [1: hour, 3: three])?.answer
    }
    let rain = RainRuleTests.rain
    #expect(answer(rain(72, false), nil) == .complete(.red))
    #expect(answer(rain(50, false), rain(90, false)) == .complete(.red))
    #expect(answer(rain(20, true), nil) == .complete(.none))
    #expect(answer(rain(20, false), rain(200, true))?.name == "unknown")
    #expect(answer(nil, nil)?.name == "unknown")
  }

  @Test("two of three conditions: the second largest ratio decides")
  func twoOfThree() throws {
    let condition = RuleCondition.atLeast(
      2,
      [
        .rain(RainRuleTests.mm(30, 1)), .rain(RainRuleTests.mm(60, 3)),
        .rain(RainRuleTests.mm(100, 6)),
      ])
    func assess(_ mm: [Double]) -> UnitAssessment? {
      RainRuleTests.assess(
        condition,
        fallen: [
          1: RainRuleTests.rain(mm[0]), 3: RainRuleTests.rain(mm[1]), 6: RainRuleTests.rain(mm[2]),
        ])
    }
    let none = try #require(assess([60, 54, 60]))
    #expect(none.answer == .complete(.none))
    #expect(none.decisive?.threshold.duration == .hours(3))
    #expect(none.decisive?.ratio == 0.9)
    #expect(assess([60, 60, 60])?.answer == .complete(.red))
    #expect(assess([10, 70, 100])?.answer == .complete(.red))
    #expect(none.decisive?.rule?.tests.map(\.verdict) == [.reached, .notReached, .notReached])
  }

  @Test("the triggering index is the last hour times the effective rain of 0.7 a day")
  func triggeringIndex() throws {
    let condition = RuleCondition.triggeringIndex(
      TriggeringIndex(threshold: 2000, statistic: .maximumGauge, decay: 0.7, days: 3))
    // Rt = 40 + 0.7·20 + 0.49·10 + 0.343·0 = 58.9 mm; 2000 / 58.9 = 33.96 mm in the hour.
    let days = [20, 10, 0].map { Depth(tenthsOfMillimetre: $0 * 10) as Depth? }
    func answer(_ hour: Double, _ soil: UnitSoil) -> UnitAssessment? {
      RainRuleTests.assess(
        condition, fallen: [1: RainRuleTests.rain(hour), 24: RainRuleTests.rain(40)], soil: soil)
    }
    let known = UnitSoil(earlierDays: days.map { EarlierDay($0) })
    #expect(answer(33.9, known)?.answer == .complete(.none))
    #expect(answer(34.0, known)?.answer == .complete(.red))
    #expect(answer(34.0, known)?.decisive?.threshold.depth == Depth(micrometres: 33_956))
    // A day that is not known can only add: reached stays reached, below becomes unknown.
    let gap = UnitSoil(
      earlierDays: [EarlierDay(days[0]), .unknown, EarlierDay(days[2])], isLowerBound: true)
    #expect(answer(33.9, gap)?.answer.name == "unknown")
    #expect(answer(40, gap)?.answer == .complete(.red))
  }

  @Test("the line over the soil water index: drier soil needs more rain in 60 minutes")
  func soilRainLine() throws {
    let line = SoilRainLine(
      statistic: .maximumGauge,
      corners: [(60, 90), (120, 50), (200, 20)].map {
        SoilRainLine.Corner(index: Double($0.0), rain: Depth(tenthsOfMillimetre: Int32($0.1 * 10)))
      })
    #expect(
      [0, 60, 90, 120, 160, 200, 500].map { line.rain(atIndex: $0)?.shortText }
        == ["90.0", "90.0", "70.0", "50.0", "35.0", "20.0", "20.0"])
    func answer(_ hour: Double, _ index: Double?) -> RiskAnswer? {
      RainRuleTests.assess(
        .soilRainLine(line), fallen: [1: RainRuleTests.rain(hour)],
        soil: UnitSoil(soilWaterIndex: index))?.answer
    }
    #expect(answer(50, 119) == .complete(.none))
    #expect(answer(50, 120) == .complete(.red))
    #expect(answer(50, nil)?.name == "unknown")
    #expect(answer(90, nil) == .complete(.red))
  }

  @Test(
    "with cells the index goes with the statistic of the rain: mean, largest, or the point's own",
    arguments: [
      (RainStatistic.mean, 40.0), (.maximumCell, 160), (.cell, 90), (.maximumGauge, 70),
    ])
  func indexOfCells(statistic: RainStatistic, index: Double) {
    let soil = UnitSoil(
      soilWaterIndex: 70,
      cells: CellIndices(mean: 40, largest: 160, own: 90, isLowerBound: false))
    #expect(soil.index(for: statistic).millimetres == index)
    let line = SoilRainLine(
      statistic: statistic,
      corners: [
        .init(index: 0, rain: Depth(tenthsOfMillimetre: 2000)),
        .init(index: 200, rain: .zero),
      ])
    let needed = 200 - index
    for (hour, level) in [(needed - 0.1, RiskLevel.none), (needed, .red)] {
      let found = RainRuleTests.assess(
        .soilRainLine(line), fallen: [1: RainRuleTests.rain(hour)], soil: soil)
      #expect(found?.answer == .complete(level))
    }
    // With a gap behind the cells the line may be lower: open, never excluded.
    let gap = UnitSoil(
      soilWaterIndex: 70,
      cells: CellIndices(mean: 40, largest: 160, own: 90, isLowerBound: true))
    let open = RainRuleTests.assess(
      .soilRainLine(line), fallen: [1: RainRuleTests.rain(needed - 0.1)], soil: gap)
    #expect((open?.answer.name == "unknown") == (statistic != .maximumGauge))
  }

  @Test("rules and rows together: any one suffices")
  func besideRows() throws {
    let table = CriticalRainfallTable(
      [
        row(
          .blue, hours: 1, mm: 20, unit: "T", kind: .township, hazard: .rainstorm,
          statistic: .maximumGauge)
      ],
      rules: [RainRuleTests.rule(RainRuleTests.korea)], at: cycleTime)
    func answer(_ hour: Double) -> RiskAnswer? {
      UnitJudge(table: table).assess(
        kind: .township, unit: "T", name: "T", hazard: .rainstorm
      ) { _, _ in
        RainRuleTests.rain(hour)
      }?.answer
    }
    #expect(answer(19) == .complete(.none))
    #expect(answer(20) == .complete(.blue))
    #expect(answer(72) == .complete(.red))
  }

  @Test("rules are told in words of both languages")
  func words() {
    #expect(
      RainRuleTests.korea.chineseText
        == "（过去1小时最大站点雨量≥50.0毫米，且过去3小时最大站点雨量≥90.0毫米），或过去1小时最大站点雨量≥72.0毫米")
    #expect(
      RainRuleTests.ningguo.englishText
        == "largest gauge >= 30.0 mm in the last 1h and largest gauge >= 50.0 mm expected in the next 2h"
    )
  }

  @Test("what a rule implies is told without any rain")
  func implication() {
    func mm(_ depth: Int32, _ hours: Int, _ tense: RainTense = .fallen) -> RainTest {
      RainRuleTests.mm(depth, hours, tense)
    }
    #expect(RuleCondition.rain(mm(72, 1)).implies(.rain(mm(50, 3))) == true)
    #expect(RuleCondition.rain(mm(50, 3)).implies(.rain(mm(50, 1))) == false)
    #expect(RainRuleTests.korea.implies(.rain(mm(50, 1))) == true)
    #expect(RainRuleTests.korea.implies(.rain(mm(60, 1))) == false)
    #expect(RuleCondition.rain(mm(90, 1)).implies(RainRuleTests.korea) == true)
    #expect(RuleCondition.rain(mm(30, 1)).implies(.rain(mm(30, 1, .joined))) == true)
    #expect(RuleCondition.rain(mm(30, 1, .joined)).implies(.rain(mm(30, 1))) == false)
  }
}
