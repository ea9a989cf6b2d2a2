import Hydromet
import Testing

/// A square of `size` x `size` cells cut into four by two crooked lines that meet in the middle.
private func crookedTiling(size: Int = 64) -> [MultiPolygon] {
  let half = Double(size / 2)
  func crooked(_ i: Int, _ seed: Int) -> Double {
    i == 0 || i == size || i == size / 2 ? 0 : Double((i * 7919 + seed * 104_729) % 97) / 97 - 0.5
  }
  let upright = (0...size).map { Point(x: half + crooked($0, 1), y: Double($0)) }
  let level = (0...size).map { Point(x: Double($0), y: half + crooked($0, 2)) }
  let end = Double(size)
  let (south, north) = (Array(upright[...(size / 2)]), Array(upright[(size / 2)...]))
  let (west, east) = (Array(level[...(size / 2)]), Array(level[(size / 2)...]))
  func shape(_ outer: [Point]) -> MultiPolygon { MultiPolygon([Polygon(outer: outer)]) }
  return [
    shape([Point(x: 0, y: 0)] + south + west.reversed().dropFirst()),
    shape(south + east.dropFirst() + [Point(x: end, y: 0)]),
    shape(west + north.dropFirst() + [Point(x: 0, y: end)]),
    shape(north + [Point(x: end, y: end)] + east.reversed().dropLast()),
  ].map { tile in
    MultiPolygon.signedArea(tile.polygons[0].outer) > 0
      ? tile : shape(tile.polygons[0].outer.reversed())
  }
}

private struct Edge: Hashable {
  let from: Point
  let to: Point
}

/// Edges that have no twin in the opposite direction.
private func openEdges(_ shapes: [MultiPolygon]) -> [Edge] {
  var edges: Set<Edge> = []
  for ring in shapes.flatMap(\.rings) {
    for i in ring.indices { edges.insert(Edge(from: ring[i], to: ring[(i + 1) % ring.count])) }
  }
  return edges.filter { !edges.contains(Edge(from: $0.to, to: $0.from)) }
}

private func properlyCross(_ a: Edge, _ b: Edge) -> Bool {
  func turn(_ p: Point, _ q: Point, _ r: Point) -> Double {
    (q.x - p.x) * (r.y - p.y) - (r.x - p.x) * (q.y - p.y)
  }
  return turn(a.from, a.to, b.from) * turn(a.from, a.to, b.to) < 0
    && turn(b.from, b.to, a.from) * turn(b.from, b.to, a.to) < 0
}

@Suite("Shared boundaries")
struct SharedBoundariesTests {
  @Test(
    "the area of a tiling is preserved and inner edges stay shared",
    arguments: [0.0, 0.3, 0.7, 1.5, 20])
  func tilingKeepsItsArea(tolerance: Double) {
    let tiles = crookedTiling()
    let simplified = SharedBoundaries(tiles).simplified(tolerance: tolerance)
    let area = simplified.reduce(0) { $0 + $1.area }
    #expect(abs(area - 64 * 64) < 1e-9)
    let outside = openEdges(simplified)
    #expect(
      outside.allSatisfy { edge in
        [0, 64].contains { edge.from.x == $0 && edge.to.x == $0 }
          || [0, 64].contains { edge.from.y == $0 && edge.to.y == $0 }
      })
    let length = outside.reduce(0) { $0 + abs($1.to.x - $1.from.x) + abs($1.to.y - $1.from.y) }
    #expect(length == 4 * 64)
  }

  @Test("each shared arc is held once")
  func arcsAreHeldOnce() {
    let boundaries = SharedBoundaries(crookedTiling())
    // Four arms that meet in the middle and four corners of the frame.
    #expect(boundaries.uniqueArcs.count == 8)
    let same = boundaries.simplified(tolerance: 0)
    #expect(same.map { Set($0.rings[0]) } == crookedTiling().map { Set($0.rings[0]) })
  }

  @Test("no simplification makes edges cross", arguments: [0.2, 0.5, 1, 2, 4])
  func edgesNeverCross(tolerance: Double) {
    let comb: [Point] = (0..<30).flatMap { i in
      [Point(x: Double(i), y: 0.02 * Double(i % 3)), Point(x: Double(i) + 0.4, y: 9.5)]
    }
    let tooth = [
      Point(x: 3.45, y: 8), Point(x: 3.6, y: 4), Point(x: 3.5, y: 6),
    ]
    let frame = comb + [Point(x: 30, y: -5), Point(x: 0, y: -5)]
    let simplified = SharedBoundaries([
      MultiPolygon([Polygon(outer: frame)]), MultiPolygon([Polygon(outer: tooth)]),
    ]).simplified(tolerance: tolerance)
    let edges = simplified.flatMap(\.rings).flatMap { ring in
      ring.indices.map { Edge(from: ring[$0], to: ring[($0 + 1) % ring.count]) }
    }
    for i in edges.indices {
      for j in edges.indices where j > i {
        #expect(!properlyCross(edges[i], edges[j]))
      }
    }
    #expect(simplified[0].contains(Point(x: 15, y: -2)))
  }

  @Test("an island keeps at least a triangle, and the lake around it the same one")
  func islandsDoNotCollapse() {
    // The circle's rational form: the right half upwards, the left half downwards.
    let half = (-10...10).map { i -> Point in
      let t = Double(i) / 10
      return Point(x: (1 - t * t) / (1 + t * t), y: 2 * t / (1 + t * t))
    }
    let circle = (half + half[1..<20].reversed().map { Point(x: -$0.x, y: $0.y) })
      .map { Point(x: 5 + 2 * $0.x, y: 5 + 2 * $0.y) }
    let sea = MultiPolygon([
      Polygon(
        outer: [
          Point(x: 0, y: 0), Point(x: 10, y: 0), Point(x: 10, y: 10), Point(x: 0, y: 10),
        ], holes: [circle.reversed()])
    ])
    let island = MultiPolygon([Polygon(outer: circle)])
    let simplified = SharedBoundaries([sea, island]).simplified(tolerance: 100)
    #expect(simplified[1].polygons[0].outer.count == 3)
    #expect(simplified[0].polygons[0].holes[0].count == 3)
    #expect(Set(simplified[0].polygons[0].holes[0]) == Set(simplified[1].polygons[0].outer))
    // No corner of the shore can go: the island lies on both sides of either diagonal.
    #expect(simplified[0].polygons[0].outer.count == 4)
  }

  @Test(
    "a limit of vertices is kept by every outer ring and not undercut without need",
    arguments: [100, 40, 12, 6])
  func vertexLimit(limit: Int) {
    let boundaries = SharedBoundaries(crookedTiling())
    let largest = boundaries.simplified(maximumVertices: limit)
      .flatMap(\.polygons).map { $0.outer.count + 1 }.max()
    #expect(largest == min(limit, 67))
  }

  @Test("a shape that is short enough keeps every vertex that no longer neighbour has to give up")
  func limitLeavesShortShapesAlone() {
    let tiles = crookedTiling()
    let triangle = MultiPolygon([
      Polygon(outer: [
        Point(x: 80, y: 0), Point(x: 84, y: 0.01), Point(x: 88, y: 0), Point(x: 84, y: 5),
      ])
    ])
    let simplified = SharedBoundaries(tiles + [triangle]).simplified(maximumVertices: 20)
    #expect(simplified.allSatisfy { $0.polygons[0].outer.count <= 19 })
    #expect(simplified[4] == triangle)
  }

  @Test("junctions stay where they are when arcs are replaced")
  func replacedArcsStillMeet() {
    let moved = SharedBoundaries(crookedTiling()).replacingArcs { arc in
      arc.points.map { Point(x: $0.x + 0.25, y: $0.y + 0.25) }
    }
    #expect(moved.allSatisfy { $0.polygons[0].outer.contains(Point(x: 32, y: 32)) })
    let inner = Set(openEdges(moved).flatMap { [$0.from, $0.to] })
    #expect(!inner.contains(Point(x: 32, y: 32)))
  }

  @Test("the same shapes give the same result in every run")
  func repeatable() {
    let first = SharedBoundaries(crookedTiling()).simplified(tolerance: 0.6)
    #expect(
      (0..<5).allSatisfy { _ in
        SharedBoundaries(crookedTiling()).simplified(tolerance: 0.6) == first
      })
  }

  @Test("empty shapes, slivers and coordinates that are not numbers pass through")
  func oddInput() {
    let odd = [
      MultiPolygon([]), MultiPolygon([Polygon(outer: [])]),
      MultiPolygon([Polygon(outer: [Point(x: 1, y: 1), Point(x: 2, y: 2)])]),
      MultiPolygon([
        Polygon(outer: [
          Point(x: .nan, y: 1), Point(x: 2, y: 2), Point(x: .infinity, y: 0), Point(x: 1, y: 7),
        ])
      ]),
    ]
    let simplified = SharedBoundaries(odd).simplified(tolerance: 10)
    #expect(simplified.map { $0.polygons.map(\.outer.count) } == [[], [0], [2], [4]])
    #expect(SharedBoundaries([]).simplified(maximumVertices: 10).isEmpty)
  }
}
