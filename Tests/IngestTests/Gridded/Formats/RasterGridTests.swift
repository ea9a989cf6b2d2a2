import Formats
import Hydromet
import Ingest
import Testing

@Suite("Raster images of rain")
struct RasterGridTests {
  let folder: GridTestFolder
  private static let geometry = GridGeometry(
    rows: 3, columns: 4, projection: "EPSG:4326", isGeographic: true, west: 106, north: 30,
    cellWidth: 0.01, cellHeight: 0.01)

  init() throws {
    folder = try GridTestFolder()
  }

  private func tiff(
    _ name: String, unit: String = "mm", values: [Float] = Pattern.field,
    metadata: [(name: String, value: String)] = []
  ) throws -> String {
    try GeoTIFF(
      geometry: Self.geometry, values: .float32(values), missing: -9999, unit: unit,
      metadata: metadata
    ).write(to: folder.file(name))
    return folder.file(name)
  }

  @Test("a GeoTIFF with its unit and its period is read without a statement")
  func complete() throws {
    var values = Pattern.field
    values[6] = -9999
    let path = try tiff(
      "rain.tif", values: values,
      metadata: [
        ("PERIOD_START", "2024-07-09T05:00:00Z"), ("PERIOD_END", "2024-07-09T06:00:00Z"),
      ])
    let grid = try GriddedRain(path: path)
    values[6] = .nan
    #expect(grid.formatName == "GeoTIFF")
    #expect(areSame(try grid.field(0).values, values))
    #expect(grid.geometry.west == 106 && grid.geometry.north == 30)
    #expect(grid.steps[0].period?.seconds == 3600)
    let part = try grid.field(0, window: GridWindow(rows: 2..<3, columns: 1..<3)).values
    #expect(part == [2.2, 2.3])
  }

  @Test(
    "unit, time and projection are stated where an image lacks them; a contradiction is refused")
  func stated() throws {
    let path = try tiff("qpe_202407091400.tif", unit: "")
    let noUnit = #expect(throws: Fault.self) { try GriddedRain(path: path) }
    #expect(noUnit?.code == "unknown_unit")
    let grid = try GriddedRain(
      path: path,
      statement: GridStatement(
        unit: "0.1 mm", stepSeconds: 600, zoneOffsetSeconds: 28_800,
        nameTime: "qpe_yyyyMMddHHmm.tif"))
    #expect(abs(try grid.field(0).values[1] - 0.02) < 1e-6)
    #expect(grid.steps[0].period?.end.iso8601 == "2024-07-09T06:00:00Z")
    let named = try tiff("named.tif")
    let twoUnits = #expect(throws: Fault.self) {
      try GriddedRain(path: named, statement: GridStatement(unit: "mm/h"))
    }
    #expect(twoUnits?.code == "contradiction")
  }

  @Test("an ESRI ASCII grid: first row north, the corner is the outer edge")
  func ascii() throws {
    let text = """
      ncols 4
      nrows 3
      xllcorner 106.0
      yllcorner 29.97
      cellsize 0.01
      NODATA_value -1
      0.1 0.2 0.3 0.4
      1.1 -1 1.3 1.4
      2.1 2.2 2.3 2.4

      """
    let path = try folder.write(Array(text.utf8), "rw_20240709-0650.asc")
    let noProjection = #expect(throws: Fault.self) {
      try GriddedRain(path: path, statement: GridStatement(unit: "mm"))
    }
    #expect(noProjection?.code == "unknown_projection")
    let grid = try GriddedRain(
      path: path,
      statement: GridStatement(
        unit: "mm", stepSeconds: 3600, projection: "EPSG:4326",
        nameTime: "rw_yyyyMMdd-HHmm.asc"))
    var expected = Pattern.field
    expected[5] = .nan
    #expect(grid.formatName == "AAIGrid")
    #expect(areSame(try grid.field(0).values, expected))
    #expect(abs(grid.geometry.north - 30) < 1e-9 && abs(grid.geometry.west - 106) < 1e-9)
    #expect(grid.steps[0].period?.end.iso8601 == "2024-07-09T06:50:00Z")
  }

  @Test("an image cut at any byte is a fault or the same field")
  func cut() throws {
    let path = try tiff("whole.tif")
    let whole = try folder.read("whole.tif")
    let expected = try GriddedRain(path: path).field(0).values
    for length in 0..<whole.count {
      let short = try folder.write(Array(whole[..<length]), "cut.tif")
      guard let values = try? GriddedRain(path: short).field(0).values else { continue }
      #expect(areSame(values, expected), "cut to \(length) bytes")
    }
  }

  @Test(
    "a time is found in a name by its pattern, or not at all",
    arguments: [
      ("rain_yyyyMMddHHmm*.tif", "rain_202407091405_x.tif", "2024-07-09T14:05:00Z"),
      ("*_yyyyMMdd_HHmmss.*", "Z_P_20240709_140500.tif", "2024-07-09T14:05:00Z"),
      ("r?yyyyMMdd", "r120240709", "2024-07-09T00:00:00Z"),
      ("rain_yyyyMMdd.tif", "rain_20241309.tif", nil),
      ("rain_yyyyMMdd.tif", "snow_20240709.tif", nil),
    ] as [(String, String, String?)])
  func names(pattern: String, name: String, expected: String?) throws {
    let found = try #require(NameTime(pattern)).moment(in: "/a/b/\(name)", offsetSeconds: 0)
    #expect(found?.iso8601 == expected)
  }

  @Test(
    "patterns without a date are none", arguments: ["rain.tif", "HHmm", "yyyyMM", "****yyyyMMdd"])
  func patterns(text: String) {
    #expect(NameTime(text) == nil)
  }

  @Test(
    "relations of reflectivity and rain are those of the books",
    arguments: [
      ("marshall_palmer", 40.0, 11.53), ("wsr88d", 40, 12.24), ("tropical", 40, 21.63),
      ("200 1.6", 23.0103, 1), ("300 1.4 53", 70, 103.83),
    ])
  func relations(text: String, decibels: Double, rate: Double) throws {
    let relation = try #require(ReflectivityRelation(text))
    #expect(abs(Double(relation.rate(Float(decibels))) - rate) < 0.01)
    #expect(relation.rate(-99) == 0)
  }

  @Test("what is no relation is none", arguments: ["", "rain", "200", "0 1.6", "200 1.6 9", "a b"])
  func noRelation(text: String) {
    #expect(ReflectivityRelation(text) == nil)
  }
}
