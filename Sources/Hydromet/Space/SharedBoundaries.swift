/// The boundaries of shapes that share exact vertices, each shared stretch held once.
///
/// The rings are cut into arcs at junctions, the vertices whose neighbours are not the same in every
/// ring that passes through them. What is done to an arc is done for both of its sides, so that
/// neighbours keep one edge, without gaps and without overlaps.
///
/// Only vertices with equal coordinates are the same vertex: shapes that meet along an edge on which
/// just one of them has a vertex are not joined there.
public struct SharedBoundaries: Sendable {
  /// A stretch of boundary between two junctions, or a whole ring that meets none.
  public struct Arc: Sendable, Hashable {
    /// From junction to junction, both included; a closed arc does not repeat its first point.
    public let points: [Point]
    public let isClosed: Bool

    public init(points: [Point], isClosed: Bool) {
      self.points = points
      self.isClosed = isClosed
    }
  }

  struct ArcUse: Sendable, Hashable {
    let arc: Int
    let isReversed: Bool
  }

  /// Vertex numbers of an arc.
  struct ArcVertices: Sendable, Hashable {
    let vertices: [Int]
    let isClosed: Bool
  }

  /// The distinct vertices, in the order in which the rings first name them.
  let points: [Point]
  let arcs: [ArcVertices]
  /// Every ring as a chain of arcs.
  let rings: [[ArcUse]]
  /// Ring numbers: shape, polygon, outer ring and holes.
  let shapes: [[[Int]]]
  private let order: RemovalOrder

  /// Cost: O(n log n) for n vertices.
  public init(_ shapes: [MultiPolygon]) {
    var builder = ArcBuilder()
    self.shapes = shapes.map { shape in
      shape.polygons.map { polygon in
        ([polygon.outer] + polygon.holes).map { builder.addRing($0) }
      }
    }
    builder.cutRings()
    points = builder.points
    arcs = builder.arcs
    rings = builder.rings
    order = RemovalOrder(
      points: points, arcs: arcs, rings: rings, limits: Array(repeating: 0, count: rings.count))
  }

  /// Every arc once, in the order in which the rings first use them.
  public var uniqueArcs: [Arc] {
    arcs.map { arc in
      Arc(points: arc.vertices.map { points[$0] }, isClosed: arc.isClosed)
    }
  }

  /// The shapes without the vertices that matter least.
  ///
  /// Of all vertices between junctions the one whose triangle with its two neighbours is smallest
  /// goes first, then the next of what is left. A vertex stays while another vertex lies in its
  /// triangle, so that edges never cross, and while it is one of the last three of a ring, so that no
  /// polygon collapses. Junctions stay.
  ///
  /// - Parameter tolerance: in the unit of the coordinates; triangles smaller than its square go.
  /// - Source: Visvalingam and Whyatt (1993), "Line generalisation by repeated elimination of points".
  public func simplified(tolerance: Double) -> [MultiPolygon] {
    let area = tolerance * tolerance
    return rebuilt(without: order.removals.prefix { $0.area < area })
  }

  /// The shapes with no more vertices removed, least first, than needed so that no outer ring has
  /// more than `maximumVertices` positions, the repeated first one counted in. A stretch between
  /// rings that are short enough stays as it is. A ring whose junctions alone are more keeps them.
  public func simplified(maximumVertices: Int) -> [MultiPolygon] {
    var limits = Array(repeating: Int.max, count: rings.count)
    for polygon in shapes.joined() {
      if let outer = polygon.first { limits[outer] = max(maximumVertices, 1) - 1 }
    }
    let order = RemovalOrder(points: points, arcs: arcs, rings: rings, limits: limits)
    return rebuilt(without: order.removals[...])
  }

  /// The shapes with every arc replaced. The first and last point of an open arc are put back after
  /// the change, so that arcs still meet; an arc that comes back with fewer than two points (three
  /// where it is closed) stays as it was.
  public func replacingArcs(_ change: (Arc) -> [Point]) -> [MultiPolygon] {
    let changed = uniqueArcs.map { arc -> [Point] in
      var line = change(arc)
      guard line.count >= (arc.isClosed ? 3 : 2) else { return arc.points }
      if !arc.isClosed, let first = arc.points.first, let last = arc.points.last {
        line[0] = first
        line[line.count - 1] = last
      }
      return line
    }
    return rebuilt(from: changed)
  }

  private func rebuilt(without removals: ArraySlice<RemovalOrder.Removal>) -> [MultiPolygon] {
    var stays = Array(repeating: true, count: points.count)
    for removal in removals { stays[removal.vertex] = false }
    return rebuilt(
      from: arcs.map { arc in arc.vertices.filter { stays[$0] }.map { points[$0] } })
  }

  private func rebuilt(from lines: [[Point]]) -> [MultiPolygon] {
    let rebuiltRings = rings.map { uses in
      var ring: [Point] = []
      for use in uses {
        let line = lines[use.arc]
        let drop = arcs[use.arc].isClosed ? 0 : 1
        // The last point of an open arc is the first one of the next.
        ring += use.isReversed ? Array(line.reversed().dropLast(drop)) : Array(line.dropLast(drop))
      }
      return ring
    }
    return shapes.map { polygons in
      MultiPolygon(
        polygons.compactMap { numbers in
          guard let outer = numbers.first else { return nil }
          return Polygon(
            outer: rebuiltRings[outer], holes: numbers.dropFirst().map { rebuiltRings[$0] })
        })
    }
  }
}

/// Numbers the vertices, finds the junctions and cuts the rings there.
private struct ArcBuilder {
  private(set) var points: [Point] = []
  private(set) var arcs: [SharedBoundaries.ArcVertices] = []
  private(set) var rings: [[SharedBoundaries.ArcUse]] = []
  private var numbers: [Point: Int] = [:]
  private var ringVertices: [[Int]] = []
  private var arcNumbers: [SharedBoundaries.ArcVertices: Int] = [:]

  mutating func addRing(_ ring: [Point]) -> Int {
    var vertices: [Int] = []
    for point in ring {
      let number = number(of: point)
      if vertices.last != number { vertices.append(number) }
    }
    while vertices.count > 1, vertices.first == vertices.last { vertices.removeLast() }
    ringVertices.append(vertices)
    return ringVertices.count - 1
  }

  private mutating func number(of point: Point) -> Int {
    if let known = numbers[point] { return known }
    numbers[point] = points.count
    points.append(point)
    return points.count - 1
  }

  mutating func cutRings() {
    let isJunction = junctions()
    rings = ringVertices.map { ring in
      guard let start = ring.firstIndex(where: { isJunction[$0] }) else {
        return ring.isEmpty ? [] : [use(of: ring, isClosed: true)]
      }
      let turned = ring[start...] + ring[..<start] + [ring[start]]
      var uses: [SharedBoundaries.ArcUse] = []
      var line: [Int] = []
      for vertex in turned {
        line.append(vertex)
        if isJunction[vertex], line.count > 1 {
          uses.append(use(of: line, isClosed: false))
          line = [vertex]
        }
      }
      return uses
    }
  }

  /// Vertices whose pair of neighbours differs between two passes of rings, and those of rings that
  /// are not even triangles or have a coordinate that is not finite.
  private func junctions() -> [Bool] {
    var pairs: [(Int, Int)?] = Array(repeating: nil, count: points.count)
    var isJunction = points.map { !($0.x.isFinite && $0.y.isFinite) }
    for ring in ringVertices {
      for (i, vertex) in ring.enumerated() {
        let before = ring[(i + ring.count - 1) % ring.count]
        let after = ring[(i + 1) % ring.count]
        let pair = (min(before, after), max(before, after))
        if ring.count < 3 { isJunction[vertex] = true }
        if let known = pairs[vertex] {
          if known != pair { isJunction[vertex] = true }
        } else {
          pairs[vertex] = pair
        }
      }
    }
    return isJunction
  }

  /// The arc with these vertices in one of its two directions, made where there is none yet.
  private mutating func use(of line: [Int], isClosed: Bool) -> SharedBoundaries.ArcUse {
    var forward = line
    if isClosed, let lowest = line.indices.min(by: { line[$0] < line[$1] }) {
      forward = Array(line[lowest...] + line[..<lowest])
    }
    var backward = Array(forward.reversed())
    if isClosed, let first = backward.popLast() { backward.insert(first, at: 0) }
    let isReversed = backward.lexicographicallyPrecedes(forward)
    let arc = SharedBoundaries.ArcVertices(
      vertices: isReversed ? backward : forward, isClosed: isClosed)
    if let known = arcNumbers[arc] {
      return SharedBoundaries.ArcUse(arc: known, isReversed: isReversed)
    }
    arcNumbers[arc] = arcs.count
    arcs.append(arc)
    return SharedBoundaries.ArcUse(arc: arcs.count - 1, isReversed: isReversed)
  }
}
