import Areal
import Foundation
import Hydromet
import Testing

/// True area of a polygon with straight edges in longitude and latitude by another road than the
/// program's: the closed integral of the area below a parallel, summed by the trapezoid rule over two
/// thousand pieces of each edge, km².
private func referenceArea(_ shape: MultiPolygon, _ e: Ellipsoid = .wgs84) -> Double {
  let b = e.semiMajorAxisMetres * (1 - e.flattening) / 1000
  let eccentricity = (e.flattening * (2 - e.flattening)).squareRoot()
  func below(_ degrees: Double) -> Double {
    let s = sin(degrees * .pi / 180)
    guard eccentricity > 0 else { return b * b * s }
    let es = eccentricity * s
    return b * b / 2 * (s / (1 - es * es) + atanh(es) / eccentricity)
  }
  var total = 0.0
  for ring in shape.rings {
    guard let origin = ring.first else { continue }
    let base = below(origin.y)
    for i in ring.indices {
      let (p, q) = (ring[i], ring[(i + 1) % ring.count])
      let n = 2000
      for k in 0..<n {
        let t = (Double(k) + 0.5) / Double(n)
        let dx = (q.x - p.x) / Double(n) * .pi / 180
        total -= (below(p.y + (q.y - p.y) * t) - base) * dx
      }
    }
  }
  return total
}

private func weights(
  _ shape: MultiPolygon, _ grid: GridGeometry, kind: WeightKind = .area,
  ellipsoid: Ellipsoid = .wgs84, arealScale: RegionWeights.ArealScale? = nil
) throws -> RegionWeights {
  try RegionWeights.build(
    regions: [Region(id: "a", geometry: shape)], geometry: grid, kind: kind,
    ellipsoid: ellipsoid, arealScale: arealScale)
}

@Suite("True areas")
struct TrueAreaTests {
  @Test("a globe of cells has the surface of the earth")
  func globe() throws {
    let globe = GridGeometry.plain(
      rows: 36, columns: 72, west: -180, south: -90, cell: 5, isGeographic: true)
    let w = try weights(rectangle(-180, -90, 180, 90), globe)
    // Surface of the WGS 84 ellipsoid, km².
    #expect(abs(w.gridAreas[0] / 510_065_621.724 - 1) < 1e-9)
    #expect(abs(w.regionAreas[0] / 510_065_621.724 - 1) < 1e-9)
    let ball = Ellipsoid(semiMajorAxisMetres: 6_371_000, flattening: 0)
    let s = try weights(rectangle(-180, -90, 180, 90), globe, ellipsoid: ball)
    #expect(abs(s.gridAreas[0] / (4 * Double.pi * 6371 * 6371) - 1) < 1e-9)
  }

  @Test(
    "the areas of cut cells add up to those of whole cells to a part in 10⁹, in rows low and high",
    arguments: [0.001, 0.01, 0.1, 0.25, 0.26, 1])
  func cutCells(cell: Double) throws {
    for south in [-90.0, -45, -cell * 2, 29.3, 90 - cell * 4] {
      let grid = GridGeometry.plain(
        rows: 4, columns: 4, west: 106, south: south, cell: cell, isGeographic: true)
      let east = 106 + 4 * cell
      let north = south + 4 * cell
      // Two triangles along the diagonal: every cut cell is in both.
      let first = MultiPolygon([
        Polygon(outer: [
          Point(x: 106, y: south), Point(x: east, y: south), Point(x: 106, y: north),
        ])
      ])
      let second = MultiPolygon([
        Polygon(outer: [
          Point(x: east, y: south), Point(x: east, y: north), Point(x: 106, y: north),
        ])
      ])
      let whole = try weights(rectangle(106, south, east, north), grid)
      let parts = try [first, second].map { try weights($0, grid).gridAreas[0] }
      let truth = referenceArea(rectangle(106, south, east, north))
      #expect(abs((parts[0] + parts[1]) / whole.gridAreas[0] - 1) < 1e-9, "\(cell) \(south)")
      #expect(abs(parts[0] / referenceArea(first) - 1) < 1e-6, "\(cell) \(south)")
      #expect(abs(whole.gridAreas[0] / truth - 1) < 1e-6, "\(cell) \(south)")
    }
  }

  @Test(
    "the weights add up to the true area, on cells of 0.01 to 2.5 degrees",
    arguments: [0.01, 0.05, 0.25, 1, 2.5])
  func sumIsArea(cell: Double) throws {
    var random = SeededGenerator(17)
    for trial in 0..<40 {
      let span = cell * 60
      let south = (random.number(-85...85 - min(span, 150)) / cell).rounded(.down) * cell
      let west = (random.number(-170...170 - span) / cell).rounded(.down) * cell
      let grid = GridGeometry.plain(
        rows: 60, columns: 60, west: west, south: south, cell: cell, isGeographic: true)
      let centre = Point(x: grid.west + span / 2, y: grid.south + span / 2)
      guard centre.y + span * 0.45 < 89.9 else { continue }
      let ring = star(
        &random, centre: centre, radius: span * random.number(0.001...0.45), vertices: 30)
      var shape = MultiPolygon([Polygon(outer: ring)])
      if trial % 2 == 0 {
        shape.polygons[0].holes = [
          ring.reversed().map {
            Point(
              x: centre.x + ($0.x - centre.x) * 0.3, y: centre.y + ($0.y - centre.y) * 0.3)
          }
        ]
      }
      let w = try weights(shape, grid)
      let reference = referenceArea(shape)
      #expect(abs(w.gridAreas[0] / reference - 1) < 1e-7, "trial \(trial)")
      #expect(abs(w.regionAreas[0] / reference - 1) < 1e-7, "trial \(trial)")
      #expect(w.gridShares[0] == 1)
    }
  }

  @Test(
    "polygons far smaller than a cell keep their true area",
    arguments: [1e-1, 1e-2, 1e-3, 1e-4])
  func smallerThanACell(size: Double) throws {
    let grid = GridGeometry.plain(
      rows: 40, columns: 40, west: 110, south: 20, cell: 0.25, isGeographic: true)
    var random = SeededGenerator(23)
    for _ in 0..<50 {
      let centre = Point(x: random.number(112...118), y: random.number(22...28))
      let ring = star(&random, centre: centre, radius: size * 0.25, vertices: 12)
      let shape = MultiPolygon([Polygon(outer: ring)])
      let w = try weights(shape, grid)
      #expect(abs(w.gridAreas[0] / referenceArea(shape) - 1) < 1e-6)
    }
  }

  @Test("slivers along a parallel, a meridian and a slope keep their true area")
  func slivers() throws {
    let grid = GridGeometry.plain(
      rows: 100, columns: 100, west: 100, south: 20, cell: 0.1, isGeographic: true)
    for shape in [
      rectangle(101, 23.05, 109, 23.0501), rectangle(105.05, 21, 105.0501, 29),
      polygon((101, 21), (109, 29), (109, 29.0001)),
    ] {
      let w = try weights(shape, grid)
      #expect(abs(w.gridAreas[0] / referenceArea(shape) - 1) < 1e-6)
    }
  }

  @Test("a polygon half outside: weights count the inside, the region's area is the whole")
  func partlyOutside() throws {
    let grid = GridGeometry.plain(
      rows: 40, columns: 40, west: 100, south: 20, cell: 0.1, isGeographic: true)
    let w = try weights(rectangle(98, 21, 102, 23), grid)
    #expect(abs(w.gridAreas[0] / referenceArea(rectangle(100, 21, 102, 23)) - 1) < 1e-9)
    #expect(abs(w.regionAreas[0] / referenceArea(rectangle(98, 21, 102, 23)) - 1) < 1e-9)
    #expect(abs(w.gridShares[0] - 0.5) < 1e-9)
    let outside = try weights(rectangle(90, 21, 92, 23), grid)
    #expect(outside.gridShares[0] == 0)
    #expect(outside.cellCount == 0)
  }

  @Test("multipart regions weigh as much as their parts")
  func multipart() throws {
    let grid = GridGeometry.plain(
      rows: 40, columns: 40, west: 100, south: 20, cell: 0.1, isGeographic: true)
    let (a, b) = (
      polygon((100.13, 20.2), (101.4, 20.9), (100.6, 22.2)), rectangle(102, 22, 103.07, 23.3)
    )
    let both = try weights(MultiPolygon(a.polygons + b.polygons), grid)
    let sum = try weights(a, grid).gridAreas[0] + weights(b, grid).gridAreas[0]
    #expect(abs(both.gridAreas[0] / sum - 1) < 1e-12)
  }

  @Test("on an equal-area grid in metres the weights add up to the planar area")
  func equalArea() throws {
    let grid = GridGeometry.plain(rows: 50, columns: 50, cell: 500)
    let shape = polygon((1300, 1250), (17_800, 3300), (9_900, 21_400))
    let w = try weights(shape, grid)
    #expect(abs(w.gridAreas[0] - shape.area * 1e-6) < 1e-9)
    let shares = try weights(shape, grid, kind: .share)
    #expect(abs(shares.gridAreas[0] - shape.area / 250_000) < 1e-9)
  }
}

@Suite("Areas on projections that do not keep them")
struct ArealScaleTests {
  /// Polar stereographic on a sphere, true at the pole: the areal scale at a point is
  /// (1 + ρ² / 4R²)², and the true area of a disc of radius ρ around the pole is
  /// πρ² / (1 + ρ² / 4R²).
  static let radius = 6_371_000.0
  static func scale(_ points: [Point]) -> [Double] {
    points.map { p in
      let k = 1 + (p.x * p.x + p.y * p.y) / (4 * radius * radius)
      return k * k
    }
  }
  static func disc(_ rho: Double, vertices: Int = 20_000) -> [Point] {
    (0..<vertices).map { i in
      let angle = 2 * Double.pi * Double(i) / Double(vertices)
      return Point(x: rho * cos(angle), y: rho * sin(angle))
    }
  }
  static func area(_ rho: Double) -> Double {
    Double.pi * rho * rho / (1 + rho * rho / (4 * radius * radius)) * 1e-6
  }

  @Test("a ring around the pole has its true area on cells of 1 and 4 km", arguments: [1000, 4000])
  func ring(cell: Double) throws {
    let n = Int(2_400_000 / cell)
    let grid = GridGeometry.plain(
      rows: n, columns: n, west: -1_200_000, south: -1_200_000, cell: cell)
    let shape = MultiPolygon([
      Polygon(outer: Self.disc(1_100_000), holes: [Self.disc(1_050_000).reversed()])
    ])
    let w = try RegionWeights.build(
      regions: [Region(id: "ring", geometry: shape)], geometry: grid, arealScale: Self.scale)
    #expect(abs(w.gridAreas[0] / (Self.area(1_100_000) - Self.area(1_050_000)) - 1) < 1e-6)
    #expect(w.gridShares[0] == 1 && w.regionAreas == w.gridAreas)
  }

  @Test("a polygon smaller than a cell is divided by the scale where it lies")
  func smallPolygon() throws {
    let grid = GridGeometry.plain(
      rows: 100, columns: 100, west: 3_000_000, south: -200_000, cell: 4000)
    let shape = rectangle(3_200_100, -99_000, 3_201_100, -98_000)
    let w = try RegionWeights.build(
      regions: [Region(id: "small", geometry: shape)], geometry: grid, arealScale: Self.scale)
    let scale = Self.scale([Point(x: 3_200_600, y: -98_500)])[0]
    #expect(abs(w.gridAreas[0] * scale - 1) < 1e-7)
  }

  @Test("a disc that sticks out of the grid: grid share is a share of true area")
  func stickingOut() throws {
    let grid = GridGeometry.plain(
      rows: 600, columns: 300, west: 0, south: -600_000, cell: 2000)
    let shape = MultiPolygon([Polygon(outer: Self.disc(500_000))])
    let w = try RegionWeights.build(
      regions: [Region(id: "disc", geometry: shape)], geometry: grid, arealScale: Self.scale)
    #expect(abs(w.regionAreas[0] / Self.area(500_000) - 1) < 1e-5)
    #expect(abs(w.gridShares[0] - 0.5) < 1e-5)
  }

  @Test("cropping the grid leaves the weights of a region inside it as they are")
  func cropping() throws {
    let grid = GridGeometry.plain(
      rows: 200, columns: 200, west: 700_500, south: -400_500, cell: 1000)
    let shape = MultiPolygon([
      Polygon(
        outer: Self.disc(40_000, vertices: 200).map { Point(x: $0.x + 800_000, y: $0.y - 300_000) })
    ])
    func list(_ geometry: GridGeometry, _ row: Int, _ column: Int) throws -> [Int: Double] {
      let w = try RegionWeights.build(
        regions: [Region(id: "a", geometry: shape)], geometry: geometry, arealScale: Self.scale)
      var list: [Int: Double] = [:]
      w.forEachCell(of: 0) { list[($0 + row) * 200 + $1 + column] = $2 }
      return list
    }
    let all = try list(grid, 0, 0)
    let part = try list(grid.cropped(rows: 33..<180, columns: 41..<170), 33, 41)
    #expect(all.keys == part.keys)
    #expect(all.allSatisfy { abs($0.value - (part[$0.key] ?? 0)) < 1e-9 })
  }

  @Test("a scale that is not a positive number, or too few of them, is refused")
  func badScale() {
    let grid = GridGeometry.plain(rows: 10, columns: 10, cell: 1000)
    let regions = [Region(id: "a", geometry: rectangle(500, 500, 4500, 4500))]
    for bad in [0, -1, Double.nan, .infinity] {
      #expect(throws: Fault.self) {
        try RegionWeights.build(
          regions: regions, geometry: grid,
          arealScale: { points in [Double](repeating: bad, count: points.count) })
      }
    }
    #expect(throws: Fault.self) {
      try RegionWeights.build(regions: regions, geometry: grid, arealScale: { _ in [] })
    }
  }
}
