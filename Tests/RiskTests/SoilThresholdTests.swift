import Hydromet
import Risk
import Testing

/// Thresholds that move with the soil, and the published village they are checked on.
struct SoilThresholdTests {
  /// The village's table: hours, then dry, normal and wet, millimetres.
  /// Source: Li Qing et al. (2017), Journal of Geo-information Science 19(12), table 11, group 1 of
  /// Shuanghe (双河1组).
  static let shuanghe: [(hours: Int, mm: [Int32])] = [
    (1, [40, 35, 30]), (3, [65, 60, 50]), (6, [95, 90, 80]),
  ]

  static func table(_ factors: [ThresholdFactor] = []) -> CriticalRainfallTable {
    let states: [Wetness] = [.dry, .normal, .wet]
    let rows = shuanghe.flatMap { hours, depths in
      zip(states, depths).map { row(.red, hours: hours, mm: $1, wetness: $0) }
    }
    return CriticalRainfallTable(rows, factors: factors, at: cycleTime)
  }

  static func depths(_ table: CriticalRainfallTable, at saturation: Double?) -> [String] {
    table.applied(kind: .basin, unit: "B1", hazard: .flashFlood, saturation: saturation)
      .map(\.row.depth.shortText)
  }

  @Test("the village's table follows from net rain and the published losses, rounded to five")
  func lossBalance() throws {
    func tenths(_ value: Double) throws -> Depth {
      Depth(tenthsOfMillimetre: Int32((value * 10).rounded()))
    }
    let net = [8.1, 24.3, 48.6]
    let depression = [8.0, 7, 6]
    let interception = [15.0, 14, 12]
    let infiltration = [[7.5, 5, 2.5], [17.5, 15, 7.5], [25, 22.5, 15]]
    let exact = [["38.6", "34.1", "28.6"], ["64.8", "60.3", "49.8"], ["96.6", "92.1", "81.6"]]
    for (i, duration) in SoilThresholdTests.shuanghe.enumerated() {
      for state in 0..<3 {
        let balance = LossBalance(
          netRain: try tenths(net[i]), depressionStorage: try tenths(depression[state]),
          interception: try tenths(interception[state]),
          infiltration: try tenths(infiltration[i][state]))
        #expect(balance.critical.shortText == exact[i][state])
        #expect(balance.rounded == Depth(tenthsOfMillimetre: duration.mm[state] * 10))
      }
    }
  }

  @Test(
    "at s = 0.2, 0.5 and 0.8 the rows stand as they are, and beyond the ends they do not move",
    arguments: [
      (0, ["40.0", "65.0", "95.0"]), (0.2, ["40.0", "65.0", "95.0"]),
      (0.5, ["35.0", "60.0", "90.0"]), (0.8, ["30.0", "50.0", "80.0"]),
      (1, ["30.0", "50.0", "80.0"]),
    ] as [(Double, [String])])
  func corners(saturation: Double, expected: [String]) {
    #expect(SoilThresholdTests.depths(SoilThresholdTests.table(), at: saturation) == expected)
  }

  @Test("between the states the threshold is straight: s = 0.65 lies halfway from normal to wet")
  func between() {
    #expect(
      SoilThresholdTests.depths(SoilThresholdTests.table(), at: 0.65) == ["32.5", "55.0", "85.0"])
    #expect(
      SoilThresholdTests.depths(SoilThresholdTests.table(), at: 0.35) == ["37.5", "62.5", "92.5"])
  }

  @Test("soil that is not known counts as the wettest, and the evidence says so")
  func unknownSoil() throws {
    let applied = SoilThresholdTests.table().applied(
      kind: .basin, unit: "B1", hazard: .flashFlood, saturation: nil)
    #expect(applied.map(\.row.depth.shortText) == ["30.0", "50.0", "80.0"])
    #expect(applied.allSatisfy { $0.derivation?.basis == .wettest })
  }

  @Test("after an earthquake the smallest factor counts, cut to tenths, until its last day")
  func factors() {
    func factor(_ thousandths: Int, days: Int) -> ThresholdFactor {
      ThresholdFactor(
        unitKind: nil, unit: "*", hazard: nil, thousandths: thousandths, reason: "earthquake",
        author: "test", effectiveFrom: cycleTime - 86_400, effectiveTo: cycleTime + days * 86_400,
        line: 2)
    }
    let factors = [factor(800, days: 3), factor(700, days: 1), factor(500, days: 0)]
    #expect(
      SoilThresholdTests.depths(SoilThresholdTests.table(factors), at: 0.65)
        == ["22.7", "38.5", "59.5"])
  }

  @Test("a forced row stands in the place of all rows of its duration and level, and no factor")
  func forced() {
    let rows = [
      row(.red, hours: 1, mm: 40, wetness: .dry), row(.red, hours: 1, mm: 30, wetness: .wet),
      row(.red, hours: 3, mm: 60),
      CriticalRainfall(
        unitKind: .basin, unit: "B1", hazard: .flashFlood, duration: .hours(1), wetness: .any,
        level: .red, depth: Depth(tenthsOfMillimetre: 200), statistic: .mean, source: "bridge work",
        author: "test", effectiveFrom: nil, effectiveTo: cycleTime + 1, isForced: true, line: 9),
    ]
    let half = ThresholdFactor(
      unitKind: .basin, unit: "B1", hazard: .flashFlood, thousandths: 500, reason: "fire",
      author: "test", effectiveFrom: cycleTime, effectiveTo: cycleTime + 1, line: 2)
    let now = CriticalRainfallTable(rows, factors: [half], at: cycleTime)
    #expect(SoilThresholdTests.depths(now, at: 0.2) == ["20.0", "30.0"])
    let later = CriticalRainfallTable(rows, factors: [half], at: cycleTime + 1)
    #expect(SoilThresholdTests.depths(later, at: 0.2) == ["60.0", "40.0"].reversed())
  }

  @Test("a row of a season holds on its first and last day and not on the day after")
  func season() throws {
    let season = try #require(Season("05-01..09-30"))
    let winter = try #require(Season("11-01..03-31"))
    func at(_ text: String) throws -> Timestamp { try #require(Timestamp(iso8601: text)) }
    #expect(season.holds(at: try at("2026-05-01T00:00:00+08:00")))
    #expect(season.holds(at: try at("2026-09-30T23:59:59+08:00")))
    #expect(!season.holds(at: try at("2026-10-01T00:00:00+08:00")))
    #expect(winter.holds(at: try at("2026-01-15T00:00:00+08:00")))
    #expect(!winter.holds(at: try at("2026-04-01T00:00:00+08:00")))
    #expect(!season.overlaps(winter))
    #expect(try #require(Season("03-31..05-01")).overlaps(winter))
    for text in ["5-1..9-30", "02-30..03-01", "05-01-09-30", "", "13-01..12-31"] {
      #expect(Season(text) == nil)
    }
  }
}
