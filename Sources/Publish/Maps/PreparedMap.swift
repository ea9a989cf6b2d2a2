import Hydromet

/// What of a district's maps does not change from cycle to cycle: pixels of every shape, places for
/// names, and the layer of lines that lies over the colours.
final class PreparedMap {
  struct Area {
    let township: Township
    let shape: MapShape
    /// Where its name stands best; nil for a shape too small to be seen.
    let anchor: Point?
    let name: String
    /// Width times height of the box around it, pixels: the less, the fewer places for its name.
    let room: Double
    let box: Box?
  }

  struct Symbol {
    let point: HazardPoint
    let pixel: Point
  }

  struct Gauge {
    let station: Station
    let pixel: Point
  }

  /// Nil where the district has nothing to show.
  let projection: MapProjection?
  let areas: [Area]
  let symbols: [Symbol]
  let gauges: [Gauge]
  /// Hazards that the district has points for, in the order of `Hazard.allCases`.
  let pointHazards: [Hazard]
  /// Too many townships for every one to have its name.
  let isCrowded: Bool
  let scaleBar: (metres: Int, length: Double)?
  let scaleBox: Box
  let northBox: Box
  let hasBasins: Bool
  let hasRivers: Bool
  /// The empty page with the frame and the outline of the district.
  let background: Canvas
  /// Rivers and borders, transparent elsewhere; nil where there is nothing to show.
  let lines: Canvas?
  let nameStyle: TextSetter.Style

  /// The boxes of scale bar and north arrow, in which no label may stand.
  var furniture: [Box] { [scaleBox, northBox] }

  /// Whether a pixel lies in any township.
  func isInside(_ p: Point) -> Bool {
    areas.contains { area in
      guard let box = area.box, p.x >= box.minX, p.x <= box.maxX, p.y >= box.minY, p.y <= box.maxY
      else { return false }
      return area.shape.contains(p)
    }
  }

  init(_ district: DistrictDescription, language: ProductLanguage) throws(Fault) {
    isCrowded = district.townships.count > 60
    nameStyle = TextSetter.Style(
      size: isCrowded ? MapLayout.smallest : 24, isBold: true, halo: isCrowded ? 4 : 5)
    pointHazards = Hazard.allCases.filter { hazard in
      district.hazardPoints.contains { $0.hazard == hazard }
    }
    hasBasins = !district.basins.isEmpty
    hasRivers = !district.rivers.isEmpty
    guard let extent = PreparedMap.extent(of: district) else {
      background = try PreparedMap.background(areas: [])
      projection = nil
      areas = []
      symbols = []
      gauges = []
      lines = nil
      scaleBar = nil
      (scaleBox, northBox) = FurniturePlaces.corners
      return
    }
    let places = FurniturePlaces(extent: extent, townships: district.townships)
    let projection = places.projection
    self.projection = projection
    scaleBox = places.scale
    northBox = places.north
    scaleBar = projection.scaleBar(longest: 230)
    areas = district.townships.map { township in
      let shape = projection.shape(township.geometry)
      let name = language == .english ? township.englishName ?? township.name : township.name
      let box = shape.box
      let room = box.map { ($0.maxX - $0.minX) * ($0.maxY - $0.minY) } ?? 0
      return Area(
        township: township, shape: shape, anchor: shape.poleOfInaccessibility(), name: name,
        room: room, box: box)
    }
    symbols = district.hazardPoints.compactMap { point in
      let pixel = projection.pixel(point.place)
      return pixel.x.isFinite && pixel.y.isFinite ? Symbol(point: point, pixel: pixel) : nil
    }
    gauges = district.stations.compactMap { station in
      let pixel = projection.pixel(station.place)
      return pixel.x.isFinite && pixel.y.isFinite ? Gauge(station: station, pixel: pixel) : nil
    }
    background = try PreparedMap.background(areas: areas.map(\.shape))
    lines = try PreparedMap.lines(
      of: district, areas: areas.map(\.shape), projection: projection)
  }

  /// The box around the townships, else the basins, else the points and gauges.
  private static func extent(of district: DistrictDescription) -> Box? {
    func box(_ points: [Point]) -> Box? {
      Box(around: points.filter { $0.x.isFinite && $0.y.isFinite })
    }
    let places = district.hazardPoints.map(\.place) + district.stations.map(\.place)
    return box(district.townships.flatMap { $0.geometry.polygons.flatMap(\.outer) })
      ?? box(district.basins.flatMap { $0.geometry.polygons.flatMap(\.outer) })
      ?? box(places.map { Point(x: $0.longitude, y: $0.latitude) })
  }

  /// The outline is a wide line around every township, whose inner half the colours will cover.
  private static func background(areas: [MapShape]) throws(Fault) -> Canvas {
    let page = try Canvas(width: MapLayout.width, height: MapLayout.height)
    page.fill(MapLayout.frame, .surroundings)
    page.clipped(to: MapLayout.frame) {
      for area in areas { page.stroke(area, .white, width: 13) }
      for area in areas { page.stroke(area, .townshipBorder, width: 8) }
    }
    page.stroke(MapLayout.frame, .frame, width: 1.5)
    return page
  }

  private static func lines(
    of district: DistrictDescription, areas: [MapShape], projection: MapProjection
  ) throws(Fault) -> Canvas {
    let layer = try Canvas(
      width: MapLayout.width, height: MapLayout.height, isTransparent: true)
    layer.clipped(to: MapLayout.frame) {
      for basin in district.basins {
        layer.stroke(
          projection.shape(basin.geometry), Colour.basinBorder.with(opacity: 0.65), width: 1.1,
          dashes: [5, 5])
      }
      let rivers = district.rivers.map(projection.line).filter { $0.count >= 2 }
      for river in rivers { layer.stroke(line: river, .white, width: 5.5) }
      for river in rivers { layer.stroke(line: river, .river, width: 3) }
      for area in areas { layer.stroke(area, .white, width: 4) }
      for area in areas { layer.stroke(area, .townshipBorder, width: 1.9) }
    }
    return layer
  }
}

/// Corners for the scale bar and the north arrow that the district leaves free; where it leaves none,
/// the district moves up and they stand below it.
private struct FurniturePlaces {
  let projection: MapProjection
  let scale: Box
  let north: Box

  static var corners: (Box, Box) {
    (
      box(MapLayout.scaleSize, right: false, top: false),
      box(MapLayout.northSize, right: true, top: false)
    )
  }

  init(extent: Box, townships: [Township]) {
    let wide = MapProjection(showing: extent, in: MapLayout.district)
    let shapes = townships.map { wide.shape($0.geometry) }
    func isFree(_ box: Box) -> Bool {
      let middle = Point(x: (box.minX + box.maxX) / 2, y: (box.minY + box.maxY) / 2)
      return !shapes.contains { shape in
        shape.contains(middle)
          || shape.rings.joined().contains {
            $0.x > box.minX && $0.x < box.maxX && $0.y > box.minY && $0.y < box.maxY
          }
      }
    }
    let order = [(false, false), (true, false), (false, true), (true, true)]
    let scales = order.map { FurniturePlaces.box(MapLayout.scaleSize, right: $0.0, top: $0.1) }
    let norths = order.map { FurniturePlaces.box(MapLayout.northSize, right: $0.0, top: $0.1) }
    if let scale = scales.indices.first(where: { isFree(scales[$0]) }),
      let north = [1, 3, 2, 0].first(where: { $0 != scale && isFree(norths[$0]) })
    {
      projection = wide
      self.scale = scales[scale]
      self.north = norths[north]
    } else {
      projection = MapProjection(showing: extent, in: MapLayout.districtAboveFurniture)
      (scale, north) = FurniturePlaces.corners
    }
  }

  private static func box(_ size: (width: Double, height: Double), right: Bool, top: Bool) -> Box {
    let frame = MapLayout.frame
    let x = right ? frame.maxX - size.width : frame.minX
    let y = top ? frame.minY : frame.maxY - size.height
    return Box(minX: x, minY: y, maxX: x + size.width, maxY: y + size.height)
  }
}
