/// A point in some coordinate reference system: x to the east, y to the north.
public struct Point: Sendable, Hashable, Codable {
  public var x: Double
  public var y: Double

  public init(x: Double, y: Double) {
    self.x = x
    self.y = y
  }
}

/// A place on the earth, WGS 84 degrees.
public struct Place: Sendable, Hashable, Codable {
  public let longitude: Double
  public let latitude: Double

  public init(longitude: Double, latitude: Double) {
    self.longitude = longitude
    self.latitude = latitude
  }
}

/// A rectangle along the axes.
public struct Box: Sendable, Hashable, Codable {
  public var minX: Double
  public var minY: Double
  public var maxX: Double
  public var maxY: Double

  public init(minX: Double, minY: Double, maxX: Double, maxY: Double) {
    self.minX = minX
    self.minY = minY
    self.maxX = maxX
    self.maxY = maxY
  }

  /// The smallest box around the points; nil where there are none.
  public init?(around points: some Sequence<Point>) {
    var box: Box?
    for p in points {
      guard let b = box else {
        box = Box(minX: p.x, minY: p.y, maxX: p.x, maxY: p.y)
        continue
      }
      box = Box(
        minX: min(b.minX, p.x), minY: min(b.minY, p.y), maxX: max(b.maxX, p.x),
        maxY: max(b.maxY, p.y))
    }
    guard let box else { return nil }
    self = box
  }

  public func union(_ other: Box) -> Box {
    Box(
      minX: min(minX, other.minX), minY: min(minY, other.minY), maxX: max(maxX, other.maxX),
      maxY: max(maxY, other.maxY))
  }
}

/// A polygon: an outer ring and its holes. Rings are closed without repeating their first point.
/// Outer rings run counter-clockwise and holes clockwise (x east, y north).
public struct Polygon: Sendable, Hashable, Codable {
  public var outer: [Point]
  public var holes: [[Point]]

  public init(outer: [Point], holes: [[Point]] = []) {
    self.outer = outer
    self.holes = holes
  }
}

/// One or more polygons that do not overlap.
public struct MultiPolygon: Sendable, Hashable, Codable {
  public var polygons: [Polygon]

  public init(_ polygons: [Polygon]) {
    self.polygons = polygons
  }

  public var rings: [[Point]] { polygons.flatMap { [$0.outer] + $0.holes } }

  public var box: Box? { Box(around: polygons.lazy.flatMap(\.outer)) }

  /// Area in the square of the coordinates' unit, by the surveyor's formula about the first point.
  public var area: Double { rings.reduce(0) { $0 + MultiPolygon.signedArea($1) } }

  /// Signed area of a ring, positive when it runs counter-clockwise.
  public static func signedArea(_ ring: [Point]) -> Double {
    guard let origin = ring.first else { return 0 }
    var twice = 0.0
    for i in ring.indices {
      let a = ring[i]
      let b = ring[(i + 1) % ring.count]
      twice += (a.x - origin.x) * (b.y - origin.y) - (b.x - origin.x) * (a.y - origin.y)
    }
    return twice / 2
  }

  /// Whether a point lies inside (even-odd rule over all rings).
  public func contains(_ p: Point) -> Bool {
    var inside = false
    for ring in rings {
      for i in ring.indices {
        let a = ring[i]
        let b = ring[(i + 1) % ring.count]
        if (a.y > p.y) != (b.y > p.y), p.x < (b.x - a.x) * (p.y - a.y) / (b.y - a.y) + a.x {
          inside.toggle()
        }
      }
    }
    return inside
  }
}

/// A named area for which rain is computed. The geometry is in the coordinate reference system that
/// the holder of the region states.
public struct Region: Sendable, Hashable {
  public let id: String
  public let geometry: MultiPolygon

  public init(id: String, geometry: MultiPolygon) {
    self.id = id
    self.geometry = geometry
  }
}
