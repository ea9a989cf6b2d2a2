import Formats
import Hydromet
import Ingest
import Testing

@Suite("Projections of grids")
struct GridProjectionTests {
  let folder: GridTestFolder

  init() throws {
    folder = try GridTestFolder()
  }

  private func open(
    _ grid: SyntheticGrid, _ statement: GridStatement = GridStatement()
  ) throws -> GriddedRain {
    try grid.write(to: folder.file("grid.nc"))
    return try GriddedRain(path: folder.file("grid.nc"), statement: statement)
  }

  private static let sphere: [(name: String, value: NetCDFValue)] = [
    ("earth_radius", .doubles([6_371_229]))
  ]

  private static func mapping(
    _ name: String, _ parameters: [(String, Double)]
  ) -> [(name: String, value: NetCDFValue)] {
    [("grid_mapping_name", .text(name))] + parameters.map { ($0.0, .doubles([$0.1])) } + sphere
  }

  @Test(
    "each grid mapping of the CF conventions is the projection that PROJ has for it",
    arguments: [
      (
        mapping(
          "lambert_conformal_conic",
          [
            ("standard_parallel", 30), ("longitude_of_central_meridian", 105),
            ("latitude_of_projection_origin", 30),
          ]), "+proj=lcc +lat_1=30 +lat_0=30 +lon_0=105"
      ),
      (
        mapping(
          "polar_stereographic",
          [
            ("straight_vertical_longitude_from_pole", 10), ("latitude_of_projection_origin", 90),
            ("standard_parallel", 60),
          ]), "+proj=stere +lat_0=90 +lat_ts=60 +lon_0=10"
      ),
      (
        mapping(
          "polar_stereographic",
          [
            ("straight_vertical_longitude_from_pole", 10), ("latitude_of_projection_origin", 90),
            ("scale_factor_at_projection_origin", 0.9330127),
          ]), "+proj=stere +lat_0=90 +k_0=0.9330127 +lon_0=10"
      ),
      (
        mapping(
          "stereographic",
          [
            ("longitude_of_projection_origin", 105), ("latitude_of_projection_origin", 30),
            ("scale_factor_at_projection_origin", 1),
          ]), "+proj=stere +lat_0=30 +lon_0=105"
      ),
      (
        mapping(
          "lambert_azimuthal_equal_area",
          [("longitude_of_projection_origin", 105), ("latitude_of_projection_origin", 30)]),
        "+proj=laea +lat_0=30 +lon_0=105"
      ),
      (
        mapping(
          "azimuthal_equidistant",
          [("longitude_of_projection_origin", 105), ("latitude_of_projection_origin", 30)]),
        "+proj=aeqd +lat_0=30 +lon_0=105"
      ),
      (
        mapping(
          "transverse_mercator",
          [
            ("longitude_of_central_meridian", 105), ("latitude_of_projection_origin", 0),
            ("scale_factor_at_central_meridian", 0.9996), ("false_easting", 400_000),
          ]), "+proj=tmerc +lat_0=0 +lon_0=105 +k_0=0.9996 +x_0=400000"
      ),
      (
        mapping(
          "mercator", [("longitude_of_projection_origin", 105), ("standard_parallel", 20)]),
        "+proj=merc +lon_0=105 +lat_ts=20"
      ),
      (
        mapping(
          "lambert_cylindrical_equal_area",
          [("longitude_of_central_meridian", 105), ("standard_parallel", 30)]),
        "+proj=cea +lon_0=105 +lat_ts=30"
      ),
      (
        mapping("sinusoidal", [("longitude_of_projection_origin", 105)]),
        "+proj=sinu +lon_0=105"
      ),
      (
        mapping(
          "orthographic",
          [("longitude_of_projection_origin", 105), ("latitude_of_projection_origin", 30)]),
        "+proj=ortho +lat_0=30 +lon_0=105"
      ),
      (
        mapping(
          "geostationary",
          [
            ("longitude_of_projection_origin", 105), ("latitude_of_projection_origin", 0),
            ("perspective_point_height", 35_786_000),
          ]), "+proj=geos +h=35786000 +lon_0=105"
      ),
    ] as [([(name: String, value: NetCDFValue)], String)])
  func conventions(mapping: [(name: String, value: NetCDFValue)], expected: String) throws {
    var grid = SyntheticGrid()
    grid.mapping = mapping
    let found = try open(grid).geometry
    #expect(!found.isGeographic)
    let there = try CoordinateTransform(from: "EPSG:4326", to: found.projection)
    let reference = try CoordinateTransform(
      from: "EPSG:4326", to: "\(expected) +R=6371229 +units=m")
    for place in [Point(x: 106.6, y: 29), Point(x: 103, y: 31.5)] {
      let a = try #require(there.transform(place))
      let b = try #require(reference.transform(place))
      #expect(abs(a.x - b.x) < 1e-3 && abs(a.y - b.y) < 1e-3)
    }
  }

  @Test(
    "two standard parallels, semi-axes in kilometres and a false origin in kilometres are understood"
  )
  func kilometres() throws {
    var grid = SyntheticGrid()
    grid.coordinateUnit = 1000
    grid.xAttributes[1] = ("units", .text("km"))
    grid.yAttributes[1] = ("units", .text("km"))
    grid.mapping = [
      ("grid_mapping_name", .text("lambert_conformal_conic")),
      ("standard_parallel", .doubles([25, 45])),
      ("longitude_of_central_meridian", .doubles([105])),
      ("latitude_of_projection_origin", .doubles([30])), ("false_easting", .doubles([100])),
      ("semi_major_axis", .doubles([6378.137])), ("inverse_flattening", .doubles([298.257223563])),
    ]
    let projection = try open(grid).geometry.projection
    let transform = try CoordinateTransform(
      from: "+proj=lcc +lat_1=25 +lat_2=45 +lat_0=30 +lon_0=105 +x_0=100000 +ellps=WGS84",
      to: projection)
    let p = try #require(transform.transform(Point(x: 50_000, y: -70_000)))
    #expect(abs(p.x - 50_000) < 1e-3 && abs(p.y + 70_000) < 1e-3)
  }

  @Test("a rotated pole gives longitude and latitude of the rotated grid")
  func rotated() throws {
    var grid = SyntheticGrid.geographic(firstLongitude: -1, firstLatitude: 1, step: 0.1)
    grid.xName = "rlon"
    grid.yName = "rlat"
    grid.xAttributes = [("standard_name", .text("grid_longitude")), ("units", .text("degrees"))]
    grid.yAttributes = [("standard_name", .text("grid_latitude")), ("units", .text("degrees"))]
    grid.mapping = [
      ("grid_mapping_name", .text("rotated_latitude_longitude")),
      ("grid_north_pole_latitude", .doubles([39.25])),
      ("grid_north_pole_longitude", .doubles([-162])), ("earth_radius", .doubles([6_371_229])),
    ]
    let geometry = try open(grid).geometry
    #expect(geometry.isGeographic)
    let transform = try CoordinateTransform(from: "EPSG:4326", to: geometry.projection)
    let origin = try #require(transform.transform(Point(x: 18, y: 50.75)))
    #expect(abs(origin.x) < 1e-6 && abs(origin.y) < 1e-6)
  }

  @Test(
    "without grid mapping a global attribute gives the projection, and it is said",
    arguments: ["proj_string", "projection", "proj4"])
  func globalAttribute(name: String) throws {
    var grid = SyntheticGrid()
    grid.mapping = nil
    grid.globals = [
      ("title", .text("Lambert")), (name, .text("+proj=laea +lat_0=30 +lon_0=105 +units=km")),
    ]
    let file = try open(grid)
    #expect(file.geometry.projection == "+proj=laea +lat_0=30 +lon_0=105 +units=m")
    #expect(file.notes.contains { $0.contains(name) })
  }

  @Test("a grid mapping that holds only WKT is read by it")
  func wellKnownText() throws {
    var grid = SyntheticGrid()
    let wkt = """
      PROJCS["x",GEOGCS["y",DATUM["z",SPHEROID["s",6371229,0]],PRIMEM["Greenwich",0],\
      UNIT["degree",0.0174532925199433]],PROJECTION["Lambert_Azimuthal_Equal_Area"],\
      PARAMETER["latitude_of_center",30],PARAMETER["longitude_of_center",105],\
      PARAMETER["false_easting",0],PARAMETER["false_northing",0],UNIT["metre",1]]
      """
    grid.mapping = [("spatial_ref", .text(wkt))]
    let transform = try CoordinateTransform(
      from: "EPSG:4326", to: try open(grid).geometry.projection)
    let p = try #require(transform.transform(Point(x: 105, y: 30)))
    #expect(abs(p.x) < 1e-6 && abs(p.y) < 1e-6)
  }

  @Test("x and y without any projection ask for one; a stated one is taken")
  func stated() throws {
    var grid = SyntheticGrid()
    grid.mapping = nil
    let fault = #expect(throws: Fault.self) { try open(grid) }
    #expect(fault?.code == "unknown_projection")
    #expect(fault?.remedy.contains("projection:") == true)
    let file = try open(grid, GridStatement(projection: "EPSG:32648"))
    #expect(
      file.geometry.projection == "EPSG:32648 +units=m" || file.geometry.projection == "EPSG:32648")
    #expect(throws: Fault.self) { try open(grid, GridStatement(projection: "+proj=nosuch")) }
    #expect(throws: Fault.self) { try open(grid, GridStatement(projection: "EPSG:2263")) }
  }

  @Test("a stated projection that differs from the one of the file is refused")
  func contradiction() throws {
    let same = "+proj=aea +lat_1=-26.2 +lat_2=-29.3 +lat_0=-27.7178 +lon_0=153.24 +ellps=WGS84"
    #expect(try open(SyntheticGrid(), GridStatement(projection: same)).steps.count == 1)
    let fault = #expect(throws: Fault.self) {
      try open(SyntheticGrid(), GridStatement(projection: "EPSG:32656"))
    }
    #expect(fault?.code == "contradiction")
  }

  @Test(
    "a grid mapping that cannot be used is refused with what is wrong",
    arguments: [
      ([("grid_mapping_name", .text("peirce_quincuncial"))], "not one of the CF conventions"),
      ([("grid_mapping_name", .text("lambert_conformal_conic"))], "standard_parallel"),
      ([("grid_mapping_name", .text("transverse_mercator"))], "latitude_of_projection_origin"),
      (
        mapping(
          "polar_stereographic",
          [("latitude_of_projection_origin", 45), ("straight_vertical_longitude_from_pole", 0)]),
        "expected 90 or -90"
      ), ([("long_name", .text("nothing"))], "neither grid_mapping_name nor crs_wkt"),
      (
        [
          ("grid_mapping_name", .text("sinusoidal")),
          ("longitude_of_projection_origin", .doubles([0])), ("earth_radius", .doubles([1])),
        ], "radius of the earth"
      ),
    ] as [([(name: String, value: NetCDFValue)], String)])
  func unusable(mapping: [(name: String, value: NetCDFValue)], words: String) throws {
    var grid = SyntheticGrid()
    grid.mapping = mapping
    let fault = #expect(throws: Fault.self) { try open(grid) }
    #expect(fault?.code == "unknown_projection")
    #expect(fault?.problem.contains(words) == true)
  }
}
