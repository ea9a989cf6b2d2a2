import Districts
import Hydromet
import Testing

@Suite("Checks of a district")
struct DistrictCheckTests {
  /// One change of a file of the sample and the faults that must follow, as `code file:line`.
  struct Case: Sendable, CustomTestStringConvertible {
    let file: String
    let old: String
    let new: String
    let faults: [String]

    init(_ file: String, _ old: String, _ new: String, _ faults: [String]) {
      self.file = file
      self.old = old
      self.new = new
      self.faults = faults
    }

    var testDescription: String { "\(faults): \(new)" }
  }

  private func expectFaults(_ change: Case) throws {
    let sample = try SampleDistrict()
    try sample.change(change.file, change.old, to: change.new)
    #expect(sample.faults() == change.faults)
    for fault in sample.check().faults { #expect(!fault.remedy.isEmpty) }
  }

  private static let stations = "stations/stations.csv"
  private static let points = "stations/hazard-points.csv"
  private static let contacts = "stations/contacts.csv"

  @Test(
    "stations: ids once, coordinates on the earth and the right way round",
    arguments: [
      Case(stations, "A7001", "57612", ["duplicate_id stations.csv:3"]),
      Case(stations, "106.55,30.05", "30.05,106.55", ["swapped_coordinates stations.csv:2"]),
      Case(stations, "106.55,30.05", "NaN,30.05", ["bad_number stations.csv:2"]),
      Case(stations, "106.55,30.05", "106.55,91", ["bad_number stations.csv:2"]),
      Case(stations, "106.55,30.05", "106.55,1e400", ["bad_number stations.csv:2"]),
      Case(stations, "id,name", "id,nmae", ["missing_column stations.csv:1"]),
      Case(stations, ",national", "", ["ragged_row stations.csv:2"]),
      Case(stations, "东站", "", ["empty_cell stations.csv:2"]),
    ])
  func stationFaults(_ change: Case) throws {
    try expectFaults(change)
  }

  @Test(
    "two spellings of one station are a warning that names both",
    arguments: ["057612", "0-20000-0-57612", "５７６１２"])
  func sameStation(id: String) throws {
    let sample = try SampleDistrict()
    try sample.change("stations/stations.csv", "A7001", to: id)
    let result = sample.check()
    #expect(result.faults == [])
    let warning = try #require(result.warnings.first { $0.code == "same_station" })
    #expect(warning.location?.line == 3)
    #expect(warning.problem.contains("57612 (东站)"))
    #expect(warning.problem.contains(id))
  }

  @Test("a station outside the townships is a warning that names the distance")
  func stationOutside() throws {
    let sample = try SampleDistrict()
    try sample.change("stations/stations.csv", "106.55,30.05", to: "106.7,30.05")
    let result = sample.check()
    #expect(result.faults == [])
    #expect(result.warnings.map(\.code) == ["station_outside"])
    // 0.1° of longitude at 30.05° N is 9.65 km.
    #expect(result.warnings.first?.problem.contains("9.6 km") == true)
  }

  @Test(
    "hazard points lie in their township and name basins that exist",
    arguments: [
      Case(points, "990110002000", "990110001000", ["point_outside_township hazard-points.csv:2"]),
      Case(points, "990110002000", "990110009000", ["unknown_township hazard-points.csv:2"]),
      Case(points, ",B1,", ",B9,", ["unknown_basin hazard-points.csv:2"]),
      Case(points, "flash_flood", "flashflood", ["unknown_word hazard-points.csv:2"]),
      Case(points, ",35", ",-1", ["bad_number hazard-points.csv:2"]),
      Case(points, "P2", "P1", ["duplicate_id hazard-points.csv:3"]),
    ])
  func pointFaults(_ change: Case) throws {
    let sample = try SampleDistrict()
    try sample.change(change.file, change.old, to: change.new)
    // A point that could not be read takes the rows that name it with it.
    #expect(sample.faults().first == change.faults.first)
  }

  @Test("the township that a point really lies in is named, with the distance")
  func pointElsewhere() throws {
    let sample = try SampleDistrict()
    try sample.change("stations/hazard-points.csv", "990110002000", to: "990110001000")
    let problem = try #require(sample.check().faults.first?.problem)
    #expect(problem.contains("西镇 990110002000"))
    #expect(problem.contains("7.7 km"))
  }

  @Test(
    "contacts can be reached, have a place, and their deputies end somewhere",
    arguments: [
      Case(contacts, "13900000001", "", ["no_address contacts.csv:2"]),
      Case(contacts, "zhao@example.org", "13900000002", ["no_address contacts.csv:3"]),
      Case(contacts, "2,\n", "1,\n", ["duplicate_order contacts.csv:3"]),
      Case(contacts, ",1,C2", ",1,C9", ["unknown_deputy contacts.csv:2"]),
      Case(contacts, "yellow,2,", "yellow,2,C1", ["deputy_cycle contacts.csv:2"]),
      Case(contacts, ",P1,", ",P9,", ["unknown_place contacts.csv:4"]),
      Case(contacts, "blue", "none", ["unknown_word contacts.csv:4"]),
    ])
  func contactFaults(_ change: Case) throws {
    let sample = try SampleDistrict()
    try sample.change(change.file, change.old, to: change.new)
    #expect(sample.faults().contains(change.faults[0]))
  }

  @Test("no fault shows a telephone number")
  func masked() throws {
    let sample = try SampleDistrict()
    try sample.change("stations/contacts.csv", "voice,13900000001", to: "email,13900000001")
    let result = sample.check()
    #expect(!result.faults.isEmpty)
    for fault in result.faults { #expect(!fault.description.contains("13900000001")) }
  }

  @Test(
    "basins: ids once, and the water leaves the district",
    arguments: [
      ("\"id\":\"B2\"", "\"id\":\"B1\"", "duplicate_id"),
      ("\"downstream\":null", "\"downstream\":\"B1\"", "basin_cycle"),
      ("\"downstream\":null", "\"downstream\":\"B33\"", "unknown_downstream"),
      ("\"id\":\"B2\"", "\"xx\":\"B2\"", "missing_attribute"),
      ("\"Polygon\"", "\"Pentagon\"", nil),
    ] as [(String, String, String?)])
  func basinFaults(old: String, new: String, code: String?) throws {
    let sample = try SampleDistrict()
    try sample.change("grids/basins.geojson", old, to: new)
    let faults = sample.check().faults
    #expect(!faults.isEmpty)
    if let code { #expect(faults.contains { $0.code == code }) }
  }

  @Test("a township's code that is no code of the district is a warning")
  func codes() throws {
    let sample = try SampleDistrict()
    for code in ["990111001000", "990110001"] {
      try sample.write(
        "grids/townships.geojson",
        DistrictFiles.townshipsGeoJSON(
          SampleDistrict.townships + [
            Township(
              code: code, name: "北镇", englishName: nil,
              geometry: SampleDistrict.square(106.4, 30.1))
          ]))
      let warnings = sample.check().warnings
      #expect(warnings.first?.code == "unusual_code")
      #expect(warnings.first?.location?.item == "feature 3")
    }
  }

  @Test("a missing file is named with its path")
  func missingFiles() throws {
    for file in [
      "stations/stations.csv", "stations/hazard-points.csv", "stations/thresholds.csv",
      "stations/contacts.csv", "grids/townships.geojson", "grids/basins.geojson",
    ] {
      let sample = try SampleDistrict()
      try sample.remove(file)
      let faults = sample.check().faults
      #expect(faults.contains { $0.location?.file.hasSuffix(file) == true })
    }
  }
}
