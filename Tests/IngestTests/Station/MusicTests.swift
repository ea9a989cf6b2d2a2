import Hydromet
import Ingest
import Testing

@Suite("Replies of the data service")
struct MusicTests {
  private func reply(_ rows: String, code: String = "0", count: Int = 1) -> String {
    """
    {"returnCode":"\(code)","returnMessage":"Query Succeed","rowCount":"\(count)","requestParams":"a={b}",
     "fieldNames":"x y","nested":{"a":[1,{"b":"]}"}]},"DS":[\(rows)]}
    """
  }

  private func row(_ members: String) -> String {
    "{\"Station_Id_C\":\"57612\",\"Datetime\":\"2024-07-09 12:00:00\",\(members)}"
  }

  @Test("special values keep missing, not observed, trace and calm apart; names have no case")
  func special() throws {
    let values: [(String, FieldExpectation)] = [
      ("\"0\"", .value(0, false)), ("12.3", .value(123, false)), ("\"999990\"", .value(0, true)),
      ("\"0.04\"", .value(0, true)), ("\"999999\"", .none(.missing)), ("\"\"", .none(.missing)),
      ("null", .none(.missing)), ("\"999998\"", .none(.notInstalled)),
      ("\"999995\"", .none(.wrong)), ("\"rain\"", .none(.wrong)), ("-1", .none(.wrong)),
    ]
    for (text, expected) in values {
      let result = try stations(reply(row("\"pre_1H\":\(text)")))
      #expect(result.format == .musicJSON)
      let reading = try #require(result.one("57612", .rain, 3600))
      switch expected {
      case .value(let tenths, let trace):
        #expect(reading.tenths == tenths && reading.isTrace == trace)
      case .none(let quality): #expect(reading.tenths == nil && reading.quality == quality)
      }
      #expect(reading.period.end.iso8601 == "2024-07-09T12:00:00Z")
    }
    let calm = try stations(reply(row("\"WIN_D_Avg_2mi\":\"999017\",\"WIN_S_Avg_2mi\":0.1")))
    #expect(calm.one("57612", .windDirection, 120)?.tenths == 0)
  }

  private enum FieldExpectation {
    case value(Int32, Bool)
    case none(QualityCode)
  }

  @Test("quality codes go with their values; 7 and 8 take the value away, 5 is no code")
  func quality() throws {
    for (code, quality) in [
      ("0", QualityCode.correct), ("1", .suspect), ("2", .wrong), ("3", .corrected),
      ("4", .modified),
      ("5", .unchecked), ("7", .notInstalled), ("8", .missing), ("9", .unchecked),
    ] {
      let result = try stations(reply(row("\"PRE_1h\":\"1.5\",\"Q_PRE_1h\":\"\(code)\"")))
      let reading = try #require(result.one("57612", .rain, 3600))
      #expect(reading.quality == quality)
      #expect((reading.tenths == nil) == (code == "7" || code == "8"))
    }
  }

  @Test("minutes, hours and days of rain have their own lengths and ends")
  func periods() throws {
    let members =
      "\"PRE\":\"0.1\",\"PRE_3h\":3,\"PRE_24h\":20,\"PRE_Time_2020\":20,\"PRE_Time_0820\":12,\"PRE_10MIN\":1"
    let result = try stations(reply(row(members)))
    let rain = result.of("57612", .rain)
    #expect(rain.count == 5)
    #expect(rain.map(\.period.seconds).sorted() == [60, 600, 10_800, 43_200, 86_400])
    let stated = try stations(reply(row("\"PRE\":\"0.1\""))) { $0.stepSeconds = 300 }
    #expect(stated.readings.first?.period.seconds == 300)
    #expect(result.assumptions.contains { $0.contains("PRE") })
  }

  @Test("stations are known by either id, times by their parts, zones by statement")
  func identity() throws {
    let text = reply(
      "{\"Station_Id_d\":\"658290\",\"Year\":\"2024\",\"Mon\":\"7\",\"Day\":\"9\",\"Hour\":\"20\",\"Min\":\"0\",\"TEM\":\"25.3\",\"Lat\":\"28.9\",\"Lon\":106.6}"
    )
    let result = try stations(text) { $0.layout.zoneOffsetSeconds = 28_800 }
    let reading = try #require(result.readings.first)
    #expect(reading.station == "A8290" && reading.tenths == 253)
    #expect(reading.period.end.iso8601 == "2024-07-09T12:00:00Z")
    #expect(result.places.count == 1)
  }

  @Test("a refusal of the service is a fault in its own words; a bare array of rows is read")
  func replies() throws {
    let fault = #expect(throws: Fault.self) { try stations(reply("", code: "-1", count: 0)) }
    #expect(fault?.code == "music_reply" && fault?.problem.contains("Query Succeed") == true)
    #expect(throws: Fault.self) { try stations("{\"a\":1}") }
    let bare = try stations("[\(row("\"TEM\":1.5")),\(row("\"RHU\":\"88\""))]")
    #expect(bare.readings.map(\.tenths) == [15, 880])
    let xml = """
      <?xml version="1.0"?><DS returnCode='0' rowCount="1"><R Station_Id_C="57612" Datetime="20240709120000"
       PRE_1h="12.5" Q_PRE_1h='0'></R></DS>
      """
    #expect(try stations(xml).one("57612", .rain, 3600)?.tenths == 125)
    #expect(throws: Fault.self) { try stations("<html><body>no</body></html>") }
  }

  @Test(
    "rows with other names, in another order or case, or with a name twice are read by their names")
  func orders() throws {
    let result = try stations(
      reply(
        "{\"Station_Id_C\":\"57612\",\"Datetime\":\"2024-07-09 06:00:00\",\"TEM\":\"25.1\",\"PRE_1h\":\"1.2\"},"
          + "{\"PRE_1h\":\"2.3\",\"note\":\"x\",\"Datetime\":\"2024-07-09 07:00:00\",\"station_id_c\":\"57612\"},"
          + "{\"PRE_1H\":\"9.9\",\"PRE_1h\":\"3.4\",\"Datetime\":\"2024-07-09 08:00:00\",\"Station_Id_C\":\"057612\"}",
        count: 3))
    #expect(result.of("57612", .rain).map(\.tenths) == [12, 23, 34])
    #expect(result.of("57612", .temperature).map(\.tenths) == [251])
    #expect(result.refusalCount == 0)
    let xml =
      "<?xml version='1.0'?><DS returnCode='0' rowCount='2'>"
      + "<R Station_Id_C='57612' Datetime='20240709060000' PRE_1h='1.2' note='a>b'/>"
      + "<r PRE_1h=\"2.3\" DATETIME=\"20240709070000\" Station_Id_C=\"57612\"></r></DS>"
    #expect(try stations(xml).of("57612", .rain).map(\.tenths) == [12, 23])
  }

  @Test("JSON nested without end is passed over without a limit of depth")
  func nested() throws {
    let depth = 200_000
    let text =
      "{\"x\":" + String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
      + ",\"returnCode\":\"0\",\"DS\":[\(row("\"TEM\":1"))]}"
    #expect(try stations(text).readings.count == 1)
    #expect(throws: Fault.self) { try stations(String(repeating: "[", count: depth)) }
  }
}
