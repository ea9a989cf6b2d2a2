import Foundation
import Hydromet

/// A small generator with a fixed seed (SplitMix64), so that random shapes are the same every time.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(_ seed: UInt64) {
    state = seed
  }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }

  mutating func number(_ range: ClosedRange<Double>) -> Double {
    Double.random(in: range, using: &self)
  }
}

func polygon(_ points: (Double, Double)...) -> MultiPolygon {
  MultiPolygon([Polygon(outer: points.map { Point(x: $0.0, y: $0.1) })])
}

func rectangle(_ west: Double, _ south: Double, _ east: Double, _ north: Double) -> MultiPolygon {
  polygon((west, south), (east, south), (east, north), (west, north))
}

/// A closed ring around a centre with a random radius for each direction: never crosses itself.
func star(
  _ random: inout SeededGenerator, centre: Point, radius: Double, vertices: Int,
  roughness: Double = 0.7
) -> [Point] {
  let turn = random.number(0...1)
  return (0..<vertices).map { i in
    let angle = 2 * Double.pi * (Double(i) + turn) / Double(vertices)
    let r = radius * random.number((1 - roughness)...1)
    return Point(x: centre.x + r * cos(angle), y: centre.y + r * sin(angle))
  }
}

/// Vertices on a circle that is pulled to an ellipse: always convex.
func convexRing(_ random: inout SeededGenerator, centre: Point, radius: Double) -> [Point] {
  let count = Int.random(in: 3...9, using: &random)
  let angles = (0..<count).map { _ in random.number(0...2 * Double.pi) }.sorted()
  let flat = random.number(0.01...1)
  let tilt = random.number(0...Double.pi)
  return angles.map { angle in
    let (a, b) = (radius * cos(angle), radius * flat * sin(angle))
    return Point(
      x: centre.x + a * cos(tilt) - b * sin(tilt), y: centre.y + a * sin(tilt) + b * cos(tilt))
  }
}

/// A comb with long thin teeth that crosses many cells many times.
func comb(at corner: Point, teeth: Int, width: Double, height: Double) -> [Point] {
  var ring = [Point(x: corner.x, y: corner.y)]
  let pitch = width / Double(teeth)
  ring.append(Point(x: corner.x + width, y: corner.y))
  for tooth in stride(from: teeth - 1, through: 0, by: -1) {
    let x = corner.x + Double(tooth) * pitch
    ring += [
      Point(x: x + pitch, y: corner.y + height), Point(x: x + pitch * 0.6, y: corner.y + height),
      Point(x: x + pitch * 0.6, y: corner.y + height * 0.05),
      Point(x: x, y: corner.y + height * 0.05),
    ]
  }
  return ring
}

/// A band wound round a centre.
func spiral(at centre: Point, turns: Double, radius: Double) -> [Point] {
  let steps = Int(turns * 40)
  func arm(_ i: Int, _ shift: Double) -> Point {
    let t = Double(i) / Double(steps)
    let r = radius * (0.1 + 0.9 * t) + shift
    return Point(
      x: centre.x + r * cos(2 * Double.pi * turns * t),
      y: centre.y + r * sin(2 * Double.pi * turns * t))
  }
  let gap = radius * min(0.3 / turns, 0.05)
  return (0...steps).map { arm($0, 0) }.reversed() + (0...steps).map { arm($0, -gap) }
}

/// The part of a convex ring inside a rectangle, after Sutherland and Hodgman.
func clipped(_ ring: [Point], to box: Box) -> [Point] {
  var ring = ring
  let sides: [(Point) -> Double] = [
    { $0.x - box.minX }, { box.maxX - $0.x }, { $0.y - box.minY }, { box.maxY - $0.y },
  ]
  for side in sides {
    var kept: [Point] = []
    for i in ring.indices {
      let (a, b) = (ring[i], ring[(i + 1) % ring.count])
      let (da, db) = (side(a), side(b))
      if da >= 0 { kept.append(a) }
      if (da < 0) != (db < 0) {
        let t = da / (da - db)
        kept.append(Point(x: a.x + (b.x - a.x) * t, y: a.y + (b.y - a.y) * t))
      }
    }
    ring = kept
  }
  return ring
}

extension GridGeometry {
  /// Metres or degrees without a true projection.
  static func plain(
    rows: Int, columns: Int, west: Double = 0, south: Double = 0, cell: Double = 1,
    isGeographic: Bool = false
  ) -> GridGeometry {
    GridGeometry(
      rows: rows, columns: columns, projection: isGeographic ? "EPSG:4326" : "+proj=laea",
      isGeographic: isGeographic, west: west, north: south + Double(rows) * cell,
      cellWidth: cell, cellHeight: cell)
  }
}
