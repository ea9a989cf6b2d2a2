extension MultiPolygon {
  /// The union of shapes that share exact vertices and do not overlap: edges that two of them share
  /// vanish, the others are chained into rings again. Cost: O(n) for n vertices.
  ///
  /// Where rings touch in a point only, they stay rings of their own.
  public init(dissolving shapes: [MultiPolygon]) {
    var outline = OutlineBuilder()
    for ring in shapes.lazy.flatMap(\.rings) {
      for i in ring.indices { outline.add(from: ring[i], to: ring[(i + 1) % ring.count]) }
    }
    self = outline.multiPolygon()
  }
}

/// Directed edges with the inside on their left, chained into polygons.
private struct OutlineBuilder {
  private var points: [Point] = []
  private var numbers: [Point: Int] = [:]
  /// Ends of the edges that begin at each point, in the order of arrival.
  private var ends: [[Int]] = []

  private mutating func number(of point: Point) -> Int {
    if let known = numbers[point] { return known }
    numbers[point] = points.count
    points.append(point)
    ends.append([])
    return points.count - 1
  }

  /// Adds an edge, or takes out the one that runs the other way.
  mutating func add(from first: Point, to second: Point) {
    let (a, b) = (number(of: first), number(of: second))
    guard a != b else { return }
    if let twin = ends[b].firstIndex(of: a) {
      ends[b].remove(at: twin)
    } else {
      ends[a].append(b)
    }
  }

  mutating func multiPolygon() -> MultiPolygon {
    var outers: [[Point]] = []
    var holes: [[Point]] = []
    for start in points.indices {
      while !ends[start].isEmpty {
        let ring = chain(from: start).map { points[$0] }
        guard ring.count >= 3 else { continue }
        if MultiPolygon.signedArea(ring) > 0 {
          outers.append(ring)
        } else {
          holes.append(ring)
        }
      }
    }
    return OutlineBuilder.assembled(outers: outers, holes: holes)
  }

  /// Follows edges until the start comes again.
  private mutating func chain(from start: Int) -> [Int] {
    var ring = [start]
    var previous = start
    var current = ends[start].removeFirst()
    while current != start, !ends[current].isEmpty {
      let next = leftmost(from: previous, through: current)
      ring.append(current)
      previous = current
      current = ends[current].remove(at: next)
    }
    return ring
  }

  /// The edge that turns most to the left: it closes the ring that touches itself here.
  private func leftmost(from previous: Int, through current: Int) -> Int {
    guard ends[current].count > 1 else { return 0 }
    let (p, c) = (points[previous], points[current])
    func turn(_ end: Int) -> (Bool, Double) {
      let (ux, uy) = (c.x - p.x, c.y - p.y)
      let (vx, vy) = (points[end].x - c.x, points[end].y - c.y)
      let cross = ux * vy - uy * vx
      let length = (vx * vx + vy * vy).squareRoot() * (ux * ux + uy * uy).squareRoot()
      let along = (ux * vx + uy * vy) / length
      return (cross >= 0, cross >= 0 ? -along : along)
    }
    var best = 0
    for i in ends[current].indices.dropFirst() {
      let (a, b) = (turn(ends[current][i]), turn(ends[current][best]))
      if a.0 != b.0 ? a.0 : a.1 > b.1 { best = i }
    }
    return best
  }

  private static func assembled(outers: [[Point]], holes: [[Point]]) -> MultiPolygon {
    var polygons = outers.map { Polygon(outer: $0) }
    let areas = outers.map { MultiPolygon.signedArea($0) }
    for hole in holes {
      // The smallest outer ring around it; a corner on the ring's edge counts as inside.
      var owner: Int?
      for (i, outer) in outers.enumerated() {
        let ring = MultiPolygon([Polygon(outer: outer)])
        guard hole.contains(where: { ring.contains($0) || outer.contains($0) }) else { continue }
        if let known = owner, areas[known] <= areas[i] { continue }
        owner = i
      }
      if let owner { polygons[owner].holes.append(hole) }
    }
    return MultiPolygon(polygons)
  }
}
