import Foundation
import Hydromet
import Pipeline
import Testing

/// Thresholds of townships by the soil of their cells.
@Suite("Soil of townships")
struct TownshipSoilTests {
  private static let township = TestDistrict.townships[0].code

  /// Rows for dry, normal and wet soil, and ninety days with rain behind the first frame.
  private func district(cells: Bool) throws -> TestDistrict {
    let district = cells ? try CellSoilCycleTests.district() : try TestDistrict()
    try district.write(
      "stations/thresholds.csv",
      "unit_kind,unit,hazard,duration_min,wetness,level,mm,statistic,source,author,effective_from,effective_to\n"
        + [("dry", 90), ("normal", 60), ("wet", 30)].map { wetness, mm in
          "township,*,flash_flood,60,\(wetness),red,\(mm),mean,test,test,,\n"
        }.joined())
    try district.write("stations/rain-before.csv", EarlierRainTests.table(days: 90))
    return district
  }

  private func decisive(_ report: CycleReport) throws -> ThresholdDerivation {
    let unit = report.assessments.first {
      $0.unitKind == .township && $0.unit == TownshipSoilTests.township
    }
    return try #require(unit?.decisive?.derivation)
  }

  @Test("a township's threshold goes with the mean of its cells when the window began")
  func threshold() throws {
    let district = try district(cells: true)
    try TestStorm.write(1...12, into: district)
    let engine = try engine(district)
    defer { engine.stop() }
    try engine.digest()
    let before = try engine.report(at: TestStorm.end(6))
    let report = try engine.report(at: TestStorm.end(12))
    let cells = try #require(before.hydrology.cells?.units.first { $0.unit == Self.township })
    #expect(cells.meanSaturation > 0.05)
    let basis = try decisive(report).basis
    guard case .soil(let saturation) = basis else {
      Issue.record("the threshold rests on \(basis)")
      return
    }
    #expect((saturation - cells.meanSaturation).magnitude < 1e-5)
    // Wetter soil, lower threshold: straight between the rows.
    let later = try #require(report.hydrology.cells?.units.first { $0.unit == Self.township })
    #expect(later.meanSaturation > cells.meanSaturation)
  }

  @Test("without cells, and for a township partly beyond the grid, the wettest row counts")
  func unknown() throws {
    let plain = try district(cells: false)
    try TestStorm.write(1...12, into: plain)
    let engine = try engine(plain)
    defer { engine.stop() }
    try engine.digest()
    let basis = try decisive(engine.report(at: TestStorm.end(12))).basis
    #expect(basis == .wettest)
    let withCells = try district(cells: true)
    try TestStorm.write(1...12, into: withCells)
    let other = try PipelineTests.engine(withCells)
    defer { other.stop() }
    try other.digest()
    let report = try other.report(at: TestStorm.end(12))
    let outside = report.assessments.first { $0.unit == TestDistrict.townships[3].code }
    #expect(outside?.decisive?.derivation.map { $0.basis == .wettest } ?? true)
    #expect(outside?.answer.state != .complete)
  }

  @Test("a restart and a late frame give the soil of an unbroken run")
  func restart() throws {
    let clock = TestClock(TestStorm.end(13))
    let calm = try district(cells: true)
    try TestStorm.write(1...12, into: calm)
    try run(calm, cycles: 6...12)
    let late = try district(cells: true)
    try TestStorm.write((1...12).filter { $0 != 4 }, into: late)
    try run(late, cycles: 6...12, clock: clock)
    clock.move(to: TestStorm.end(14))
    try TestStorm.write([4], into: late)
    try run(late, cycles: 12...12, clock: clock)
    let name = TestStorm.end(12).compact
    for file in ["assessments.csv", "soil_units.csv", "soil.nc", "map_soil_saturation.png"] {
      #expect(
        FileManager.default.contentsEqual(
          atPath: "\(calm.products)/\(name)/\(file)", andPath: "\(late.products)/\(name)/\(file)"),
        "\(file)")
    }
    let engine = try engine(late, clock: clock)
    defer { engine.stop() }
    let again = try decisive(engine.report(at: TestStorm.end(12)))
    let unbroken = try PipelineTests.engine(calm)
    defer { unbroken.stop() }
    _ = try unbroken.report(at: TestStorm.end(11))
    let whole = try decisive(unbroken.report(at: TestStorm.end(12)))
    #expect(whole == again)
  }
}

/// What a missing frame leaves of a triggering index in cycles.
@Suite("Triggering index in cycles")
struct TriggeringIndexCycleTests {
  @Test("a frame that is missing days ago is a bound, and the answer is none, not unknown")
  func gap() throws {
    let district = try CellSoilCycleTests.district(
      rules: """
        rules:
          index:
            unit_kind: hazard_point
            units: [P1]
            hazard: flash_flood
            level: red
            source: test
            author: test
            when:
              triggering_index: {at: 9000, statistic: cell, decay: 0.7, days: 7}

        """
    ) { text in
      text.replacingOccurrences(of: "cadence: 10min", with: "cadence: 1h")
        .replacingOccurrences(of: "[10min, 30min, 1h, 2h]", with: "[1h, 24h]")
        .replacingOccurrences(of: "    step: 10min", with: "    step: 1h")
    }
    let hours = 9 * 24
    // The hour is missing five days before the newest.
    for hour in 1...hours where hour != hours - 120 {
      var frame = TestFrame(1)
      frame.end = SoilRestartTests.end(hour)
      frame.seconds = 3600
      frame.values = { _, _ in 10 }
      try frame.write(to: "\(district.radar)/radar-\(frame.end.compact).nc")
    }
    let engine = try engine(district, clock: TestClock(SoilRestartTests.end(hours)))
    defer { engine.stop() }
    try engine.digest()
    let report = try engine.report(at: SoilRestartTests.end(hours))
    let unit = try #require(report.assessments.first { $0.unit == "P1" })
    #expect(unit.answer == .complete(.none))
    guard case .triggeringIndex(let least, let most, let known)? = unit.decisive?.derivation?.basis
    else {
      Issue.record("\(String(describing: unit.decisive))")
      return
    }
    // 24 mm a day: 24 · (1 + 0.7 + … + 0.7⁷) = 75.4 mm but for one hour of the fifth day before, which
    // may hide 421.6 mm at the most.
    let weight = 0.16807
    #expect((least - (75.39 - weight)).magnitude < 0.1)
    #expect((most - least - weight * 421.6).magnitude < 0.2)
    #expect((known - (1 - weight / 24 / 3.1412)).magnitude < 1e-4)
  }
}
