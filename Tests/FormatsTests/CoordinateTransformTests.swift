import Formats
import Glibc
import Hydromet
import Testing

@Suite("Projections")
struct CoordinateTransformTests {
  static let radolan = "+proj=stere +lat_ts=60 +lat_0=90 +lon_0=10 +a=6370040 +b=6370040 +units=m"

  @Test(
    "x is always longitude or east, whatever order the definition lists",
    arguments: [
      "EPSG:4326", "urn:ogc:def:crs:EPSG::4326", "+proj=longlat +datum=WGS84", "OGC:CRS84",
    ]
  )
  func eastFirst(definition: String) throws {
    let transform = try CoordinateTransform(from: definition, to: "EPSG:32648")
    let p = try #require(transform.transform(Point(x: 106.65, y: 29.03)))
    #expect(abs(p.x - 660_750) < 2000)
    #expect(abs(p.y - 3_212_500) < 2000)
    let back = try #require(transform.inverse(p))
    #expect(abs(back.x - 106.65) < 1e-9)
    #expect(abs(back.y - 29.03) < 1e-9)
  }

  @Test("Gauss-Krueger zone 2, which lists north before east, is still read east first")
  func northingEasting() throws {
    let transform = try CoordinateTransform(from: "EPSG:4326", to: "EPSG:31466")
    let p = try #require(transform.transform(Point(x: 7.5, y: 51.0)))
    #expect(p.x > 2_500_000 && p.x < 2_700_000)
    #expect(p.y > 5_600_000 && p.y < 5_700_000)
  }

  @Test("on the RADOLAN sphere the corner of the composite lies where the DWD says")
  func radolanCorner() throws {
    let transform = try CoordinateTransform(from: Self.radolan, to: "EPSG:4326")
    let corner = try #require(transform.transform(Point(x: -523_462.1669, y: -4_658_644.7243)))
    #expect(abs(corner.x - 3.5889) < 1e-4)
    #expect(abs(corner.y - 46.9526) < 1e-4)
  }

  @Test("a point that the projection does not reach has no image, and neither has NaN")
  func unreachable() throws {
    let transform = try CoordinateTransform(
      from: "EPSG:4326", to: "+proj=ortho +lat_0=0 +lon_0=0 +R=6371000")
    #expect(transform.transform(Point(x: 180, y: 0)) == nil)
    #expect(transform.transform(Point(x: .nan, y: 0)) == nil)
    #expect(
      transform.transform([Point(x: 180, y: 0), Point(x: 0, y: 0)]).map { $0 != nil } == [
        false, true,
      ])
    let far = MultiPolygon([
      Polygon(outer: [Point(x: 0, y: 0), Point(x: 180, y: 0), Point(x: 0, y: 10)])
    ])
    let fault = #expect(throws: Fault.self) { try transform.transform(far) }
    #expect(fault?.code == "outside_projection")
  }

  @Test("a mirroring transformation keeps outer rings counter-clockwise")
  func orientation() throws {
    let transform = try CoordinateTransform(
      from: "EPSG:4326", to: "+proj=stere +lat_0=-90 +lon_0=0 +R=6371000")
    let ring = [Point(x: 10, y: -30), Point(x: 12, y: -30), Point(x: 12, y: -28)]
    let moved = try transform.transform(MultiPolygon([Polygon(outer: ring)]))
    #expect(MultiPolygon.signedArea(ring) > 0)
    #expect(MultiPolygon.signedArea(moved.polygons[0].outer) > 0)
  }

  @Test(
    "what PROJ refuses is a fault with PROJ's words",
    arguments: [
      "", "nonsense", "+proj=nosuch", "EPSG:999999", "+proj=stere +lat_0=200", "EPSG:5773",
    ])
  func refused(definition: String) {
    let fault = #expect(throws: Fault.self) { try CoordinateSystem(definition) }
    #expect(fault?.code == "unknown_projection")
    #expect(fault?.problem.isEmpty == false)
  }

  @Test(
    "the kind, unit and ellipsoid of a system are known",
    arguments: [
      ("EPSG:4326", true, 0.0, 6_378_137.0), ("EPSG:32648", false, 1, 6_378_137),
      (radolan, false, 1, 6_370_040),
      ("+proj=aea +lat_1=10 +lat_2=20 +units=km", false, 1000, 6_378_137),
      ("EPSG:2263", false, 0.3048006096012192, 6_378_137),
      ("+proj=longlat +R=6371229", true, 0, 6_371_229),
    ])
  func kinds(definition: String, isGeographic: Bool, metres: Double, axis: Double) throws {
    let system = try CoordinateSystem(definition)
    #expect(system.isGeographic == isGeographic)
    #expect(abs(system.metresPerUnit - metres) < 1e-12)
    #expect(abs(system.semiMajorAxis - axis) < 1)
    #expect(!system.isRotated)
  }

  @Test("a rotated pole is geographic, and said to be rotated")
  func rotatedPole() throws {
    let system = try CoordinateSystem(
      "+proj=ob_tran +o_proj=longlat +o_lat_p=39.25 +o_lon_p=0 +lon_0=18 +R=6371229")
    #expect(system.isGeographic)
    #expect(system.isRotated)
    let transform = try CoordinateTransform(from: "EPSG:4326", to: system.text)
    let p = try #require(transform.transform(Point(x: 18, y: 50.75)))
    #expect(abs(p.x) < 1e-6)
    #expect(abs(p.y) < 1e-6)
  }

  @Test("an equal-area projection has areal scale 1 everywhere")
  func equalArea() throws {
    let scales = try arealScale(
      of: "+proj=aea +lat_1=-26.2 +lat_2=-29.3 +lat_0=-27.7178 +lon_0=153.24 +ellps=WGS84",
      at: [Point(x: 0, y: 0), Point(x: 125_000, y: -125_000), Point(x: -128_000, y: 90_000)])
    for scale in scales { #expect(abs(scale - 1) < 1e-9) }
  }

  @Test(
    "the areal scale is what the textbook formula of each projection says",
    arguments: [
      // Transverse Mercator on its central meridian: the square of the scale factor.
      ("EPSG:32648", Point(x: 500_000, y: 3_212_500), 0.9996 * 0.9996),
      ("EPSG:31466", Point(x: 2_500_000, y: 5_650_000), 1),
      // Oblique stereographic at its origin.
      ("EPSG:28992", Point(x: 155_000, y: 463_000), 0.9999079 * 0.9999079),
      // Mercator of a sphere at 60 degrees north: 1 / cos² φ.
      ("+proj=merc +R=6371000", Point(x: 0, y: 6_371_000 * 1.3169578969248166), 4),
      // Polar stereographic of a sphere, true at 60 degrees: 1 there, (1 + sin 60°)² / 4 at the pole.
      (radolan, Point(x: 0, y: -6_370_040 * 0.5), 1),
      (radolan, Point(x: 0, y: 0), 0.8705127018922193),
      // Equal area, in kilometres and in feet: the square of the unit.
      ("+proj=aea +lat_1=20 +lat_2=30 +lon_0=105 +units=km", Point(x: 50, y: 3000), 1e-6),
      ("+proj=laea +lat_0=30 +lon_0=105 +units=ft", Point(x: 5e5, y: 5e5), 1 / 0.09290304),
    ] as [(String, Point, Double)])
  func textbook(definition: String, point: Point, expected: Double) throws {
    let scale = try arealScale(of: definition, at: [point])[0]
    #expect(abs(scale / expected - 1) < 1e-8)
  }

  @Test("a square degree at 30° north has the area that the sphere gives it")
  func squareDegrees() throws {
    let scale = try arealScale(of: "+proj=longlat +R=6371000", at: [Point(x: 105, y: 30)])[0]
    let degree = 6_371_000 * Double.pi / 180
    #expect(abs(scale * degree * degree * cos(Double.pi / 6) - 1) < 1e-12)
  }

  @Test("where longitude and latitude have no area, or the projection ends, the scale is NaN")
  func noScale() throws {
    #expect(try arealScale(of: "EPSG:4326", at: [Point(x: 0, y: 90)])[0].isNaN)
    let scales = try arealScale(
      of: "+proj=ortho +lat_0=0 +lon_0=0 +R=6371000",
      at: [Point(x: 9e6, y: 0), Point(x: .infinity, y: 0)])
    #expect(scales[0].isNaN)
    #expect(scales[1].isNaN)
  }
}
