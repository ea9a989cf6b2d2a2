import Drill
import Hydromet

/// The district and the storm that most tests look at, made once.
enum Sample {
  static let seed: UInt64 = 7
  static let district = SyntheticDistrict.generate(seed: seed)
  static let storm = Result { () throws(Fault) in
    try SyntheticStorm(
      plan: try DrillPlan(seed: seed, start: DrillPlan.sampleStart), district: district.description)
  }

  /// FNV-1a, 64 bits.
  static func digest(_ bytes: some Sequence<UInt8>) -> String {
    let hash = bytes.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { hash, byte in
      (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
    }
    return String(hash, radix: 16)
  }
}

struct Edge: Hashable {
  let from: Point
  let to: Point

  var reversed: Edge { Edge(from: to, to: from) }

  static func edges(of shapes: [MultiPolygon]) -> [Edge] {
    shapes.flatMap(\.rings).flatMap { ring in
      ring.indices.map { Edge(from: ring[$0], to: ring[($0 + 1) % ring.count]) }
    }
  }

  func crosses(_ other: Edge) -> Bool {
    func turn(_ p: Point, _ q: Point, _ r: Point) -> Double {
      (q.x - p.x) * (r.y - p.y) - (r.x - p.x) * (q.y - p.y)
    }
    guard max(from.x, to.x) >= min(other.from.x, other.to.x),
      max(other.from.x, other.to.x) >= min(from.x, to.x)
    else { return false }
    return turn(from, to, other.from) * turn(from, to, other.to) < 0
      && turn(other.from, other.to, from) * turn(other.from, other.to, to) < 0
  }
}
