import Formats
import Foundation
import Hydromet
import Publish
import Testing

@Suite("The products of a cycle", .enabled(if: Fonts.areInstalled, "\(Fonts.note)"))
struct ProductWriterTests {
  let folder: TemporaryFolder
  let sample = SampleDistrict()

  init() throws {
    folder = try TemporaryFolder()
  }

  private func publish(_ report: CycleReport, language: ProductLanguage = .chinese) throws
    -> PublishedCycle
  {
    let writer = try ProductWriter(
      description: report.district, language: language, productsFolder: folder.products,
      isDurable: false)
    return try writer.publish(report)
  }

  @Test("a cycle holds every product, and its manifest lists them all with their hashes")
  func everything() throws {
    let published = try publish(sample.report())
    #expect(published.folder == folder.products + "/20260701T120000Z")
    let names = Set(try folder.files("products/latest").keys)
    let expected: Set = [
      "manifest.json", "townships.csv", "townships.geojson", "basins.csv", "basins.geojson",
      "points.csv", "points.geojson", "gauges.csv", "gauges.geojson", "assessments.csv",
      "membership.csv", "rain.nc",
      "rain_1h.tif", "rain_3h.tif", "rain_24h.tif", "coverage_1h.tif", "coverage_3h.tif",
      "coverage_24h.tif", "map_risk.png", "map_rain_1h.png", "map_rain_3h.png",
      "map_rain_24h.png", "drafts.json", "cap/50019941600000_20260701200000_0.xml",
      "bulletin.html", "bulletin.txt", "bulletin_en.html", "bulletin_en.txt",
    ]
    #expect(names == expected)
    #expect(try Manifest.verify(folder: published.folder).isEmpty)
    let manifest = try #require(
      try JSONSerialization.jsonObject(with: folder.bytes("products/latest/manifest.json"))
        as? [String: Any])
    #expect((manifest["outputs"] as? [Any])?.count == expected.count - 1)
    #expect(manifest["data_time"] as? String == "2026-07-01T12:00:00Z")
    #expect(published.manifestHash.count == 64)
  }

  @Test("a changed, a missing and a foreign file are each found by the manifest")
  func verification() throws {
    let published = try publish(sample.report())
    let path = published.folder
    var bytes = try folder.bytes("products/latest/townships.csv")
    bytes[bytes.count - 2] ^= 1
    try bytes.write(to: URL(fileURLWithPath: path + "/townships.csv"))
    try FileManager.default.removeItem(atPath: path + "/drafts.json")
    try Data("x".utf8).write(to: URL(fileURLWithPath: path + "/cap/foreign.xml"))
    let differences = try Manifest.verify(folder: path)
    #expect(
      differences == [
        "drafts.json is missing", "townships.csv has other bytes than were published",
        "cap/foreign.xml is not in the manifest",
      ])
    try Data("{".utf8).write(to: URL(fileURLWithPath: path + "/manifest.json"))
    #expect(throws: Fault.self) { try Manifest.verify(folder: path) }
  }

  @Test("the same report gives the same bytes, also from another writer and another folder")
  func determinism() throws {
    let first = try publish(sample.report())
    let other = try TemporaryFolder()
    let writer = try ProductWriter(
      description: sample.description, productsFolder: other.products, isDurable: true)
    _ = try writer.publish(sample.report(time: SampleDistrict.time - 600, shift: 5))
    let second = try writer.publish(sample.report())
    #expect(first.manifestHash == second.manifestHash)
    let files = try folder.files("products/latest")
    #expect(try files.count == 28 && files == other.files("products/latest"))
  }

  @Test("a district without a grid, without gauges and without any answer still gets its products")
  func empty() throws {
    let sample = SampleDistrict(rows: 1, columns: 1, points: 0, gauges: 0)
    let full = sample.report(cells: 0, drafts: [])
    let report = CycleReport(
      district: sample.description, districtHash: "", programVersion: "0", time: full.time,
      windows: full.windows, fields: [], unitRainfall: [], gaugeRainfall: [], assessments: [],
      townships: [], drafts: [], feeds: [], inputs: [])
    let published = try publish(report)
    #expect(try Manifest.verify(folder: published.folder).isEmpty)
    #expect(!FileManager.default.fileExists(atPath: published.folder + "/rain.nc"))
    let row = try folder.text("products/latest/townships.csv").split(separator: "\n")[1]
    #expect(row.hasPrefix("500199100000,石角镇,unknown,,unknown,,"))
    #expect(try folder.text("products/latest/bulletin.txt").contains("本次没有任何资料"))
  }

  @Test("a district without shapes at all is drawn as an empty page, not refused")
  func noShapes() throws {
    let district = DistrictDescription(
      id: "500199", name: "云溪区", englishName: "Yunxi", office: "台", englishOffice: "Office",
      townships: [
        Township(
          code: "500199100000", name: "空镇", englishName: nil, geometry: MultiPolygon([]))
      ], basins: [], hazardPoints: [], stations: [], rivers: [[Point(x: .nan, y: 1)]])
    let base = sample.report()
    let report = CycleReport(
      district: district, districtHash: "", programVersion: "0", time: base.time,
      windows: base.windows, fields: [], unitRainfall: [], gaugeRainfall: [], assessments: [],
      townships: [], drafts: [], feeds: base.feeds, inputs: [])
    let published = try publish(report)
    #expect(try Manifest.verify(folder: published.folder).isEmpty)
    let geojson = try folder.text("products/latest/townships.geojson")
    #expect(geojson.contains("\"geometry\":null"))
  }

  @Test("the sums in rain.nc are those of the report, missing cells are fill and not zero")
  func netCDF() throws {
    let report = sample.report()
    _ = try publish(report)
    let file = try NetCDFFile(path: folder.products + "/latest/rain.nc")
    let rain = try #require(file.variable("rain"))
    let values = try file.doubles(rain)
    let cells = report.fields[0].geometry.cellCount
    #expect(rain.shape == [9, 12, 15])
    #expect(values[0] == Double(DepthField.missing))
    #expect(values[2 * cells + 5] == Double(report.fields[2].micrometres[5]))
    let flags = try file.doubles(try #require(file.variable("coverage_flag")))
    #expect(Array(flags[(2 * cells)..<(2 * cells + 3)]) == [0, 1, 2])
  }

  @Test(
    "a raster holds millimetres, its own mark where nothing is known, and the share that arrived")
  func rasters() throws {
    let report = sample.report()
    _ = try publish(report)
    let rain = try GeoTIFF(reading: folder.products + "/latest/rain_1h.tif")
    let share = try GeoTIFF(reading: folder.products + "/latest/coverage_1h.tif")
    guard case .float32(let depths) = rain.values, case .float32(let shares) = share.values else {
      Issue.record("rasters are float32")
      return
    }
    #expect(rain.missing == -9999 && depths[0] == -9999)
    #expect(depths[7] == Float(Double(report.fields[2].micrometres[7]) / 1000))
    #expect(shares[0] == 0 && shares[1] == Float(11) / 12 && shares[2] == 1)
  }

  @Test("a grid in metres states its projection and the longitude and latitude of every cell")
  func projectedGrid() throws {
    let geometry = GridGeometry(
      rows: 4, columns: 6, projection: "+proj=aea +lat_1=25 +lat_2=47 +lon_0=105 +datum=WGS84",
      isGeographic: false, west: 100_000, north: 3_000_000, cellWidth: 1000, cellHeight: 1000)
    let base = sample.report()
    let fields = base.fields.map {
      AccumulationField(
        geometry: geometry, period: $0.period, expectedFrames: $0.expectedFrames,
        micrometres: [Int32](repeating: 1234, count: geometry.cellCount),
        receivedFrames: [UInt16](repeating: 1, count: geometry.cellCount))
    }
    let report = CycleReport(
      district: base.district, districtHash: base.districtHash,
      programVersion: base.programVersion, time: base.time, windows: base.windows,
      fields: fields, unitRainfall: base.unitRainfall, gaugeRainfall: base.gaugeRainfall,
      assessments: base.assessments, townships: base.townships, drafts: [], feeds: base.feeds,
      inputs: [])
    _ = try publish(report)
    let file = try NetCDFFile(path: folder.products + "/latest/rain.nc")
    let crs = try #require(file.variable("crs"))
    #expect(crs.text("grid_mapping_name") == "albers_conical_equal_area")
    #expect(crs["standard_parallel"]?.numbers == [25, 47])
    #expect(crs.text("crs_wkt")?.hasPrefix("PROJCRS[") == true)
    for axis in ["y", "x"] {
      let centres = try #require(file.variable(axis))
      #expect(centres.text("standard_name") == "projection_\(axis)_coordinate")
      #expect(centres.text("units") == "m" && centres.text("axis") == axis.uppercased())
    }
    let longitudes = try file.doubles(try #require(file.variable("lon")))
    let transform = try CoordinateTransform(from: geometry.projection, to: "EPSG:4326")
    let last = try #require(transform.transform(geometry.centre(row: 3, column: 5)))
    #expect(abs(longitudes[23] - last.x) < 1e-5)
    #expect(file.variable("rain")?.shape == [9, 4, 6])
  }

  @Test(
    "projections get the names that CF has for them",
    arguments: [
      ("+proj=longlat +datum=WGS84", "latitude_longitude"),
      ("+proj=stere +lat_0=90 +lat_ts=60 +lon_0=10 +R=6370040", "polar_stereographic"),
      ("+proj=laea +lat_0=55 +lon_0=10", "lambert_azimuthal_equal_area"),
      ("+proj=lcc +lat_1=30 +lat_2=60 +lon_0=105", "lambert_conformal_conic"),
      ("EPSG:32648", "transverse_mercator"), ("EPSG:4547", "transverse_mercator"),
      ("EPSG:4490", "latitude_longitude"), ("EPSG:3395", "mercator"),
    ])
  func gridMappings(projection: String, name: String) throws {
    let attributes = try CoordinateSystem(projection).gridMappingAttributes()
    #expect(attributes.first { $0.name == "grid_mapping_name" }?.value == .text(name))
    #expect(attributes.contains { $0.name == "crs_wkt" })
  }
}
