import Hydromet
import Ingest
import Testing

@Suite("Station files")
struct StationFileTests {
  private let beijing = StationStatement(zoneOffsetSeconds: 28_800, stepSeconds: 600)

  private func read(_ text: String, _ statement: StationStatement? = nil) throws
    -> StationFile.Result
  {
    Seeds.keep(Array(text.utf8))
    return try StationFile.read(
      bytes: Array(text.utf8), file: "g.csv", statement: statement ?? beijing)
  }

  private func fault(_ text: String, _ statement: StationStatement? = nil) -> Fault? {
    do {
      _ = try read(text, statement)
      return nil
    } catch {
      return error as? Fault
    }
  }

  private let noon = Timestamp(iso8601: "2020-07-05T04:00:00Z")

  @Test("columns may stand in any order, in English or Chinese, and other columns are left alone")
  func columns() throws {
    let texts = [
      "station,time,rain [mm]\n57612,2020-07-05 12:00,1.2\n",
      "Rainfall (0.1mm),TIME,Station_ID,station_name\n12,2020-07-05T04:00Z,57612,x\n",
      "站号,时间,雨量（毫米）,备注\n57612,2020/7/5 12:00,1.2,无\n",
      "id;datetime;precipitation_mm;rain_gauge\n57612;20200705120000;1,2;A\n",
      "STATION\ttime (UTC)\tws [m/s]\train mm\n57612\t2020-07-05 04:00:00\t3\t1.20\n",
    ]
    for text in texts {
      let rain = try read(text).readings.filter { $0.element == .rain }
      let reading = try #require(rain.first)
      #expect(rain.count == 1)
      #expect(reading.station == "57612")
      #expect(reading.tenths == 12)
      #expect(reading.period.end == noon)
      #expect(reading.period.seconds == 600)
      #expect(reading.quality == .unchecked)
    }
  }

  @Test(
    "the length of the period may stand before the Chinese name of the rain",
    arguments: [
      ("小时降水量(mm)", 3600), ("1小时雨量 [mm]", 3600), ("过去10分钟降水量（毫米）", 600),
      ("二十四小时降水量(mm)", 86_400), ("5分钟雨量(毫米)", 300),
    ])
  func lengthInName(name: String, seconds: Int) throws {
    let reading = try #require(
      try read("站号,时间,\(name)\n57612,2020-07-05 12:00,1.2\n").readings.first)
    #expect(reading.tenths == 12 && reading.period.seconds == seconds && reading.period.end == noon)
  }

  @Test("a column that may be rain and is not read is told, with how to read it")
  func unreadRain() throws {
    let text = "station,time,日降水量,temperature [degC],rain_type\nA,2020-07-05 12:00,1.2,20,1\n"
    let result = try read(text)
    #expect(result.readings.map(\.element) == [.temperature])
    #expect(result.notes.map(\.code) == ["unread_column"])
    #expect(result.notes.first?.remedy.contains("日降水量") == true)
    #expect(try read("station,time,rain [mm],降水类型\nA,2020-07-05 12:00,1,1\n").notes.isEmpty)
  }

  @Test(
    "rain becomes tenths by its decimal digits, halves up",
    arguments: [
      ("mm", "49.95", 500), ("mm", "49.9499999999999999", 499), ("mm", "0.25", 3),
      ("mm", "1e1", 100),
      ("mm", "2.675E1", 268), ("0.1mm", "499", 499), ("cm", "1.005", 101), ("in", "0.01", 3),
      ("in", "1", 254), ("kg m-2", "0.1", 1), ("mm", "+.5", 5), ("mm", "5.", 50),
    ] as [(String, String, Int32)])
  func tenths(unit: String, text: String, expected: Int32) throws {
    let result = try read("station,time,rain [\(unit)]\nA,2020-07-05 12:00,\(text)\n")
    #expect(result.readings.first?.tenths == expected)
    #expect(result.readings.first?.isTrace == false)
  }

  @Test(
    "less than 0.05 mm and the codes for it are a trace: not dry, and 0 in every sum",
    arguments: ["0.049", "0.0000000000000000000001", "T", "\",\"", "\",,,,\"", "999990", "微量"])
  func trace(text: String) throws {
    let reading = try #require(
      try read("station,time,rain [mm]\nA,2020-07-05 12:00,\(text)\n").readings.first)
    #expect(reading.tenths == 0)
    #expect(reading.isTrace)
  }

  @Test(
    "what the station does not have is no zero",
    arguments: [
      ("", QualityCode.missing), ("NA", .missing), ("NaN", .missing), ("/", .missing),
      ("////", .missing), ("-", .missing), ("9999", .missing), ("99999", .missing),
      ("999999", .missing), ("999999.0", .missing), ("999998", .notInstalled),
    ])
  func special(text: String, quality: QualityCode) throws {
    let reading = try #require(
      try read("station,time,rain [mm]\nA,2020-07-05 12:00,\(text)\n").readings.first)
    #expect(reading.tenths == nil)
    #expect(!reading.isTrace)
    #expect(reading.quality == quality)
  }

  @Test("the file's quality codes are kept; 7 and 8 take the value away")
  func quality() throws {
    let text = """
      station,time,rain [mm],rain_quality,temperature [degC],quality
      A,2020-07-05 12:00,1.0,0,20.0,9
      B,2020-07-05 12:00,1.0,2,20.0,1
      C,2020-07-05 12:00,0.0,7,20.0,
      D,2020-07-05 12:00,0.0,8,20.0,0
      E,2020-07-05 12:00,1.0,5,20.0,0
      """
    let result = try read(text)
    let rain = result.readings.filter { $0.element == .rain }
    #expect(rain.map(\.quality) == [.correct, .wrong, .notInstalled, .missing])
    #expect(rain.map(\.tenths) == [10, 10, nil, nil])
    let warm = result.readings.filter { $0.element == .temperature }
    #expect(warm.map(\.quality) == [.unchecked, .suspect, .unchecked, .correct, .correct])
    #expect(result.refusals.map(\.code) == ["bad_quality"])
  }

  @Test("a value that cannot be right is refused with its place and does not touch the others")
  func refusals() throws {
    let text = """
      station,time,rain [mm]
      A,2020-07-05 12:00,-0.2
      B,2020-07-05 12:00,1.x
      C,2020-13-05 12:00,1.0
      ,2020-07-05 12:00,1.0
      D,2020-07-05 12:00,2.5
      E,2020-07-05 12:00
      """
    let result = try read(text)
    #expect(result.readings.map(\.station) == ["D"])
    #expect(
      result.refusals.map(\.code)
        == ["negative_rain", "not_a_number", "bad_time", "bad_station", "ragged_row"])
    #expect(result.refusals.map(\.location?.line) == [2, 3, 4, 5, 7])
    #expect(result.refusals.first?.location?.column == 20)
    #expect(result.refusalCount == 5)
  }

  @Test(
    "rain beyond what the air can hold is kept and marked suspect",
    arguments: [
      (60, "40", QualityCode.unchecked), (60, "40.1", .suspect), (600, "400", .unchecked),
      (600, "400.1", .suspect), (3600, "600", .unchecked), (3600, "600.1", .suspect),
      (86_400, "1748.5", .unchecked),
    ] as [(Int, String, QualityCode)])
  func limits(seconds: Int, text: String, quality: QualityCode) throws {
    let statement = StationStatement(zoneOffsetSeconds: 0, stepSeconds: seconds)
    let result = try read("station,time,rain [mm]\nA,2020-07-05 12:00,\(text)\n", statement)
    #expect(result.readings.first?.quality == quality)
    #expect(result.readings.first?.tenths != nil)
  }

  @Test("the same value twice is one reading; different values are all refused, naming the lines")
  func repetitions() throws {
    let text = """
      station,time,rain [mm]
      A,2020-07-05 12:00,1.0
      A,2020-07-05T04:00Z,1.00
      B,2020-07-05 12:00,1.0
      C,2020-07-05 12:00,
      B,2020-07-05 12:00,2.0
      C,2020-07-05 12:00,3.0
      """
    let result = try read(text)
    #expect(result.readings.map(\.station) == ["A", "C"])
    #expect(result.readings.map(\.tenths) == [10, 30])
    #expect(result.refusals.map(\.code) == ["contradicting_rows", "contradicting_rows"])
    #expect(result.refusals.map(\.location?.line) == [4, 6])
    #expect(result.refusals.first?.problem.contains("lines 4, 6") == true)
  }

  @Test(
    "a time may stand in one column, in two, in five, or in Chinese words",
    arguments: [
      "station,time,rain [mm]\n57612,2020-07-05 12:00,1.2\n",
      "station,time,rain [mm]\n57612,2020-7-5 12:0,1.2\n",
      "station,date,time,rain [mm]\n57612,2020-07-05,12:00,1.2\n",
      "station,date,time,rain [mm]\n57612,20200705,1200,1.2\n",
      "station,date,time,rain [mm]\n57612,2020/7/5,12:00:00,1.2\n",
      "station,date,time,rain [mm]\n57612,20200705,12:00,1.2\n",
      "station,date,time,rain [mm]\n57612,2020-07-05,2020-07-05T04:00Z,1.2\n",
      "站号,日期,时间,雨量(mm)\n57612,2020年7月5日,12时00分,1.2\n",
      "站号,时间,雨量(mm)\n57612,2020年7月5日12时,1.2\n",
      "站号,时间,雨量(mm)\n57612,2020年07月05日 12:00,1.2\n",
      "Station_Id_C,Year,Mon,Day,Hour,Min,PRE [mm]\n57612,2020,7,5,12,0,1.2\n",
      "station,year,month,day,hour,rain [mm]\n57612,2020,07,05,12,1.2\n",
      "station,date [UTC],time,rain [mm]\n57612,2020-07-05,04:00,1.2\n",
      "station,time,date,year,month,day,rain [mm]\n57612,12:00,2020-07-05,2020,7,5,1.2\n",
    ])
  func times(text: String) throws {
    let readings = try read(text).readings
    #expect(readings.map(\.period.end.iso8601) == ["2020-07-05T04:00:00Z"])
    #expect(readings.map(\.tenths) == [12])
  }

  @Test("a clock time without its day, and parts of a time without a zone, are refused")
  func incompleteTimes() {
    #expect(fault("station,time,rain [mm]\nA,12:00,1\n")?.code == "no_usable_rows")
    #expect(fault("station,date,rain [mm]\nA,2020-07-05,1\n")?.code == "missing_column")
    #expect(fault("station,time,rain [mm]\nA,5-7-2020 12:00,1\n")?.code == "no_usable_rows")
    let parts = "station,year,month,day,hour,rain [mm]\nA,2020,7,5,12,1\n"
    #expect(fault(parts, StationStatement(stepSeconds: 600))?.code == "unknown_zone")
    #expect(fault(parts.replacing("A,2020,7,5", with: "A,2020,7,32"))?.code == "no_usable_rows")
  }

  @Test("a period is stated by its start, its length, the name of the column or the feed")
  func periods() throws {
    let cases: [(String, Int)] = [
      ("station,time,period_start,rain [mm]\nA,2020-07-05 12:00,2020-07-05 11:00,1\n", 3600),
      ("station,time,period,rain [mm]\nA,2020-07-05 12:00,5min,1\n", 300),
      ("station,time,period [min],rain [mm]\nA,2020-07-05 12:00,30,1\n", 1800),
      ("station,time,rain_1h [mm]\nA,2020-07-05 12:00,1\n", 3600),
      ("station,time,PRE_3h_mm\nA,2020-07-05 12:00,1\n", 10_800),
      ("station,time,rain [mm]\nA,2020-07-05 12:00,1\n", 600),
    ]
    for (text, seconds) in cases {
      #expect(try read(text).readings.map(\.period.seconds) == [seconds])
    }
    #expect(fault(cases[5].0, StationStatement(zoneOffsetSeconds: 0))?.code == "unknown_period")
  }

  @Test("other elements become tenths of their own unit")
  func elements() throws {
    let text = """
      station,time,temperature [K],rh,pressure [Pa],wind_speed [km/h],wd
      A,2020-07-05T04:00Z,293.15,95,99999,36,270
      """
    let tenths = try read(text).readings.map(\.tenths)
    #expect(tenths == [200, 950, 10_000, 100, 2700])
    let knots = try read("station,time,ws [kn],tem [degF]\nA,2020-07-05T04:00Z,10,14\n")
    #expect(Set(knots.readings.compactMap(\.tenths)) == [51, -100])
  }

  @Test("an element without a unit is left out and named; rain without a unit is a fault")
  func units() throws {
    let result = try read("station,time,rain [mm],temp\nA,2020-07-05 12:00,1,20\n")
    #expect(result.readings.map(\.element) == [.rain])
    #expect(result.notes.map(\.code) == ["unknown_unit"])
    let bare = "station,time,rain\nA,2020-07-05 12:00,1\n"
    #expect(fault(bare)?.code == "unknown_unit")
    #expect(fault("station,time,rain [furlong]\nA,2020-07-05 12:00,1\n")?.code == "unknown_unit")
    var stated = beijing
    stated.units = ["rain": "0.1mm"]
    #expect(try read(bare, stated).readings.first?.tenths == 1)
    let changed = "station,time,rain [mm]\nA,2020-07-05 12:00,1\n"
    #expect(fault(changed, stated)?.code == "unit_conflict")
  }

  @Test("a time without a zone is refused unless the feed states one")
  func zone() throws {
    let text = "station,time,rain [mm]\nA,2020-07-05 12:00,1\n"
    #expect(fault(text, StationStatement(stepSeconds: 600))?.code == "unknown_zone")
    let universal = StationStatement(zoneOffsetSeconds: 0, stepSeconds: 600)
    let end = try read(text, universal).readings.first?.period.end
    #expect(end == Timestamp(iso8601: "2020-07-05T12:00Z"))
  }

  @Test(
    "zones are read as people write them",
    arguments: [
      ("+08:00", 28_800), ("UTC+8", 28_800), ("Beijing", 28_800), ("北京时", 28_800), ("UTC", 0),
      ("-0330", -12_600), ("Z", 0), ("CST", nil), ("+25:00", nil), ("", nil), ("+", nil),
    ] as [(String, Int?)])
  func zones(text: String, seconds: Int?) {
    #expect(StationStatement.zoneOffset(text) == seconds)
  }

  @Test("the long layout holds one value a row with its own unit")
  func long() throws {
    let text = """
      station,time,element,value,unit,period
      A,2020-07-05T04:00Z,rain,12,0.1mm,10min
      A,2020-07-05T04:00Z,rain,3.0,mm,1h
      A,2020-07-05T04:00Z,气温,20.5,℃,10min
      A,2020-07-05T04:00Z,snow,1,cm,10min
      B,2020-07-05T04:00Z,rain,1,,10min
      """
    let result = try read(text)
    #expect(result.readings.map(\.tenths) == [12, 30, 205])
    #expect(result.refusals.map(\.code) == ["unknown_element", "unknown_unit"])
  }

  @Test("columns of other names are mapped by the feed, and a wrong map is a fault")
  func mapping() throws {
    var statement = beijing
    statement.columns = ["rain": "P10", "station": "Gauge No"]
    statement.units = ["rain": "mm"]
    let text = "Gauge No,time,P10,rain [in]\nA,2020-07-05 12:00,1.5,9\n"
    #expect(try read(text, statement).readings.map(\.tenths) == [15])
    statement.columns = ["rain": "P60"]
    #expect(fault(text, statement)?.code == "missing_column")
    statement.columns = ["snow": "P10"]
    #expect(fault(text, statement)?.code == "unknown_column_name")
  }

  @Test("a file without usable rows or with a wrong header is refused whole")
  func wholeFile() {
    let cases = [
      ("station,time,rain [mm]\n", "no_usable_rows"),
      ("station,time,rain [mm]\nA,2020-07-05 12:00,-1\n", "no_usable_rows"),
      ("station,rain [mm]\nA,1\n", "missing_column"), ("time,rain [mm]\nx,1\n", "missing_column"),
      ("station,time,depth\nA,2020-07-05 12:00,1\n", "no_elements"),
      ("station,time,rain [mm],雨量 [mm]\n", "ambiguous_columns"),
      ("\u{1}\u{2}\u{3}", "missing_column"),
    ]
    for (text, code) in cases { #expect(fault(text)?.code == code) }
  }

  @Test("the summary counts stations and rain, and keeps trace apart from dry")
  func summary() throws {
    let text = """
      station,time,rain [mm],temperature [degC]
      B,2020-07-05 12:00,0.0,20
      A,2020-07-05 12:00,2.5,20
      A,2020-07-05 12:10,T,20
      B,2020-07-05 12:10,,20
      A,2020-07-05 12:20,0.5,20
      """
    let summary = try #require(StationSummary(try read(text)))
    #expect(summary.stations == ["A", "B"])
    #expect(summary.elements == [.rain, .temperature])
    #expect([summary.missing, summary.zero, summary.trace, summary.positive] == [1, 1, 1, 2])
    #expect(summary.maximum == Depth(tenthsOfMillimetre: 25))
    #expect(summary.mean == 0.75)
    #expect(summary.periodStart.iso8601 == "2020-07-05T03:50:00Z")
    #expect(summary.periodEnd.iso8601 == "2020-07-05T04:20:00Z")
  }

  @Test("a file cut at any byte, or with any byte replaced, never stops the program")
  func damage() {
    let whole = Array(
      "站号,时间,雨量 [mm],period\n57612,2020-07-05 12:00,\"1.2\",10min\nB,20200705120000,1e9,1h\n".utf8)
    for i in whole.indices {
      for byte in [0x22, 0x2C, 0x39, 0x2D, 0xFF, 0x0A] as [UInt8] {
        var damaged = whole
        damaged[i] = byte
        for bytes in [damaged, Array(whole[..<i])] {
          let outcome = Result { try StationFile.read(bytes: bytes, file: "g", statement: beijing) }
          if case .success(let result) = outcome { #expect(!result.readings.isEmpty) }
        }
      }
    }
  }
}
