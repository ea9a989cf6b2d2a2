import Areal
import Hydromet
import Testing

/// Shares as a dense array, row 0 in the north.
func dense(_ shares: CellShares, _ geometry: GridGeometry) -> [Double] {
  var grid = [Double](repeating: 0, count: geometry.cellCount)
  shares.forEachCell { row, column, share in grid[row * geometry.columns + column] += share }
  return grid
}

func dense(_ polygon: MultiPolygon, on geometry: GridGeometry) throws -> [Double] {
  dense(try CellShares(of: polygon, on: geometry), geometry)
}

@Suite("Shares of cells")
struct CellSharesTests {
  let grid = GridGeometry.plain(rows: 4, columns: 5)

  @Test("a rectangle along cell lines covers its cells wholly and touches no other")
  func alongCellLines() throws {
    let shares = try CellShares(of: rectangle(1, 1, 4, 3), on: grid)
    #expect(shares.cells.isEmpty)
    #expect(
      shares.runs == [
        .init(row: 1, firstColumn: 1, count: 3), .init(row: 2, firstColumn: 1, count: 3),
      ])
  }

  @Test("cells of a tenth of a degree are met by vertices at tenths of a degree")
  func decimalCellLines() throws {
    let grid = GridGeometry.plain(rows: 30, columns: 40, west: 116.1, south: 39.1, cell: 0.1)
    let shares = try CellShares(of: rectangle(116.4, 39.3, 117.7, 41.3), on: grid)
    #expect(shares.cells.isEmpty)
    #expect(shares.total == 13 * 20)
  }

  @Test("a triangle halves the cells on its diagonal; vertices lie on cell corners")
  func diagonal() throws {
    let grid = GridGeometry.plain(rows: 3, columns: 3)
    #expect(
      try dense(polygon((0, 0), (3, 0), (3, 3)), on: grid) == [
        0, 0, 0.5,
        0, 0.5, 1,
        0.5, 1, 1,
      ])
  }

  @Test("level edges inside cells leave the right share in cells without a vertex")
  func levelEdges() throws {
    let grid = GridGeometry.plain(rows: 2, columns: 4)
    let shares = try dense(rectangle(0.5, 0.25, 3.5, 1.5), on: grid)
    #expect(shares == [0.25, 0.5, 0.5, 0.25, 0.375, 0.75, 0.75, 0.375])
  }

  @Test("a hole takes its share away and leaves cells inside it untouched")
  func hole() throws {
    let grid = GridGeometry.plain(rows: 5, columns: 5)
    var shape = rectangle(0, 0, 5, 5)
    shape.polygons[0].holes = [rectangle(0.5, 0.5, 4.5, 4.5).polygons[0].outer.reversed()]
    let shares = try dense(shape, on: grid)
    #expect(shares[0] == 0.75)
    #expect(shares[1] == 0.5)
    #expect(shares[2 * 5 + 2] == 0)
    #expect(abs(shares.reduce(0, +) - 9) < 1e-12)
  }

  @Test("the way a ring runs does not matter")
  func orientation() throws {
    let shape = polygon((0.3, 0.2), (4.1, 1.7), (2.2, 3.9))
    let reversed = MultiPolygon([Polygon(outer: shape.polygons[0].outer.reversed())])
    let (a, b) = (try dense(shape, on: grid), try dense(reversed, on: grid))
    #expect(zip(a, b).allSatisfy { abs($0 - $1) < 1e-14 })
    #expect(a.reduce(0, +) > 1)
  }

  @Test("a polygon inside one cell keeps all digits of its area, however small it is")
  func insideOneCell() throws {
    for size in [1e-1, 1e-4, 1e-7, 1e-9] {
      let shape = rectangle(2.25, 1.5, 2.25 + size, 1.5 + size)
      let shares = try CellShares(of: shape, on: grid)
      #expect(shares.cells.count == 1)
      #expect(abs((shares.cells.first?.share ?? 0) / shape.area - 1) < 1e-12)
    }
  }

  @Test("a sliver thinner than a millionth of a cell still has its area")
  func sliver() throws {
    let shape = polygon((0.1, 0.1), (4.9, 3.7), (4.9, 3.7 + 1e-7))
    let shares = try CellShares(of: shape, on: grid)
    #expect(abs(shares.total / shape.area - 1) < 1e-6)
  }

  @Test("rings without area cover nothing")
  func degenerate() throws {
    let rings: [[Point]] = [
      [], [Point(x: 1, y: 1)], [Point(x: 1, y: 1), Point(x: 2, y: 2)],
      [Point(x: 1, y: 1), Point(x: 2, y: 2), Point(x: 3, y: 3)],
      [Point](repeating: Point(x: 1.5, y: 1.5), count: 4),
    ]
    for ring in rings {
      let shares = try CellShares(of: MultiPolygon([Polygon(outer: ring)]), on: grid)
      #expect(shares.cells.isEmpty && shares.runs.isEmpty)
    }
    #expect(try CellShares(of: MultiPolygon([]), on: grid).total == 0)
  }

  @Test(
    "a polygon outside the grid covers nothing",
    arguments: [
      rectangle(-3, 1, -1, 2), rectangle(6, 1, 7, 2), rectangle(1, 5, 2, 6),
      rectangle(1, -2, 2, -1),
      rectangle(-1, 1, 0, 2), rectangle(5, 1, 6, 2),
    ])
  func outside(shape: MultiPolygon) throws {
    let shares = try CellShares(of: shape, on: grid)
    #expect(shares.cells.isEmpty && shares.runs.isEmpty && !shares.isInsideGrid)
  }

  @Test("a continent around the grid covers every cell exactly")
  func continent() throws {
    var random = SeededGenerator(7)
    let ring = star(
      &random, centre: Point(x: 2, y: 2), radius: 5e6, vertices: 20_000, roughness: 0.5)
    let shares = try dense(MultiPolygon([Polygon(outer: ring)]), on: grid)
    #expect(shares == [Double](repeating: 1, count: 20))
  }

  @Test("what lies west of the grid still covers the cells east of it")
  func partlyWest() throws {
    let shape = polygon((-7.3, 0.5), (2.5, -6), (3.5, 9), (-4, 2.25))
    let whole = GridGeometry.plain(rows: 20, columns: 20, west: -10, south: -8)
    let wide = try dense(shape, on: whole)
    let narrow = try dense(shape, on: grid)
    for row in 0..<4 {
      for column in 0..<5 {
        #expect(abs(narrow[row * 5 + column] - wide[(row + 8) * 20 + column + 10]) < 1e-12)
      }
    }
  }

  @Test("coordinates that are not numbers are refused with the region's name")
  func badCoordinates() throws {
    for bad in [Double.nan, .infinity, 1e300] {
      let shape = polygon((0, 0), (bad, 1), (1, 1))
      #expect(throws: Fault.self) { try CellShares(of: shape, on: grid) }
    }
    #expect(throws: Fault.self) {
      try CellShares(of: rectangle(0, 0, 1, 1), on: .plain(rows: 0, columns: 5))
    }
    #expect(throws: Fault.self) {
      try CellShares(of: rectangle(0, 0, 1, 1), on: .plain(rows: 1 << 40, columns: 1 << 40))
    }
  }

  @Test("a grid from 0 to 360 degrees meets polygons from −180 to 180")
  func turnOfTheEarth() throws {
    let globe = GridGeometry.plain(
      rows: 180, columns: 360, west: 0, south: -90, cell: 1, isGeographic: true)
    let shape = try CellShares(of: rectangle(-5.5, 10, 5.5, 12), on: globe)
    #expect(abs(shape.total - 22) < 1e-12)
    let columns = Set(shape.runs.flatMap { [$0.firstColumn, $0.firstColumn + $0.count - 1] })
    #expect(columns == [0, 4, 355, 359])
    let split = MultiPolygon(
      rectangle(170.5, 0, 180, 2).polygons + rectangle(-180, 0, -170.5, 2).polygons)
    #expect(abs(try CellShares(of: split, on: globe).total - 38) < 1e-12)
    #expect(globe.cellIndex(of: Point(x: -0.5, y: 89.5)) == 359)
    #expect(globe.cellIndex(of: Point(x: 0, y: 91)) == nil)
  }
}
