import Archive
import Foundation
import Hydromet
import Pipeline
import Testing

/// The service's soil and rivers, stopped and taken up again after every step.
@Suite("Soil restarted at every step")
struct SoilRestartTests {
  /// Ten days in hours; as many days as `FRESHET_RESTART_DAYS` says (scripts/half-year).
  static let hours =
    24 * max(1, ProcessInfo.processInfo.environment["FRESHET_RESTART_DAYS"].flatMap(Int.init) ?? 10)

  static func end(_ hour: Int) -> Timestamp { TestStorm.start + hour * 3600 }

  /// Hourly frames with a storm every third day and some hours that never came.
  static func district() throws -> TestDistrict {
    let district = try TestDistrict { settings in
      settings.replacingOccurrences(of: "cadence: 10min", with: "cadence: 1h")
        .replacingOccurrences(of: "[10min, 30min, 1h, 2h]", with: "[1h, 2h, 6h]")
        .replacingOccurrences(of: "    step: 10min", with: "    step: 1h")
        .replacingOccurrences(of: "feeds:\n", with: "soil: {cells: 1}\nfeeds:\n")
    }
    try district.write(
      "stations/thresholds.csv",
      "unit_kind,unit,hazard,duration_min,wetness,level,mm,statistic,source,author,effective_from,effective_to\n"
        + "basin,*,flash_flood,120,dry,red,40,mean,test,test,,\n"
        + "basin,*,flash_flood,120,wet,red,20,mean,test,test,,\n")
    for hour in 1...hours where hour % 97 != 0 {
      var frame = TestFrame(1)
      frame.end = end(hour)
      frame.seconds = 3600
      let isWet = hour % 72 < 9
      frame.values = { row, column in
        isWet ? Int16((row * 7 + column * 3 + hour * 11) % 120) : 0
      }
      try frame.write(to: "\(district.radar)/radar-\(end(hour).compact).nc")
    }
    let engine = try engine(district, clock: TestClock(end(hours)))
    defer { engine.stop() }
    try engine.digest()
    return district
  }

  @Test("states, flow and levels are those of one unbroken run, bit for bit")
  func restart() throws {
    let broken = try SoilRestartTests.district()
    let whole = try SoilRestartTests.district()
    let unbroken = try CycleRunner(try Workspace(folder: whole.folder))
    for hour in 1...SoilRestartTests.hours {
      let time = SoilRestartTests.end(hour)
      let again = try CycleRunner(try Workspace(folder: broken.folder))
      let one = try again.report(at: time, keepsSoil: true)
      let other = try unbroken.report(at: time, keepsSoil: true)
      #expect(one.hydrology == other.hydrology)
      #expect(one.hydrology.cells != nil || hour % 97 == 0)
      #expect(one.assessments == other.assessments)
    }
    func states(_ district: TestDistrict, _ kind: StateKind) throws -> [StateCheckpoint] {
      try Workspace(folder: district.folder).ledger.states(
        kind, atOrBefore: SoilRestartTests.end(SoilRestartTests.hours), limit: 10_000)
    }
    for (kind, hours) in [(StateKind.basins, 1), (.cells, 6)] {
      let kept = try states(broken, kind)
      #expect(kept.count > SoilRestartTests.hours / hours - 3)
      #expect(try kept.map(\.bytes) == states(whole, kind).map(\.bytes))
      #expect(try kept.map(\.chain) == states(whole, kind).map(\.chain))
    }
  }
}
