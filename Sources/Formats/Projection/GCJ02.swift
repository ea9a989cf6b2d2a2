import Glibc
public import Hydromet

/// The coordinate system of Chinese web maps (GCJ-02, 国测局坐标): WGS 84 moved by a smooth field of
/// some hundred metres inside China. It is no system of PROJ's.
///
/// - Source: the offset field as published (two polynomials with sines, on the ellipsoid of
///   Krasovsky 1940: a = 6378245 m, e² = 0.00669342162296594323); outside 72.004–137.8347° E,
///   0.8293–55.8271° N there is no offset.
public enum GCJ02 {
  private static let semiMajorAxis = 6_378_245.0
  private static let squaredEccentricity = 0.006_693_421_622_965_943_23

  /// Whether the offset field has values there.
  public static func covers(_ point: Point) -> Bool {
    (72.004...137.8347).contains(point.x) && (0.8293...55.8271).contains(point.y)
  }

  /// Longitude and latitude in GCJ-02 of a place in WGS 84, degrees.
  public static func fromWGS84(_ point: Point) -> Point {
    guard covers(point) else { return point }
    let offset = offset(at: point)
    return Point(x: point.x + offset.x, y: point.y + offset.y)
  }

  /// Longitude and latitude in WGS 84 of a place in GCJ-02, degrees; the way back through
  /// `fromWGS84` is good to a millimetre.
  public static func toWGS84(_ point: Point) -> Point {
    guard covers(point) else { return point }
    var found = point
    // The field changes by a few centimetres in a hundred metres: each step gains three digits.
    for _ in 0..<5 {
      let offset = offset(at: found)
      found = Point(x: point.x - offset.x, y: point.y - offset.y)
    }
    return found
  }

  public static func toWGS84(_ shape: MultiPolygon) -> MultiPolygon {
    MultiPolygon(
      shape.polygons.map { polygon in
        Polygon(
          outer: polygon.outer.map { toWGS84($0) },
          holes: polygon.holes.map { $0.map { toWGS84($0) } })
      })
  }

  /// What GCJ-02 adds to WGS 84 at a place, degrees.
  private static func offset(at point: Point) -> Point {
    let x = point.x - 105
    let y = point.y - 35
    let root = x.magnitude.squareRoot()
    let common = (20 * sin(6 * x * .pi) + 20 * sin(2 * x * .pi)) * 2 / 3
    var north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + common
    north += (20 * sin(y * .pi) + 40 * sin(y / 3 * .pi)) * 2 / 3
    north += (160 * sin(y / 12 * .pi) + 320 * sin(y * .pi / 30)) * 2 / 3
    var east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + common
    east += (20 * sin(x * .pi) + 40 * sin(x / 3 * .pi)) * 2 / 3
    east += (150 * sin(x / 12 * .pi) + 300 * sin(x / 30 * .pi)) * 2 / 3
    let latitude = point.y * .pi / 180
    let sine = sin(latitude)
    let magic = 1 - squaredEccentricity * sine * sine
    let prime = magic.squareRoot()
    let meridian = semiMajorAxis * (1 - squaredEccentricity) / (magic * prime)
    return Point(
      x: east * 180 / (semiMajorAxis / prime * cos(latitude) * .pi),
      y: north * 180 / (meridian * .pi)
    )
  }
}
