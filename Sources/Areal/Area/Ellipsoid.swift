/// The figure of the earth on which areas are measured.
public struct Ellipsoid: Sendable, Hashable {
  /// Equatorial radius, m.
  public let semiMajorAxisMetres: Double
  /// (a − b) / a; 0 is a sphere.
  public let flattening: Double

  public init(semiMajorAxisMetres: Double, flattening: Double) {
    self.semiMajorAxisMetres = semiMajorAxisMetres
    self.flattening = flattening
  }

  public static let wgs84 = Ellipsoid(
    semiMajorAxisMetres: 6_378_137, flattening: 1 / 298.257223563)

  /// Whether the numbers describe an ellipsoid at all.
  var isUsable: Bool {
    semiMajorAxisMetres.isFinite && semiMajorAxisMetres > 0 && flattening >= 0 && flattening < 1
  }
}

/// The area of the ellipsoid between parallels, written as a density over longitude and latitude, so
/// that the area of any patch is an integral of that density.
///
/// The density is M·N·cos φ with the radii of curvature M and N of the meridian and of the prime
/// vertical, which is b² cos φ / (1 − e² sin² φ)². Differences of its closed integral lose digits for
/// small patches; integrating the density over each patch does not. The sine is evaluated here by its
/// power series, and not by the system, so that weights have the same bits everywhere.
struct AreaDensity {
  /// b² per square degree, km².
  private let scale: Double
  private let squaredEccentricity: Double

  init(_ ellipsoid: Ellipsoid) {
    let polarRadiusKilometres =
      ellipsoid.semiMajorAxisMetres * (1 - ellipsoid.flattening) / 1000
    let radius = polarRadiusKilometres * (Double.pi / 180)
    scale = radius * radius
    squaredEccentricity = ellipsoid.flattening * (2 - ellipsoid.flattening)
  }

  /// Area per square degree at a latitude in degrees, km²; 0 beyond the poles.
  func value(atLatitude latitude: Double) -> Double {
    let colatitude = 90 - abs(latitude)
    guard colatitude > 0 else { return 0 }
    let cosine = AreaDensity.sine(colatitude * (Double.pi / 180))
    let flat = 1 - squaredEccentricity * (1 - cosine * cosine)
    return scale * cosine / (flat * flat)
  }

  /// Integral of the density over latitude, km² per degree of longitude.
  func integral(from south: Double, to north: Double) -> Double {
    let half = (north - south) / 2
    let middle = (north + south) / 2
    let offset = half * GaussRule.node
    let outer = value(atLatitude: middle - offset) + value(atLatitude: middle + offset)
    return half
      * (GaussRule.outerWeight * outer + GaussRule.middleWeight * value(atLatitude: middle))
  }

  /// Sine of an angle between 0 and π/2, to the last place or two.
  private static func sine(_ angle: Double) -> Double {
    let square = angle * angle
    var term = 1 - square / 420
    term = 1 - square * (1.0 / 342) * term
    term = 1 - square * (1.0 / 272) * term
    term = 1 - square * (1.0 / 210) * term
    term = 1 - square * (1.0 / 156) * term
    term = 1 - square * (1.0 / 110) * term
    term = 1 - square * (1.0 / 72) * term
    term = 1 - square * (1.0 / 42) * term
    term = 1 - square * (1.0 / 20) * term
    term = 1 - square * (1.0 / 6) * term
    return angle * term
  }
}

/// The three-point rule of Gauss and Legendre on [−1, 1]: exact for polynomials of degree five, and
/// for the area density over ten degrees of latitude to a part in 10¹².
enum GaussRule {
  static let node = 0.774596669241483377
  static let outerWeight = 5.0 / 9
  static let middleWeight = 8.0 / 9
}
