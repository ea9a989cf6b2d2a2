import Foundation
import Hydromet
import Pipeline
import Testing

/// Thresholds of cycles are chosen by the soil that their windows found when they began.
@Suite("Soil before the window")
struct SoilBeforeWindowTests {
  /// Frames of two days without rain, then six of 6 mm.
  static let dryFrames = 1...288
  static let wetFrames = 289...294

  /// Every threshold is one of B1: red from 40, 35 or 30 mm in an hour.
  static func district(settings: (String) -> String = { $0 }) throws -> TestDistrict {
    let district = try TestDistrict(settings: settings)
    var lines = [
      "unit_kind,unit,hazard,duration_min,wetness,level,mm,statistic,source,author,effective_from,effective_to"
    ]
    for (state, depth) in [("dry", 40), ("normal", 35), ("wet", 30)] {
      lines.append("basin,B1,flash_flood,60,\(state),red,\(depth),mean,test,test,,")
    }
    try district.write("stations/thresholds.csv", lines.joined(separator: "\n") + "\n")
    // A soil that forgets within a day and is full after 30 mm.
    try district.write(
      "stations/basin-parameters.csv", "basin,recession_per_day,capacity_mm\n*,0.3,30\n")
    for number in dryFrames {
      var frame = TestFrame(number)
      frame.values = { _, _ in 0 }
      try frame.write(to: "\(district.radar)/\(TestStorm.frameName(number))")
    }
    for number in wetFrames {
      var frame = TestFrame(number)
      frame.values = { _, _ in 60 }
      try frame.write(to: "\(district.radar)/\(TestStorm.frameName(number))")
    }
    return district
  }

  private func assessment(_ engine: Engine, _ number: Int) throws -> UnitAssessment {
    let report = try engine.report(at: TestStorm.end(number))
    return try #require(report.assessments.first { $0.unit == "B1" })
  }

  @Test("a dry basin hit by one cloudburst is judged by its dry threshold, also after a restart")
  func cloudburst() throws {
    let district = try SoilBeforeWindowTests.district()
    let engine = try SoilBeforeWindowTests.engine(district)
    try engine.digest()
    for number in 288...294 { try engine.runCycle(at: TestStorm.end(number)) }
    let found = try assessment(engine, 294)
    let soil = try #require(
      try engine.report(at: TestStorm.end(294)).hydrology.soil(ofBasin: "B1"))
    #expect(soil.saturation > 0.95)
    // 36 mm fell on dry soil: the threshold is that for dry soil, and it is not reached.
    #expect(found.decisive?.depth == Depth(tenthsOfMillimetre: 360))
    #expect(found.decisive?.threshold.depth == Depth(tenthsOfMillimetre: 400))
    #expect(found.answer == .complete(.none))
    engine.stop()

    let again = try SoilBeforeWindowTests.engine(district)
    defer { again.stop() }
    #expect(try assessment(again, 294) == found)
  }

  @Test("an hour later the same rain on the soil it left wet is judged by the wet threshold")
  func wetSoil() throws {
    let district = try SoilBeforeWindowTests.district()
    for number in 295...300 {
      var frame = TestFrame(number)
      frame.values = { _, _ in 51 }
      try frame.write(to: "\(district.radar)/\(TestStorm.frameName(number))")
    }
    let engine = try SoilBeforeWindowTests.engine(district)
    defer { engine.stop() }
    try engine.digest()
    let found = try assessment(engine, 300)
    #expect(found.decisive?.threshold.depth == Depth(tenthsOfMillimetre: 300))
    #expect(found.answer == .complete(.red))
  }

  @Test(
    "the triggering index takes the days before from the rain that the states have taken in",
    arguments: [(1296, RiskLevel.red), (1297, .none)])
  func triggeringIndex(threshold: Int, level: RiskLevel) throws {
    let district = try SoilBeforeWindowTests.district { settings in
      settings.replacingOccurrences(
        of: "[10min, 30min, 1h, 2h]", with: "[10min, 30min, 1h, 2h, 24h]"
      ).replacingOccurrences(of: "feeds:\n", with: "rules: stations/rules.yaml\nfeeds:\n")
    }
    try district.write(
      "stations/thresholds.csv",
      "unit_kind,unit,hazard,duration_min,wetness,level,mm,statistic,source,author,effective_from,effective_to\n"
    )
    // 36 mm in the last hour times 36 mm in the last day; the day before was dry.
    try district.write(
      "stations/rules.yaml",
      """
      rules:
        debris:
          unit_kind: basin
          units: [B1]
          hazard: landslide
          level: red
          source: test
          author: test
          when:
            triggering_index: {at: \(threshold), statistic: mean, decay: 0.7, days: 1}

      """)
    let engine = try SoilBeforeWindowTests.engine(district)
    defer { engine.stop() }
    try engine.digest()
    #expect(try assessment(engine, 294).answer == .complete(level))
  }

  private static func engine(_ district: TestDistrict) throws -> Engine {
    try PipelineTests.engine(district, clock: TestClock(TestStorm.end(300)))
  }
}
