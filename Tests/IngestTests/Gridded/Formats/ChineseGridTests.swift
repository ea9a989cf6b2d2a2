import Formats
import Hydromet
import Ingest
import Testing

/// A SWAN grid, written byte by byte: 3 x 4 cells of 0.01° whose outer corner is 106.00 E 30.00 N.
struct SyntheticSWAN {
  /// GB18030 bytes of the product's name.
  var name = Array("QPE".utf8)
  var version = "1.0"
  var type = 2
  var offset: Float = 0
  var scale: Float = 0
  var startLongitude: Float = 106
  var startLatitude: Float = 30
  var centreLongitude: Float = 106.02
  var centreLatitude: Float = 29.985
  var hour = 6
  var interval = 6
  var levels = 1
  /// Row 0 north.
  var number: (Int, Int) -> Int = { Pattern.tenths(row: $0, column: $1) }

  var bytes: [UInt8] {
    var writer = ByteWriter(count: 1024)
    writer.put("diamond 131", at: 0)
    writer.put(name, at: 12)
    writer.put("SWAN", at: 50)
    writer.put(version, at: 58)
    for (index, part) in [2024, 7, 9, hour, 0, interval].enumerated() {
      writer.put(part, 2, at: 66 + 2 * index)
    }
    for (index, count) in [4, 3, levels].enumerated() { writer.put(count, 2, at: 78 + 2 * index) }
    writer.put(1, 4, at: 84)
    for (index, value) in [
      startLongitude, startLatitude, centreLongitude, centreLatitude, 0.01, 0.01,
    ].enumerated() { writer.put(value, at: 88 + 4 * index) }
    writer.put(type, 2, at: 852)
    writer.put(offset, at: 856)
    writer.put(scale, at: 860)
    for _ in 0..<levels {
      for row in 0..<3 {
        for column in 0..<4 { writer.little(number(row, column), type < 2 ? 1 : 2) }
      }
    }
    return writer.bytes
  }
}

/// A mosaic of the CMA, version 3.
struct SyntheticMosaic {
  var product = "OHP"
  var compression = 0
  var zone = 28_800
  var hour = 14
  var scale = 10
  /// Thousandths of a degree: S W N E.
  var edges = [29_970, 106_000, 30_000, 106_040]
  var number: (Int, Int) -> Int = { Pattern.tenths(row: $0, column: $1) }

  func bytes() throws -> [UInt8] {
    var data = ByteWriter()
    for row in 0..<3 {
      for column in 0..<4 { data.little(number(row, column), 2) }
    }
    let block = compression == 1 ? try Bzip2.compressed(data.bytes) : data.bytes
    var writer = ByteWriter(count: 256)
    writer.put("MOC", at: 0)
    writer.put(3, 4, at: 4)
    writer.put(256 + block.count, 4, at: 8)
    writer.put(3, 2, at: 14)
    writer.put(product, at: 16)
    writer.put(256, 4, at: 88)
    writer.put(block.count, 4, at: 92)
    writer.put(zone, 4, at: 96)
    for (index, part) in [2024, 7, 9, hour, 0, 0].enumerated() {
      writer.put(part, 2, at: 100 + 2 * index)
    }
    for (index, edge) in edges.enumerated() { writer.put(edge, 4, at: 124 + 4 * index) }
    writer.put(4, 4, at: 148)
    writer.put(3, 4, at: 152)
    writer.put(100, 4, at: 156)
    writer.put(100, 4, at: 160)
    writer.put(compression, 2, at: 166)
    writer.put(data.bytes.count, 4, at: 172)
    writer.put(scale, 2, at: 176)
    writer.put(product == "OHP" ? "mm" : "dBZ", at: 188)
    writer.raw(block)
    return writer.bytes
  }
}

@Suite("Grids of the CMA")
struct ChineseGridTests {
  let folder: GridTestFolder

  init() throws {
    folder = try GridTestFolder()
  }

  private func open(
    _ bytes: [UInt8], _ statement: GridStatement = GridStatement(), name: String = "grid"
  ) throws -> GriddedRain {
    try GriddedRain(path: folder.write(bytes, name), statement: statement)
  }

  private func fault(
    _ bytes: [UInt8], _ statement: GridStatement = GridStatement()
  ) throws -> Fault? {
    #expect(throws: Fault.self) { try open(bytes, statement).field(0) }
  }

  private func isPattern(_ values: [Float]) -> Bool {
    values.count == 12 && zip(values, Pattern.field).allSatisfy { abs($0 - $1) < 1e-6 }
  }

  private func isAtCorner(_ geometry: GridGeometry) -> Bool {
    abs(geometry.west - 106) < 1e-9 && abs(geometry.north - 30) < 1e-9 && geometry.rows == 3
      && geometry.columns == 4 && abs(geometry.cellWidth - 0.01) < 1e-9
      && abs(geometry.cellHeight - 0.01) < 1e-9
  }

  // MARK: - SWAN

  @Test("SWAN version 1: tenths of a millimetre, first row north, first column west")
  func swan() throws {
    let grid = try open(SyntheticSWAN().bytes, GridStatement(stepSeconds: 3600))
    #expect(grid.formatName == "SWAN diamond 131 v1")
    #expect(try isPattern(grid.field(0).values))
    #expect(isAtCorner(grid.geometry))
    #expect(grid.steps[0].period?.seconds == 3600)
    #expect(grid.steps[0].period?.end.iso8601 == "2024-07-09T06:00:00Z")
    #expect(grid.notes.contains { $0.contains("outer edge") })
    #expect(grid.notes.contains { $0.contains("“dry” and “not covered”") })
  }

  @Test("SWAN: the header's centre tells whether the start is an edge or the centre of a cell")
  func swanRegistration() throws {
    var grid = SyntheticSWAN()
    grid.startLongitude = 106.005
    grid.startLatitude = 29.995
    #expect(isAtCorner(try open(grid.bytes).geometry))
    grid.centreLongitude = 106.3
    #expect(try fault(grid.bytes)?.code == "contradiction")
    #expect(isAtCorner(try open(grid.bytes, GridStatement(registration: .centre)).geometry))
  }

  @Test("SWAN version 2: scale and offset of the header; signed rain below zero is missing")
  func swanSecond() throws {
    var grid = SyntheticSWAN()
    grid.version = "2.0"
    grid.type = 3
    grid.scale = 0.05
    grid.offset = 1
    grid.number = { row, column in row == 0 ? -1 : 20 * column }
    let opened = try open(grid.bytes)
    let values = try opened.field(0).values
    #expect(opened.formatName == "SWAN diamond 131 v2")
    #expect(values[..<4].allSatisfy { $0.isNaN })
    #expect(zip(values[4..<8], [1, 2, 3, 4] as [Float]).allSatisfy { abs($0 - $1) < 1e-6 })
    grid.scale = .nan
    #expect(try fault(grid.bytes)?.code == "bad_packing")
  }

  @Test("SWAN: 0 is dry unless it is stated to be missing")
  func swanZero() throws {
    var grid = SyntheticSWAN()
    grid.number = { _, column in column }
    #expect(try open(grid.bytes).field(0).values[0] == 0)
    #expect(try open(grid.bytes, GridStatement(missingValues: [0])).field(0).values[0].isNaN)
  }

  @Test("SWAN: reflectivity of one byte, names in GB18030")
  func swanReflectivity() throws {
    var grid = SyntheticSWAN()
    grid.type = 1
    // 组合反射率
    grid.name = [0xD7, 0xE9, 0xBA, 0xCF, 0xB7, 0xB4, 0xC9, 0xE4, 0xC2, 0xCA]
    grid.number = { row, column in row == 0 && column == 0 ? 0 : 66 + 2 * column }
    let opened = try open(grid.bytes)
    #expect(opened.quantity == .reflectivity && opened.variable == "组合反射率")
    #expect(try Array(opened.field(0).values[..<4]) == [-99, 1, 2, 3])
    grid.name = Array("VIL".utf8)
    #expect(try fault(grid.bytes)?.code == "unknown_unit")
  }

  @Test("SWAN: the zone of the time follows from the name, or is stated")
  func swanZone() throws {
    var grid = SyntheticSWAN()
    grid.hour = 14
    let named = try open(grid.bytes, name: "Z_OTHE_RADAQPE_20240709060000.bin")
    #expect(named.steps[0].label?.iso8601 == "2024-07-09T06:00:00Z")
    #expect(named.notes.contains { $0.contains("Beijing time") })
    let stated = try open(grid.bytes, GridStatement(zoneOffsetSeconds: 28_800))
    #expect(stated.steps[0].label?.iso8601 == "2024-07-09T06:00:00Z")
    #expect(try open(grid.bytes).steps[0].label?.iso8601 == "2024-07-09T14:00:00Z")
  }

  @Test("SWAN: of several levels one must be named; a file cut anywhere is a fault")
  func swanLimits() throws {
    var grid = SyntheticSWAN()
    grid.levels = 2
    #expect(try fault(grid.bytes)?.code == "extra_dimension")
    #expect(try isPattern(open(grid.bytes, GridStatement(variable: "#2")).field(0).values))
    let whole = SyntheticSWAN().bytes
    for length in 0..<whole.count {
      #expect(throws: Fault.self) { try open(Array(whole[..<length])).field(0) }
    }
  }

  // MARK: - Mosaics

  @Test("a mosaic of the CMA: north-west first, Beijing time, bz2 or plain", arguments: [0, 1])
  func mosaic(compression: Int) throws {
    var mosaic = SyntheticMosaic()
    mosaic.compression = compression
    let grid = try open(try mosaic.bytes())
    #expect(grid.formatName == "CMA mosaic V3" && grid.variable == "OHP")
    #expect(try isPattern(grid.field(0).values))
    #expect(isAtCorner(grid.geometry))
    #expect(grid.steps[0].period?.end.iso8601 == "2024-07-09T06:00:00Z")
    #expect(grid.steps[0].period?.seconds == 3600)
  }

  @Test("mosaic: −32768 is not covered, other negative numbers missing, 0 dry")
  func mosaicCodes() throws {
    var mosaic = SyntheticMosaic()
    mosaic.number = { row, column in row == 0 ? [-32_768, -1, 0, 5][column] : 10 }
    let grid = try open(try mosaic.bytes())
    #expect(areSame(Array(try grid.field(0).values[..<4]), [.nan, .nan, 0, 0.5]))
    #expect(grid.uncoveredCells == 1)
  }

  @Test("mosaic: edges that are centres of cells are told by the count; others contradict")
  func mosaicEdges() throws {
    var mosaic = SyntheticMosaic()
    mosaic.edges = [29_975, 106_005, 29_995, 106_035]
    #expect(isAtCorner(try open(try mosaic.bytes()).geometry))
    mosaic.edges = [29_900, 106_000, 30_000, 106_040]
    #expect(try fault(try mosaic.bytes())?.code == "contradiction")
  }

  @Test("mosaic: reflectivity is read as such, echo tops are refused by name")
  func mosaicProducts() throws {
    var mosaic = SyntheticMosaic()
    mosaic.product = "CREF"
    #expect(try open(try mosaic.bytes()).quantity == .reflectivity)
    mosaic.product = "ET"
    #expect(try fault(try mosaic.bytes())?.code == "not_rain")
    let whole = try SyntheticMosaic().bytes()
    for length in 0..<whole.count {
      #expect(throws: Fault.self) { try open(Array(whole[..<length])).field(0) }
    }
  }

  // MARK: - MICAPS

  private func diamond(
    title: String = "24小时降水", hour: String = "14 0", latitudes: String = "29.995 29.975",
    step: String = "0.01 -0.01", rows: [Int] = [0, 1, 2]
  ) -> [UInt8] {
    let numbers = rows.map { row in
      (0..<4).map { "\(Pattern.millimetres(row: row, column: $0))" }.joined(separator: " ")
    }
    return Array(
      """
      diamond 4 \(title)
      24 07 09 \(hour) 0
      \(step) 106.005 106.035 \(latitudes) 4 3
      10 0 100 1 0
      \(numbers.joined(separator: "\n"))

      """.utf8)
  }

  @Test("an echo of 212 dBZ is none: no rate is made of it, and none that is endless")
  func impossibleEcho() throws {
    var mosaic = SyntheticMosaic()
    mosaic.product = "CREF"
    mosaic.number = { row, column in row == 1 && column == 2 ? 2120 : 300 }
    let echo = try open(mosaic.bytes())
    #expect(echo.quantity == .reflectivity)
    let rain = try open(mosaic.bytes(), GridStatement(reflectivity: .marshallPalmer))
    let fault = #expect(throws: Fault.self) { try rain.field(0) }
    #expect(fault?.code == "implausible")
    mosaic.number = { _, _ in 300 }
    let fine = try open(mosaic.bytes(), GridStatement(reflectivity: .marshallPalmer)).field(0)
    #expect(fine.values.allSatisfy { abs($0 - 2.73) < 0.01 })
  }

  @Test("diamond 4: rows begin at the first latitude, the time is Beijing time")
  func diamondOrientation() throws {
    let stated = GridStatement(stepSeconds: 3600)
    let grid = try open(diamond(), stated)
    #expect(grid.formatName == "MICAPS diamond 4")
    #expect(try isPattern(grid.field(0).values))
    #expect(isAtCorner(grid.geometry))
    #expect(grid.steps[0].period?.end.iso8601 == "2024-07-09T06:00:00Z")
    let rising = try open(
      diamond(latitudes: "29.975 29.995", step: "0.01 0.01", rows: [2, 1, 0]), stated)
    #expect(try isPattern(rising.field(0).values))
    #expect(isAtCorner(rising.geometry))
    let utc = try open(diamond(), GridStatement(stepSeconds: 3600, zoneOffsetSeconds: 0))
    #expect(utc.steps[0].period?.end.iso8601 == "2024-07-09T14:00:00Z")
  }

  @Test("diamond 4: hour and forecast may be exchanged; 9999 is missing")
  func diamondHabits() throws {
    let exchanged = try open(diamond(hour: "24 14"))
    #expect(exchanged.steps[0].label?.iso8601 == "2024-07-10T06:00:00Z")
    #expect(exchanged.notes.contains { $0.contains("exchanged") })
    let text = String(decoding: diamond(), as: UTF8.self).replacing("1.2 ", with: "9999.0 ")
    #expect(try open(Array(text.utf8)).field(0).values[5].isNaN)
    let marked = [0xEF, 0xBB, 0xBF] + Array(text.replacing("diamond", with: "Diamond").utf8)
    let lines = Array(text.replacing("\n", with: "\r\n").utf8)
    for variant in [marked, lines] {
      #expect(try open(variant).field(0).values[1] == Pattern.millimetres(row: 0, column: 1))
    }
  }

  @Test("diamond 4: what does not say that it is rain must be stated; a cut text is a fault")
  func diamondFaults() throws {
    #expect(try fault(diamond(title: "500hPa"))?.code == "unknown_unit")
    #expect(try open(diamond(title: "X"), GridStatement(unit: "mm")).quantity == .amount)
    let whole = diamond()
    // The last number may lose a digit: texts have no end mark, so the cut is before it.
    for length in 0..<(whole.count - 5) {
      #expect(throws: Fault.self) { try open(Array(whole[..<length])).field(0) }
    }
    let count = String(decoding: whole, as: UTF8.self).replacing("4 3\n", with: "4000000 3000000\n")
    #expect(throws: Fault.self) { try open(Array(count.utf8)) }
  }

  @Test(
    "first, last, step and count that contradict each other are refused; edges are told by the count",
    arguments: ["diamond 4", "mdfs"])
  func positions(format: String) throws {
    // An element such as RAIN03 has a length of its own.
    let seconds = format == "mdfs" ? 10_800 : 3600
    let hour = GridStatement(stepSeconds: seconds)
    let bytes = { (latitudes: (Double, Double), step: Double) -> [UInt8] in
      format == "mdfs"
        ? self.mdfs(latitudes: latitudes, step: step)
        : self.diamond(
          latitudes: "\(latitudes.1) \(latitudes.0)", step: "0.01 \(-step)")
    }
    // Three rows from 29.975 to 29.995 by 0.01: centres; from 29.97 to 30.00: edges.
    #expect(isAtCorner(try open(bytes((29.975, 29.995), 0.01), hour).geometry))
    let edges = try open(bytes((29.97, 30), 0.01), hour)
    #expect(isAtCorner(edges.geometry))
    #expect(edges.notes.contains { $0.contains("latitude: the header names the outer edges") })
    for (latitudes, step) in [((29.975, 29.995), 0.02), ((29.975, 30.015), 0.01), ((29, 31), 0.01)]
    {
      let found = try fault(bytes(latitudes, step), hour)
      #expect(found?.code == "contradiction", "\(latitudes) by \(step)")
      #expect(found?.problem.contains("latitude") == true)
    }
    // A statement does not overrule the arithmetic.
    let stated = GridStatement(stepSeconds: seconds, registration: .corner)
    #expect(try fault(bytes((29.975, 29.995), 0.01), stated)?.code == "contradiction")
    for (latitudes, step) in [
      ((29.975, 29.975), 0.01), ((29.975, 29.995), 0.0), ((89.99, 90.01), 0.01),
    ] {
      #expect(throws: Fault.self) { try open(bytes(latitudes, step), hour) }
    }
  }

  private func mdfs(
    type: Int = 4, element: String = "RAIN03", zone: Int = 8,
    latitudes: (Double, Double) = (29.975, 29.995), step: Double = 0.01
  ) -> [UInt8] {
    var writer = ByteWriter(count: 278)
    writer.put("mdfs", at: 0)
    writer.put(type, 2, at: 4)
    writer.put("NWFD_SCMOC", at: 6)
    writer.put(element, at: 26)
    for (index, part) in [2024, 7, 9, 8, zone, 6].enumerated() {
      writer.put(part, 4, at: 110 + 4 * index)
    }
    for (at, value) in [
      (134, 106.005), (138, 106.035), (142, 0.01), (150, Float(latitudes.0)),
      (154, Float(latitudes.1)), (158, Float(step)),
    ] as [(Int, Float)] { writer.put(value, at: at) }
    writer.put(4, 4, at: 146)
    writer.put(3, 4, at: 162)
    for row in [2, 1, 0] {
      for column in 0..<4 {
        writer.little(Int(Pattern.millimetres(row: row, column: column).bitPattern), 4)
      }
    }
    return writer.bytes
  }

  @Test("mdfs: rows from the first latitude, zone in the header, period by the element")
  func mdfsGrid() throws {
    let grid = try open(mdfs())
    #expect(grid.formatName == "MICAPS mdfs" && grid.variable == "RAIN03")
    #expect(try isPattern(grid.field(0).values))
    #expect(isAtCorner(grid.geometry))
    // 08:00 Beijing time and six hours.
    #expect(grid.steps[0].period?.end.iso8601 == "2024-07-09T06:00:00Z")
    #expect(grid.steps[0].period?.seconds == 10_800)
    #expect(try open(mdfs(zone: 0)).steps[0].label?.iso8601 == "2024-07-09T14:00:00Z")
    #expect(try fault(mdfs(type: 11))?.code == "not_rain")
    #expect(try fault(mdfs(element: "TMP"))?.code == "unknown_unit")
    let whole = mdfs()
    for length in 0..<whole.count {
      #expect(throws: Fault.self) { try open(Array(whole[..<length])).field(0) }
    }
  }

  // MARK: - MUSIC

  private func music(
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
