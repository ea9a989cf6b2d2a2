import ForeignReaders
import Foundation
import Hydromet
import Ingest
import Testing

@Suite("Formats of station files")
struct StationFormatTests {
  private let toa5 = """
    "TOA5","Ridge","CR300","1","OS","CPU:x","1","Ten"
    "TIMESTAMP","RECORD","AirTC_Avg","RH","Rain_mm_Tot","WS_ms_Avg","WindDir","BP_mbar_Avg"
    "TS","RN","Deg C","%","mm","meters/second","degrees","mbar"
    "","","Avg","Smp","Tot","Avg","Smp","Avg"
    "2024-07-09 20:00:00",1,25.34,88.1,1.2,3.4,120.5,953.2
    "2024-07-09 20:10:00",2,"NAN",88.1,"NAN",3.4,120.5,953.2
    """

  @Test("a logger's own table: its station, the feed's zone and step, NAN is missing")
  func campbell() throws {
    let result = try stations(toa5) {
      $0.zoneOffsetSeconds = 28_800
      $0.stepSeconds = 600
    }
    #expect(result.format == .toa5)
    let rain = result.of("Ridge", .rain)
    #expect(rain.map(\.tenths) == [12, nil] && rain.map(\.quality) == [.unchecked, .missing])
    #expect(rain.map(\.period.seconds) == [600, 600])
    #expect(rain.first?.period.end.iso8601 == "2024-07-09T12:00:00Z")
    #expect(result.of("Ridge", .temperature).map(\.tenths) == [253, nil])
    #expect(result.of("Ridge", .pressure).map(\.tenths) == [9532, 9532])
    #expect(throws: Fault.self) { try stations(toa5) { $0.stepSeconds = 600 } }
  }

  @Test("rain over more hours than 366 days have is refused, over as many it is kept")
  func hours() throws {
    func table(_ hours: String) -> String {
      """
      "TOA5","Ridge","CR300","1","OS","CPU:x","1","Ten"
      "TIMESTAMP","RECORD","Rain_mm_Tot","rain_hr"
      "TS","RN","mm","hr"
      "","","Tot","Smp"
      "2024-07-09 20:00:00",1,1.2,\(hours)
      "2024-07-09 21:00:00",2,0.3,1
      """
    }
    let whole = try stations(table("8784")) { $0.zoneOffsetSeconds = 28_800 }
    #expect(whole.readings.map(\.period.seconds) == [366 * 86_400, 3600])
    for hours in ["8785", "527040", "9223372036854775807", "-9223372036854775808", "0", "1.5"] {
      let result = try stations(table(hours)) { $0.zoneOffsetSeconds = 28_800 }
      #expect(result.readings.map(\.tenths) == [3], "\(hours) h")
      #expect(result.refusals.map(\.code) == ["bad_period"])
      #expect(result.refusals.first?.location?.line == 5)
    }
  }

  @Test("a pressure said to be hPa whose values can only be Pa is read as Pa and stays suspect")
  func pascal() throws {
    let result = try stations(toa5.replacing("953.2", with: "95320")) {
      $0.zoneOffsetSeconds = 0
      $0.stepSeconds = 600
    }
    #expect(result.of("Ridge", .pressure).map(\.tenths) == [9532, 9532])
    #expect(result.of("Ridge", .pressure).allSatisfy { $0.quality == .suspect })
    #expect(result.assumptions.contains { $0.contains("can only be Pa") })
  }

  @Test("rain of several lengths may stand side by side in one table")
  func lengths() throws {
    let text =
      "station,time,PRE_1h [mm],rain_3h [mm],rain_24h [mm]\nA,2024-07-09T12:00Z,1.0,2.0,T\n"
    let result = try stations(text)
    #expect(result.readings.map(\.tenths) == [10, 20, 0])
    #expect(result.readings.map { $0.period.seconds / 3600 } == [1, 3, 24])
  }

  @Test("a column of rain over years is no column of rain", arguments: ["24202h", "367d"])
  func yearsLong(length: String) {
    let alone = "station,time,rain_\(length) [mm]\nA,2024-07-09T12:00Z,1.0\n"
    let beside = "station,time,PRE_1h [mm],rain_\(length) [mm]\nA,2024-07-09T12:00Z,1.0,2.0\n"
    for (text, code) in [(alone, "unknown_unit"), (beside, "ambiguous_columns")] {
      do throws(Fault) {
        let result = try StationFile.read(bytes: Array(text.utf8), file: "t.csv")
        Issue.record("\(result.readings)")
      } catch {
        #expect(error.code == code, "\(error)")
      }
    }
  }

  @Test("a table states what stands for missing and which station it is of")
  func stated() throws {
    let result = try stations("time,P\n2024-07-09T12:00Z,-7\n2024-07-09T13:00Z,1.5\n") {
      $0.columns = ["rain": "P"]
      $0.units = ["rain": "mm"]
      $0.station = "G1"
      $0.stepSeconds = 3600
      $0.missingValues = ["-7"]
    }
    #expect(result.readings.map(\.tenths) == [nil, 15])
    #expect(result.readings.map(\.station) == ["G1", "G1"])
  }

  @Test("a table in UTF-16 is the same table, in either byte order, with its mark or without")
  func sixteenBits() throws {
    let text = "站号,时间,雨量 [mm]\nA8290,2024-07-09T12:00Z,1.2\n綦江𠮷,2024-07-09T12:00Z,T\n"
    let plain = try stations(text) { $0.stepSeconds = 3600 }
    #expect(plain.readings.map(\.station) == ["A8290", "綦江𠮷"])
    let english = "station,time,rain [mm]\nA8290,2024-07-09T12:00Z,1.2\n"
    let units = [0xFEFF] + Array(text.utf16)
    for isBig in [false, true] {
      let bytes = units.flatMap {
        isBig ? [UInt8($0 >> 8), UInt8($0 & 255)] : [UInt8($0 & 255), UInt8($0 >> 8)]
      }
      let bare = english.utf16.flatMap {
        isBig ? [UInt8($0 >> 8), UInt8($0 & 255)] : [UInt8($0 & 255), UInt8($0 >> 8)]
      }
      let statement = StationStatement(stepSeconds: 3600)
      let unmarked = try StationFile.read(bytes: bare, file: "f", statement: statement)
      #expect(unmarked.readings == Array(plain.readings.prefix(1)))
      let marked = try StationFile.read(bytes: bytes, file: "f", statement: statement)
      #expect(marked.readings == plain.readings)
      #expect(throws: Fault.self) {
        try StationFile.read(bytes: bytes.dropLast(3) + [], file: "f", statement: statement)
      }
    }
  }

  @Test("times may be seconds or milliseconds since 1970, which are UTC; ten digits of today are")
  func epoch() throws {
    let text = """
      station,timestamp,rain [mm],period
      A,1720526400,1.0,1h
      A,1720530000000,2.0,1h
      A,1720533600.0,3.0,1h
      A,2024070915,4.0,1h
      A,1720537200.5,5.0,1h
      """
    let result = try stations(text) { $0.zoneOffsetSeconds = 0 }
    #expect(
      result.readings.map(\.period.end.iso8601) == [
        "2024-07-09T12:00:00Z", "2024-07-09T13:00:00Z", "2024-07-09T14:00:00Z",
        "2024-07-09T15:00:00Z",
      ])
    #expect(result.refusals.map(\.code) == ["bad_time"])
    let named = try stations("station,timestamp_ms,rain [mm],period\nA,1720526400000,1,1h\n")
    #expect(named.readings.first?.period.end.iso8601 == "2024-07-09T12:00:00Z")
  }

  @Test("units may stand in a row under the names, and the zone with them")
  func unitsRow() throws {
    let text = """
      station,time,rain,temperature,pressure,remark
      ,Beijing,0.1 mm,(K),hPa,text
      A,2024-07-09 20:00,12,293.15,953.2,x
      """
    let result = try stations(text) { $0.stepSeconds = 3600 }
    #expect(result.readings.map(\.tenths) == [12, 200, 9532])
    #expect(result.readings.first?.period.end.iso8601 == "2024-07-09T12:00:00Z")
    #expect(result.refusalCount == 0)
    #expect(result.assumptions.contains { $0.contains("row below") })
    // A row of values is none, even where a cell of text looks like a unit.
    let plain = try stations("station,time,rain [mm],grade\nA,2024-07-09T12:00Z,1.5,C\n") {
      $0.stepSeconds = 3600
    }
    #expect(plain.readings.map(\.tenths) == [15])
    let fault = #expect(throws: Fault.self) {
      try stations("station,time,rain [mm]\n,,inch\nA,2024-07-09T12:00Z,1.5\n") {
        $0.stepSeconds = 3600
      }
    }
    #expect(fault?.code == "unit_conflict")
    let unknown = #expect(throws: Fault.self) {
      try stations("station,time,rain,temperature\n,,mm/h,degC\nA,2024-07-09T12:00Z,1.5,2\n") {
        $0.stepSeconds = 3600
      }
    }
    #expect(unknown?.code == "unknown_unit")
  }

  @Test("a wide table has a column for each station, where the feed says of which element")
  func wide() throws {
    let text = """
      时间,57612,綦江(057509),A8290 [mm],
      2024-07-09 20:00,1.2,T,,7
      2024-07-09 21:00,-,0,3.5,8
      """
    let result = try stations(text) {
      $0.stationsInColumns = .rain
      $0.zoneOffsetSeconds = 28_800
      $0.stepSeconds = 3600
      $0.units = ["rain": "mm"]
      $0.missingValues = ["-"]
    }
    #expect(result.of("57612", .rain).map(\.tenths) == [12, nil])
    #expect(result.of("057509", .rain).map(\.tenths) == [0, 0])
    #expect(result.of("057509", .rain).map(\.isTrace) == [true, false])
    #expect(result.readings.first?.period.end.iso8601 == "2024-07-09T12:00:00Z")
    #expect(result.notes.map(\.code) == ["bad_station"])
    let units = "time,A,B\n,mm,mm\n2024-07-09T12:00Z,1,2\n"
    let index = ",A [mm],B [mm]\n2024-07-09T12:00Z,1,2\n"
    for table in [units, index] {
      let read = try stations(table) {
        $0.stationsInColumns = .rain
        $0.stepSeconds = 3600
      }
      #expect(read.readings.map(\.station) == ["A", "B"])
      #expect(read.readings.map(\.tenths) == [10, 20])
    }
    #expect(throws: Fault.self) { try stations(index) { $0.stepSeconds = 3600 } }
  }

  @Test("spellings of one station in one table are one station")
  func spellings() throws {
    let text = """
      station,time,rain [mm],period
      57612,2024-07-09T12:00Z,1.0,1h
      057612,2024-07-09T12:00Z,1.0,1h
      ５７６１２,2024-07-09T13:00Z,2.0,1h
      0-20000-0-57612,2024-07-09T14:00Z,3.0,1h
      """
    let result = try stations(text)
    #expect(result.readings.map(\.station) == ["57612", "57612", "57612"])
    #expect(result.readings.map(\.tenths) == [10, 20, 30])
  }

  @Test(
    "what the convert command writes is read again as the same readings, moments and failures too")
  func roundTrip() throws {
    let text = """
      station,time,rain [mm],rain_quality,temperature [degC],period
      57612,2024-07-09T12:00Z,1.2,0,-0.5,1h
      "a,b",2024-07-09T12:00Z,T,9,,90s
      A8290,2024-07-09T12:00Z,999998,,21.0,10min
      "#7",2024-07-09T12:00Z,0.4,,T,10min
      """
    #expect(
      try stations(text).of("#7", .temperature).allSatisfy { !$0.isTrace && $0.tenths == nil })
    let bulletin = "AAXX 09121\n57612 01/90 00000 10251 39765 6x125 333 60017=\n"
    let regional = try #require(RainSample.all.first { $0.format == .cmaRegional })
    let failed = try StationFile.read(bytes: regional.file(regional.failed ?? ""), file: "z")
    for first in [try stations(text), try stations(bulletin), failed] {
      let second = try StationFile.read(bytes: ReadingsTable.csv(first.readings), file: "r.csv")
      #expect(second.readings == first.readings)
    }
  }

  @Test("an empty file, a grid and a word are faults with a code and a remedy")
  func faults() {
    for (text, code) in [
      ("", "empty_file"), ("  \n ", "empty_file"), ("GRIB....", "not_stations"),
      ("hello", "missing_column"), ("{", "bad_json"), ("<DS", "not_stations"),
      ("AAXX 09121\n57612 NIL=", "no_usable_rows"),
    ] {
      let fault = #expect(throws: Fault.self) { try stations(text, "x_20240709120000") }
      #expect(fault?.code == code, "\(text)")
      #expect(fault?.remedy.isEmpty == false)
    }
  }

  /// One small file of every text format.
  private var samples: [String] {
    let minutes = String(repeating: "01", count: 60)
    let fields = (0..<28).map { _ in "////" }.joined(separator: " ")
    return [
      toa5, "AAXX 09121\n57612 01/90 00000 10251 39765 60011 333 60017 70123 91004=\n",
      "A8290 285630 1063912 03456 1 1 CCA\n20240709120000 \(fields)\n\(minutes)=\nNNNN\n",
      "57612 20240709120000 290000 1063900 04747 04756 4 111 000\nRE 00036 00041=\nNNNN",
      "57612 2900N 10639E 004747 004756 105 000 1 2024 02\nR6\n0000 ,,,, 0001=\n0000 0001.\n0=\n",
      "A829028563010639120345600020240709120000000120034500\(minutes.dropFirst(2))00XX01"
        + String(repeating: "0", count: 60) + "=NNNN",
      "<DS returnCode=\"0\"><R Station_Id_C=\"57612\" Datetime=\"20240709120000\" PRE_1h=\"1\"/></DS>",
      "{\"returnCode\":\"0\",\"DS\":[{\"Station_Id_C\":\"57612\",\"Year\":2024,\"Mon\":7,\"Day\":9,\"PRE_1h\":1}]}",
      "diamond 3 x\n24 7 9 8 -1 1 0.1 0 0 1 1 2 1 1\n57612 106 29 4 1.5\n",
      "diamond 1 x\n24 7 9 8 1\n57612 106 29 4 1 9 270 4 46 1 0 0 1 9 9 9 2 9 0 25 9 9 1 2\n",
    ]
  }

  @Test("every format cut at any byte, or with any byte replaced, is a fault or has its readings")
  func damage() {
    for sample in samples {
      let whole = Array(sample.utf8)
      for i in whole.indices {
        for byte: UInt8 in [0x00, 0x0A, 0x20, 0x2C, 0x2F, 0x39, 0x3D, 0x41, 0xFF] {
          var changed = whole
          changed[i] = byte
          for bytes in [changed, Array(whole[..<i])] {
            let outcome = Result {
              try StationFile.read(
                bytes: bytes, file: "x_20240709120000",
                statement: StationStatement(zoneOffsetSeconds: 0, stepSeconds: 600))
            }
            if case .success(let result) = outcome { #expect(!result.readings.isEmpty) }
          }
        }
      }
    }
  }

  @Test("bytes without meaning are refused in every disguise, and quickly", .timeLimit(.minutes(1)))
  func noise() {
    var state: UInt64 = 7
    func next() -> UInt8 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return UInt8(truncatingIfNeeded: state >> 33)
    }
    let heads = [
      "", "BUFR", "mdfs\u{1}\u{0}", "diamond 3 ", "diamond 1 ", "<DS ", "{\"", "AAXX 09121 ",
      "\"TOA5\",",
    ]
    for head in heads {
      for _ in 0..<40 {
        let bytes = Array(head.utf8) + (0..<2000).map { _ in next() }
        let fault = #expect(throws: Fault.self, "\(head)") {
          try StationFile.read(bytes: bytes, file: "x_20240709120000")
        }
        #expect(fault.map { ForeignReader.shortcomings(of: $0) } == [])
      }
    }
  }
}
