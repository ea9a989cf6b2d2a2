import Hydromet

/// Areas of whole polygons, whether a grid covers them or not. Rings are taken by their place: an
/// outer ring adds and a hole subtracts, whichever way they run.
enum RegionArea {
  /// Area in the square of the coordinates' unit.
  static func planar(_ polygon: MultiPolygon) -> Double {
    sum(polygon) { MultiPolygon.signedArea($0) }
  }

  /// Area on the ellipsoid of a polygon whose edges are straight in longitude and latitude, km².
  static func ellipsoidal(_ polygon: MultiPolygon, density: AreaDensity) -> Double {
    sum(polygon) { ring in
      guard let origin = ring.first else { return 0 }
      var total = 0.0
      var previous = ring[ring.count - 1]
      for point in ring {
        total += strip(from: previous, to: point, meridian: origin.x, density: density)
        previous = point
      }
      return total
    }
  }

  private static func sum(_ polygon: MultiPolygon, ring area: ([Point]) -> Double) -> Double {
    polygon.polygons.reduce(0) { total, part in
      total + abs(area(part.outer)) - part.holes.reduce(0) { $0 + abs(area($1)) }
    }
  }

  /// Signed area between an edge and a meridian: the integral of (λ − meridian) dF(φ) along it.
  private static func strip(
    from a: Point, to b: Point, meridian: Double, density: AreaDensity
  ) -> Double {
    let rise = b.y - a.y
    guard rise != 0 else { return 0 }
    // Five degrees of latitude at a time; no true edge spans more than 180.
    let parts = Int(min(abs(rise) / 5, 36)) + 1
    var total = 0.0
    for part in 0..<parts {
      let middle = (Double(part) + 0.5) / Double(parts)
      let half = 0.5 / Double(parts)
      for node in 0..<3 {
        let t = middle + half * (Double(node) - 1) * GaussRule.node
        let width = (a.x - meridian) + (b.x - a.x) * t
        let weight = node == 1 ? GaussRule.middleWeight : GaussRule.outerWeight
        total += weight * half * width * density.value(atLatitude: a.y + rise * t)
      }
    }
    return total * rise
  }
}
