import Districts
import Hydromet
import Ingest
import Testing

@Suite("A district's folder")
struct DistrictLoadTests {
  @Test("what was written is read back, value by value")
  func roundTrip() throws {
    let sample = try SampleDistrict()
    let result = sample.check()
    #expect(result.faults == [])
    let district = try #require(result.district)
    #expect(district.thresholds == SampleDistrict.thresholds)
    #expect(district.contacts == SampleDistrict.contacts)
    #expect(district.description.hazardPoints == SampleDistrict.points)
    #expect(district.description.townships == SampleDistrict.townships)
    #expect(district.description.basins.map(\.downstream) == ["B3", "B3", nil])
    #expect(district.description.stations.map(\.name) == ["东站", "西,站"])
    #expect(district.description.stations[1].place.longitude == 106.412346)
    #expect(district.description.office == "云溪区气象台")
  }

  @Test("the settings are read, windows shortest first")
  func settings() throws {
    let sample = try SampleDistrict()
    let configuration = try District.load(folder: sample.folder).configuration
    #expect(configuration.windows.map(\.text) == ["10min", "1h", "3h", "24h"])
    #expect(configuration.minimumCoverage == 1)
    #expect(configuration.language == .chinese)
    #expect(configuration.productsKept == .hours(720))
    #expect(configuration.warningValidity == .hours(6))
    #expect(configuration.basins?.file == "grids/basins.geojson")
    #expect(configuration.rivers == nil)
    let radar = try #require(configuration.feeds.first)
    #expect(radar.name == "radar")
    #expect(radar.kind == .grid)
    #expect(radar.lateAfter == .minutes(5))
    #expect(radar.gridStatement.variable == "precipitation")
    #expect(radar.gridStatement.quantity == .rate)
    #expect(radar.gridStatement.stepSeconds == 600)
    #expect(radar.gridStatement.projection == "EPSG:3857")
    #expect(radar.gridStatement.label == .end)
    #expect(radar.gridStatement.missingValues == [-9, 65535])
    #expect(radar.gridStatement.zoneOffsetSeconds == 0)
    #expect(radar.gridStatement.reflectivity == ReflectivityRelation("300 1.4 53"))
    #expect(radar.gridStatement.member == 7)
    #expect(radar.gridStatement.nameTime == "qpe_yyyyMMddHHmm.bin")
    #expect(radar.gridStatement.registration == .corner)
    #expect(radar.gridStatement.firstRow == .south)
    #expect(radar.limits.memoryMegabytes == 2048)
    let gauges = try #require(configuration.feeds.last)
    #expect(gauges.pattern == "*", "every file where nothing is said")
    #expect(gauges.lateAfter.seconds == 0)
    #expect(gauges.moveTo == "stations/done")
    #expect(gauges.stationStatement.zoneOffsetSeconds == 28_800)
    #expect(gauges.stationStatement.stepSeconds == 600)
    #expect(gauges.stationStatement.units == ["rain": "mm"])
    #expect(gauges.stationStatement.columns == ["rain": "雨"])
  }

  @Test("areas are those of the ellipsoid")
  func areas() throws {
    let sample = try SampleDistrict()
    let district = try District.load(folder: sample.folder)
    // The square of 0.1° from 30° N on, by the authalic formula of the WGS 84 ellipsoid.
    #expect(district.townshipAreas.count == 2)
    for area in district.townshipAreas { #expect((area - 106.89786).magnitude < 0.01) }
  }

  @Test("the files that define the district are named in order")
  func definitionFiles() throws {
    let sample = try SampleDistrict()
    #expect(
      try District.load(folder: sample.folder).definitionFiles == [
        "district.yaml", "grids/basins.geojson", "grids/townships.geojson",
        "stations/contacts.csv", "stations/hazard-points.csv", "stations/stations.csv",
        "stations/thresholds.csv",
      ])
  }

  @Test("what nobody is called for is a warning, not a fault")
  func warnings() throws {
    let sample = try SampleDistrict()
    #expect(sample.check().warnings == [])
    try sample.write("stations/contacts.csv", DistrictFiles.contactsCSV([]))
    try sample.write("stations/thresholds.csv", DistrictFiles.thresholdsCSV([]))
    #expect(sample.check().warnings.map(\.code) == ["points_without_threshold", "nobody_to_call"])
    #expect(sample.check().district != nil)
  }

  @Test("loading throws every fault there is")
  func everyFault() throws {
    let sample = try SampleDistrict()
    try sample.change("district.yaml", "cadence: 10min", to: "cadence: ten")
    try sample.change("stations/stations.csv", "106.55,", to: "x,")
    try sample.remove("stations/contacts.csv")
    do {
      _ = try District.load(folder: sample.folder)
      Issue.record("the district was read")
    } catch {
      #expect(error.faults.map(\.code) == ["bad_duration", "bad_number", "no_such_file"])
      #expect(error.description.split(separator: "\n").count == 3)
    }
  }

  @Test("a folder without district.yaml is no district")
  func noDistrict() {
    #expect(District.check(folder: "/nowhere").faults.map(\.code) == ["no_district"])
  }

  @Test("the summary counts what the folder holds")
  func summary() throws {
    let sample = try SampleDistrict()
    let summary = DistrictSummary(try District.load(folder: sample.folder))
    #expect(summary.stationsInside == 2)
    #expect(summary.outlets == 1)
    #expect(summary.people == 35)
    #expect(summary.thresholds.map(\.rows) == [[0, 1, 0, 2], [0, 0, 2, 0]])
    let chinese = summary.text(in: .chinese)
    #expect(chinese.contains("镇街：2 个，共 213.8 km²"))
    #expect(chinese.contains("山洪灾害：黄色 1，红色 2"))
    #expect(chinese.contains("平均每站 106.9 km²"))
    #expect(summary.text(in: .english).contains("Basins: 3, 80.2 km², 1 outlets"))
    #expect(summary.json.hasPrefix("{\"code\":\"990110\",\"name\":\"云溪区\""))
    #expect(summary.json.contains("\"extent\":[106.4,30,106.6,30.1]"))
  }
}
