/// The order in which the vertices of shared boundaries can be left out: the one that matters least
/// first. Every prefix of it leaves rings that neither cross nor collapse.
struct RemovalOrder: Sendable {
  struct Removal: Sendable {
    let vertex: Int
    /// Area of the vertex's triangle, or of the largest that had to go before it.
    let area: Double
  }

  private(set) var removals: [Removal] = []

  /// - Parameter limits: for each ring the number of vertices down to which any may be removed; the
  ///   order ends where every ring is within its limit.
  init(
    points: [Point], arcs: [SharedBoundaries.ArcVertices], rings: [[SharedBoundaries.ArcUse]],
    limits: [Int]
  ) {
    var ringsOfArc: [[Int]] = Array(repeating: [], count: arcs.count)
    for (ring, uses) in rings.enumerated() {
      for use in uses { ringsOfArc[use.arc].append(ring) }
    }
    var arcOfVertex = Array(repeating: -1, count: points.count)
    var elimination = Elimination(points: points)
    for (number, arc) in arcs.enumerated() {
      let vertices = arc.vertices
      for i in vertices.indices {
        if !arc.isClosed, i == 0 || i == vertices.count - 1 { continue }
        arcOfVertex[vertices[i]] = number
        elimination.allow(
          vertices[i], between: vertices[(i + vertices.count - 1) % vertices.count],
          and: vertices[(i + 1) % vertices.count])
      }
    }
    var counts = rings.map { uses in
      uses.reduce(0) {
        $0 + arcs[$1.arc].vertices.count - (arcs[$1.arc].isClosed ? 0 : 1)
      }
    }
    var largest = 0.0
    while let candidate = elimination.next() {
      let around = ringsOfArc[arcOfVertex[candidate.vertex]]
      // Counts only fall: a vertex that is refused now would be refused for ever.
      guard around.allSatisfy({ counts[$0] > 3 }),
        around.contains(where: { counts[$0] > limits[$0] })
      else { continue }
      elimination.remove(candidate.vertex)
      for ring in around { counts[ring] -= 1 }
      largest = max(largest, candidate.area)
      removals.append(Removal(vertex: candidate.vertex, area: largest))
    }
  }
}

/// The vertices that are left, with their neighbours along the arc.
private struct Elimination {
  private let points: [Point]
  private var before: [Int]
  private var after: [Int]
  private var isRemovable: [Bool]
  private var isPresent: [Bool]
  private var areas: [Double]
  private var queue = PriorityQueue()
  private var index: VertexIndex
  /// Vertices that may go once the vertex in their triangle is gone.
  private var waiting: [[Int]]

  init(points: [Point]) {
    self.points = points
    let count = points.count
    before = Array(repeating: -1, count: count)
    after = Array(repeating: -1, count: count)
    isRemovable = Array(repeating: false, count: count)
    isPresent = Array(repeating: true, count: count)
    areas = Array(repeating: 0, count: count)
    waiting = Array(repeating: [], count: count)
    index = VertexIndex(points)
  }

  mutating func allow(_ vertex: Int, between first: Int, and second: Int) {
    before[vertex] = first
    after[vertex] = second
    isRemovable[vertex] = true
    enqueue(vertex)
  }

  private mutating func enqueue(_ vertex: Int) {
    let (a, b, c) = (points[before[vertex]], points[vertex], points[after[vertex]])
    areas[vertex] = abs((b.x - a.x) * (c.y - a.y) - (c.x - a.x) * (b.y - a.y)) / 2
    queue.insert(vertex, key: areas[vertex])
  }

  /// The vertex with the smallest triangle that holds no other vertex.
  mutating func next() -> (vertex: Int, area: Double)? {
    while let entry = queue.removeFirst() {
      // An entry from before a neighbour went has another area: a newer one is in the queue.
      guard isPresent[entry.item], areas[entry.item] == entry.key else { continue }
      let corners = (before[entry.item], entry.item, after[entry.item])
      if let blocker = index.vertex(
        inTriangle: (points[corners.0], points[corners.1], points[corners.2]), of: points,
        where: { isPresent[$0] && $0 != corners.0 && $0 != corners.1 && $0 != corners.2 })
      {
        waiting[blocker].append(entry.item)
        continue
      }
      return (entry.item, entry.key)
    }
    return nil
  }

  mutating func remove(_ vertex: Int) {
    isPresent[vertex] = false
    let (first, second) = (before[vertex], after[vertex])
    replaceNeighbour(of: first, vertex, by: second)
    replaceNeighbour(of: second, vertex, by: first)
    for other in waiting[vertex] where isPresent[other] { enqueue(other) }
    waiting[vertex] = []
  }

  private mutating func replaceNeighbour(of vertex: Int, _ old: Int, by new: Int) {
    guard isRemovable[vertex] else { return }
    if before[vertex] == old {
      before[vertex] = new
    } else if after[vertex] == old {
      after[vertex] = new
    }
    enqueue(vertex)
  }
}

/// Finds vertices in a small area: square cells over the box of all.
private struct VertexIndex {
  private var box = Box(minX: 0, minY: 0, maxX: 1, maxY: 1)
  private var side = 1
  private var cells: [[Int]] = [[]]

  init(_ points: [Point]) {
    let finite = points.indices.filter { points[$0].x.isFinite && points[$0].y.isFinite }
    guard let box = Box(around: finite.lazy.map { points[$0] }) else { return }
    self.box = box
    side = max(1, min(1024, Int(Double(finite.count).squareRoot())))
    cells = Array(repeating: [], count: side * side)
    for vertex in finite {
      let p = points[vertex]
      cells[row(p.y) * side + column(p.x)].append(vertex)
    }
  }

  private func column(_ x: Double) -> Int { share(x - box.minX, of: box.maxX - box.minX) }
  private func row(_ y: Double) -> Int { share(y - box.minY, of: box.maxY - box.minY) }

  private func share(_ part: Double, of whole: Double) -> Int {
    let scaled = part / whole * Double(side)
    guard scaled >= 1 else { return 0 }
    return scaled < Double(side) ? Int(scaled) : side - 1
  }

  /// The first vertex that counts and lies in the triangle or on its edge.
  func vertex(
    inTriangle t: (Point, Point, Point), of points: [Point], where counts: (Int) -> Bool
  ) -> Int? {
    let columns =
      column(min(t.0.x, t.1.x, t.2.x))...column(max(t.0.x, t.1.x, t.2.x))
    for row in row(min(t.0.y, t.1.y, t.2.y))...row(max(t.0.y, t.1.y, t.2.y)) {
      for column in columns {
        for vertex in cells[row * side + column]
        where counts(vertex) && VertexIndex.triangle(t, holds: points[vertex]) {
          return vertex
        }
      }
    }
    return nil
  }

  private static func triangle(_ t: (Point, Point, Point), holds p: Point) -> Bool {
    let a = turn(t.0, t.1, p)
    let b = turn(t.1, t.2, p)
    let c = turn(t.2, t.0, p)
    let isInside = (a >= 0 && b >= 0 && c >= 0) || (a <= 0 && b <= 0 && c <= 0)
    guard isInside else { return false }
    // A flat triangle is a line: the point must lie within its length.
    return p.x >= min(t.0.x, t.1.x, t.2.x) && p.x <= max(t.0.x, t.1.x, t.2.x)
      && p.y >= min(t.0.y, t.1.y, t.2.y) && p.y <= max(t.0.y, t.1.y, t.2.y)
  }

  private static func turn(_ a: Point, _ b: Point, _ c: Point) -> Double {
    (b.x - a.x) * (c.y - a.y) - (c.x - a.x) * (b.y - a.y)
  }
}
