import Foundation
import Hydromet
import Ingest
import Pipeline
import Testing

@Suite("A station that stands elsewhere than the district has it")
struct StationElsewhereTests {
  @Test("is told once, with the distance, and its rain is kept")
  func told() throws {
    let district = try TestDistrict()
    let gauge = try #require(TestDistrict.stations.first)
    let shifted = gauge.place.latitude + 0.01
    for number in 1...2 {
      try """
      station,time,rain [mm],lon,lat
      \(gauge.id),\(TestStorm.end(number).iso8601),1.0,\(gauge.place.longitude),\(shifted)
      """.write(
        toFile: "\(district.gauges)/\(TestStorm.gaugeName(number))", atomically: true,
        encoding: .utf8)
    }
    let diary = Diary()
    let engine = try engine(district, diary: diary)
    defer { engine.stop() }
    try engine.digest()
    let told = diary.lines(with: "stands 1.1 km from")
    #expect(told.count == 1)
    #expect(engine.tally.accepted == 2 && engine.tally.quarantined == 0)
  }
}
