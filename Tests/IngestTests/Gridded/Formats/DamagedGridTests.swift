import ForeignReaders
import Hydromet
import Ingest
import Testing

/// Damage that no reader may trap on: each file is a grid of cells or a fault that says what, where and
/// what to do. Files that go to a C library have their own tests, and a worker around them.
@Suite("Damaged grids of the readers' own formats")
struct DamagedGridTests {
  let folder: GridTestFolder

  init() throws {
    folder = try GridTestFolder()
  }

  private static let statement = GridStatement(unit: "mm", stepSeconds: 3600)

  private func read(_ bytes: [UInt8], _ statement: GridStatement = Self.statement) throws {
    let path = try folder.write(bytes, "damaged")
    do {
      let grid = try GriddedRain(path: path, statement: statement)
      let cells = grid.geometry.cellCount
      #expect(cells > 0 && cells <= 1 << 28)
      guard cells <= 1 << 16 else { return }
      for step in grid.steps.indices {
        let field = try grid.field(step)
        #expect(field.geometry.cellCount == cells)
      }
    } catch {
      #expect(ForeignReader.shortcomings(of: error) == [])
    }
  }

  /// Every byte of the header set to each of some numbers, one at a time.
  private func damage(_ bytes: [UInt8], header: Int) throws {
    for position in 0..<min(header, bytes.count) {
      for number: UInt8 in [0, 1, 0x7F, 0x80, 0xFF] where bytes[position] != number {
        var damaged = bytes
        damaged[position] = number
        try read(damaged)
      }
    }
  }

  @Test("any byte of a SWAN header may be wrong")
  func swan() throws {
    var header = SyntheticSWAN().bytes
    header[852] = 2
    // Names of radars and heights decide nothing.
    for range in [0..<112, 848..<868] {
      for position in range {
        for number: UInt8 in [0, 1, 0x7F, 0x80, 0xFF] {
          var damaged = header
          damaged[position] = number
          try read(damaged)
        }
      }
    }
  }

  @Test("any byte of a mosaic's header may be wrong", arguments: [0, 1])
  func mosaic(compression: Int) throws {
    var mosaic = SyntheticMosaic()
    mosaic.compression = compression
    try damage(try mosaic.bytes(), header: 300)
  }

  @Test("any letter of a RADOLAN header may be wrong")
  func radolan() throws {
    let bytes = SyntheticRADOLAN().bytes
    let end = try #require(bytes.firstIndex(of: 3))
    for position in 0...end {
      for letter in Array("09 -<>xEUZ\u{3}".utf8) where bytes[position] != letter {
        var damaged = bytes
        damaged[position] = letter
        try read(Array(damaged.prefix(2000)), GridStatement())
      }
    }
  }

  @Test(
    "a RADOLAN header may state any length, also the least that can be counted",
    arguments: [
      "-9223372036854775808", "-1", "0", "50", "9223372036854775807", "99999999999999999999",
    ])
  func radolanLength(length: String) throws {
    let header =
      "RW092350100000724BY\(length)VS 3SW   2.13.1PR E-01INT  60GP 900x 900MS  0<>"
    let fault = #expect(throws: Fault.self) {
      _ = try GriddedRain(bytes: Array(header.utf8) + [3], name: "raa01")
    }
    #expect(["bad_header", "truncated"].contains(fault?.code))
  }

  @Test(
    "an HDF5 superblock of version 1 that ends before it states the file's length is cut off",
    arguments: [16, 47, 48, 49, 50, 51])
  func superblock(count: Int) throws {
    var bytes: [UInt8] = [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A, 1, 0, 0, 0, 0, 8, 8]
    bytes += Array(repeating: 0, count: count - bytes.count)
    let grid = #expect(throws: Fault.self) {
      _ = try GriddedRain(bytes: bytes, name: "cut.nc")
    }
    #expect(grid?.code == "truncated")
    let stations = #expect(throws: Fault.self) {
      try StationFile.read(bytes: bytes, file: "cut.nc")
    }
    #expect(stations?.code == "truncated")
  }

  @Test("any number of a text grid may be absurd")
  func texts() throws {
    let whole = """
      diamond 4 24小时降水
      24 07 09 14 0 0
      0.01 -0.01 106.005 106.035 29.995 29.975 4 3
      10 0 100 1 0
      0.1 0.2 0.3 0.4 1.1 1.2 1.3 1.4 2.1 2.2 2.3 2.4
      """
    let words = whole.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
    for line in 1..<words.count {
      for position in words[line].indices {
        for word in ["nan", "inf", "-1e300", "99999999999999999999", "-7", "0", "x", "1e-320"] {
          var damaged = words
          damaged[line][position] = word
          let text = damaged.map { $0.joined(separator: " ") }.joined(separator: "\n")
          try read(Array(text.utf8))
        }
      }
    }
  }

  @Test("any number of a JSON reply may be absurd")
  func replies() throws {
    let keys = ["startLat", "startLon", "latCount", "lonCount", "latStep", "lonStep", "DS"]
    let values = [
      "\"nan\"", "\"1e400\"", "-1", "1e18", "null", "[]", "{}", "[[]]", "\"x\"", "true",
    ]
    for key in keys {
      for value in values {
        let members = keys.map { name in
          let usual = name == "DS" ? "[[1,2],[3,4]]" : name.hasSuffix("Count") ? "2" : "1"
          return "\"\(name)\": \(name == key ? value : usual)"
        }
        let text =
          "{\"returnCode\": \"0\", \"fieldUnits\": \"mm\", \(members.joined(separator: ","))}"
        try read(Array(text.utf8))
      }
    }
    try read(Array(("{\"latCount\": " + String(repeating: "[", count: 100_000)).utf8))
  }

  @Test("any byte of a GRIB message's sections 0 to 4 may be wrong")
  func grib() throws {
    try damage(SyntheticGRIB().bytes, header: 16 + 21 + 72)
  }
}
