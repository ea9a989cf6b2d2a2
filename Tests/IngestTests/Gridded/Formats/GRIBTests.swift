import Hydromet
import Ingest
import Testing

@Suite("GRIB grids")
struct GRIBTests {
  let folder: GridTestFolder

  init() throws {
    folder = try GridTestFolder()
  }

  private func open(
    _ bytes: [UInt8], _ statement: GridStatement = GridStatement(), name: String = "rain.grib2"
  ) throws -> GriddedRain {
    try GriddedRain(path: folder.write(bytes, name), statement: statement)
  }

  private func fault(
    _ bytes: [UInt8], _ statement: GridStatement = GridStatement(), name: String = "rain.grib2"
  ) throws -> Fault? {
    #expect(throws: Fault.self) { try open(bytes, statement, name: name).field(0) }
  }

  @Test(
    "a grid scanned in any of the sixteen ways lies north up and west left",
    arguments: (0..<16).map { $0 << 4 })
  func scanning(mode: Int) throws {
    var message = SyntheticGRIB()
    message.scanningMode = mode
    let grid = try open(message.bytes)
    #expect(try grid.field(0).values == Pattern.field)
    #expect(grid.geometry.rows == 3 && grid.geometry.columns == 4)
    // Points are the centres of cells: the edges lie half a cell outside.
    #expect(grid.geometry.west == 106 && grid.geometry.north == 30)
    #expect(grid.geometry.cellWidth == 0.01 && grid.geometry.cellHeight == 0.01)
    #expect(grid.quantity == .amount && grid.formatName == "GRIB2")
    #expect(grid.steps.map { $0.period?.end.iso8601 } == ["2024-07-09T07:00:00Z"])
    #expect(grid.steps[0].period?.seconds == 3600)
  }

  @Test("rows of a Gaussian grid are taken as even ones, and it is said", arguments: [0, 64])
  func gaussian(mode: Int) throws {
    var message = SyntheticGRIB()
    message.rows = 64
    message.scanningMode = mode
    message.gaussian = (32, 87_863_799, -87_863_799)
    message.tenths = { row, column in row * 4 + column }
    let grid = try open(message.bytes)
    #expect(grid.geometry.rows == 64)
    #expect(abs(grid.geometry.north - (87.863799 + 87.863799 / 63)) < 1e-4)
    #expect(abs(grid.geometry.cellHeight - 2 * 87.863799 / 63) < 1e-6)
    #expect(grid.notes.contains { $0.contains("Gaussian") && $0.contains("0.011 of a row") })
    #expect(try grid.field(0).values == (0..<256).map { Float($0) / 10 })
  }

  @Test(
    "a Gaussian grid of other rows than its parallels give is refused before ecCodes computes them",
    arguments: [0, 16, 1 << 20])
  func gaussianContradiction(parallels: Int) throws {
    var message = SyntheticGRIB()
    message.rows = 64
    message.gaussian = (parallels, 87_863_799, -87_863_799)
    #expect(try fault(message.bytes)?.code == "contradiction")
  }

  @Test("a window is the same cells as the whole field has there", arguments: [0, 64, 176])
  func window(mode: Int) throws {
    var message = SyntheticGRIB()
    message.scanningMode = mode
    let field = try open(message.bytes).field(
      0, window: GridWindow(rows: 1..<3, columns: 2..<4))
    #expect(field.values == [1.3, 1.4, 2.3, 2.4])
    #expect(abs(field.geometry.west - 106.02) < 1e-9)
    #expect(abs(field.geometry.north - 29.99) < 1e-9)
  }

  @Test("what the bitmap leaves out is missing, and zero stays zero")
  func bitmap() throws {
    var message = SyntheticGRIB()
    message.tenths = { row, column in row == 0 ? 0 : column == 1 ? nil : 5 }
    let values = try open(message.bytes).field(0).values
    #expect(areSame(values, [0, 0, 0, 0, 0.5, .nan, 0.5, 0.5, 0.5, .nan, 0.5, 0.5]))
  }

  @Test("a grid over the whole circle begins at 180° W")
  func circle() throws {
    var message = SyntheticGRIB()
    message.columns = 4
    message.west = 0
    message.step = 90_000
    message.rows = 1
    message.north = 0
    let grid = try open(message.bytes)
    #expect(grid.geometry.west == -225)
    #expect(try grid.field(0).values == [0.3, 0.4, 0.1, 0.2])
  }

  @Test("sums that begin together are run totals: steps are their differences")
  func runTotals() throws {
    let bytes = (1...3).flatMap { hours -> [UInt8] in
      var message = SyntheticGRIB()
      message.lengthHours = hours
      // The first hour brings the pattern, the second nothing, the third one millimetre.
      message.tenths = { Pattern.tenths(row: $0, column: $1) + (hours == 3 ? 10 : 0) }
      return message.bytes
    }
    let grid = try open(bytes)
    #expect(
      grid.steps.map { $0.label?.iso8601 } == [
        "2024-07-09T07:00:00Z", "2024-07-09T08:00:00Z", "2024-07-09T09:00:00Z",
      ])
    #expect(grid.steps.allSatisfy { $0.period?.seconds == 3600 })
    #expect(try grid.field(0).values == Pattern.field)
    #expect(try grid.field(1).values == [Float](repeating: 0, count: 12))
    #expect(try grid.field(2).values.allSatisfy { abs($0 - 1) < 1e-6 })
    #expect(grid.notes.contains { $0.contains("2 steps are differences") })
  }

  @Test("a sum that others of the file make up is left out and named")
  func buckets() throws {
    var one = SyntheticGRIB()
    var two = SyntheticGRIB()
    two.forecastHours = 1
    var both = SyntheticGRIB()
    both.lengthHours = 2
    one.tenths = { _, _ in 10 }
    two.tenths = { _, _ in 20 }
    both.tenths = { _, _ in 30 }
    let grid = try open(both.bytes + two.bytes + one.bytes)
    #expect(grid.steps.count == 2)
    #expect(try grid.field(0).values[0] == 1)
    #expect(try grid.field(1).values[0] == 2)
    #expect(grid.notes.contains { $0.contains("left out") })
  }

  @Test("one message with several fields is read field by field")
  func severalFields() throws {
    var later = SyntheticGRIB()
    later.forecastHours = 1
    later.tenths = { _, _ in 7 }
    let grid = try open(SyntheticGRIB.message(of: [SyntheticGRIB(), later]))
    #expect(grid.steps.count == 2)
    #expect(try grid.field(0).values == Pattern.field)
    #expect(try grid.field(1).values.allSatisfy { abs($0 - 0.7) < 1e-6 })
  }

  @Test("of an ensemble one member is read where it is stated; else the members are listed")
  func members() throws {
    let bytes = [0, 1, 7].flatMap { number -> [UInt8] in
      var message = SyntheticGRIB()
      message.template = 11
      message.member = number
      message.tenths = { _, _ in 10 * number }
      return message.bytes
    }
    let refused = try fault(bytes)
    #expect(refused?.code == "several_members")
    #expect(refused?.problem.contains("0, 1, 7") == true)
    #expect(try open(bytes, GridStatement(member: 7)).field(0).values[0] == 7)
    #expect(try fault(bytes, GridStatement(member: 5))?.code == "unknown_member")
  }

  @Test("a probability of rain is not rain, and is refused by its name")
  func probability() throws {
    var message = SyntheticGRIB()
    message.template = 9
    let refused = try fault(message.bytes)
    #expect(refused?.code == "not_rain")
    #expect(refused?.problem.contains("probability of total precipitation") == true)
    #expect(try fault(message.bytes, GridStatement(variable: "#1"))?.code == "not_rain")
    for absent in ["#0", "#2", "#-9223372036854775808", "#9223372036854775807"] {
      let unknown = try fault(message.bytes, GridStatement(variable: absent))
      #expect(unknown?.code == "unknown_variable", "\(absent)")
    }
  }

  @Test("the largest rain of an interval is no sum of it")
  func maximum() throws {
    var message = SyntheticGRIB()
    message.statistic = 2
    #expect(try fault(message.bytes)?.code == "not_rain")
    message.statistic = 255
    let path = try folder.write(message.bytes, "open.grib2")
    let open = try GriddedRain(path: path)
    #expect(open.notes.contains { $0.contains("left open") })
    #expect(try open.field(0).values == self.open(SyntheticGRIB().bytes).field(0).values)
  }

  @Test("CMPAS: no accumulation template, and the hour in the name in Beijing time")
  func nationalAnalysis() throws {
    var message = SyntheticGRIB()
    message.template = 0
    message.scanningMode = 64
    let name = "Z_SURF_C_BABJ_20240709141013_P_CMPA_RT_BECQ_0P01_HOR-PRE-2024070914.GRB2"
    let grid = try open(message.bytes, name: name)
    #expect(grid.steps[0].period?.seconds == 3600)
    #expect(grid.steps[0].period?.end.iso8601 == "2024-07-09T06:00:00Z")
    #expect(try grid.field(0).values == Pattern.field)
    #expect(grid.notes.contains { $0.contains("Beijing time") })
    // Without the name or a statement nothing says how long it rained.
    #expect(try open(message.bytes).steps[0].period == nil)
    #expect(
      try open(message.bytes, GridStatement(stepSeconds: 3600)).steps[0].period?.seconds == 3600)
    let wrong = name.replacing("2024070914.GRB2", with: "2024070911.GRB2")
    #expect(try fault(message.bytes, name: wrong)?.code == "contradiction")
    #expect(
      try fault(message.bytes, GridStatement(zoneOffsetSeconds: 0), name: name)?.code
        == "contradiction")
  }

  @Test("9999 of the CMA is missing")
  func nationalMissing() throws {
    var message = SyntheticGRIB()
    message.tenths = { row, column in row == 2 && column == 0 ? 99_990 : 5 }
    message.bits = 32
    let values = try open(message.bytes).field(0).values
    #expect(values[8].isNaN && values[9] == 0.5)
    message.centre = 98
    #expect(try fault(message.bytes)?.code == "implausible")
  }

  @Test("MRMS: -3 is not covered, -1 missing, 0 dry; the table of the product names its period")
  func mosaic() throws {
    var message = SyntheticGRIB()
    message.discipline = 209
    message.centre = 161
    message.category = 6
    message.number = 37
    message.template = 0
    message.tenths = { row, column in row == 0 ? -30 : row == 1 ? -10 : 5 * column }
    let grid = try open(message.bytes)
    let values = try grid.field(0).values
    #expect(values[0..<8].allSatisfy { $0.isNaN })
    #expect(Array(values[8...]) == [0, 0.5, 1, 1.5])
    #expect(grid.uncoveredCells == 4)
    #expect(grid.steps[0].period?.seconds == 3600)
    let summary = try grid.summary()
    #expect(summary.missingCells == 8 && summary.uncoveredCells == 4 && summary.zeroCells == 1)
    #expect(summary.variable.hasPrefix("MultiSensor_QPE_01H_Pass2"))
  }

  @Test("positions, increments and times that contradict each other are refused")
  func contradictions() throws {
    var message = SyntheticGRIB()
    message.writtenStep = 20
    #expect(try fault(message.bytes)?.code == "contradiction")
    message = SyntheticGRIB()
    message.endHours = 3
    #expect(try fault(message.bytes)?.code == "contradiction")
    #expect(
      try fault(SyntheticGRIB().bytes, GridStatement(stepSeconds: 600))?.code == "contradiction")
    #expect(try fault(SyntheticGRIB().bytes, GridStatement(unit: "mm/h"))?.code == "contradiction")
    #expect(
      try fault(SyntheticGRIB().bytes, GridStatement(quantity: .rate))?.code == "contradiction")
  }

  @Test("an interval whose reference time is its end is read so, and noted")
  func observedInterval() throws {
    var message = SyntheticGRIB()
    message.endHours = 0
    let grid = try open(message.bytes)
    #expect(grid.steps[0].period?.end.iso8601 == "2024-07-09T06:00:00Z")
    #expect(grid.notes.contains { $0.contains("end of the interval") })
  }

  @Test("a rate is mm/h and waits for the length that it stands for")
  func rate() throws {
    var message = SyntheticGRIB()
    message.number = 7
    message.template = 0
    // 0.1 kg m-2 s-1 are 360 mm/h.
    message.tenths = { _, _ in 1 }
    let grid = try open(message.bytes, GridStatement(stepSeconds: 600))
    #expect(grid.quantity == .rate)
    #expect(try grid.field(0).values.allSatisfy { abs($0 - 360) < 1e-3 })
    #expect(grid.steps[0].period?.seconds == 600)
  }

  @Test("a bulletin header before the message changes nothing")
  func bulletin() throws {
    let header = Array("\r\r\n001\r\r\nHRCN01 BABJ 090600\r\r\n".utf8)
    #expect(try open(header + SyntheticGRIB().bytes).field(0).values == Pattern.field)
  }

  @Test("a file cut at any byte is a fault, never a crash and never a drier field")
  func cut() throws {
    let whole = SyntheticGRIB().bytes
    for length in 0..<whole.count {
      #expect(throws: Fault.self, "cut to \(length) bytes") {
        try open(Array(whole[..<length])).field(0)
      }
    }
  }

  @Test("sections that claim more than the message holds are refused")
  func hostileSections() throws {
    let whole = SyntheticGRIB().bytes
    // Ni and Nj of four thousand million; a section of the same length.
    for position in [16 + 21 + 30, 16 + 21 + 34, 16 + 21] {
      var bytes = whole
      for index in 0..<4 { bytes[position + index] = 0xFF }
      #expect(throws: Fault.self) { try open(bytes).field(0) }
    }
  }
}
