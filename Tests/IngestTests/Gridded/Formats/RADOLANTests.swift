import CCompression
import Formats
import Hydromet
import Ingest
import Testing

/// A RADOLAN binary composite, written byte by byte.
struct SyntheticRADOLAN {
  var product = "RW"
  var rows = 900
  var columns = 900
  var version = " 3"
  var precision = " E-01"
  var interval = "  60"
  var extra = ""
  var width = 2
  /// Row 0 south, column 0 west: the whole number of a cell.
  var number: (Int, Int) -> Int = { _, _ in 0 }

  var bytes: [UInt8] {
    let size = "\(blank(rows))x\(blank(columns))"
    let stations = "<boo,ros,emd>"
    var head = "\(product)092350100000724BY"
    let tail =
      "VS\(version)SW   2.13.1PR\(precision)INT\(interval)GP\(size)\(extra)MS \(stations.count)\(stations)"
    let data = rows * columns * width
    head += "\(padded(head.utf8.count + 7 + tail.utf8.count + 1 + data, 7))\(tail)"
    var writer = ByteWriter()
    writer.text(head)
    writer.big(3, 1)
    for row in 0..<rows {
      for column in 0..<columns { writer.little(number(row, column), width) }
    }
    return writer.bytes
  }

  private func blank(_ value: Int) -> String {
    String(repeating: " ", count: max(0, 4 - String(value).count)) + String(value)
  }
}

@Suite("RADOLAN composites")
struct RADOLANTests {
  let folder: GridTestFolder

  init() throws {
    folder = try GridTestFolder()
  }

  private func open(
    _ composite: SyntheticRADOLAN, _ statement: GridStatement = GridStatement()
  ) throws -> GriddedRain {
    try GriddedRain(path: folder.write(composite.bytes, "raa01"), statement: statement)
  }

  @Test("rows run from the south, columns from the west")
  func orientation() throws {
    var composite = SyntheticRADOLAN()
    composite.number = { row, column in row == 0 ? column % 100 : row == 899 ? 500 : 0 }
    let field = try open(composite).field(0)
    // The first row of the file is the last of the field.
    #expect(field.values[0] == 50)
    #expect(field.values[899 * 900 + 7] == 0.7)
    #expect(field.values[899 * 900 + 899] == 9.9)
    #expect(field.period?.end.iso8601 == "2024-07-09T23:50:00Z")
    #expect(field.period?.seconds == 3600)
  }

  @Test("flags: no data and clutter are missing, a secondary source counts, zero is dry")
  func flags() throws {
    var composite = SyntheticRADOLAN()
    let numbers = [0, 25, 0x1000 | 25, 0x2000 | 2500, 0x8000 | 25]
    composite.number = { row, column in row == 899 && column < 5 ? numbers[column] : 0 }
    let field = try open(composite).field(0, window: GridWindow(rows: 0..<1, columns: 0..<5))
    #expect(areSame(field.values, [0, 2.5, 2.5, .nan, .nan]))
  }

  @Test(
    "precision and interval are those of the header",
    arguments: [
      ("RY", " E-02", "   5", "", 0.25, 300), ("YW", " E-02", "   5", "", 0.25, 300),
      ("SF", " E-01", "1440", "", 2.5, 86_400), ("W1", " E-01", "   5", "U1", 2.5, 432_000),
    ])
  func header(
    product: String, precision: String, interval: String, extra: String, value: Float, seconds: Int
  ) throws {
    var composite = SyntheticRADOLAN()
    composite.product = product
    composite.precision = precision
    composite.interval = interval + extra
    composite.number = { _, _ in 25 }
    let grid = try open(composite)
    #expect(grid.formatName == "RADOLAN \(product)")
    #expect(try grid.field(0).values[17] == value)
    #expect(grid.steps[0].period?.seconds == seconds)
    let wrong = #expect(throws: Fault.self) {
      try open(composite, GridStatement(stepSeconds: seconds + 1))
    }
    #expect(wrong?.code == "contradiction")
  }

  @Test("a forecast ends its minutes after the time of the header")
  func forecast() throws {
    var composite = SyntheticRADOLAN()
    composite.product = "RV"
    composite.rows = 1200
    composite.columns = 1100
    composite.version = " 5"
    composite.precision = " E-02"
    composite.interval = "   5"
    composite.extra = "VV  30MF 00000001"
    let grid = try open(composite)
    #expect(grid.steps[0].period?.end.iso8601 == "2024-07-10T00:20:00Z")
    #expect(grid.steps[0].period?.seconds == 300)
  }

  /// - Source: the corner coordinates in DWD's description of the composites, as the wradlib
  ///   library's tests state them: on the sphere the south-western corner of the national composite
  ///   lies at x -523.4622 km, y -4658.645 km; 9° E 51° N is at x -73.4622, y -4208.645 there, and at
  ///   x -73.69684, y -4222.08886 on WGS 84.
  @Test(
    "each grid lies where the DWD puts it",
    arguments: [
      (900, 900, " 3", -523_462.17, -4_658_644.72), (1100, 900, " 3", -443_462.17, -4_758_644.72),
      (900, 900, " 5", -523_696.835, -4_672_088.862),
      (1200, 1100, " 5", -543_696.835, -4_822_088.862),
    ])
  func place(rows: Int, columns: Int, version: String, west: Double, south: Double) throws {
    var composite = SyntheticRADOLAN()
    composite.rows = rows
    composite.columns = columns
    composite.version = version
    let geometry = try open(composite).geometry
    #expect(abs(geometry.west - west) < 0.01)
    #expect(abs(geometry.south - south) < 0.01)
    #expect(geometry.rows == rows && geometry.cellWidth == 1000)
  }

  @Test("RX is reflectivity: no echo is apart from no data, and rain only where it is stated")
  func reflectivity() throws {
    var composite = SyntheticRADOLAN()
    composite.product = "RX"
    composite.width = 1
    composite.number = { row, column in
      row == 899 ? [0, 250, 249, 145, 65][min(column, 4)] : 0
    }
    let window = GridWindow(rows: 0..<1, columns: 0..<5)
    let grid = try open(composite)
    #expect(grid.quantity == .reflectivity)
    #expect(areSame(try grid.field(0, window: window).values, [-99, .nan, .nan, 40, 0]))
    let rain = try open(
      composite, GridStatement(stepSeconds: 300, reflectivity: .marshallPalmer))
    let values = try rain.field(0, window: window).values
    #expect(rain.quantity == .rate && values[0] == 0 && values[1].isNaN)
    // 40 dBZ: (10⁴ / 200)^(1/1.6) = 50^0.625 = 11.531 mm/h.
    #expect(abs(values[3] - 11.531) < 0.001)
    #expect(rain.notes.contains { $0.contains("Marshall–Palmer") })
  }

  @Test("sizes that no RADOLAN grid has, and data of another length, are refused")
  func sizes() throws {
    var composite = SyntheticRADOLAN()
    composite.rows = 90
    composite.columns = 90
    #expect(throws: Fault.self) { try open(composite) }
    var bytes = SyntheticRADOLAN().bytes
    bytes.removeLast()
    let path = try folder.write(bytes, "cut")
    #expect(throws: Fault.self) { try GriddedRain(path: path) }
    for length in 0..<200 {
      let short = try folder.write(Array(bytes[..<length]), "short")
      #expect(throws: Fault.self) { try GriddedRain(path: short) }
    }
  }

  @Test("a composite that arrives with bzip2 around it is the same rain; a second layer is refused")
  func compressed() throws {
    var composite = SyntheticRADOLAN()
    composite.number = { row, column in (row * 7 + column) % 300 }
    let once = try Bzip2.compressed(composite.bytes)
    let grid = try GriddedRain(path: folder.write(once, "raa01.bz2"))
    #expect(try grid.field(0).values == open(composite).field(0).values)
    #expect(grid.notes.contains("compressed with bzip2"))
    let twice = try folder.write(Bzip2.compressed(once), "twice.bz2")
    let refused = #expect(throws: Fault.self) { try GriddedRain(path: twice) }
    #expect(refused?.code == "nested_compression")
    let cut = try folder.write(Array(once[..<(once.count / 2)]), "cut.bz2")
    #expect(throws: Fault.self) { try GriddedRain(path: cut) }
  }

  @Test("a compressed file that holds too much is refused before the memory is taken")
  func bomb() throws {
    let zeros = try Bzip2.compressed([UInt8](repeating: 0, count: 1 << 24))
    let refused = #expect(throws: Fault.self) {
      try Compression.bzip2.expanded(zeros, limit: 1 << 20, place: .init("bomb"))
    }
    #expect(refused?.code == "too_large")
  }
}

/// Makes bzip2 streams for tests.
enum Bzip2 {
  static func compressed(_ bytes: [UInt8]) throws -> [UInt8] {
    var input = bytes.map { CChar(bitPattern: $0) }
    var output = [CChar](repeating: 0, count: bytes.count + bytes.count / 50 + 1000)
    var length = UInt32(output.count)
    let status = BZ2_bzBuffToBuffCompress(
      &output, &length, &input, UInt32(input.count), 1, 0, 30)
    try #require(status == BZ_OK)
    return output[..<Int(length)].map { UInt8(bitPattern: $0) }
  }
}
