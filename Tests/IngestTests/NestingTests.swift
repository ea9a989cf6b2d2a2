import Hydromet
import Ingest
import Testing

/// Files that are small and hold very much: compressed zeros, brackets within brackets, sizes that
/// nothing stands behind. Each is a fault, soon and with little memory.
@Suite("Bombs")
struct NestingTests {
  let folder: GridTestFolder

  init() throws {
    folder = try GridTestFolder()
  }

  private func fault(grid bytes: [UInt8]) throws -> Fault? {
    let path = try folder.write(bytes, "damaged")
    return #expect(throws: Fault.self) {
      try GriddedRain(path: path, statement: GridStatement(unit: "mm", stepSeconds: 3600)).field(0)
    }
  }

  @Test(
    "brackets within brackets are a fault of the grid and of the station file",
    arguments: [
      "[", "{\"a\":", "{\"latCount\":[", "<DS><R>", "<a>",
    ])
  func nested(opening: String) throws {
    for depth in [1000, 100_000, 1_000_000] {
      let text = Array(String(repeating: opening, count: depth).utf8)
      let stations = #expect(throws: Fault.self) {
        try StationFile.read(bytes: text, file: "deep")
      }
      #expect(stations?.remedy.isEmpty == false)
      #expect(try fault(grid: text)?.remedy.isEmpty == false)
    }
  }

  @Test("a mosaic whose bzip2 block holds more than its header says is a fault")
  func mosaic() throws {
    var mosaic = SyntheticMosaic()
    mosaic.compression = 1
    let whole = try mosaic.bytes()
    let bomb = try Bzip2.compressed([UInt8](repeating: 0, count: 60_000_000))
    #expect(bomb.count < 10_000)
    var bytes = Array(whole[..<256]) + bomb
    // Size of the file and of the block.
    for (offset, value) in [(8, 256 + bomb.count), (92, bomb.count)] {
      for index in 0..<4 { bytes[offset + index] = UInt8(truncatingIfNeeded: value >> (8 * index)) }
    }
    let found = try fault(grid: bytes)
    #expect(
      ["too_large", "truncated", "damaged_compression", "contradiction", "bad_header"]
        .contains(found?.code ?? ""), "\(String(describing: found))")
  }

  @Test("a compressed file within a compressed file is refused, not followed")
  func twice() throws {
    let once = try Bzip2.compressed(SyntheticSWAN().bytes)
    let found = try fault(grid: Bzip2.compressed(once))
    #expect(found?.code == "nested_compression")
  }

  @Test("a PNG of a GRIB field that expands to more than its points is left and refused")
  func image() throws {
    var grib = SyntheticGRIB()
    grib.imageFilters = [0]
    let small = grib.bytes
    grib.rows = 400
    grib.columns = 300
    let large = grib.bytes
    // The grid and the packing of the small field, the image of the large one.
    let head = small.count - 5 - imageLength(of: small) - 4
    let data = Array(large.suffix(imageLength(of: large) + 4))
    var mixed = Array(small[..<head])
    mixed += number(data.count - 4 + 5, 4) + [7] + data
    for (index, byte) in number(mixed.count, 8).enumerated() { mixed[8 + index] = byte }
    #expect(try fault(grid: mixed)?.code == "damaged_grib")
  }

  private func number(_ value: Int, _ width: Int) -> [UInt8] {
    (0..<width).map { UInt8(truncatingIfNeeded: value >> (8 * (width - 1 - $0))) }
  }

  private func imageLength(of message: [UInt8]) -> Int {
    var position = 16
    while position + 5 < message.count {
      let length = (0..<4).reduce(0) { $0 << 8 | Int(message[position + $1]) }
      if message[position + 4] == 7 { return length - 5 }
      position += length
    }
    return 0
  }
}
