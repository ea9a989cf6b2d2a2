import Archive
import Foundation
import Hydromet
import Ingest
import Pipeline
import Testing

/// Reports of one station in several formats and spellings, through workers and ledger.
@Suite("One station in many spellings and formats")
struct StationSpellingTests {
  private let hour = Timestamp(secondsSince1970: 1_720_526_400)  // 2024-07-09T12:00:00Z

  private func synop(_ bbb: String, _ rain: String) -> String {
    "SMCI01 BEPK 091200\(bbb)\r\r\nAAXX 09121\r\r\n57612 11/90 00000 10251 \(rain)=\r\r\n"
  }

  private func district() throws -> TestDistrict {
    let district = try TestDistrict()
    try district.change("stations/stations.csv", "\nG1,", to: "\n0-20000-0-57612,")
    return district
  }

  private func take(
    _ name: String, _ text: String, _ district: TestDistrict, _ clock: TestClock, at minutes: Int
  ) throws {
    try district.write("stations/observations/\(name)", text)
    clock.move(to: hour + minutes * 60)
    let engine = try engine(district, clock: clock)
    defer { engine.stop() }
    try engine.digest()
    #expect(engine.tally.quarantined == 0)
  }

  private func rain(
    _ district: TestDistrict, _ clock: TestClock, asKnown known: Timestamp? = nil
  ) throws -> [GaugeReading] {
    let engine = try engine(district, clock: clock)
    defer { engine.stop() }
    return try engine.workspace.ledger.readings(
      feed: "gauges", element: .rain, in: Period(end: hour + 3600, seconds: 172_800),
      asKnown: known)
  }

  @Test("every spelling ends under the district's own, whatever the format")
  func spellings() throws {
    let clock = TestClock(hour)
    let district = try district()
    try take("a.csv", synop("", "60031"), district, clock, at: 5)
    try take(
      "b.csv",
      "station,time,rain [mm],period\n０５７６１２,2024-07-09T12:00Z,0.5,10min\n g2,2024-07-09T12:00Z,0.7,10min\n",
      district, clock, at: 6)
    try take(
      "c.csv",
      "{\"returnCode\":\"0\",\"DS\":[{\"Station_Id_d\":\"57612\",\"Datetime\":\"20240709120000\",\"PRE_1h\":\"2.5\"}]}",
      district, clock, at: 7)
    let readings = try rain(district, clock)
    #expect(
      readings.map {
        "\($0.station) \(TimeSpan(seconds: $0.period.seconds).text) \($0.tenths ?? -1)"
      }
        == [
          "0-20000-0-57612 10min 5", "0-20000-0-57612 1h 25", "0-20000-0-57612 6h 30", "G2 10min 7",
        ])
  }

  @Test("a correction stands over what arrives after it, and the earlier version stays readable")
  func corrections() throws {
    let clock = TestClock(hour)
    let district = try district()
    try take("1_20240709120500.csv", synop("", "60011"), district, clock, at: 5)
    try take("2_20240709122000.csv", synop(" CCB", "60031"), district, clock, at: 20)
    try take("3_20240709123000.csv", synop(" CCA", "60021"), district, clock, at: 30)
    try take("4_20240709124000.csv", synop(" RRA", "60041"), district, clock, at: 40)
    #expect(try rain(district, clock).map(\.tenths) == [30])
    #expect(try rain(district, clock, asKnown: hour + 600).map(\.tenths) == [10])
  }

  @Test("a correction that repeats the value still stands over a late first report")
  func confirmed() throws {
    let clock = TestClock(hour)
    let district = try district()
    try take("1_20240709120500.csv", synop("", "60011"), district, clock, at: 5)
    try take("2_20240709122000.csv", synop(" CCA", "60011"), district, clock, at: 20)
    try take("3_20240709123000.csv", synop(" RRA", "60041"), district, clock, at: 30)
    #expect(try rain(district, clock).map(\.tenths) == [10])
  }
}
