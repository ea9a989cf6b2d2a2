import Hydromet
import Risk
import Testing

struct UnitJudgeTests {
  let judge = UnitJudge(table: CriticalRainfallTable(jianghua, at: cycleTime))

  func assess(_ depths: [Int: ComparedRain]) -> UnitAssessment? {
    judge.assess(kind: .basin, unit: "B1", name: "溪", hazard: .flashFlood) { _, duration in
      depths[duration.seconds / 3600]
    }
  }

  func complete(_ mm: Double) -> ComparedRain {
    ComparedRain(depth: Depth(millimetres: mm), isComplete: true, isBlind: false)
  }

  func partial(_ mm: Double?) -> ComparedRain {
    ComparedRain(depth: mm.flatMap { Depth(millimetres: $0) }, isComplete: false, isBlind: false)
  }

  @Test(
    "the county table: any one duration suffices and the highest level counts",
    arguments: [
      ([34.9, 54.9, 69.9, 99.9], RiskLevel.none), ([35, 40, 40, 40], .blue),
      ([20, 75, 80, 80], .yellow), ([44.9, 74.9, 120, 120], .orange),
      ([10, 20, 30, 200], .red), ([80, 80, 80, 80], .red),
    ] as [([Double], RiskLevel)])
  func countyTable(depths: [Double], expected: RiskLevel) throws {
    let rain = Dictionary(uniqueKeysWithValues: zip([1, 3, 6, 24], depths.map(complete)))
    let assessment = try #require(assess(rain))
    #expect(assessment.answer == .complete(expected))
    #expect(assessment.uncovered.isEmpty)
  }

  @Test("49.96 mm is not 50 mm and is written as 49.9 mm")
  func cutNotRounded() throws {
    let depth = try #require(Depth(millimetres: 49.96))
    #expect(depth.shortText == "49.9")
    #expect(depth < Depth(tenthsOfMillimetre: 500))
  }

  @Test("an incomplete sum below every threshold is unknown, never none")
  func incompleteIsUnknown() throws {
    let rain = Dictionary(uniqueKeysWithValues: [1, 3, 6, 24].map { ($0, partial(5)) })
    let assessment = try #require(assess(rain))
    #expect(assessment.answer.name == "unknown")
    #expect(assessment.answer.state == .unknown)
    #expect(assessment.uncovered.count == 16)
  }

  @Test("an incomplete sum over a threshold proves that level and says at least")
  func incompleteProves() throws {
    let rain = [1: partial(63.2), 3: partial(63.2), 6: partial(63.2), 24: partial(63.2)]
    let assessment = try #require(assess(rain))
    #expect(assessment.answer.level == .orange)
    #expect(assessment.answer.state == .atLeast)
    #expect(assessment.decisive?.isLowerBound == true)
    #expect(assessment.decisive?.threshold.duration == .hours(1))
  }

  @Test("red is red even where other rules are not covered: nothing is higher")
  func redIsComplete() throws {
    let rain = [1: partial(81), 3: partial(81), 6: partial(81), 24: partial(nil)]
    #expect(assess(rain)?.answer == .complete(.red))
  }

  @Test("a missing window leaves its rules open")
  func missingWindow() throws {
    let assessment = try #require(assess([1: complete(0), 3: complete(0), 6: complete(0)]))
    #expect(assessment.answer.state == .unknown)
    #expect(assessment.uncovered.allSatisfy { $0.contains("24h") && $0.contains("no data") })
  }

  @Test("outside every feed the answer is blind")
  func blind() throws {
    let outside = ComparedRain(depth: nil, isComplete: false, isBlind: true)
    let rain = Dictionary(uniqueKeysWithValues: [1, 3, 6, 24].map { ($0, outside) })
    #expect(assess(rain)?.answer == .blind)
  }

  @Test("the decisive threshold has the largest ratio of the level that was reached")
  func decisive() throws {
    let rain = [1: complete(46), 3: complete(99), 6: complete(99), 24: complete(99)]
    let assessment = try #require(assess(rain))
    let decisive = try #require(assessment.decisive)
    #expect(assessment.answer == .complete(.yellow))
    #expect(decisive.threshold.duration == .hours(3))
    #expect(decisive.ratio == 99.0 / 75.0)
  }

  @Test("a unit without rows is not judged for that hazard")
  func noRows() {
    let other = judge.assess(kind: .basin, unit: "B2", name: "", hazard: .flashFlood) { _, _ in nil
    }
    #expect(other == nil)
  }

  @Test("more rain never lowers a level and less coverage never clears one")
  func monotone() throws {
    var generator = SystemlessGenerator(seed: 5)
    for _ in 0..<20_000 {
      let low = (0..<4).map { _ in Double(generator.next() % 2200) / 10 }
      let high = low.map { $0 + Double(generator.next() % 500) / 10 }
      let drop = Int(generator.next() % 4)
      let hours = [1, 3, 6, 24]
      let a = try #require(assess(Dictionary(uniqueKeysWithValues: zip(hours, low.map(complete)))))
      let b = try #require(assess(Dictionary(uniqueKeysWithValues: zip(hours, high.map(complete)))))
      #expect(a.answer.level <= b.answer.level)
      var gap = Dictionary(uniqueKeysWithValues: zip(hours, low.map(complete)))
      gap[hours[drop]] = partial(low[drop] / 2)
      let c = try #require(assess(gap))
      #expect(c.answer.level <= a.answer.level)
      if c.answer.state == .complete { #expect(c.answer.level == a.answer.level) }
    }
  }
}

/// A fixed-seed generator (SplitMix64).
struct SystemlessGenerator {
  var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
