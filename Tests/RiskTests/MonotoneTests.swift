import Hydromet
import Risk
import Testing

/// Chance that is the same in every run.
struct Chance {
  private var state: UInt64

  init(_ seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  mutating func below(_ limit: Int) -> Int { Int(next() % UInt64(limit)) }
  mutating func share() -> Double { Double(next() >> 11) / 9_007_199_254_740_992 }
}

struct MonotoneTests {
  #if DEBUG
    static let cases = 20_000
  #else
    static let cases = 1_000_000
  #endif

  /// Rows of one duration and level in order: wetter soil needs no more rain.
  static func rows(_ chance: inout Chance, line: Int = 2) -> [CriticalRainfall] {
    let dry = chance.below(2000) + 1
    let normal = chance.below(dry) + 1
    let wet = chance.below(normal) + 1
    var rows: [CriticalRainfall] = []
    for (state, tenths) in [(Wetness.dry, dry), (.normal, normal), (.wet, wet)]
    where chance.below(5) > 0 {
      rows.append(
        CriticalRainfall(
          unitKind: .basin, unit: "B1", hazard: .flashFlood, duration: .hours(1 + chance.below(3)),
          wetness: state, level: RiskLevel.warnings[chance.below(4)],
          depth: Depth(tenthsOfMillimetre: Int32(tenths)), statistic: .mean, source: "",
          author: "", effectiveFrom: nil, effectiveTo: nil, line: line + rows.count))
    }
    return rows
  }

  static func level(
    _ table: CriticalRainfallTable, _ tenths: [Int], _ soil: UnitSoil
  ) -> RiskLevel {
    UnitJudge(table: table).assess(
      kind: .basin, unit: "B1", name: "", hazard: .flashFlood,
      inputs: UnitInputs(
        fallen: { _, duration in
          let index = duration.seconds == 86_400 ? 3 : duration.seconds / 3600 - 1
          return ComparedRain(
            depth: Depth(tenthsOfMillimetre: Int32(tenths[index])), isComplete: true,
            isBlind: false)
        }, soil: soil))?.answer.level ?? .none
  }

  /// One rule of a chance shape: index, line, and both in AND, OR and one of three.
  static func rules(_ chance: inout Chance) -> [RainRule] {
    let index = RuleCondition.triggeringIndex(
      TriggeringIndex(
        threshold: Double(chance.below(4000) + 1), statistic: .mean, decay: chance.share(), days: 2)
    )
    let high = Int32(chance.below(1500) + 1)
    let line = RuleCondition.soilRainLine(
      SoilRainLine(
        statistic: .mean,
        corners: [
          .init(index: Double(chance.below(100)), rain: Depth(tenthsOfMillimetre: high)),
          .init(
            index: Double(100 + chance.below(100)),
            rain: Depth(tenthsOfMillimetre: Int32(chance.below(Int(high)) + 1))),
        ]))
    let rain = RuleCondition.rain(
      RainTest(
        depth: Depth(tenthsOfMillimetre: Int32(chance.below(1500) + 1)), duration: .hours(3),
        statistic: .mean))
    return [
      RainRule(
        id: "r", name: "", unitKind: .basin, units: ["*"], hazard: .flashFlood,
        level: RiskLevel.warnings[chance.below(4)],
        condition: .atLeast(1 + chance.below(3), [index, line, rain]), source: "", author: "")
    ]
  }

  @Test("more rain never lowers a level and wetter soil never does, in a million chance cases")
  func monotone() {
    var chance = Chance(20_260_705)
    var broken = 0
    var raised = 0
    for _ in 0..<MonotoneTests.cases {
      let table = CriticalRainfallTable(
        MonotoneTests.rows(&chance), rules: MonotoneTests.rules(&chance), at: cycleTime)
      let hour = chance.below(1000)
      let sums = [hour, hour + chance.below(400), hour + 400 + chance.below(600), hour + 1000]
      let more = sums.map { $0 + chance.below(300) }
      let s = chance.share()
      let index = chance.share() * 250
      let days = [Depth(tenthsOfMillimetre: Int32(chance.below(500))) as Depth?, .zero]
      let soil = UnitSoil(
        saturation: s, soilWaterIndex: index, earlierDays: days.map { EarlierDay($0) })
      let wetter = UnitSoil(
        saturation: s + (1 - s) * chance.share(), soilWaterIndex: index + chance.share() * 100,
        earlierDays: [
          EarlierDay(days[0].map { $0 + Depth(micrometres: 7000) }), EarlierDay(days[1]),
        ])
      let level = MonotoneTests.level(table, sums, soil)
      let withMore = MonotoneTests.level(table, more, soil)
      let withWetter = MonotoneTests.level(table, sums, wetter)
      if withMore < level || withWetter < level { broken += 1 }
      if withMore > level || withWetter > level { raised += 1 }
    }
    #expect(broken == 0)
    #expect(raised > MonotoneTests.cases / 100)
  }

  @Test("wetter soil never raises a threshold, in a million chance tables")
  func thresholds() {
    var chance = Chance(7)
    var broken = 0
    for _ in 0..<MonotoneTests.cases {
      let rows = MonotoneTests.rows(&chance).map {
        row(.red, hours: 1, mm: $0.depth.micrometres / 1000 + 1, wetness: $0.wetness)
      }
      let table = CriticalRainfallTable(rows, at: cycleTime)
      let s = chance.share() * 1.1
      let wetter = s + chance.share()
      func depth(_ saturation: Double?) -> Depth? {
        table.applied(kind: .basin, unit: "B1", hazard: .flashFlood, saturation: saturation).first?
          .row.depth
      }
      guard let dry = depth(s), let wet = depth(wetter), let unknown = depth(nil) else { continue }
      if wet > dry || unknown > wet { broken += 1 }
    }
    #expect(broken == 0)
  }
}
