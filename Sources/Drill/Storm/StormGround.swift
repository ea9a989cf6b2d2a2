import Hydromet

/// Where a storm goes over a district: its box, a plane about its middle and the place where the
/// rain stalls.
struct StormGround: Sendable {
  let box: Box
  let plane: LocalPlane
  /// Half of the box, km.
  let halfWidth: Double
  let halfHeight: Double
  /// Where the storm stalls: a basin near the sources, else anywhere in the middle of the box.
  let focus: Point
  /// Middle of the points where water stands in streets; nil where there are none.
  let town: Point?

  /// - Throws: a fault where the district has neither shapes nor stations, or spans more than 20°.
  init(_ district: DistrictDescription, chance: inout SplitMix64) throws(Fault) {
    let shapes = district.townships.map(\.geometry) + district.basins.map(\.geometry)
    var box = shapes.compactMap(\.box).reduce(nil as Box?) { $0?.union($1) ?? $1 }
    if let stations = Box(
      around: district.stations.map { Point(x: $0.place.longitude, y: $0.place.latitude) })
    {
      box = box?.union(stations) ?? stations
    }
    guard let box else {
      throw Fault(
        "drill_without_place", "the district \(district.id) has no townships, basins or stations",
        remedy: "describe at least its townships, so that the storm knows where to go")
    }
    let middle = Place(
      longitude: (box.minX + box.maxX) / 2, latitude: (box.minY + box.maxY) / 2)
    guard box.maxX - box.minX <= 20, box.maxY - box.minY <= 20,
      abs(middle.latitude) <= 75, abs(middle.longitude) <= 360
    else {
      throw Fault(
        "drill_too_large",
        "the district reaches from \(box.minX), \(box.minY) to \(box.maxX), \(box.maxY)",
        remedy: "check that its shapes and stations are in degrees and within 20° of each other")
    }
    self.box = box
    let plane = LocalPlane(origin: middle)
    self.plane = plane
    let corner = plane.point(Place(longitude: box.maxX, latitude: box.maxY))
    halfWidth = corner.x
    halfHeight = corner.y
    let ponding = district.hazardPoints.filter { $0.hazard == .waterlogging }
      .map { plane.point($0.place) }
    town =
      ponding.isEmpty
      ? nil
      : Point(
        x: ponding.reduce(0) { $0 + $1.x } / Double(ponding.count),
        y: ponding.reduce(0) { $0 + $1.y } / Double(ponding.count))
    focus = StormGround.focus(
      district, plane: plane, halfWidth: corner.x, halfHeight: corner.y, &chance)
  }

  private static func focus(
    _ district: DistrictDescription, plane: LocalPlane, halfWidth: Double, halfHeight: Double,
    _ chance: inout SplitMix64
  ) -> Point {
    let x = chance.number(-0.5, 0.5) * halfWidth
    let y = chance.number(-0.5, 0.5) * halfHeight
    let draining = Set(district.basins.compactMap(\.downstream))
    let sources = district.basins.filter { !draining.contains($0.id) }.compactMap { basin in
      basin.geometry.box.map { box in
        plane.point(
          Place(longitude: (box.minX + box.maxX) / 2, latitude: (box.minY + box.maxY) / 2))
      }
    }.filter { abs($0.x) < 0.6 * halfWidth && abs($0.y) < 0.6 * halfHeight }
    return chance.element(of: sources) ?? Point(x: x, y: y)
  }
}
