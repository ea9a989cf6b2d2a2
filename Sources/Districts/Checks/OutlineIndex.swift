import Glibc
import Hydromet

/// The edges of outlines or lines, found by place.
struct OutlineIndex {
  private struct Cell: Hashable {
    let x: Int
    let y: Int
  }

  private struct Edge {
    let a: Point
    let b: Point
  }

  private var edges: [Cell: [Edge]] = [:]
  private let reach: Double
  private let metresPerDegreeNorth = 111_000.0
  private let metresPerDegreeEast: Double

  /// - Parameters:
  ///   - lines: WGS 84 degrees.
  ///   - reach: what counts as near, metres.
  init(_ lines: [[Point]], reach: Double) {
    self.reach = reach
    let latitude = lines.first?.first?.y ?? 0
    metresPerDegreeEast = max(1000, 111_320 * cos(latitude * .pi / 180))
    for line in lines {
      for (a, b) in zip(line, line.dropFirst()) { add(Edge(a: a, b: b)) }
    }
  }

  private func cell(_ point: Point) -> Cell? {
    let x = (point.x * metresPerDegreeEast / reach).rounded(.down)
    let y = (point.y * metresPerDegreeNorth / reach).rounded(.down)
    guard x.magnitude < 1e9, y.magnitude < 1e9 else { return nil }
    return Cell(x: Int(x), y: Int(y))
  }

  /// Notes an edge in every cell that it passes; one that passes very many is no border of a township.
  private mutating func add(_ edge: Edge) {
    guard let first = cell(edge.a), let last = cell(edge.b) else { return }
    let steps = max(abs(last.x - first.x), abs(last.y - first.y)) * 2 + 1
    guard steps < 20_000 else { return }
    var before: Cell?
    for step in 0...steps {
      let share = Double(step) / Double(steps)
      let point = Point(
        x: edge.a.x + share * (edge.b.x - edge.a.x), y: edge.a.y + share * (edge.b.y - edge.a.y))
      guard let cell = cell(point), cell != before else { continue }
      edges[cell, default: []].append(edge)
      before = cell
    }
  }

  /// Whether an edge passes within the reach of a place.
  func isNear(_ point: Point) -> Bool {
    guard let centre = cell(point) else { return false }
    for y in (centre.y - 1)...(centre.y + 1) {
      for x in (centre.x - 1)...(centre.x + 1) {
        for edge in edges[Cell(x: x, y: y)] ?? [] where distance(point, edge) <= reach {
          return true
        }
      }
    }
    return false
  }

  private func distance(_ point: Point, _ edge: Edge) -> Double {
    let ax = (edge.a.x - point.x) * metresPerDegreeEast
    let ay = (edge.a.y - point.y) * metresPerDegreeNorth
    let dx = (edge.b.x - edge.a.x) * metresPerDegreeEast
    let dy = (edge.b.y - edge.a.y) * metresPerDegreeNorth
    let square = dx * dx + dy * dy
    let share = square > 0 ? min(1, max(0, -(ax * dx + ay * dy) / square)) : 0
    let x = ax + share * dx
    let y = ay + share * dy
    return (x * x + y * y).squareRoot()
  }

  /// Points along lines, one about every `metres`, at most `limit` in all.
  static func samples(of lines: [[Point]], every metres: Double, limit: Int) -> [Point] {
    var samples: [Point] = []
    for line in lines {
      var rest = 0.0
      for (a, b) in zip(line, line.dropFirst()) {
        let east = (b.x - a.x) * 111_320 * cos(a.y * .pi / 180)
        let north = (b.y - a.y) * 111_000
        rest += (east * east + north * north).squareRoot()
        guard rest >= metres else { continue }
        samples.append(b)
        rest = 0
      }
    }
    guard samples.count > limit, limit > 0 else { return samples }
    let stride = (samples.count + limit - 1) / limit
    return samples.indices.filter { $0 % stride == 0 }.map { samples[$0] }
  }
}
