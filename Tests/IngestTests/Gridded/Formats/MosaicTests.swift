import Hydromet
import Ingest
import Testing

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

@Suite("Mosaics of the CMA")
struct MosaicTests: PatternGrids {
  let folder: GridTestFolder

  init() throws {
    folder = try GridTestFolder()
  }

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
}
