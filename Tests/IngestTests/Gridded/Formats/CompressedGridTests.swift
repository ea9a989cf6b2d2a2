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

  @Test("netCDF and GRIB within gzip or bzip2 are the same rain, and leave nothing behind")
  func sameRain() throws {
    try SyntheticGrid().write(to: folder.file("plain.nc"))
    let plain = try folder.read("plain.nc")
    for (bytes, format) in [(plain, "netCDF"), (SyntheticGRIB().bytes, "GRIB2")] {
      let expected = try GriddedRain(path: folder.write(bytes, "grid")).field(0)
      for packed in [Gzip.stored(bytes), try Bzip2.compressed(bytes)] {
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
    let packed = Gzip.stored(try folder.read("plain.nc"))
    let path = try folder.write(Array(packed.dropLast(100)), "cut.nc.gz")
    let cut = #expect(throws: Fault.self) { try GriddedRain(path: path) }
    #expect(cut?.code == "truncated" && cut?.location?.file == path)
    let inner = try folder.write(
      Gzip.stored(Array(try folder.read("plain.nc").prefix(300))), "inner.gz")
    let short = #expect(throws: Fault.self) { try GriddedRain(path: inner).field(0) }
    #expect(short?.location?.file == inner)
  }
}
