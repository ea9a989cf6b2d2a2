import Hydromet

/// Kilometres to the east and north of a place, and back to degrees: a plane that is good to a few
/// parts in a thousand over one district.
struct LocalPlane: Sendable {
  let origin: Place
  private let kilometresPerDegreeOfLongitude: Double
  private let kilometresPerDegreeOfLatitude: Double

  init(origin: Place) {
    self.origin = origin
    let cosine = LocalPlane.cosine(ofDegrees: origin.latitude)
    // Series of the WGS 84 ellipsoid, cut after the term that matters here.
    let cosineOfDouble = 2 * cosine * cosine - 1
    kilometresPerDegreeOfLatitude = 111.1329 - 0.5598 * cosineOfDouble
    kilometresPerDegreeOfLongitude = cosine * (111.4129 - 0.0935 * (4 * cosine * cosine - 3))
  }

  /// By its Taylor series, which the mathematics library is not needed for; exact to 1e-9 within
  /// ±90°.
  private static func cosine(ofDegrees degrees: Double) -> Double {
    let angle = min(max(degrees, -89), 89) * 0.017_453_292_519_943_295
    let square = angle * angle
    var term = 1.0
    var sum = 1.0
    for k in 1...9 {
      term *= -square / Double((2 * k - 1) * 2 * k)
      sum += term
    }
    return sum
  }

  func place(_ p: Point) -> Place {
    Place(
      longitude: origin.longitude + p.x / kilometresPerDegreeOfLongitude,
      latitude: origin.latitude + p.y / kilometresPerDegreeOfLatitude)
  }

  func point(_ place: Place) -> Point {
    Point(
      x: (place.longitude - origin.longitude) * kilometresPerDegreeOfLongitude,
      y: (place.latitude - origin.latitude) * kilometresPerDegreeOfLatitude)
  }

  /// Longitude and latitude with five decimals, about a metre.
  func degrees(_ p: Point) -> Point {
    let place = place(p)
    return Point(
      x: LocalPlane.rounded(place.longitude, 5), y: LocalPlane.rounded(place.latitude, 5))
  }

  /// The nearest number with so many decimals.
  static func rounded(_ value: Double, _ decimals: Int) -> Double {
    var scale = 1.0
    for _ in 0..<decimals { scale *= 10 }
    return (value * scale).rounded() / scale
  }
}
