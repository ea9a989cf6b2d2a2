import Hydromet
import Ingest
import Testing

@Suite("Grids of MICAPS")
struct MicapsGridTests: PatternGrids {
  let folder: GridTestFolder

  init() throws {
    folder = try GridTestFolder()
  }

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

  func mdfs(
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
}
