import Hydromet
import Ingest
import Testing

@Suite("MICAPS stations")
struct MicapsTests {
  @Test("diamond 3 rain: level says the length; 0.0 is dry unless stated; below 0.05 is a trace")
  func diamond3() throws {
    let text = """
      diamond 3 24年07月09日20时6小时雨量
      24 07 09 20 -1 2 0.1 10 1 0 0 1 5
      57612 106.65 29.00 474.7 12.3
      57516,106.47,29.58,259.1,0.0
      57512 106.28 29.97 231 0.03
      57405 106.1 29.8 300 9999
      A8290 106.2 29.6 300 x
      """
    let result = try stations(text)
    #expect(result.format == .diamond3)
    let rain = result.readings
    #expect(rain.map(\.tenths) == [123, 0, 0, nil, nil])
    #expect(rain.map(\.isTrace) == [false, false, true, false, false])
    #expect(rain.map(\.quality) == [.unchecked, .unchecked, .unchecked, .missing, .wrong])
    #expect(rain.allSatisfy { $0.period.seconds == 21_600 })
    #expect(rain.first?.period.end.iso8601 == "2024-07-09T12:00:00Z")
    #expect(result.refusals.map(\.location?.line) == [7])
    let strict = try stations(text) { $0.layout.zeroRain = .trace }
    #expect(strict.readings[1].isTrace)
  }

  @Test("levels −2 and −3 are a day's rain and temperature; others need to be stated")
  func levels() throws {
    func file(_ level: Int, _ value: String) -> String {
      "diamond 3 x\n2024 7 9 8 \(level) 0 0 0 0 2 1\n57612 106.65 29 474 \(value) 7\n"
    }
    #expect(try stations(file(-2, "50.1")).readings.first?.period.seconds == 86_400)
    let warm = try stations(file(-3, "-2.5")).readings
    #expect(warm.map(\.element) == [.temperature] && warm.first?.tenths == -25)
    #expect(throws: Fault.self) { try stations(file(1000, "1")) }
    let stated = try stations(file(1000, "1.5")) {
      $0.layout.element = .rain
      $0.stepSeconds = 3600
    }
    #expect(stated.readings.first?.period.seconds == 3600)
  }

  @Test("diamond 1: wind, rain of six hours and temperature from 24 values a station; cut is told")
  func diamond1() throws {
    let values =
      "106.65 29.00 474 1 9999 270 4 046 -1 0 0 12.5 9999 9999 9999 22 9999 0 25.3 9999 9999 1 2"
    let text = "diamond 1 x\n 24 07 09 08 2\n57612 \(values)\n57516 106.4\n"
    let result = try stations(text)
    #expect(result.format == .diamond1)
    #expect(result.one("57612", .rain, 21_600)?.tenths == 125)
    #expect(result.one("57612", .temperature, 0)?.tenths == 253)
    #expect(result.one("57612", .windDirection, 600)?.tenths == 2700)
    #expect(result.readings.first?.period.end.iso8601 == "2024-07-09T00:00:00Z")
    #expect(result.refusals.map(\.code) == ["cut_file"])
  }

  @Test(
    "diamond 1: a station whose line has 26 words has 24 h changes, its neighbours may have none")
  func changes() throws {
    func line(_ id: String, _ rain: String, _ flags: String, _ part: String = " ") -> String {
      [
        id, "106.65", "29.00", "474", "1", "9999", "270", "4", "046", "-1", "0", "0", rain, "9999",
        "9999", "9999", "22", "9999", "0", "25.3", "9999", "9999", flags,
      ].joined(separator: part) + "\n"
    }
    let lines = [
      line("57612", "12.5", "1 2 -3 0.7"), line("57516", "0.3", "9999 9999"),
      line("57512", "4.0", "1,2,5,1", ","), line("A8290", "7.1", "1 2 1 1"),
    ]
    let result = try stations("diamond 1 x\n 24 07 09 08 4\n" + lines.joined())
    #expect(result.refusalCount == 0)
    let rain = result.readings.filter { $0.element == .rain }
    #expect(rain.map(\.station) == ["57612", "57516", "57512", "A8290"])
    #expect(rain.map(\.tenths) == [125, 3, 40, 71])
  }

  @Test(
    "9999, 99999 and 999999 with either sign are no temperature, no wind and no rain; 9998 is one",
    arguments: ["9999", "99999", "999999", "-9999", "-99999", "9999.0", "9.9999E4"])
  func missing(code: String) throws {
    func file(_ value: String) -> String {
      "diamond 1 x\n 24 07 09 08 1\n57612 106.65 29.00 474 1 9999 \(value) \(value) 046 -1 0 0 \(value)"
        + " 9999 9999 9999 22 9999 0 \(value) 9999 9999 1 2\n"
    }
    let result = try stations(file(code))
    #expect(result.readings.count == 4)
    #expect(result.readings.allSatisfy { $0.tenths == nil && $0.quality == .missing })
    #expect(result.refusalCount == 0 && result.notes.isEmpty)
    let kept = try stations(file("9998"))
    #expect(kept.one("57612", .temperature, 0)?.tenths == 99_980)
    #expect(kept.one("57612", .temperature, 0)?.quality == .suspect)
  }

  @Test("other diamonds are named and sent to a grid feed")
  func others() {
    for number in [4, 11, 131] {
      let fault = #expect(throws: Fault.self) { try stations("diamond \(number) x\n1 2 3") }
      #expect(fault?.code == "not_stations")
    }
  }

  /// An `mdfs` file as `MDFSStations` describes it.
  private func mdfs(
    type: Int16 = 1, zone: Int32 = 8, elements: [(Int16, Int16)],
    stations: [(id: Int32, values: [(Int16, [UInt8])])]
  ) -> [UInt8] {
    var bytes: [UInt8] = Array("mdfs".utf8) + little(type) + Array(repeating: 0, count: 100)
    bytes += little(Float(0).bitPattern) + Array(repeating: 0, count: 50)
    for part: Int32 in [2024, 7, 9, 20, 0, 0, zone] { bytes += little(part) }
    bytes += Array(repeating: 0, count: 100)
    bytes += little(Int32(stations.count)) + little(Int16(elements.count))
    for (id, type) in elements { bytes += little(id) + little(type) }
    for station in stations {
      bytes += little(station.id) + little(Float(106.65).bitPattern) + little(Float(29).bitPattern)
      bytes += little(Int16(station.values.count))
      for (id, value) in station.values { bytes += little(id) + value }
    }
    Seeds.keep(bytes)
    return bytes
  }

  private func little(_ number: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: number.littleEndian) { Array($0) }
  }

  @Test("mdfs: 288 bytes of header, ids with letters, qualities, traces and missing values")
  func binary() throws {
    let hour: (Float) -> (Int16, [UInt8]) = { (1003, little($0.bitPattern)) }
    let bytes = mdfs(
      elements: [(1003, 5), (1004, 1), (601, 5), (1019, 5), (7, 7)],
      stations: [
        (
          57_612,
          [hour(12.3), (1004, [0]), (601, little(Float(25.3).bitPattern)), (7, [2, 0, 65, 66])]
        ),
        (658_290, [hour(9999), (1019, little(Float(50.1).bitPattern))]), (57_516, [hour(0.04)]),
        (57_512, [hour(0), (1004, [2])]), (57_405, [hour(.nan)]),
      ])
    #expect(bytes.count > 294 && bytes[288] == 5)
    let result = try StationFile.read(bytes: bytes, file: "m")
    #expect(result.format == .mdfs)
    let rain = result.readings.filter { $0.period.seconds == 3600 }
    #expect(rain.map(\.station) == ["57612", "A8290", "57516", "57512", "57405"])
    #expect(rain.map(\.tenths) == [123, nil, 0, 0, nil])
    #expect(rain.map(\.isTrace) == [false, false, true, false, false])
    #expect(rain.map(\.quality) == [.correct, .missing, .unchecked, .wrong, .wrong])
    #expect(rain.first?.period.end.iso8601 == "2024-07-09T12:00:00Z")
    #expect(result.one("A8290", .rain, 86_400)?.tenths == 501)
    #expect(result.one("57612", .temperature, 0)?.tenths == 253)
    let universal = mdfs(zone: 0, elements: [(1003, 5)], stations: [(57_612, [hour(1)])])
    #expect(
      try StationFile.read(bytes: universal, file: "m").readings[0].period.end.iso8601
        == "2024-07-09T20:00:00Z")
    let grid = mdfs(type: 4, elements: [], stations: [])
    let fault = #expect(throws: Fault.self) { try StationFile.read(bytes: grid, file: "m") }
    #expect(fault?.code == "not_stations")
    for length in 4..<bytes.count {
      let cut = Result { try StationFile.read(bytes: Array(bytes[..<length]), file: "m") }
      if case .success(let result) = cut { #expect(result.refusalCount == 1 && length > 294) }
    }
  }
}
