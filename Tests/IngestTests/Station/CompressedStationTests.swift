import Foundation
import Hydromet
import Ingest
import Testing

@Suite("Station files that arrive compressed")
struct CompressedStationTests {
  private func read(_ bytes: [UInt8]) throws -> StationFile.Result {
    var statement = StationStatement()
    statement.arrival = Timestamp(iso8601: "2024-07-10T00:00:00Z")
    statement.zoneOffsetSeconds = 0
    statement.stepSeconds = 3600
    return try StationFile.read(
      bytes: bytes, file: "A_SMCI01BEPK091200_C_BEPK_20240709120500_1.txt", statement: statement)
  }

  private func onDisk(_ bytes: [UInt8], _ body: (String) throws -> Void) throws {
    let url = FileManager.default.temporaryDirectory
      .appendingPathComponent("freshet-packed-\(UUID().uuidString)")
    try Data(bytes).write(to: url)
    defer { try? FileManager.default.removeItem(at: url) }
    try body(url.path)
  }

  @Test("within gzip or bzip2 a file of every format says the same", arguments: RainSample.all)
  fileprivate func same(_ sample: RainSample) throws {
    let plain = sample.file(sample.zero)
    let expected = try read(plain)
    for packed in [Gzip.stored(plain), try Bzip2.compressed(plain)] {
      let result = try read(packed)
      #expect(result.format == sample.format)
      #expect(result.readings == expected.readings && !result.readings.isEmpty)
      try onDisk(packed) { path in
        let isBinary = [.bufr, .netCDF, .mdfs].contains(sample.format)
        #expect(StationFile.isBinary(path) == isBinary)
        let isGrid = try !isBinary && GridFormat.recognises(path)
        #expect(!isGrid)
      }
    }
  }

  @Test("a cut one is a fault, and so is one within another")
  func damaged() throws {
    let packed = Gzip.stored(Array("station,time,rain [mm]\nG1,2024-07-09T12:00Z,1\n".utf8))
    #expect(code { _ = try read(Array(packed.dropLast(9))) } == "truncated")
    #expect(code { _ = try read(Gzip.stored(packed)) } == "nested_compression")
    #expect(try read(packed).readings.count == 1)
  }

  @Test(
    "what is packed otherwise is named, and what to do is said",
    arguments: [
      ("zip archive", [0x50, 0x4B, 3, 4, 20, 0]), ("xz file", [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0]),
      ("7z archive", [0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C]),
      ("rar archive", [0x52, 0x61, 0x72, 0x21, 0x1A, 7]),
      ("Zstandard file", [0x28, 0xB5, 0x2F, 0xFD]), ("compress (.Z) file", [0x1F, 0x9D, 0x90]),
      ("tar archive", Array(repeating: 0, count: 257) + Array("ustar".utf8)),
    ] as [(String, [UInt8])])
  func packed(_ name: String, _ mark: [UInt8]) throws {
    let bytes = mark + Array(repeating: 0, count: 600)
    for bytes in [bytes, Gzip.stored(bytes)] {
      let stations = #expect(throws: Fault.self) { try read(bytes) }
      #expect(stations?.code == "packed_file" && stations?.problem.contains(name) == true)
      #expect(stations?.remedy.contains("unpack") == true)
      try onDisk(bytes) { path in
        let grid = #expect(throws: Fault.self) { try GriddedRain(path: path) }
        #expect(grid?.code == "packed_file" && grid?.problem.contains(name) == true)
        #expect(code { _ = try GridFormat.recognises(path) } == "packed_file")
      }
    }
  }

  private func code(_ body: () throws -> Void) -> String? {
    do {
      try body()
      return nil
    } catch {
      return (error as? Fault)?.code
    }
  }
}
