import Hydromet
import Risk
import Testing

/// The soil that chooses a threshold is the one its window finds when it begins.
struct SoilBeforeTests {
  /// Dry ground up to half an hour ago; the storm since then has filled it.
  static func cloudburst(_ seconds: Int) -> Double? { seconds <= -1800 ? 0.1 : 1 }

  static func assess(
    _ mm: Double, saturation: ((Int) -> Double?)?, soil: UnitSoil = UnitSoil(saturation: 1)
  ) -> UnitAssessment? {
    UnitJudge(table: SoilThresholdTests.table()).assess(
      kind: .basin, unit: "B1", name: "", hazard: .flashFlood,
      inputs: UnitInputs(
        fallen: { _, _ in
          ComparedRain(depth: Depth(millimetres: mm), isComplete: true, isBlind: false)
        }, soil: soil, saturation: saturation))
  }

  @Test("a dry basin hit by one cloudburst is judged by its dry threshold")
  func cloudburst() throws {
    // 35 mm in the hour: the dry threshold is 40, the wet one 30.
    let dry = try #require(SoilBeforeTests.assess(35, saturation: SoilBeforeTests.cloudburst))
    #expect(dry.answer == .complete(.none))
    #expect(dry.decisive?.threshold.depth == Depth(tenthsOfMillimetre: 400))
    #expect(dry.decisive?.derivation?.basis == .soil(saturation: 0.1))
    // By the soil after the rain, which counts the rain twice, it would be red.
    #expect(SoilBeforeTests.assess(35, saturation: nil)?.answer == .complete(.red))
    #expect(
      SoilBeforeTests.assess(40, saturation: SoilBeforeTests.cloudburst)?.answer == .complete(.red))
  }

  @Test("each duration asks for the soil at its own beginning")
  func durations() throws {
    // Dry six hours ago, normal three hours ago, wet one hour ago: 95, 60 and 30 mm.
    func soil(_ seconds: Int) -> Double? {
      [-3600: 0.8, -10_800: 0.5, -21_600: 0.2][seconds]
    }
    let found = try #require(SoilBeforeTests.assess(29.9, saturation: soil))
    #expect(found.answer == .complete(.none))
    #expect(SoilBeforeTests.assess(30, saturation: soil)?.decisive?.threshold.duration == .hours(1))
    let unknown = try #require(
      SoilBeforeTests.assess(30, saturation: { $0 == -3600 ? nil : 0.2 }))
    #expect(unknown.answer == .complete(.red))
    #expect(unknown.decisive?.derivation?.basis == .wettest)
  }

  @Test("a window that ends ahead asks for the soil where it begins, which may be ahead too")
  func ahead() throws {
    var asked: Set<Int> = []
    let found = UnitJudge(table: SoilThresholdTests.table()).assess(
      kind: .basin, unit: "B1", name: "", hazard: .flashFlood,
      inputs: UnitInputs(
        fallen: { _, _ in RainRuleTests.rain(0) },
        joined: { _, _, _ in
          JoinedRain(
            sum: ComparedRain(depth: Depth(millimetres: 34), isComplete: true, isBlind: false),
            fallen: .zero, expected: Depth(millimetres: 34))
        }, leads: [.hours(1), .hours(2)], issued: cycleTime - 3600,
        saturation: { seconds in
          asked.insert(seconds)
          return seconds > 0 ? 0.8 : 0.2
        }))
    // 34 mm in the hour that begins in an hour, on soil that is wet by then.
    #expect(found?.expected?.level == .red)
    #expect(found?.expected?.lead == .hours(2))
    #expect(found?.expected?.decisive?.threshold.depth == Depth(tenthsOfMillimetre: 300))
    #expect(found?.expected?.issued == cycleTime - 3600)
    #expect(asked == [-3600, -10_800, -21_600, 0, -7200, -18_000, 3600, -14_400])
  }
}
