import Areal
import Hydromet
import Pipeline

/// Basins and townships of a country, made a band at a time so that their outlines need no memory.
struct CountryUnits {
  private let size: BenchSize

  init(_ size: BenchSize) {
    self.size = size
  }

  /// Rows and columns of basins in a square in the middle of the grid, five and a half cells a side.
  private var basinSide: Int { size == .full ? 728 : 72 }
  /// Rows and columns of townships in the same square.
  private var townshipSide: Int { size == .full ? 200 : 20 }
  private static let bands = 8

  var basinCount: Int { basinSide * basinSide }
  var townshipCount: Int { townshipSide * townshipSide }
  var count: Int { basinCount + townshipCount }

  private var box: Box {
    let cells = size == .full ? 4000.0 : 400.0
    return Box(minX: 71, minY: 53.9 - cells / 100, maxX: 71 + cells / 100, maxY: 53.9)
  }

  /// Basins first, then townships.
  func weights(on geometry: GridGeometry) throws -> RegionWeights {
    var lists: [RegionWeights] = []
    for (side, seed) in [(basinSide, UInt64(11)), (townshipSide, 12)] {
      for band in 0..<CountryUnits.bands {
        let mesh = mesh(side: side, band: band, seed: seed)
        let parts = Parallel.map(Parallel.ranges(of: mesh.count, minimumLength: 64)) {
          range throws(Fault) in
          try RegionWeights.build(
            regions: range.map { Region(id: "\($0)", geometry: mesh.area($0)) },
            geometry: geometry)
        }
        for part in parts { lists.append(try part.get()) }
      }
    }
    guard let joined = RegionWeights(joining: lists) else {
      throw Fault(
        "bench_failed", "the weights of the bands cannot be joined",
        remedy: "report this as a defect")
    }
    return joined
  }

  private func mesh(side: Int, band: Int, seed: UInt64) -> BenchMesh {
    let rows = side * (band + 1) / CountryUnits.bands - side * band / CountryUnits.bands
    let first = side * band / CountryUnits.bands
    let height = (box.maxY - box.minY) / Double(side)
    return BenchMesh(
      rows: rows, columns: side,
      box: Box(
        minX: box.minX, minY: rounded(box.maxY - Double(first + rows) * height), maxX: box.maxX,
        maxY: rounded(box.maxY - Double(first) * height)),
      seed: seed &* 100 &+ UInt64(band))
  }

  private func rounded(_ degrees: Double) -> Double { (degrees * 1e6).rounded() / 1e6 }
}
