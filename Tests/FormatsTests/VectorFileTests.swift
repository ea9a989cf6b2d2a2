import Formats
import Hydromet
import Testing

@Suite("Vector files")
struct VectorFileTests {
  let folder: TestFolder

  init() throws {
    folder = try TestFolder()
  }

  private func geojson(
    _ geometry: String, properties: String = "{}", crs: String = ""
  ) throws -> String {
    try folder.write(
      """
      {"type":"FeatureCollection",\(crs)"features":[
      {"type":"Feature","properties":\(properties),"geometry":\(geometry)}]}
      """, "shape.geojson")
  }

  private func shape(_ layer: VectorLayer) throws -> MultiPolygon {
    guard case .polygon(let shape) = try #require(layer.features.first).geometry else {
      Issue.record("not a polygon")
      return MultiPolygon([])
    }
    return shape
  }

  @Test(
    "rings come out unclosed, without repeated points, outer counter-clockwise, holes clockwise")
  func normalised() throws {
    let path = try geojson(
      """
      {"type":"Polygon","coordinates":[
      [[0,0,7],[0,4,7],[0,4,7],[4,4,7],[4,0,7],[0,0,7]],[[1,1],[2,1],[2,2],[1,2],[1,1]]]}
      """)
    let layer = try VectorFile.read(path: path)
    let polygon = try #require(try shape(layer).polygons.first)
    #expect(polygon.outer.count == 4)
    #expect(MultiPolygon.signedArea(polygon.outer) == 16)
    #expect(polygon.holes.count == 1)
    #expect(MultiPolygon.signedArea(polygon.holes[0]) == -1)
    #expect(layer.crs == "EPSG:4326")
    #expect(layer.repairs.isEmpty)
  }

  @Test("attributes keep their order and kind, and are read as text or number")
  func attributes() throws {
    let path = try geojson(
      #"{"type":"Point","coordinates":[106.5,29.1]}"#,
      properties: #"{"name":"三角镇","code":500110112,"area":12.5,"wet":"0.75","none":null}"#)
    let feature = try #require(try VectorFile.read(path: path).features.first)
    #expect(feature.attributes.map(\.name) == ["name", "code", "area", "wet", "none"])
    #expect(feature.text("name") == "三角镇")
    #expect(feature.text("code") == "500110112")
    #expect(feature.number("area") == 12.5)
    #expect(feature.number("wet") == 0.75)
    #expect(feature.value("none") == .null)
    #expect(feature.text("absent") == nil)
    #expect(feature.geometry == .point(Point(x: 106.5, y: 29.1)))
  }

  @Test(
    "invalid polygons are repaired to the area they enclose, and said to be",
    arguments: [
      // A bow-tie: both wings stay.
      ("Polygon", "[[[0,0],[2,2],[2,0],[0,2],[0,0]]]", 2.0),
      // Two parts that overlap: the overlap counts once.
      (
        "MultiPolygon",
        "[[[[0,0],[2,0],[2,2],[0,2],[0,0]]],[[[1,1],[3,1],[3,3],[1,3],[1,1]]]]", 7
      ),
      // A spike without width.
      ("Polygon", "[[[0,0],[2,0],[5,0],[2,0],[2,2],[0,2],[0,0]]]", 4),
      // A hole that lies across the edge.
      ("Polygon", "[[[0,0],[4,0],[4,4],[0,4],[0,0]],[[3,1],[5,1],[5,2],[3,2],[3,1]]]", 15),
    ])
  func repaired(type: String, coordinates: String, area: Double) throws {
    let layer = try VectorFile.read(
      path: try geojson(#"{"type":"\#(type)","coordinates":\#(coordinates)}"#))
    let result = try shape(layer)
    #expect(abs(result.area - area) < 1e-12)
    #expect(layer.repairs.count == 1)
    #expect(layer.repairs[0].hasPrefix("feature 0: "))
    for polygon in result.polygons {
      #expect(MultiPolygon.signedArea(polygon.outer) > 0)
      for hole in polygon.holes { #expect(MultiPolygon.signedArea(hole) < 0) }
    }
  }

  @Test(
    "a polygon with nothing inside is refused with the feature's number",
    arguments: [
      #"{"type":"Polygon","coordinates":[[[0,0],[1,1],[0,0],[0,0]]]}"#,
      #"{"type":"Polygon","coordinates":[[[0,0],[1,0],[2,0],[0,0]]]}"#,
      #"{"type":"Polygon","coordinates":[[[0,0],[NaN,0],[2,3],[0,0]]]}"#,
      #"{"type":"Polygon","coordinates":[[[0,0],[1e999,0],[2,3],[0,0]]]}"#,
    ])
  func nothingInside(geometry: String) throws {
    let path = try geojson(geometry)
    let fault = #expect(throws: Fault.self) { try VectorFile.read(path: path) }
    #expect(fault?.location?.file == path)
    #expect(["bad_geometry", "damaged_vector", "not_vector"].contains(fault?.code))
  }

  @Test("metres in a file that claims degrees are refused until the system is stated")
  func metresAsDegrees() throws {
    let square =
      "[[[155000,463000],[156000,463000],[156000,464000],[155000,464000],[155000,463000]]]"
    let path = try geojson(#"{"type":"Polygon","coordinates":\#(square)}"#)
    let fault = #expect(throws: Fault.self) { try VectorFile.read(path: path) }
    #expect(fault?.code == "not_degrees")
    #expect(fault?.remedy.contains("--regions-crs") == true)
    let layer = try VectorFile.read(path: path, crs: "EPSG:28992")
    #expect(layer.crs == "EPSG:28992")
    #expect(try shape(layer).area == 1e6)
  }

  @Test("GeoJSON that names its system is read in it")
  func namedSystem() throws {
    let path = try geojson(
      #"{"type":"Polygon","coordinates":[[[155000,463000],[156000,463000],[156000,464000],[155000,463000]]]}"#,
      crs: #""crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::28992"}},"#)
    #expect(try VectorFile.read(path: path).crs == "EPSG:28992")
  }

  @Test(
    "what is no vector file is a fault, never a crash",
    arguments: ["", "{", "{}", "not a shape", #"{"type":"FeatureCollection","features":"#])
  func noVector(content: String) throws {
    let path = try folder.write(content, "broken.geojson")
    let fault = #expect(throws: Fault.self) { try VectorFile.read(path: path) }
    #expect(fault?.location?.file == path)
  }

  @Test(
    "a path is never taken for an address or a virtual file system",
    arguments: ["/vsicurl/http://127.0.0.1:9/x.geojson", "http://127.0.0.1:9/x.geojson", "", "{}"])
  func noAddress(path: String) throws {
    #expect(throws: Fault.self) { try VectorFile.read(path: path) }
  }

  @Test(
    "a shapefile that does not name its encoding is read in the one its bytes are in",
    arguments: [
      ([0xCD, 0xAD, 0xC1, 0xBA, 0xC7, 0xF8], 0x00, "铜梁区"),
      ([0xCD, 0xAD, 0xC1, 0xBA, 0xC7, 0xF8], 0x57, "铜梁区"),
      ([0xCD, 0xAD, 0xC1, 0xBA, 0xC7, 0xF8], 0x4D, "铜梁区"),
      (Array("铜梁区".utf8), 0x00, "铜梁区"),
      ([0x4D, 0xFC, 0x68, 0x6C, 0x65], 0x57, "Mühle"),
      (Array("Agger".utf8), 0x00, "Agger"),
    ] as [([UInt8], UInt8, String)])
  func encodings(bytes: [UInt8], code: UInt8, expected: String) throws {
    try folder.write(SmallShapefile.shapes(isIndex: false), "town.shp")
    try folder.write(SmallShapefile.shapes(isIndex: true), "town.shx")
    try folder.write(SmallShapefile.table(name: bytes, languageCode: code), "town.dbf")
    let layer = try VectorFile.read(path: folder.file("town.shp"), crs: "EPSG:4326")
    #expect(layer.features.count == 1)
    #expect(layer.features[0].text("NAME") == expected)
    #expect(try shape(layer).area == 1)
  }

  @Test("GeoJSON cut at any byte is a fault or a file, never a crash")
  func truncated() throws {
    let path = try geojson(
      #"{"type":"Polygon","coordinates":[[[0,0],[4,0],[4,4],[0,0]]]}"#, properties: #"{"a":1}"#)
    let bytes = try folder.read("shape.geojson")
    for length in stride(from: 0, to: bytes.count, by: 7) {
      try folder.write(Array(bytes[..<length]), "cut.geojson")
      let layer = try? VectorFile.read(path: folder.file("cut.geojson"))
      #expect((layer?.features.count ?? 0) <= 1)
    }
    #expect(try VectorFile.read(path: path).features.count == 1)
  }
}

@Suite("Real vector files", .enabled(if: RealData.isPresent, Comment(rawValue: RealData.absence)))
struct RealVectorFileTests {
  @Test("a shapefile without .prj needs its system stated; Agger has 13 sub-basins")
  func agger() throws {
    let path = RealData.path("polygons/agger/agger_merge.shp")
    let fault = #expect(throws: Fault.self) { try VectorFile.read(path: path) }
    #expect(fault?.code == "unknown_crs")
    #expect(fault?.remedy.contains("crs:") == true)
    let layer = try VectorFile.read(path: path, crs: "EPSG:31466")
    #expect(layer.features.count == 13)
  }

  @Test("the 186 sub-basins of the Freiberger Mulde add up to 1138.68 km²")
  func mulde() throws {
    let layer = try VectorFile.read(
      path: RealData.path("polygons/freiberger-mulde/freiberger_mulde_without_zschopau.shp"))
    #expect(layer.features.count == 186)
    var area = 0.0
    for feature in layer.features {
      guard case .polygon(let shape) = feature.geometry else { continue }
      area += shape.area
    }
    #expect(abs(area / 1e6 - 1138.68) < 0.01)
    #expect(layer.features[0].text("GWKZ") == "542111")
  }

  @Test("six of the 38 counties of Chongqing cross themselves and are repaired")
  func chongqing() throws {
    let layer = try VectorFile.read(
      path: RealData.path("polygons/qijiang/chongqing_counties_500000_datav_gcj02.json"))
    #expect(layer.features.count == 38)
    #expect(layer.repairs.count == 6)
    let names = layer.repairs.compactMap { line in
      Int(line.dropFirst(8).prefix { $0.isNumber }).flatMap { layer.features[$0].text("name") }
    }
    #expect(Set(names) == ["九龙坡区", "长寿区", "合川区", "铜梁区", "潼南区", "奉节县"])
  }

  @Test("Dutch municipalities are read in the metres that their file names")
  func netherlands() throws {
    let layer = try VectorFile.read(
      path: RealData.path("polygons/nl-municipalities-2007/municipalities_epsg28992.json"))
    #expect(layer.crs == "EPSG:28992")
    #expect(layer.features.count == 443)
  }

  @Test("a GeoPackage with several layers asks for one")
  func geopackage() throws {
    let path = RealData.path("polygons/ngen-oyster-river/gauge_01073000.gpkg")
    let fault = #expect(throws: Fault.self) { try VectorFile.read(path: path) }
    #expect(fault?.code == "unknown_layer")
    #expect(fault?.problem.contains("divides") == true)
    let layer = try VectorFile.read(path: path, layer: "divides")
    #expect(layer.crs == "EPSG:5070")
    #expect(layer.features.count == 5)
    #expect(layer.features.allSatisfy { $0.text("divide_id")?.hasPrefix("cat-") == true })
  }

  @Test("the townships of Qijiang cover 2749.6 km²")
  func townships() throws {
    let layer = try VectorFile.read(
      path: RealData.path("polygons/qijiang/qijiang_townships_wgs84.geojson"))
    #expect(layer.features.count == 30)
    let toEqualArea = try CoordinateTransform(
      from: layer.crs, to: "+proj=laea +lat_0=29 +lon_0=106.7 +datum=WGS84")
    var area = 0.0
    for feature in layer.features {
      guard case .polygon(let shape) = feature.geometry else { continue }
      area += try toEqualArea.transform(shape).area
    }
    #expect(abs(area / 1e6 - 2749.6) < 0.1)
  }
}
