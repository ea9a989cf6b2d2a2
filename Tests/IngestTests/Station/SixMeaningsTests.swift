import Formats
import Foundation
import Hydromet
import Ingest
import Testing

/// How one format writes rain: the text around a field, and what stands in the field.
struct RainSample: Sendable, CustomTestStringConvertible {
  let format: StationFormat
  let seconds: Int
  let zero: String
  let trace: String
  /// Nil where the format has no mark of its own for it.
  let missing: String?
  let notInstalled: String?
  let failed: String?
  let file: @Sendable (String) -> [UInt8]

  var testDescription: String { format.rawValue }

  /// Whether amounts may have hundredths of a millimetre; formats with fixed fields count tenths, and so do
  /// BUFR and MICAPS diamond 1 and 3.
  var writesHundredths: Bool {
    ![.synop, .cmaRegional, .cmaNational, .cmaRain, .cmaMonthly, .bufr, .diamond1, .diamond3]
      .contains(format)
  }

  /// An amount as the format writes it.
  func amount(_ millimetres: String) -> String {
    zero.hasPrefix("\"") ? "\"\(millimetres)\"" : millimetres
  }

  static func text(
    _ format: StationFormat, _ seconds: Int, _ zero: String, _ trace: String, _ missing: String?,
    _ notInstalled: String?, _ failed: String?, _ file: @escaping @Sendable (String) -> String
  ) -> RainSample {
    RainSample(
      format: format, seconds: seconds, zero: zero, trace: trace, missing: missing,
      notInstalled: notInstalled, failed: failed
    ) { Array(file($0).utf8) }
  }

  private static let regionalWidths =
    [3, 3, 3, 3, 3, 3, 4, 3, 3, 3, 3, 4, 4, 4, 4, 4, 4, 4, 3, 3, 4, 3, 4, 5, 5, 4, 5, 4]
    + Array(repeating: 4, count: 10) + Array(repeating: 4, count: 8) + [4, 5, 5, 5, 4]

  static let all: [RainSample] = [
    text(.csv, 3600, "0", "T", "", "999998", nil) {
      "station,time,period,rain [mm]\n57612,2024-07-09T12:00Z,1h,\($0)\n"
    },
    text(.awsList, 3600, "0", "0.04", "", nil, nil) {
      """
      wsi_series,wsi_issuer,wsi_issue_number,wsi_local,year,month,day,hour,minute,latitude,longitude,total_precipitation_1_hour
      0,20000,0,57612,2024,7,9,12,0,29,106.65,\($0)

      """
    },
    text(.toa5, 3600, "0", "0.04", "\"NAN\"", nil, nil) {
      """
      "TOA5","57612","CR1000","1","CR1000.Std.32","CPU:x.CR1","1","Hour"
      "TIMESTAMP","RECORD","Rain_Tot"
      "TS","RN","mm"
      "","","Tot"
      "2024-07-09 12:00:00",1,\($0)

      """
    },
    text(.synop, 3600, "60005", "69905", "6///5", nil, "6x125") {
      "SMCI01 BEPK 091200\r\r\nAAXX 09121\r\r\n57612 11/90 00000 10251 \($0)=\r\r\n"
    },
    text(.cmaRegional, 3600, "0000", ",,,,", "////", "----", "00x1") { rain in
      let fields = regionalWidths.enumerated().map { index, width in
        index == 12 ? rain : String(repeating: "/", count: width)
      }
      return
        (["57612 285630 1063912 03456 1 1 000"]
        + ["20240709120000 " + fields.joined(separator: " ")]
        + [String(repeating: "//", count: 60) + "=", "NNNN"]).joined(separator: "\r\n") + "\r\n"
    },
    text(.cmaNational, 3600, "00000", ",,,,,", "/////", "-----", "0x001") {
      """
      57612 20240709120000 290000 1063900 04747 04756 4 111 000
      TH 0253 0301 0712 0221 2315 /012 0301 0221 0215 080 065 0712 256
      RE \($0) ///// ///// ///// ///// ///// // ////=
      NNNN
      """
    },
    text(.cmaRain, 3600, "00000", ",,,,,", "/////", "-----", "0x001") {
      "57612" + "285630" + "1063912" + "03456" + "000" + "20240709120000" + $0 + "/////"
        + String(repeating: "//", count: 60) + "XX" + String(repeating: "9", count: 62)
        + "=\r\nNNNN\r\n"
    },
    text(.cmaMonthly, 86_400, "0000", ",,,,", "////", "----", "00x1") {
      let day = Array(repeating: "0001", count: 24).joined(separator: " ")
      return """
        57612 2900N 10639E 004747 004756 105 000 S12 1111 1 2024 02
        R6
        0001 0002 \($0)
        \(Array(repeating: "0001 0002 0003", count: 28).joined(separator: "\n"))=
        \(Array(repeating: day + ".", count: 28).joined(separator: "\n"))
        \(day)=
        """
    },
    text(.musicJSON, 3600, "\"0\"", "\"999990\"", "\"999999\"", "\"999998\"", "\"999995\"") {
      "{\"returnCode\":\"0\",\"DS\":[{\"Station_Id_C\":\"57612\",\"Datetime\":\"2024-07-09 12:00:00\",\"PRE_1h\":\($0)}]}"
    },
    text(.musicXML, 3600, "0", "999990", "999999", "999998", "999995") {
      """
      <?xml version="1.0"?><DS returnCode='0' rowCount="1"><R Station_Id_C="57612" Datetime="20240709120000"
       PRE_1h="\($0)"></R></DS>
      """
    },
    text(.diamond1, 21_600, "0.0", "0.03", "9999", nil, "wet") {
      "diamond 1 x\n 24 07 09 20 1\n57612 106.65 29.00 474 1 9999 270 4 046 -1 0 0 \($0) "
        + "9999 9999 9999 22 9999 0 25.3 9999 9999 1 2\n"
    },
    text(.diamond3, 21_600, "0.0", "0.03", "9999", nil, "wet") {
      "diamond 3 x\n24 07 09 20 -1 0 0 0 0 1 1\n57612 106.65 29.00 474.7 \($0)\n"
    },
    RainSample(
      format: .mdfs, seconds: 3600, zero: "0", trace: "0.04", missing: "9999", notInstalled: nil,
      failed: "nan"
    ) { mdfs(Float($0) ?? .nan) },
    RainSample(
      format: .bufr, seconds: 600, zero: "0/9", trace: "-1/9", missing: "-/8", notInstalled: "0/5",
      failed: nil
    ) { text in
      let parts = text.split(separator: "/")
      return bufr(rain: Int(parts[0]), quality: parts.count == 2 ? Int(parts[1]) ?? 9 : 9)
    },
    RainSample(
      format: .netCDF, seconds: 3600, zero: "0", trace: "0.04", missing: "-9", notInstalled: nil,
      failed: nil
    ) { netCDF(Double($0) ?? .nan) },
  ]

  /// Two hours of one station, the second with this rain; -9 is the fill value.
  private static func netCDF(_ rain: Double) -> [UInt8] {
    let path = FileManager.default.temporaryDirectory
      .appendingPathComponent("freshet-series-\(UUID().uuidString).nc")
    defer { try? FileManager.default.removeItem(at: path) }
    do {
      let file = try NetCDFWriter(path: path.path, format: .classic)
      let station = try file.dimension("station", length: 1)
      let time = try file.dimension("time", length: 2)
      let moments = try file.variable(
        "time", .double, dimensions: [time],
        attributes: [("units", .text("hours since 2024-07-09"))])
      let longitude = try file.variable("lon", .double, dimensions: [station])
      let latitude = try file.variable("lat", .double, dimensions: [station])
      let identifier = try file.variable("station_id", .int, dimensions: [station])
      let values = try file.variable(
        "rainfall_amount", .double, dimensions: [station, time],
        attributes: [("units", .text("mm")), ("_FillValue", .doubles([-9]))])
      try file.write([11, 12] as [Double], to: moments)
      try file.write([106.65], to: longitude)
      try file.write([29.0], to: latitude)
      try file.write([57_612] as [Int32], to: identifier)
      try file.write([rain, rain], to: values)
      try file.close()
      return try [UInt8](Data(contentsOf: path))
    } catch {
      return []
    }
  }

  private static func mdfs(_ rain: Float) -> [UInt8] {
    func little(_ number: some FixedWidthInteger) -> [UInt8] {
      withUnsafeBytes(of: number.littleEndian) { Array($0) }
    }
    var bytes: [UInt8] =
      Array("mdfs".utf8) + little(Int16(1)) + Array(repeating: 0, count: 100)
    bytes += little(Float(0).bitPattern) + Array(repeating: 0, count: 50)
    for part: Int32 in [2024, 7, 9, 20, 0, 0, 8] { bytes += little(part) }
    bytes += Array(repeating: 0, count: 100) + little(Int32(1)) + little(Int16(1))
    bytes += little(Int16(1003)) + little(Int16(5))
    bytes += little(Int32(57_612)) + little(Float(106.65).bitPattern) + little(Float(29).bitPattern)
    return bytes + little(Int16(1)) + little(Int16(1003)) + little(rain.bitPattern)
  }

  /// Ten minutes of rain with an associated quality of eight bits.
  private static func bufr(rain: Int?, quality: Int) -> [UInt8] {
    var writer = BUFRWriter()
    for (value, width) in [(57, 7), (612, 10), (2024, 12), (7, 4), (9, 6), (12, 5), (0, 6)] {
      writer.put(value, width)
    }
    writer.put(11_900_000, 25)
    writer.put(28_665_000, 26)
    writer.put(2038, 12)
    writer.put(5, 6)
    writer.put(quality, 8)
    if let rain { writer.put(rain + 1, 14) } else { writer.putMissing(14) }
    return writer.message([
      (0, 1, 1), (0, 1, 2), (0, 4, 1), (0, 4, 2), (0, 4, 3), (0, 4, 4), (0, 4, 5), (0, 5, 1),
      (0, 6, 1), (0, 4, 25), (2, 4, 8), (0, 31, 21), (0, 13, 11), (2, 4, 0),
    ])
  }
}

/// Of the six meanings of a dry gauge, a station's file knows five: zero, trace, missing, not installed,
/// failed. The sixth, out of coverage, is of grids alone (`GriddedRain.uncoveredCells`).
@Suite("Zero, trace, missing, not installed and failed are different things in every format")
struct SixMeaningsTests {
  private func rain(_ field: RainSample, _ text: String) throws -> GaugeReading {
    var statement = StationStatement()
    statement.arrival = Timestamp(iso8601: "2024-07-10T00:00:00Z")
    if field.format == .toa5 {
      statement.zoneOffsetSeconds = 0
      statement.stepSeconds = 3600
    }
    let result = try StationFile.read(
      bytes: field.file(text), file: "A_SMCI01BEPK091200_C_BEPK_20240709120500_1.txt",
      statement: statement)
    #expect(result.format == field.format)
    return try #require(
      result.readings.first { $0.element == .rain && $0.period.seconds == field.seconds })
  }

  @Test("the formats of the table are all that there are")
  func complete() {
    #expect(Set(RainSample.all.map(\.format)) == Set(StationFormat.allCases))
  }

  @Test(
    "zero is a value and dry; a trace is a value of nothing and yet wet", arguments: RainSample.all)
  fileprivate func values(_ field: RainSample) throws {
    let zero = try rain(field, field.zero)
    #expect(zero.tenths == 0 && !zero.isTrace)
    let trace = try rain(field, field.trace)
    #expect(trace.tenths == 0 && trace.isTrace)
  }

  @Test(
    "rain below 0.05 mm is a trace and from there on a tenth, by one rule wherever it can be written",
    arguments: RainSample.all.filter(\.writesHundredths))
  fileprivate func hundredths(_ field: RainSample) throws {
    let cases: [(String, Int32, Bool)] = [
      ("0.01", 0, true), ("0.04", 0, true), ("0.05", 1, false), ("0.06", 1, false),
      ("0.14", 1, false), ("0.15", 2, false),
    ]
    for (text, tenths, isTrace) in cases {
      let reading = try rain(field, field.amount(text))
      #expect(reading.tenths == tenths && reading.isTrace == isTrace, "\(text) mm")
    }
  }

  @Test(
    "what MICAPS writes between nothing and a tenth is its mark of a trace",
    arguments: RainSample.all.filter { [.diamond1, .diamond3].contains($0.format) })
  fileprivate func marks(_ field: RainSample) throws {
    for (text, tenths, isTrace) in [("0.01", 0, true), ("0.09", 0, true), ("0.1", 1, false)] {
      let reading = try rain(field, text)
      #expect(reading.tenths == Int32(tenths) && reading.isTrace == isTrace, "\(text) mm")
    }
  }

  @Test("an hour of 0.06 mm a minute is no hour of traces: no sum loses it")
  func minutes() throws {
    let table = (0..<60).map { "A,2024-07-09T12:\(padded($0, 2))Z,1min,0.06\n" }.joined()
    let readings = try stations("station,time,period,rain [mm]\n" + table).readings
    #expect(readings.count == 60 && readings.allSatisfy { $0.tenths == 1 && !$0.isTrace })
  }

  @Test(
    "missing, not installed and failed are no value, each with its own code",
    arguments: RainSample.all)
  fileprivate func absences(_ field: RainSample) throws {
    for (text, quality) in [
      (field.missing, QualityCode.missing), (field.notInstalled, .notInstalled),
      (field.failed, .wrong),
    ] {
      guard let text else { continue }
      let reading = try rain(field, text)
      #expect(reading.tenths == nil && !reading.isTrace)
      #expect(reading.quality == quality, "\(field.format.rawValue) “\(text)”")
    }
  }

  @Test("a cell of a table that is no number is no reading at all: it is refused with its place")
  func tables() throws {
    for format in [StationFormat.csv, .awsList, .toa5] {
      let field = try #require(RainSample.all.first { $0.format == format })
      var statement = StationStatement(zoneOffsetSeconds: 0, stepSeconds: 3600)
      statement.arrival = Timestamp(iso8601: "2024-07-10T00:00:00Z")
      let fault = #expect(throws: Fault.self) {
        try StationFile.read(bytes: field.file("wet"), file: "f", statement: statement)
      }
      #expect(fault?.code == "no_usable_rows" && fault?.problem.contains("wet") == true)
    }
  }
}
