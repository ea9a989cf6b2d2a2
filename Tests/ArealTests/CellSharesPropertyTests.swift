import Areal
import Hydromet
import Testing

@Suite("Shares of cells under every shape")
struct CellSharesPropertyTests {
  @Test("10,000 random convex polygons: every share equals the area of the clipped polygon")
  func againstClipping() throws {
    var random = SeededGenerator(20_251_031)
    let grid = GridGeometry.plain(rows: 12, columns: 15, west: -3, south: 2, cell: 0.5)
    var worst = 0.0
    for _ in 0..<10_000 {
      let centre = Point(x: random.number(-4...6), y: random.number(1...9))
      let ring = convexRing(&random, centre: centre, radius: random.number(0.01...5))
      let shares = try dense(MultiPolygon([Polygon(outer: ring)]), on: grid)
      for (index, share) in shares.enumerated() {
        let centre = grid.centre(row: index / 15, column: index % 15)
        let part = clipped(
          ring,
          to: Box(
            minX: centre.x - 0.25, minY: centre.y - 0.25, maxX: centre.x + 0.25,
            maxY: centre.y + 0.25))
        worst = max(worst, abs(share - MultiPolygon.signedArea(part) / 0.25))
      }
    }
    #expect(worst < 1e-11)
  }

  @Test("random stars, combs and spirals: the shares add up to the area and lie between 0 and 1")
  func sumIsArea() throws {
    var random = SeededGenerator(11)
    let grid = GridGeometry.plain(rows: 60, columns: 70)
    for trial in 0..<600 {
      let centre = Point(x: random.number(25...45), y: random.number(22...38))
      let ring =
        switch trial % 3 {
        case 0: star(&random, centre: centre, radius: random.number(0.1...20), vertices: 50)
        case 1:
          comb(
            at: Point(x: centre.x - 20, y: centre.y - 15),
            teeth: Int.random(in: 1...80, using: &random),
            width: random.number(1...40), height: random.number(0.5...30))
        default: spiral(at: centre, turns: random.number(1...6), radius: random.number(2...20))
        }
      let shape = MultiPolygon([Polygon(outer: ring)])
      let shares = try CellShares(of: shape, on: grid)
      #expect(shares.isInsideGrid)
      #expect(abs(shares.total / abs(shape.area) - 1) < 1e-9, "trial \(trial)")
      #expect(shares.cells.allSatisfy { $0.share > 0 && $0.share < 1 })
    }
  }

  @Test("cropping the grid leaves the shares of the kept cells as they are")
  func cropping() throws {
    var random = SeededGenerator(5)
    let grid = GridGeometry.plain(
      rows: 50, columns: 60, west: -1_234_500, south: 3_000_250, cell: 500)
    for _ in 0..<300 {
      let centre = Point(
        x: random.number(grid.west...grid.east), y: random.number(grid.south...grid.north))
      let ring = star(
        &random, centre: centre, radius: random.number(300...20_000), vertices: 40)
      let shape = MultiPolygon([Polygon(outer: ring)])
      let top = Int.random(in: 0..<40, using: &random)
      let left = Int.random(in: 0..<50, using: &random)
      let cropped = grid.cropped(rows: top..<top + 10, columns: left..<left + 10)
      let all = try dense(shape, on: grid)
      let part = try dense(shape, on: cropped)
      for row in 0..<10 {
        for column in 0..<10 {
          let difference = part[row * 10 + column] - all[(row + top) * 60 + column + left]
          #expect(abs(difference) < 1e-12)
        }
      }
    }
  }

  @Test("the mirror image of an asymmetric shape has the mirror image of its shares")
  func mirror() throws {
    let grid = GridGeometry.plain(rows: 9, columns: 11)
    let ring = [(0.3, 0.2), (7.1, 1.9), (10.6, 0.4), (8.2, 8.7), (5.5, 3.3), (1.1, 6.6)].map {
      Point(x: $0.0, y: $0.1)
    }
    let plain = try dense(MultiPolygon([Polygon(outer: ring)]), on: grid)
    let flipped = try dense(
      MultiPolygon([Polygon(outer: ring.map { Point(x: 11 - $0.x, y: $0.y) })]), on: grid)
    let turned = try dense(
      MultiPolygon([Polygon(outer: ring.map { Point(x: $0.x, y: 9 - $0.y) })]), on: grid)
    for row in 0..<9 {
      for column in 0..<11 {
        let share = plain[row * 11 + column]
        #expect(abs(flipped[row * 11 + 10 - column] - share) < 1e-12)
        #expect(abs(turned[(8 - row) * 11 + column] - share) < 1e-12)
      }
    }
    #expect(plain != flipped)
  }

  @Test("a polygon cut in two: the shares of its parts add up to its own")
  func cutInTwo() throws {
    var random = SeededGenerator(99)
    let grid = GridGeometry.plain(rows: 20, columns: 20)
    for _ in 0..<300 {
      let ring = convexRing(&random, centre: Point(x: 10, y: 10), radius: random.number(1...12))
      guard ring.count >= 4 else { continue }
      let parts = [Array(ring[0...2]), [ring[0]] + Array(ring[2...])]
      let whole = try dense(MultiPolygon([Polygon(outer: ring)]), on: grid)
      let both = try dense(MultiPolygon(parts.map { Polygon(outer: $0) }), on: grid)
      let sum = zip(
        try dense(MultiPolygon([Polygon(outer: parts[0])]), on: grid),
        try dense(MultiPolygon([Polygon(outer: parts[1])]), on: grid)
      ).map { $0 + $1 }
      for i in whole.indices {
        #expect(abs(whole[i] - sum[i]) < 1e-11)
        #expect(abs(whole[i] - both[i]) < 1e-11)
      }
    }
  }

  @Test("basins that tile the land share every cell among them without gap or overlap")
  func tiling() throws {
    var random = SeededGenerator(3)
    let grid = GridGeometry.plain(rows: 30, columns: 30)
    let count = 25
    // Corners of a lattice over more than the grid, jittered; neighbours use the same corners.
    var corners: [[Point]] = []
    for j in 0...count {
      corners.append(
        (0...count).map { i in
          let size = 36.0 / Double(count)
          return Point(
            x: -3 + size * (Double(i) + random.number(-0.35...0.35)),
            y: -3 + size * (Double(j) + random.number(-0.35...0.35)))
        })
    }
    var sum = [Double](repeating: 0, count: 900)
    for j in 0..<count {
      for i in 0..<count {
        let ring = [corners[j][i], corners[j][i + 1], corners[j + 1][i + 1], corners[j + 1][i]]
        let shares = try dense(MultiPolygon([Polygon(outer: ring)]), on: grid)
        for k in sum.indices {
          sum[k] += shares[k]
        }
      }
    }
    #expect(sum.allSatisfy { abs($0 - 1) < 1e-11 })
  }

  @Test("vertices drawn from cell corners and middles: shares add up to the area")
  func verticesOnLines() throws {
    var random = SeededGenerator(42)
    let grid = GridGeometry.plain(rows: 8, columns: 8, west: 100, south: 30, cell: 0.01)
    for _ in 0..<2000 {
      let ring = (0..<3).map { _ in
        Point(
          x: 100 + Double(Int.random(in: 0...16, using: &random)) * 0.005,
          y: 30 + Double(Int.random(in: 0...16, using: &random)) * 0.005)
      }
      let shape = MultiPolygon([Polygon(outer: ring)])
      let area = abs(shape.area) / 1e-4
      #expect(abs(try CellShares(of: shape, on: grid).total - area) < 1e-9)
    }
  }
}
