import Glibc
import Hydromet

/// Distances near a place, on the plane that touches the ellipsoid there.
struct LocalPlane {
  private let origin: Place
  private let metresPerDegreeEast: Double
  private let metresPerDegreeNorth: Double

  /// - Source: radii of curvature of the WGS 84 ellipsoid in the meridian and the prime vertical
  ///   (a 6378137 m, e² 0.00669437999014). Good to 1 % within 100 km; distances here are for people.
  init(at origin: Place) {
    self.origin = origin
    let latitude = origin.latitude * .pi / 180
    let sine = sin(latitude)
    let root = (1 - 0.006_694_379_990_14 * sine * sine).squareRoot()
    metresPerDegreeEast = 6_378_137 / root * cos(latitude) * .pi / 180
    metresPerDegreeNorth = 6_378_137 * (1 - 0.006_694_379_990_14) / (root * root * root) * .pi / 180
  }

  /// Metres from the place to the border of a shape, WGS 84; nil for a shape without points.
  func metresToBorder(of shape: MultiPolygon) -> Double? {
    var least: Double?
    for ring in shape.rings {
      for i in ring.indices {
        let distance = metres(toEdge: ring[i], ring[(i + 1) % ring.count])
        if distance < least ?? .infinity { least = distance }
      }
    }
    return least
  }

  private func metres(toEdge a: Point, _ b: Point) -> Double {
    let ax = (a.x - origin.longitude) * metresPerDegreeEast
    let ay = (a.y - origin.latitude) * metresPerDegreeNorth
    let dx = (b.x - a.x) * metresPerDegreeEast
    let dy = (b.y - a.y) * metresPerDegreeNorth
    let length = dx * dx + dy * dy
    let share = length > 0 ? min(1, max(0, -(ax * dx + ay * dy) / length)) : 0
    let x = ax + share * dx
    let y = ay + share * dy
    return (x * x + y * y).squareRoot()
  }
}

extension MultiPolygon {
  func contains(_ place: Place) -> Bool {
    contains(Point(x: place.longitude, y: place.latitude))
  }
}
