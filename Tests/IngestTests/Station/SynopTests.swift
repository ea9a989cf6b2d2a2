import Hydromet
import Ingest
import Testing

@Suite("SYNOP bulletins")
struct SynopTests {
  private let name = "A_SMCI01BEPK091200_C_BEPK_20240709120500_1.txt"

  private func bulletin(_ reports: String, bbb: String = "", wind: Int = 1) -> String {
    "SMCI01 BEPK 091200\(bbb.isEmpty ? "" : " " + bbb)\r\r\nAAXX 0912\(wind)\r\r\n\(reports)\r\r\n"
  }

  private func read(_ reports: String, bbb: String = "", wind: Int = 1) throws
    -> StationFile.Result
  {
    try stations(bulletin(reports, bbb: bbb, wind: wind), name)
  }

  @Test(
    "6RRRtR by code tables 3590 and 4019",
    arguments: [
      ("60002", 12, 0, false), ("60011", 6, 10, false), ("60157", 3, 150, false),
      ("69905", 1, 0, true), ("69912", 12, 1, false), ("69997", 3, 9, false),
      ("69884", 24, 9880, false), ("60206", 2, 200, false), ("60103", 18, 100, false),
      ("60018", 9, 10, false), ("60019", 15, 10, false),
    ] as [(String, Int, Int32, Bool)])
  func amounts(group: String, hours: Int, tenths: Int32, trace: Bool) throws {
    let result = try read("57612 11/90 00000 10251 39765 \(group)=")
    let rain = try #require(result.one("57612", .rain, hours * 3600))
    #expect(rain.tenths == tenths && rain.isTrace == trace)
    #expect(rain.period.end == (try time("2024-07-09T12:00Z")))
  }

  @Test("989 and 9998 are lower bounds: kept, suspect and told")
  func bounds() throws {
    let result = try read(
      "57612 01/90 00000 69892 333 70123 =\n57516 01/90 00000 60002 333 60007 79998=")
    #expect(result.one("57612", .rain, 43_200)?.quality == .suspect)
    #expect(result.one("57612", .rain, 43_200)?.tenths == 9890)
    #expect(result.one("57612", .rain, 86_400)?.tenths == 123)
    #expect(result.one("57516", .rain, 86_400)?.quality == .suspect)
    #expect(result.notes.contains { $0.code == "lower_bound" })
  }

  @Test("iR tells rain left out because there was none from rain that was not measured")
  func omission() throws {
    let result = try read(
      "57612 31/90 00000 10251=\n57516 41/90 00000 10251=\n57512 11/90 00000 10251=\n57405 11/90 00000 6///1="
    )
    let none = try #require(result.of("57612", .rain).first)
    #expect(none.tenths == 0 && none.period.seconds == 21_600)
    let unmeasured = try #require(result.of("57516", .rain).first)
    #expect(unmeasured.tenths == nil && unmeasured.quality == .missing)
    let broken = try #require(result.of("57512", .rain).first)
    #expect(broken.tenths == nil && broken.quality == .missing)
    #expect(result.notes.map(\.code) == ["promised_group"])
    #expect(result.of("57405", .rain).first?.tenths == nil)
    #expect(result.assumptions.contains { $0.contains("iR 3") })
  }

  @Test("rain of section 3 and of 24 hours stands beside that of section 1; radiation is no rain")
  func section3() throws {
    let result = try read(
      "57612 01597 83201 10072 20053 39345 42589 56019 60051 76186 333 4/000 55300 0//// 20214 3//// 60057 79999 91004="
    )
    #expect(result.of("57612", .rain).map { Int($0.tenths ?? -1) } == [50, 50, 0])
    #expect(result.of("57612", .rain).map { $0.period.seconds / 3600 } == [3, 6, 24])
    #expect(result.one("57612", .rain, 86_400)?.isTrace == true)
    #expect(result.one("57612", .temperature, 0)?.tenths == 72)
    #expect(result.one("57612", .pressure, 0)?.tenths == 9345)
    #expect(result.one("57612", .windDirection, 600)?.tenths == 3200)
    #expect(result.one("57612", .windSpeed, 600)?.tenths == 10)
    // By hand: e(5.3 °C) ∕ e(7.2 °C) = 8.90 ∕ 10.15.
    #expect(result.one("57612", .humidity, 0)?.tenths == 880)
    #expect(result.assumptions.contains { $0.contains("dew point") })
  }

  @Test("wind in knots, beyond 99, calm and variable; temperature below zero; humidity as 29UUU")
  func elements() throws {
    let result = try read(
      "57612 31/90 02799 00120 11053 29087 30012=\n57516 31/90 09902 1//// 39///=\n57405 31/90 00000 1x123=",
      wind: 4)
    // 120 kn × 1852 m ∕ 3600 s = 61.73 m/s.
    #expect(result.one("57612", .windSpeed, 600)?.tenths == 617)
    #expect(result.one("57612", .windDirection, 600)?.tenths == 2700)
    #expect(result.one("57612", .temperature, 0)?.tenths == -53)
    #expect(result.one("57612", .humidity, 0)?.tenths == 870)
    #expect(result.one("57612", .pressure, 0)?.tenths == 10_012)
    #expect(result.one("57516", .windDirection, 600)?.tenths == nil)
    #expect(result.one("57516", .temperature, 0)?.quality == .missing)
    let failed = try #require(result.one("57405", .temperature, 0))
    #expect(failed.tenths == nil && failed.quality == .wrong)
    #expect(result.refusals.map(\.code) == ["bad_group"])
    #expect(result.refusals.first?.location?.line == 5)
  }

  @Test("CCA and CCB of the heading are correction numbers, and within one file the higher stands")
  func corrections() throws {
    for (bbb, number) in [("", 0), ("RRA", 0), ("CCA", 1), ("CCB", 2), ("COR", 1)] {
      #expect(try read("57612 11/90 00000 60011=", bbb: bbb).readings.first?.correction == number)
    }
    let all =
      bulletin("57612 11/90 00000 60031=", bbb: "CCB") + bulletin("57612 11/90 00000 60011=")
      + bulletin("57612 11/90 00000 60021=", bbb: "CCA")
    let rain = try #require(try stations(all, name).one("57612", .rain, 21_600))
    #expect(rain.tenths == 30 && rain.correction == 2)
  }

  @Test("a dew point above the temperature gives no humidity and is told")
  func dewPoint() throws {
    let result = try read("57612 31/90 00000 10051 20052=\n57516 31/90 00000 11051 21051=")
    #expect(result.of("57612", .humidity).isEmpty)
    #expect(result.notes.map(\.code) == ["dew_point"])
    #expect(result.one("57516", .humidity, 0)?.tenths == 1000)
  }

  @Test("reports of ships behind those of land stations are left alone")
  func ships() throws {
    let text =
      "AAXX 09121\n57612 11/90 00000 60011=\nBBXX\nABCD 09124 99290 11065 41/98 50203 60051=\n"
    let result = try stations(text, name)
    #expect(result.of("57612", .rain).map(\.tenths) == [10])
    #expect(result.readings.allSatisfy { $0.station == "57612" } && result.refusalCount == 0)
  }

  @Test("year and month come from the name, else from the arrival; without either it is a fault")
  func month() throws {
    let text = "AAXX 31121 57612 11/90 00000 60011="
    #expect(
      try stations(text, "x_20230102033000.txt").readings[0].period.end.iso8601
        == "2022-12-31T12:00:00Z")
    #expect(try stations(text, "x").readings[0].period.end.iso8601 == "2024-05-31T12:00:00Z")
    #expect(throws: Fault.self) { try stations(text, "x") { $0.arrival = nil } }
  }

  @Test("NIL, cut reports and foreign words cost their report and no other")
  func damage() throws {
    let result = try read(
      "57612 NIL=\n57516 11/90=\nABCDE 11/90 00000=\n57405 11/90 00000 60011=\n57512 11/90 00000 60021"
    )
    #expect(result.of("57405", .rain).first?.tenths == 10)
    #expect(result.of("57512", .rain).first?.tenths == 20)
    #expect(result.refusals.map(\.code) == ["bad_report", "bad_station"])
    #expect(result.notes.map(\.code) == ["nil_report"])
  }
}
