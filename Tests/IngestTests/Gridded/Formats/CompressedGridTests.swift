import Foundation
import Hydromet
import Ingest
import Testing

@Suite("Grids that arrive compressed")
struct CompressedGridTests {
  let folder: GridTestFolder

  init() throws {
    folder = try GridTestFolder()
  }

  /// gzip without compression (RFC 1951, 3.2.4 and RFC 1952): stored blocks; the checksum by bits.
  private func gzip(_ bytes: [UInt8]) -> [UInt8] {
    var writer = ByteWriter()
    writer.raw([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255])
    for start in stride(from: 0, to: bytes.count, by: 60_000) {
      let end = min(bytes.count, start + 60_000)
      writer.little(end == bytes.count ? 1 : 0, 1)
      writer.little(end - start, 2)
      writer.little(~(end - start), 2)
      writer.raw(Array(bytes[start..<end]))
    }
    var sum: UInt32 = 0xFFFF_FFFF
    for byte in bytes {
      sum ^= UInt32(byte)
      for _ in 0..<8 { sum = sum & 1 == 1 ? sum >> 1 ^ 0xEDB8_8320 : sum >> 1 }
    }
    writer.little(Int(~sum), 4)
    writer.little(bytes.count, 4)
    return writer.bytes
  }

  @Test("netCDF and GRIB within gzip or bzip2 are the same rain, and leave nothing behind")
  func sameRain() throws {
    try SyntheticGrid().write(to: folder.file("plain.nc"))
    let plain = try folder.read("plain.nc")
    for (bytes, format) in [(plain, "netCDF"), (SyntheticGRIB().bytes, "GRIB2")] {
      let expected = try GriddedRain(path: folder.write(bytes, "grid")).field(0)
      for packed in [gzip(bytes), try Bzip2.compressed(bytes)] {
        let grid = try GriddedRain(path: folder.write(packed, "packed"))
        #expect(grid.formatName.hasPrefix(format))
        #expect(areSame(try grid.field(0).values, expected.values))
        #expect(grid.geometry == expected.geometry)
        #expect(grid.notes.contains { $0.hasPrefix("compressed with") })
      }
    }
    let own = "freshet-grid-\(ProcessInfo.processInfo.processIdentifier)-"
    let left = try FileManager.default.contentsOfDirectory(atPath: "/tmp")
    #expect(!left.contains { $0.hasPrefix(own) })
  }

  @Test("a compressed file that is cut or damaged names itself in its fault")
  func damaged() throws {
    try SyntheticGrid().write(to: folder.file("plain.nc"))
    let packed = gzip(try folder.read("plain.nc"))
    let path = try folder.write(Array(packed.dropLast(100)), "cut.nc.gz")
    let cut = #expect(throws: Fault.self) { try GriddedRain(path: path) }
    #expect(cut?.code == "truncated" && cut?.location?.file == path)
    let inner = try folder.write(gzip(Array(try folder.read("plain.nc").prefix(300))), "inner.gz")
    let short = #expect(throws: Fault.self) { try GriddedRain(path: inner).field(0) }
    #expect(short?.location?.file == inner)
  }
}
