import CPROJ
public import Hydromet

/// Carries points from one coordinate reference system to another.
///
/// On both sides x is east or longitude and y is north or latitude (degrees, or the system's own
/// length unit), whatever order the definition lists them in. Only vertices are moved: an edge
/// between two of them stays straight in the new system.
///
/// One object belongs to one thread at a time; it owns its PROJ context. What PROJ made for one is used
/// again by the next with the same two texts.
public final class CoordinateTransform {
  public let source: CoordinateSystem
  public let target: CoordinateSystem
  private let operation: ProjectionObject
  private let route: ProjectionStore.Route

  public convenience init(from source: String, to target: String) throws(Fault) {
    try self.init(from: source, to: target, place: nil)
  }

  /// - Parameter place: what needs the transformation, for the fault.
  public init(from source: String, to target: String, place: Fault.Location?) throws(Fault) {
    route = ProjectionStore.Route(source: source, target: target)
    if let idle = ProjectionStore.take(route) {
      self.source = idle.source
      self.target = idle.target
      operation = idle.operation
      return
    }
    guard let context = ProjectionContext() else { throw CoordinateSystem.outOfMemory(place) }
    let from = try CoordinateSystem.parse(source, in: context, place: place)
    let to = try CoordinateSystem.parse(target, in: context, place: place)
    guard
      let natural = ProjectionObject(
        proj_create_crs_to_crs_from_pj(
          context.pointer, from.object.pointer, to.object.pointer, nil, nil),
        in: context),
      let operation = ProjectionObject(
        proj_normalize_for_visualization(context.pointer, natural.pointer), in: context)
    else {
      throw CoordinateSystem.refusal(
        "PROJ knows no way from \(quoted(source)) to \(quoted(target)): \(context.takeMessage())",
        place)
    }
    self.source = from.system
    self.target = to.system
    self.operation = operation
  }

  deinit {
    ProjectionStore.keep(
      ProjectionStore.Idle(source: source, target: target, operation: operation), for: route)
  }

  /// The point in the target system; nil where the projection does not reach it.
  public func transform(_ p: Point) -> Point? {
    carry(p, PJ_FWD)
  }

  /// The points in the target system, in the same order; nil for each that the projection does not
  /// reach.
  public func transform(_ points: [Point]) -> [Point?] {
    points.map { carry($0, PJ_FWD) }
  }

  /// The point in the source system of a point in the target system; nil where there is none.
  public func inverse(_ p: Point) -> Point? {
    carry(p, PJ_INV)
  }

  /// The polygons in the target system, with outer rings counter-clockwise and holes clockwise again.
  ///
  /// - Throws: `outside_projection` where any vertex cannot be moved.
  public func transform(_ g: MultiPolygon) throws(Fault) -> MultiPolygon {
    var polygons: [Polygon] = []
    polygons.reserveCapacity(g.polygons.count)
    for polygon in g.polygons {
      let outer = oriented(try ring(polygon.outer), counterClockwise: true)
      var holes: [[Point]] = []
      for hole in polygon.holes {
        holes.append(oriented(try ring(hole), counterClockwise: false))
      }
      polygons.append(Polygon(outer: outer, holes: holes))
    }
    return MultiPolygon(polygons)
  }

  private func ring(_ points: [Point]) throws(Fault) -> [Point] {
    var moved: [Point] = []
    moved.reserveCapacity(points.count)
    for p in points {
      guard let q = carry(p, PJ_FWD) else {
        throw Fault(
          "outside_projection",
          "the point (\(p.x), \(p.y)) of \(quoted(source.text)) has no place in \(quoted(target.text))",
          remedy: "check the coordinate reference system of the polygons")
      }
      moved.append(q)
    }
    return moved
  }

  private func carry(_ p: Point, _ direction: PJ_DIRECTION) -> Point? {
    guard p.x.isFinite, p.y.isFinite else { return nil }
    let moved = proj_trans(operation.pointer, direction, proj_coord(p.x, p.y, 0, 0))
    guard moved.xy.x.isFinite, moved.xy.y.isFinite else {
      proj_errno_reset(operation.pointer)
      return nil
    }
    return Point(x: moved.xy.x, y: moved.xy.y)
  }
}

/// The ring in the asked direction.
func oriented(_ ring: [Point], counterClockwise: Bool) -> [Point] {
  (MultiPolygon.signedArea(ring) > 0) == counterClockwise ? ring : ring.reversed()
}
