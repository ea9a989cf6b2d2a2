import Hydromet
import Ingest
import Testing

@Suite("Grids of MUSIC")
struct MusicGridTests: PatternGrids {
  let folder: GridTestFolder

  init() throws {
    folder = try GridTestFolder()
  }

  func music(
    start: String = "29.975", step: String = "0.01", rows: [Int] = [2, 1, 0],
    field: String = "PRE_1H", code: String = "0"
  ) -> [UInt8] {
    let data = rows.map { row in
      "["
        + (0..<4).map { "\"\(Pattern.millimetres(row: row, column: $0))\"" }
        .joined(separator: ",") + "]"
    }
    return Array(
      """
      {"returnCode": "\(code)", "returnMessage": "ok", "startLat": "\(start)",
       "startLon": "106.005", "latCount": "3", "lonCount": "4", "latStep": "\(step)",
       "lonStep": "0.01", "fieldNames": "\(field)", "fieldUnits": "mm",
       "requestParams": "dataCode=SURF_CMPA_RT_NC&times=20240709060000&fcstEle=PRE",
       "DS": [\(data.joined(separator: ","))]}
      """.utf8)
  }

  @Test("a MUSIC reply: numbers as texts, rows by the sign of the step, time of the request")
  func musicGrid() throws {
    let grid = try open(music())
    #expect(grid.formatName == "MUSIC grid reply")
    #expect(try isPattern(grid.field(0).values))
    #expect(isAtCorner(grid.geometry))
    #expect(grid.steps[0].period?.end.iso8601 == "2024-07-09T06:00:00Z")
    #expect(grid.steps[0].period?.seconds == 3600)
    let falling = try open(music(start: "29.995", step: "-0.01", rows: [0, 1, 2]))
    #expect(try isPattern(falling.field(0).values))
    #expect(isAtCorner(falling.geometry))
    let stated = try open(
      music(start: "29.995", rows: [0, 1, 2]), GridStatement(firstRow: .north))
    #expect(try isPattern(stated.field(0).values))
    #expect(isAtCorner(stated.geometry))
    let missing = String(decoding: music(), as: UTF8.self).replacing("\"2.1\"", with: "\"9999\"")
    #expect(try open(Array(missing.utf8)).field(0).values[8].isNaN)
  }

  @Test(
    "a MUSIC reply as other writers of JSON have it: plain numbers, null, escaped letters, one list"
  )
  func musicSpellings() throws {
    let whole = String(decoding: music(), as: UTF8.self)
    let plain = whole.replacing("\"latCount\": \"3\"", with: "\"latCount\": 3")
      .replacing("&times", with: "\\u0026times").replacing("\"2.1\"", with: "null")
      .replacing("\"PRE_1H\"", with: "[\"PRE_1H\"]").replacing("],[", with: ",")
      .replacing("[[", with: "[").replacing("]]", with: "]")
    let grid = try open(Array(plain.utf8))
    #expect(grid.steps[0].period?.end.iso8601 == "2024-07-09T06:00:00Z")
    #expect(grid.steps[0].period?.seconds == 3600)
    let values = try grid.field(0).values
    #expect(values[8].isNaN)
    #expect(values.count { $0.isNaN } == 1 && values[0] == 0.1 && values[11] == 2.4)
    #expect(try fault(Array((whole + "}").utf8))?.code == "truncated")
    #expect(
      try fault(Array(whole.replacing("\"2.1\"", with: "\"two\"").utf8))?.code == "bad_number")
  }

  @Test("a MUSIC reply whose counts, steps or places cannot be is a fault with the number")
  func musicPositions() throws {
    let whole = String(decoding: music(), as: UTF8.self)
    for (old, new) in [
      ("\"latCount\": \"3\"", "\"latCount\": \"4\""),
      ("\"lonCount\": \"4\"", "\"lonCount\": \"3\""),
      ("\"latStep\": \"0.01\"", "\"latStep\": \"0\""),
      ("\"latStep\": \"0.01\"", "\"latStep\": \"40\""),
      ("\"startLat\": \"29.975\"", "\"startLat\": \"91\""),
      ("\"startLon\": \"106.005\"", "\"startLon\": \"1e8\""),
      ("\"lonStep\": \"0.01\"", "\"lonStep\": \"200\""),
    ] {
      let found = try fault(Array(whole.replacing(old, with: new).utf8))
      #expect(found?.remedy.isEmpty == false, "\(new)")
    }
    let corner = try open(
      music(start: "29.97"), GridStatement(registration: .corner))
    #expect(abs(corner.geometry.north - 30) < 1e-9)
  }

  @Test("a MUSIC reply without data, cut, or with rows of another length is a fault")
  func musicFaults() throws {
    #expect(try fault(music(code: "-1"))?.code == "no_data")
    #expect(try fault(music(rows: [2, 1]))?.code == "truncated")
    #expect(try fault(music(field: "TEM"), GridStatement(unit: "mm/h"))?.code == "contradiction")
    let whole = music()
    for length in stride(from: 0, to: whole.count, by: 7) {
      #expect(throws: Fault.self) { try open(Array(whole[..<length])).field(0) }
    }
  }
}
