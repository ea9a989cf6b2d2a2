import Districts
import Hydromet
import Ingest
import Testing

@Suite("Settings of a district")
struct SettingsTests {
  /// One change of the sample's district.yaml and the fault that must follow.
  struct Case: Sendable, CustomTestStringConvertible {
    let old: String
    let new: String
    let code: String
    let line: Int
    let column: Int

    init(_ old: String, _ new: String, _ code: String, _ line: Int, _ column: Int) {
      self.old = old
      self.new = new
      self.code = code
      self.line = line
      self.column = column
    }

    var testDescription: String { "\(code): \(new)" }
  }

  @Test(
    "what is wrong in district.yaml is named with line and column",
    arguments: [
      Case("cadence:", "cadense:", "unknown_key", 8, 1),
      Case("memory_mb: 2048", "memory: 2048", "unknown_key", 32, 14),
      Case("cadence: 10min", "cadence: 10 minutes", "bad_duration", 8, 10),
      Case("cadence: 10min", "cadence: [10min]", "wrong_type", 8, 10),
      Case("windows: [1h", "windows: [1h, 1h", "duplicate_window", 9, 15),
      Case("windows: [1h", "windows: [15min", "window_not_multiple", 9, 10),
      Case("1.0", "1.5", "bad_number", 10, 19), Case("1.0", "nan", "bad_number", 10, 19),
      Case("zh-Hans", "fr", "unknown_word", 7, 11),
      Case("\"990110\"", "99011", "bad_code", 2, 9),
      Case("file: grids/basins.geojson", "file: ../b.geojson", "path_leaves_folder", 12, 16),
      Case("folder: products", "folder: /tmp", "path_leaves_folder", 41, 20),
      Case("kind: grid", "kind: radar", "unknown_word", 15, 11),
      Case("folder: grids/radar", "folder:", "missing_key", 15, 5),
      Case("pattern: \"*.nc\"", "pattern: \"a/*.nc\"", "bad_pattern", 17, 14),
      Case("state: {zone: \"+08:00\"", "state: {zone: \"+99\"", "bad_zone", 40, 19),
      Case("rain: mm", "rain: furlong", "unknown_unit", 40, 43),
      Case("quantity: rate", "quantity: depth", "unknown_word", 22, 17),
      Case("EPSG:3857", "EPSG:99999999", "unknown_projection", 23, 19),
      Case("[-9, 65535]", "[-9, x]", "bad_number", 25, 28),
      Case("zone: UTC", "zone: east", "bad_zone", 26, 13),
      Case("zr: 300 1.4 53", "zr: 300", "bad_relation", 27, 11),
      Case("member: 7", "member: seven", "bad_number", 28, 15),
      Case("qpe_yyyyMMddHHmm.bin", "qpe.bin", "bad_pattern", 29, 23),
      Case("registration: corner", "registration: edge", "unknown_word", 30, 21),
      Case("first_row: south", "first_row: left", "unknown_word", 31, 18),
      Case("seconds: 30", "seconds: 0", "bad_number", 32, 40),
      Case("    move_to: stations/done\n", "", "missing_key", 34, 5),
      Case("state: state", "state: state\nstate: x", "duplicate_key", 42, 1),
      Case("language: zh-Hans", "language: zh-Hans\n\tx: 1", "yaml_syntax", 8, 1),
      Case("state: state", "state: [state", "yaml_syntax", 43, 8),
    ])
  func faults(_ change: Case) throws {
    let sample = try SampleDistrict()
    try sample.change("district.yaml", change.old, to: change.new)
    let fault = try #require(sample.check().faults.first)
    #expect(fault.code == change.code)
    #expect(fault.location?.line == change.line)
    #expect(fault.location?.column == change.column)
    #expect(!fault.remedy.isEmpty)
  }

  @Test(
    "a feed of forecasts needs no step and names its oldest issue; times to leave are by hazard")
  func forecasts() throws {
    let sample = try SampleDistrict()
    try sample.change(
      "district.yaml", "feeds:\n",
      to: "evacuation: {flash_flood: 30min, river: 5h}\nfeeds:\n"
        + "  nwp: {kind: forecast, folder: grids/nwp, oldest: 6h, state: {member: 3}}\n")
    let read = try District.load(folder: sample.folder).configuration
    let feed = try #require(read.feeds.first { $0.name == "nwp" })
    #expect(feed.kind == .forecast)
    #expect(feed.oldest == .hours(6))
    #expect(feed.gridStatement.stepSeconds == nil)
    #expect(feed.gridStatement.member == 3)
    #expect(read.evacuationTime(of: .flashFlood) == .minutes(30))
    #expect(read.evacuationTime(of: .landslide) == .hours(3))
    #expect(read.longestEvacuation == .hours(5))
    let slip = try SampleDistrict()
    try slip.change(
      "district.yaml", "feeds:\n", to: "evacuation: {flash_flood: 30h}\nfeeds:\n")
    #expect(slip.check().faults.map(\.code) == ["too_long"])
    let grid = try SampleDistrict()
    try grid.change("district.yaml", "kind: grid\n", to: "kind: grid\n    oldest: 6h\n")
    #expect(grid.check().faults.map(\.code) == ["unused_key"])
  }

  @Test("what a station feed states of tables and of fixed formats is read")
  func stationLayout() throws {
    let sample = try SampleDistrict()
    try sample.change(
      "district.yaml", "zone: \"+08:00\"",
      to: "station: G1, missing_values: [\"-7\"], layout: {zone: UTC, minutes: rolling, "
        + "zero_rain: trace, rain_day: \"08\", element: rain}, zone: \"+08:00\"")
    #expect(sample.check().faults.isEmpty)
    let feed = try #require(
      try District.load(folder: sample.folder).configuration.feeds.first { $0.kind == .stations })
    #expect(feed.stationStatement.station == "G1")
    #expect(feed.stationStatement.missingValues == ["-7"])
    let layout = StationLayout(
      zoneOffsetSeconds: 0, minuteOrder: .rolling, zeroRain: .trace, rainDay: .eight, element: .rain
    )
    #expect(feed.stationStatement.layout == layout)
  }

  @Test("a misspelt key is met with the one that was meant")
  func nearest() throws {
    let sample = try SampleDistrict()
    try sample.change("district.yaml", "late_after:", to: "late_atfer:")
    let fault = try #require(sample.check().faults.first)
    #expect(fault.remedy.contains("late_after"))
  }

  @Test("aliases that would unfold without end are refused", arguments: ["a", "_a", "-a"])
  func aliases(name: String) throws {
    let sample = try SampleDistrict()
    var text = "a: &\(name) [x, x]\n"
    for level in 1...20 { text += "b\(level): &b\(level) [*\(name), *\(name)]\n" }
    try sample.write("district.yaml", text)
    #expect(sample.check().faults.map(\.code) == ["too_many_aliases"])
  }

  @Test("deep nesting, empty files and foreign bytes are faults and never stop the program")
  func hostile() throws {
    let sample = try SampleDistrict()
    let texts = [
      "", "# nothing\n", "- 1\n", "x", String(repeating: "[", count: 5000),
      String(repeating: "{a: ", count: 2000), "\u{0}", "district: {code: \"990110\"}\n",
      "? [a, b]\n: 1\n", "district: &x *x\n", "---\na: 1\n---\nb: 2\n",
      "district: !!binary |\n  R0l\n",
    ]
    for text in texts {
      try sample.write("district.yaml", text)
      #expect(!sample.check().faults.isEmpty)
    }
    let whole = SampleDistrict.settings
    for length in stride(from: 0, to: whole.count, by: 7) {
      try sample.write("district.yaml", String(whole.prefix(length)))
      _ = sample.check()
    }
  }

  @Test("a district can do with little: code, name and one feed")
  func defaults() throws {
    let sample = try SampleDistrict()
    try sample.write(
      "district.yaml",
      """
      district: {code: "990110", name: 云溪区}
      feeds:
        gauges: {kind: stations, folder: stations/observations, step: 10min}
      """)
    let result = sample.check()
    #expect(result.faults == [])
    let configuration = try #require(result.district?.configuration)
    #expect(configuration.office == "云溪区气象台")
    #expect(configuration.minimumCoverage == 1)
    #expect(configuration.windows.count == 9)
    #expect(configuration.basins != nil)
  }
}
