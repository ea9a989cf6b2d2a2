import Glibc
import Hydromet

/// From longitude and latitude to pixels: equirectangular, true to scale at the middle of the district
/// (both axes), so that a kilometre is as long to the east as to the north. Good to a per mille over
/// the hundred kilometres of a district; measured areas never come from here.
struct MapProjection {
  /// Pixels of one degree of longitude and of latitude.
  private let scaleX: Double
  private let scaleY: Double
  private let centre: Point
  private let middle: Point
  let frame: Box

  /// Kilometres of one degree of latitude on a sphere of 6371 km.
  private static let kilometresPerDegree = 6371 * Double.pi / 180

  /// - Parameters:
  ///   - extent: degrees that must be seen.
  ///   - frame: pixels that they may take.
  init(showing extent: Box, in frame: Box) {
    let latitude = min(max((extent.minY + extent.maxY) / 2, -85), 85)
    let squeeze = cos(latitude * Double.pi / 180)
    // About a hundred metres: a smaller district, or a single point, is not blown up further.
    let smallest = 0.001
    let width = max(extent.maxX - extent.minX, smallest) * squeeze
    let height = max(extent.maxY - extent.minY, smallest)
    scaleY = min((frame.maxX - frame.minX) / width, (frame.maxY - frame.minY) / height)
    scaleX = scaleY * squeeze
    centre = Point(x: (extent.minX + extent.maxX) / 2, y: (extent.minY + extent.maxY) / 2)
    middle = Point(x: (frame.minX + frame.maxX) / 2, y: (frame.minY + frame.maxY) / 2)
    self.frame = frame
  }

  func pixel(_ p: Point) -> Point {
    Point(x: middle.x + (p.x - centre.x) * scaleX, y: middle.y - (p.y - centre.y) * scaleY)
  }

  func pixel(_ place: Place) -> Point {
    pixel(Point(x: place.longitude, y: place.latitude))
  }

  var pixelsPerKilometre: Double { scaleY / MapProjection.kilometresPerDegree }

  /// The longest bar of 1, 2 or 5 times a power of ten metres that is not longer than `longest` pixels.
  func scaleBar(longest: Double) -> (metres: Int, length: Double) {
    var best = (metres: 1, length: pixelsPerKilometre / 1000)
    var decade = 1
    while decade <= 1_000_000 {
      for step in [1, 2, 5] {
        let length = pixelsPerKilometre * Double(decade * step) / 1000
        if length <= longest { best = (decade * step, length) }
      }
      decade *= 10
    }
    return best
  }

  /// A line in pixels without the points that are nearer than half a pixel to the one before.
  func line(_ line: [Point]) -> [Point] {
    var pixels: [Point] = []
    for point in line where point.x.isFinite && point.y.isFinite {
      let next = pixel(point)
      if let last = pixels.last, (next.x - last.x).magnitude < 0.5,
        (next.y - last.y).magnitude < 0.5
      {
        continue
      }
      pixels.append(next)
    }
    return pixels
  }

  func shape(_ shape: MultiPolygon) -> MapShape {
    MapShape(rings: shape.rings.map(line).filter { $0.count >= 3 })
  }
}

/// Closed rings in pixels; what lies in an odd number of them is inside.
struct MapShape {
  let rings: [[Point]]

  var box: Box? { Box(around: rings.joined()) }

  func contains(_ p: Point) -> Bool {
    MultiPolygon(rings.map { Polygon(outer: $0) }).contains(p)
  }

  /// The place inside that is farthest from every edge, with distances along x counted as
  /// `1/stretch`, because names are wider than high. Found on grids of 16 × 16 that close in five
  /// times on the best cell: near enough for a label.
  func poleOfInaccessibility(stretch: Double = 1.8) -> Point? {
    guard
      let largest = rings.max(by: {
        abs(MultiPolygon.signedArea($0)) < abs(MultiPolygon.signedArea($1))
      }),
      var box = Box(around: largest)
    else { return nil }
    let edges = rings.flatMap { ring in
      zip(ring, ring.dropFirst() + ring.prefix(1)).map {
        (Point(x: $0.x / stretch, y: $0.y), Point(x: $1.x / stretch, y: $1.y))
      }
    }
    var best: (point: Point, distance: Double)?
    let steps = 16
    for _ in 0..<5 {
      let width = (box.maxX - box.minX) / Double(steps)
      let height = (box.maxY - box.minY) / Double(steps)
      for row in 0..<steps {
        for column in 0..<steps {
          let point = Point(
            x: box.minX + (Double(column) + 0.5) * width,
            y: box.minY + (Double(row) + 0.5) * height)
          let squashed = Point(x: point.x / stretch, y: point.y)
          let distance = MapShape.signedSquare(squashed, to: edges)
          if distance > (best?.distance ?? -.infinity) { best = (point, distance) }
        }
      }
      guard let centre = best?.point else { return nil }
      box = Box(
        minX: centre.x - 1.5 * width, minY: centre.y - 1.5 * height,
        maxX: centre.x + 1.5 * width, maxY: centre.y + 1.5 * height)
    }
    return best?.point
  }

  /// Square of the distance to the nearest edge, negative outside.
  private static func signedSquare(_ p: Point, to edges: [(Point, Point)]) -> Double {
    var nearest = Double.infinity
    var isInside = false
    for (a, b) in edges {
      if (a.y > p.y) != (b.y > p.y), p.x < (b.x - a.x) * (p.y - a.y) / (b.y - a.y) + a.x {
        isInside.toggle()
      }
      let dx = b.x - a.x
      let dy = b.y - a.y
      let length = dx * dx + dy * dy
      let along = length > 0 ? ((p.x - a.x) * dx + (p.y - a.y) * dy) / length : 0
      let t = min(max(along, 0), 1)
      let x = a.x + t * dx - p.x
      let y = a.y + t * dy - p.y
      nearest = min(nearest, x * x + y * y)
    }
    return isInside ? nearest : -nearest
  }
}
