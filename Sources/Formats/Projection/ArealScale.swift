import CPROJ
import Glibc
public import Hydromet

/// How much larger the map shows a small area than it is on the ellipsoid: projected area, in the
/// square of the system's own unit, per true square metre.
///
/// For a system in metres this is the areal scale factor of the projection (1 everywhere for an
/// equal-area one). For degrees it is square degrees per square metre. Multiply a true area by it,
/// or divide a map area by it.
///
/// - Parameters:
///   - points: x east, y north, in the units of `crs`.
///   - surface: the ellipsoid on which areas are true; the system's own where nil. Many grids are
///     defined on a sphere that only stands for the earth, with latitudes that are those of the
///     ellipsoid: areas on such a sphere are up to half a percent off.
/// - Returns: one factor per point; NaN where the projection does not reach the point or shrinks
///   area to nothing (a pole of longitude and latitude).
/// - Source: the Jacobian of the projection over the surface element of its own ellipsoid, by
///   central differences of 1e-5 rad (relative error below 1e-8). PROJ's `proj_factors` is not
///   used: in 9.1 it gives NaN or other units for systems with northings first, in km or in feet.
public func arealScale(
  of crs: String, at points: [Point], surface: SurfaceEllipsoid? = nil
) throws(Fault) -> [Double] {
  let (system, object) = try CoordinateSystem.parse(crs, place: nil)
  let surface =
    surface
    ?? SurfaceEllipsoid(semiMajorAxis: system.semiMajorAxis, semiMinorAxis: system.semiMinorAxis)
  if system.isGeographic {
    return points.map { point in
      let degree = Double.pi / 180
      return 1 / (surface.element(latitude: point.y * degree) * degree * degree)
    }
  }
  guard let projection = PlainProjection(object) else {
    throw CoordinateSystem.refusal(
      "PROJ cannot turn \(quoted(crs)) into longitude and latitude: "
        + object.context.takeMessage(), nil)
  }
  return points.map { projection.arealScale(at: $0, surface) }
}

/// A projection without datum shifts: degrees on its own ellipsoid to map units, both east first.
private struct PlainProjection {
  private let object: ProjectionObject

  init?(_ crs: ProjectionObject) {
    let context = crs.context
    guard let projected = CoordinateSystem.horizontalPart(of: crs),
      let base = ProjectionObject(
        proj_crs_get_geodetic_crs(context.pointer, projected.pointer), in: context),
      let natural = ProjectionObject(
        proj_create_crs_to_crs_from_pj(
          context.pointer, base.pointer, projected.pointer, nil, nil), in: context),
      let object = ProjectionObject(
        proj_normalize_for_visualization(context.pointer, natural.pointer), in: context)
    else { return nil }
    self.object = object
  }

  func arealScale(at p: Point, _ surface: SurfaceEllipsoid) -> Double {
    guard let place = moved(p, PJ_INV) else { return .nan }
    let step = 1e-5
    let degrees = step * 180 / .pi
    // At a pole the direction "east" does not exist; 100 m beside it the scale is the same to 1e-9.
    let latitude = max(-89.999, min(89.999, place.y))
    guard let east = moved(Point(x: place.x + degrees, y: latitude), PJ_FWD),
      let west = moved(Point(x: place.x - degrees, y: latitude), PJ_FWD),
      let north = moved(Point(x: place.x, y: latitude + degrees), PJ_FWD),
      let south = moved(Point(x: place.x, y: latitude - degrees), PJ_FWD)
    else { return .nan }
    let determinant =
      (east.x - west.x) * (north.y - south.y) - (east.y - west.y) * (north.x - south.x)
    let truth = surface.element(latitude: latitude * .pi / 180) * 4 * step * step
    let scale = abs(determinant) / truth
    return scale.isFinite && scale > 0 ? scale : .nan
  }

  private func moved(_ p: Point, _ direction: PJ_DIRECTION) -> Point? {
    guard p.x.isFinite, p.y.isFinite else { return nil }
    let q = proj_trans(object.pointer, direction, proj_coord(p.x, p.y, 0, 0))
    guard q.xy.x.isFinite, q.xy.y.isFinite else {
      proj_errno_reset(object.pointer)
      return nil
    }
    return Point(x: q.xy.x, y: q.xy.y)
  }
}

/// The figure on which areas are measured.
public struct SurfaceEllipsoid: Sendable, Hashable {
  /// Metres.
  public let semiMajorAxis: Double
  public let semiMinorAxis: Double

  public init(semiMajorAxis: Double, semiMinorAxis: Double) {
    self.semiMajorAxis = semiMajorAxis
    self.semiMinorAxis = semiMinorAxis
  }

  public static let wgs84 = SurfaceEllipsoid(
    semiMajorAxis: 6_378_137, semiMinorAxis: 6_356_752.314245)

  /// Square metres per square radian of longitude and latitude: M N cos φ, with the radii of
  /// curvature M along the meridian and N across it; NaN at and beyond the poles.
  fileprivate func element(latitude phi: Double) -> Double {
    guard abs(phi) < Double.pi / 2 else { return .nan }
    let ratio = semiMinorAxis / semiMajorAxis
    let sine = sin(phi)
    let w = 1 - (1 - ratio * ratio) * sine * sine
    return semiMajorAxis * semiMajorAxis * ratio * ratio / (w * w) * cos(phi)
  }
}
