import CGDAL
import Hydromet

/// The shape of one feature, normalised, and what was repaired on the way.
struct VectorGeometry {
  let shape: VectorFeature.Geometry
  /// Nil where nothing had to be repaired.
  let repair: String?

  init(shape: VectorFeature.Geometry, repair: String?) {
    self.shape = shape
    self.repair = repair
  }

  /// - Parameter northFirst: the file stores y before x.
  init(
    reading handle: OGRGeometryH, northFirst: Bool, journal: GeodataLibrary.Journal,
    place: Fault.Location
  ) throws(Fault) {
    let straight = GeometryHandle(OGR_G_GetLinearGeometry(handle, 0, nil))
    var parts = GeometryParts(northFirst: northFirst)
    try parts.collect(straight?.pointer ?? handle, depth: 0, place: place)
    if !parts.polygons.isEmpty || parts.hasPolygons {
      self = try VectorGeometry.polygon(parts.polygons, journal: journal, place: place)
    } else if !parts.lines.isEmpty {
      self.init(shape: .lines(parts.lines), repair: nil)
    } else if let point = parts.points.first {
      guard parts.points.count == 1 else {
        throw badGeometry("it has \(parts.points.count) points, expected one", place)
      }
      self.init(shape: .point(point), repair: nil)
    } else {
      throw badGeometry("it is empty", place)
    }
  }

  private static func polygon(
    _ raw: [Polygon], journal: GeodataLibrary.Journal, place: Fault.Location
  ) throws(Fault) -> VectorGeometry {
    let before = MultiPolygon(raw)
    guard let handle = GeometryHandle(before) else {
      throw badGeometry("no polygon is left without repeated points", place)
    }
    journal.clear()
    defer { journal.clear() }
    if OGR_G_IsValid(handle.pointer) != 0 {
      return VectorGeometry(shape: .polygon(before), repair: nil)
    }
    let reason = journal.warnings.first ?? "it is not a valid polygon"
    journal.clear()
    let repaired = withCStrings(["METHOD=STRUCTURE"]) { options in
      GeometryHandle(OGR_G_MakeValidEx(handle.pointer, options))
    }
    guard let repaired else {
      throw badGeometry("\(reason), and GEOS cannot repair it: \(journal.reason)", place)
    }
    var parts = GeometryParts(northFirst: false)
    try parts.collect(repaired.pointer, depth: 0, place: place)
    let after = MultiPolygon(parts.polygons)
    guard !after.polygons.isEmpty else {
      throw badGeometry("\(reason), and nothing with an area is left after the repair", place)
    }
    let summary = "\(oneLine(reason)); \(areaChange(from: before.area, to: after.area))"
    return VectorGeometry(shape: .polygon(after), repair: summary)
  }

  private static func areaChange(from before: Double, to after: Double) -> String {
    guard before > 0 else { return "repaired, it had no area by its rings" }
    let share = (after / before - 1) * 100
    guard share.isFinite, abs(share) < 1e9 else { return "repaired" }
    let thousandths = Int((share * 10_000).rounded().magnitude)
    let digits = "\(thousandths / 10_000).\(padded(thousandths % 10_000, 4))"
    return "repaired, its area changed by \(share < 0 && thousandths > 0 ? "-" : "")\(digits) %"
  }

  private static func oneLine(_ text: String) -> String {
    String(text.map { $0.isNewline ? " " : $0 })
  }
}

private func badGeometry(_ problem: String, _ place: Fault.Location) -> Fault {
  Fault(
    "bad_geometry", at: place, "the shape cannot be used: \(problem)",
    remedy: "correct this feature in a geographic information system")
}

/// The polygons, lines and points of a shape, however deep it nests them.
private struct GeometryParts {
  let northFirst: Bool
  var polygons: [Polygon] = []
  var lines: [[Point]] = []
  var points: [Point] = []
  /// A polygon was there, even if nothing of it could be kept.
  var hasPolygons = false

  init(northFirst: Bool) {
    self.northFirst = northFirst
  }

  mutating func collect(
    _ geometry: OGRGeometryH, depth: Int, place: Fault.Location
  ) throws(Fault) {
    guard depth < 32 else { throw badGeometry("it is nested more than 32 deep", place) }
    let count = OGR_G_GetGeometryCount(geometry)
    switch OGR_GT_Flatten(OGR_G_GetGeometryType(geometry)) {
    case wkbPolygon, wkbTriangle:
      hasPolygons = true
      try addPolygon(geometry, ringCount: count, place)
    case wkbLineString, wkbLinearRing:
      let line = try vertices(of: geometry, place)
      if line.count > 1 { lines.append(line) }
    case wkbPoint:
      points += try vertices(of: geometry, place)
    default:
      for index in 0..<max(0, count) {
        guard let part = OGR_G_GetGeometryRef(geometry, index) else { continue }
        try collect(part, depth: depth + 1, place: place)
      }
    }
  }

  private mutating func addPolygon(
    _ geometry: OGRGeometryH, ringCount: Int32, _ place: Fault.Location
  ) throws(Fault) {
    var rings: [[Point]] = []
    for index in 0..<max(0, ringCount) {
      guard let ring = OGR_G_GetGeometryRef(geometry, index) else { continue }
      let points = unclosed(try vertices(of: ring, place))
      if index == 0, points.count < 3 { return }
      if points.count >= 3 { rings.append(oriented(points, counterClockwise: index == 0)) }
    }
    guard let outer = rings.first else { return }
    polygons.append(Polygon(outer: outer, holes: Array(rings.dropFirst())))
  }

  /// The vertices without direct repetitions.
  private func vertices(of line: OGRGeometryH, _ place: Fault.Location) throws(Fault) -> [Point] {
    var points: [Point] = []
    for index in 0..<max(0, OGR_G_GetPointCount(line)) {
      let x = OGR_G_GetX(line, index)
      let y = OGR_G_GetY(line, index)
      guard x.isFinite, y.isFinite else {
        throw badGeometry("vertex \(index) is (\(x), \(y))", place)
      }
      let point = northFirst ? Point(x: y, y: x) : Point(x: x, y: y)
      if point != points.last { points.append(point) }
    }
    return points
  }

  private func unclosed(_ ring: [Point]) -> [Point] {
    var ring = ring
    while ring.count > 1, ring.first == ring.last { ring.removeLast() }
    return ring
  }
}

/// Owns a GDAL geometry.
private final class GeometryHandle {
  let pointer: OGRGeometryH

  init?(_ pointer: OGRGeometryH?) {
    guard let pointer else { return nil }
    self.pointer = pointer
  }

  /// The polygons as GDAL holds them, rings closed; nil where there are none.
  convenience init?(_ shape: MultiPolygon) {
    guard !shape.polygons.isEmpty, let whole = OGR_G_CreateGeometry(wkbMultiPolygon) else {
      return nil
    }
    for polygon in shape.polygons {
      guard let part = OGR_G_CreateGeometry(wkbPolygon) else { continue }
      for ring in [polygon.outer] + polygon.holes {
        guard let line = OGR_G_CreateGeometry(wkbLinearRing) else { continue }
        for point in ring { OGR_G_AddPoint_2D(line, point.x, point.y) }
        OGR_G_CloseRings(line)
        OGR_G_AddGeometryDirectly(part, line)
      }
      OGR_G_AddGeometryDirectly(whole, part)
    }
    self.init(whole)
  }

  deinit {
    OGR_G_DestroyGeometry(pointer)
  }
}
