import Districts
import Foundation
import Hydromet
import Ingest
import Testing

@Suite("A new district")
struct DistrictCreatorTests {
  /// Makes a district from the sample's shapes, written under other attribute names.
  private func make(
    _ folder: String, townships: String, basins: String? = nil,
    _ change: (inout DistrictCreator.Options) -> Void = { _ in }
  ) throws -> DistrictCreator.Report {
    let scratch = ScratchFolder()
    try FileManager.default.createDirectory(
      atPath: scratch.path, withIntermediateDirectories: true)
    let townshipPath = scratch.path + "/t.geojson"
    try townships.write(toFile: townshipPath, atomically: true, encoding: .utf8)
    let basinPath = scratch.path + "/b.geojson"
    try basins?.write(toFile: basinPath, atomically: true, encoding: .utf8)
    var options = DistrictCreator.Options()
    change(&options)
    return try DistrictCreator.create(
      folder: folder, code: "990110", name: "云溪区", townships: .init(path: townshipPath),
      basins: basins.map { _ in .init(path: basinPath) }, options: options)
  }

  private let townships = DistrictFiles.townshipsGeoJSON(SampleDistrict.townships)
  private let basins = DistrictFiles.basinsGeoJSON(SampleDistrict.basins)

  @Test("the folder passes its own check and holds what was given")
  func passes() throws {
    let scratch = ScratchFolder()
    let report = try make(scratch.path, townships: townships, basins: basins)
    #expect(report.district.description.townships == SampleDistrict.townships)
    #expect(report.district.description.basins.map(\.downstream) == ["B3", "B3", nil])
    #expect(report.warnings.map(\.code) == ["no_stations", "nobody_to_call"])
    #expect(report.files.contains("README.md"))
    for folder in ["stations/observations", "grids/radar"] {
      #expect(FileManager.default.fileExists(atPath: "\(scratch.path)/\(folder)"))
    }
    let feeds = report.district.configuration.feeds
    #expect(feeds.map(\.name) == ["radar", "gauges"])
    #expect(feeds.last?.stationStatement.zoneOffsetSeconds == 28_800)
  }

  @Test("thresholds begin with the national rainstorm signals, unless told otherwise")
  func signals() throws {
    let scratch = ScratchFolder()
    let thresholds = try make(scratch.path, townships: townships).district.thresholds
    #expect(thresholds.map(\.level) == [.blue, .yellow, .orange, .red])
    #expect(thresholds.map(\.duration.text) == ["12h", "6h", "3h", "3h"])
    #expect(thresholds.map(\.depth.micrometres) == [50_000, 50_000, 50_000, 100_000])
    let other = ScratchFolder()
    let bare = try make(other.path, townships: townships) { $0.hasSignalThresholds = false }
    #expect(bare.district.thresholds.isEmpty)
  }

  @Test("nothing is overwritten")
  func keeps() throws {
    let scratch = ScratchFolder()
    _ = try make(scratch.path, townships: townships)
    let before = try String(contentsOfFile: scratch.path + "/district.yaml", encoding: .utf8)
    do {
      _ = try make(scratch.path, townships: townships, basins: basins)
      Issue.record("the district was overwritten")
    } catch let error as DistrictFaults {
      #expect(error.faults.map(\.code) == ["already_there"])
    }
    #expect(try String(contentsOfFile: scratch.path + "/district.yaml", encoding: .utf8) == before)
    #expect(!FileManager.default.fileExists(atPath: scratch.path + "/grids/basins.geojson"))
  }

  @Test(
    "parts with one code become one township, short codes whole ones, and no code a provisional one"
  )
  func codes() throws {
    let scratch = ScratchFolder()
    let parts = townships.replacingOccurrences(of: "990110002000", with: "990110001")
      .replacingOccurrences(of: "990110001000", with: "990110001")
    let joined = try make(scratch.path, townships: parts)
    #expect(joined.district.description.townships.map(\.code) == ["990110001000"])
    #expect((joined.district.townshipAreas.reduce(0, +) - 213.796).magnitude < 0.02)
    let other = ScratchFolder()
    let bare = try make(
      other.path, townships: townships.replacingOccurrences(of: "\"code\"", with: "\"colour\""))
    #expect(
      bare.district.description.townships.map(\.code) == ["990110901000", "990110902000"])
    #expect(bare.notes.contains { $0.contains("provisional") })
  }

  @Test("a ring of basins makes no district, and a basin outside the file counts as an outlet")
  func water() throws {
    let scratch = ScratchFolder()
    let ring = basins.replacingOccurrences(of: "\"downstream\":null", with: "\"downstream\":\"B1\"")
    #expect(throws: DistrictFaults.self) {
      try make(scratch.path, townships: townships, basins: ring)
    }
    #expect(!FileManager.default.fileExists(atPath: scratch.path), "nothing is left of it")
    let away = basins.replacingOccurrences(of: "\"downstream\":null", with: "\"downstream\":\"X9\"")
    let report = try make(scratch.path, townships: townships, basins: away)
    #expect(report.district.description.basins.last?.downstream == nil)
    #expect(report.notes.contains { $0.contains("X9") })
  }

  @Test("of a district that is not valid, nothing is left but what stood there before")
  func withdrawn() throws {
    let scratch = ScratchFolder()
    try FileManager.default.createDirectory(
      atPath: scratch.path + "/grids", withIntermediateDirectories: true)
    try "kept".write(
      toFile: scratch.path + "/grids/notes.txt", atomically: true, encoding: .utf8)
    let ring = basins.replacingOccurrences(of: "\"downstream\":null", with: "\"downstream\":\"B1\"")
    #expect(throws: DistrictFaults.self) {
      try make(scratch.path, townships: townships, basins: ring)
    }
    #expect(
      try FileManager.default.subpathsOfDirectory(atPath: scratch.path).sorted() == [
        "grids", "grids/notes.txt",
      ])
  }

  @Test("names with quotes and line ends do not break the settings")
  func names() throws {
    let scratch = ScratchFolder()
    let report = try make(scratch.path, townships: townships) {
      $0.englishName = "Yunxi \"West\" # \\ : district"
      $0.language = .english
    }
    #expect(report.district.description.englishName == "Yunxi \"West\" # \\ : district")
    #expect(report.district.configuration.language == .english)
  }

  @Test(
    "thirty townships of Qijiang get their official codes from the table of divisions",
    .enabled(if: RealData.isThere, "skipped: FRESHET_DATA is not there"))
  func qijiang() throws {
    let scratch = ScratchFolder()
    var options = DistrictCreator.Options()
    options.codesPath = RealData.path("polygons/qijiang/qijiang_division_codes_2023.csv")
    let report = try DistrictCreator.create(
      folder: scratch.path, code: "500110", name: "綦江区",
      townships: .init(path: RealData.path("polygons/qijiang/qijiang_townships_wgs84.geojson")),
      options: options)
    let district = report.district
    #expect(district.description.townships.count == 30)
    #expect(district.description.townships.first?.name == "文龙街道")
    #expect(district.description.townships.first?.code == "500110004000")
    // Area of all townships and of the first, from public tools.
    #expect((district.townshipAreas.reduce(0, +) - 2749.6).magnitude < 0.5)
    #expect((try #require(district.townshipAreas.first) - 111.484).magnitude < 0.01)
    // 新盛镇 of the shapes is 新盛街道 in the table.
    #expect(report.notes.contains { $0.contains("1 of 30 townships have no code (新盛镇)") })
  }

  @Test(
    "186 basins of the Freiberger Mulde come from Gauss-Krüger metres to WGS 84 with their areas",
    .enabled(if: RealData.isThere, "skipped: FRESHET_DATA is not there"))
  func freibergerMulde() throws {
    let scratch = ScratchFolder()
    let path = RealData.path("polygons/freiberger-mulde/freiberger_mulde_without_zschopau.shp")
    let report = try DistrictCreator.create(
      folder: scratch.path, code: "990120", name: "弗赖贝格",
      townships: .init(path: path, idField: "GWKZ", nameField: "NAME"),
      basins: .init(path: path))
    let basins = report.district.description.basins
    #expect(basins.count == 186)
    // The published areas are those of the plane, which 116 km from the meridian of Gauss-Krüger is
    // larger than the ellipsoid by 116² ∕ 6380².
    let total = basins.reduce(0) { $0 + $1.areaSquareKilometres }
    #expect((1138.68 / total - 1.0003).magnitude < 0.0001)
    let first = try #require(basins.first { $0.id == "542111" })
    #expect((6.8857 / first.areaSquareKilometres - 1.00033).magnitude < 0.0001)
    #expect(first.name == "Freiberger Mulde: Quelle - obh. Mdg. Hirschbach")
    let box = try #require(first.geometry.box)
    #expect((50.0...51.5).contains(box.minY))
    #expect((12.0...14.0).contains(box.minX))
  }

  @Test(
    "24 local government areas around Brisbane have no codes and get provisional ones",
    .enabled(if: RealData.isThere, "skipped: FRESHET_DATA is not there"))
  func brisbane() throws {
    let scratch = ScratchFolder()
    let report = try DistrictCreator.create(
      folder: scratch.path, code: "990130", name: "布里斯班",
      townships: .init(path: RealData.path("polygons/brisbane-lga/seq_lga.geojson")))
    #expect(report.district.description.townships.count == 24)
    #expect(report.notes.contains { $0.contains("24 of 24 townships have no code") })
  }
}
