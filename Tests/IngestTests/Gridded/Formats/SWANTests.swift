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

@Suite("SWAN grids")
struct SWANTests: PatternGrids {
  let folder: GridTestFolder

  init() throws {
    folder = try GridTestFolder()
  }

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
}
