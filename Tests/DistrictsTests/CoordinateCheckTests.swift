import Districts
import Formats
import Foundation
import Hydromet
import Testing

/// Outlines in the shifted system of Chinese web maps, beside places and lines in WGS 84.
@Suite("Outlines in GCJ-02")
struct CoordinateCheckTests {
  private func moved(_ shape: MultiPolygon) -> MultiPolygon {
    MultiPolygon(shape.polygons.map { Polygon(outer: $0.outer.map { GCJ02.fromWGS84($0) }) })
  }

  /// Hazard points 100 to 200 m inside the west and the east border of both townships.
  private func points(count: Int = 12) -> [HazardPoint] {
    (0..<count).map { number in
      let isEast = number % 2 == 1
      let township = SampleDistrict.townships[number / 2 % 2]
      let box = township.geometry.box ?? Box(minX: 0, minY: 0, maxX: 0, maxY: 0)
      let inset = 0.001 + 0.0001 * Double(number)
      return HazardPoint(
        id: "H\(number)", name: "点\(number)", hazard: .flashFlood,
        place: Place(
          longitude: isEast ? box.maxX - inset : box.minX + inset,
          latitude: box.minY + 0.02 + 0.0025 * Double(number)),
        township: township.code, basin: nil, people: nil)
    }
  }

  private func sample(
    shifted: Bool, points count: Int = 24, settings: (String) -> String = { $0 }
  ) throws -> SampleDistrict {
    let sample = try SampleDistrict()
    try sample.write("district.yaml", settings(SampleDistrict.settings))
    try sample.remove("grids/basins.geojson")
    let text = try sample.read("district.yaml").replacingOccurrences(
      of: "basins: {file: grids/basins.geojson}\n", with: "")
    try sample.write("district.yaml", text)
    try sample.write("stations/thresholds.csv", DistrictFiles.thresholdsCSV([]))
    try sample.write("stations/contacts.csv", DistrictFiles.contactsCSV([]))
    try sample.write(
      "stations/hazard-points.csv", DistrictFiles.hazardPointsCSV(points(count: count)))
    if shifted {
      try sample.write(
        "grids/townships.geojson",
        DistrictFiles.townshipsGeoJSON(
          SampleDistrict.townships.map {
            Township(
              code: $0.code, name: $0.name, englishName: $0.englishName,
              geometry: moved($0.geometry))
          }))
    }
    return sample
  }

  private func stating(_ text: String) -> String {
    text.replacingOccurrences(
      of: "townships: {file: grids/townships.geojson,",
      with: "townships: {file: grids/townships.geojson, coordinates: gcj02,")
  }

  @Test(
    "hazard points tell that townships are in GCJ-02; the finding names file, counts and remedy")
  func points() throws {
    let result = try sample(shifted: true).check()
    let warning = try #require(result.warnings.first { $0.code == "gcj02_outlines" })
    #expect(warning.location?.file.hasSuffix("grids/townships.geojson") == true)
    #expect(warning.problem.contains("24 fit") || warning.problem.contains("24 if the outlines"))
    #expect(warning.remedy.contains("coordinates: gcj02"))
  }

  @Test("with `coordinates: gcj02` stated the outlines come back to a metre and everything fits")
  func stated() throws {
    let result = try sample(shifted: true, settings: stating).check()
    #expect(!result.warnings.contains { $0.code.hasPrefix("gcj02") })
    #expect(result.faults == [])
    let district = try #require(result.district)
    for (read, known) in zip(district.description.townships, SampleDistrict.townships) {
      for (a, b) in zip(read.geometry.rings[0], known.geometry.rings[0]) {
        #expect((a.x - b.x).magnitude < 1e-5 && (a.y - b.y).magnitude < 1e-5)
      }
    }
    #expect(result.notes.contains { $0.contains("are in one system") })
  }

  @Test("outlines in WGS 84 are found in order, and a wrong statement is found out")
  func contrary() throws {
    let right = try sample(shifted: false).check()
    #expect(!right.warnings.contains { $0.code.hasPrefix("gcj02") })
    #expect(right.notes.contains { $0.contains("are in one system") })
    let wrong = try sample(shifted: false, settings: stating).check()
    let warning = try #require(wrong.warnings.first { $0.code == "gcj02_places" })
    #expect(warning.remedy.contains("remove `coordinates: gcj02`"))
  }

  @Test("a few points do not tell, and the check says so")
  func thin() throws {
    for shifted in [false, true] {
      let result = try sample(shifted: shifted, points: 4).check()
      #expect(!result.warnings.contains { $0.code.hasPrefix("gcj02") })
      #expect(result.notes.contains { $0.contains("cannot tell") })
      #expect(result.notes.contains { $0.contains("nothing here tells") })
    }
  }

  @Test(
    "real outlines of a district from a web map are found by townships in WGS 84",
    .enabled(if: RealData.isThere))
  func qijiang() throws {
    let folder = RealData.path("polygons/qijiang")
    let county = "qijiang_county_500110_datav_gcj02.json"
    let townships = "qijiang_townships_wgs84.geojson"
    let sample = try SampleDistrict()
    for (file, name) in [(county, "reference.json"), (townships, "townships.geojson")] {
      try FileManager.default.removeItem(atPath: "\(sample.folder)/grids/\(name)", ifThere: true)
      try FileManager.default.copyItem(
        atPath: "\(folder)/\(file)", toPath: "\(sample.folder)/grids/\(name)")
    }
    let settings = { (townships: String, reference: String, moved: String) in
      """
      district: {code: "500110", name: 綦江区}
      townships: {file: grids/\(townships), code: name, name: name\(moved)}
      reference: {file: grids/\(reference)}
      feeds: {}

      """
    }
    try sample.write("stations/hazard-points.csv", DistrictFiles.hazardPointsCSV([]))
    try sample.write("stations/stations.csv", DistrictFiles.stationsCSV([]))
    let cases = [
      // The web map's outline stands for the reference: it is the one that is shifted.
      ("townships.geojson", "reference.json", "", "gcj02_places"),
      // The web map's outline stands for the townships.
      ("reference.json", "townships.geojson", "", "gcj02_outlines"),
      ("reference.json", "townships.geojson", ", coordinates: gcj02", nil),
    ]
    for (townships, reference, moved, code) in cases {
      try sample.write("district.yaml", settings(townships, reference, moved))
      let result = sample.check()
      let found = result.warnings.filter { $0.code.hasPrefix("gcj02") }
      #expect(found.map(\.code) == (code.map { [$0] } ?? []), "\(found) \(result.notes)")
      if code == nil { #expect(result.notes.contains { $0.contains("are in one system") }) }
    }
  }
}

extension FileManager {
  fileprivate func removeItem(atPath path: String, ifThere: Bool) throws {
    if fileExists(atPath: path) { try removeItem(atPath: path) }
  }
}
