import Districts
import Hydromet
import Testing

@Suite("The threshold table")
struct ThresholdTests {
  private typealias Sample = SampleDistrict

  private func faults(_ rows: [CriticalRainfall]) throws -> [Fault] {
    let sample = try SampleDistrict()
    try sample.write("stations/thresholds.csv", DistrictFiles.thresholdsCSV(rows))
    return sample.check().faults
  }

  @Test("a higher level needs more rain than a lower one of the same duration")
  func levels() throws {
    let low = Sample.threshold(.basin, "B1", .flashFlood, hours: 1, .orange, tenths: 300, .mean)
    for tenths in [299, 300] as [Int32] {
      let high = Sample.threshold(.basin, "B1", .flashFlood, hours: 1, .red, tenths: tenths, .mean)
      let found = try faults([high, low])
      #expect(found.map(\.code) == ["not_monotone"])
      #expect(found.first?.location?.line == 3)
      #expect(found.first?.problem.contains("line 3") == true)
      #expect(found.first?.problem.contains("line 2") == true)
    }
    let high = Sample.threshold(.basin, "B1", .flashFlood, hours: 1, .red, tenths: 301, .mean)
    #expect(try faults([high, low]) == [])
  }

  @Test("a longer duration of one level needs no less rain")
  func durations() throws {
    let short = Sample.threshold(.basin, "B1", .flashFlood, hours: 1, .red, tenths: 300, .mean)
    let long = { (tenths: Int32) in
      Sample.threshold(.basin, "B1", .flashFlood, hours: 3, .red, tenths: tenths, .mean)
    }
    #expect(try faults([short, long(299)]).map(\.code) == ["not_monotone"])
    #expect(try faults([short, long(300)]) == [])
  }

  @Test("wetter soil needs no more rain")
  func wetness() throws {
    let row = { (wetness: Wetness, tenths: Int32) in
      Sample.threshold(
        .basin, "B1", .flashFlood, hours: 1, .red, tenths: tenths, .mean, wetness: wetness)
    }
    #expect(try faults([row(.dry, 600), row(.normal, 500), row(.wet, 500)]) == [])
    let found = try faults([row(.dry, 600), row(.wet, 500), row(.normal, 499)])
    #expect(found.map(\.code) == ["not_monotone"])
    #expect(found.first?.location?.line == 4)
  }

  @Test("rows are compared only where they hold at the same time and mean the same rain")
  func apart() throws {
    let day = { (text: String) in Timestamp(iso8601: "\(text)T00:00+08:00") }
    let old = Sample.threshold(
      .basin, "B1", .flashFlood, hours: 1, .red, tenths: 300, .mean, to: day("2025-06-01"))
    let new = Sample.threshold(
      .basin, "B1", .flashFlood, hours: 1, .red, tenths: 200, .mean, from: day("2025-06-01"))
    #expect(try faults([old, new]) == [])
    let overlapping = Sample.threshold(
      .basin, "B1", .flashFlood, hours: 1, .red, tenths: 200, .mean, from: day("2025-05-31"))
    #expect(try faults([old, overlapping]).map(\.code) == ["duplicate_threshold"])
    let cell = Sample.threshold(
      .basin, "B1", .flashFlood, hours: 1, .red, tenths: 200, .maximumCell)
    let other = Sample.threshold(.basin, "B2", .flashFlood, hours: 1, .orange, tenths: 400, .mean)
    #expect(try faults([old, cell, other]) == [])
  }

  @Test("a level that a higher one always hides is a warning")
  func unreachable() throws {
    let sample = try SampleDistrict()
    let rows = [
      Sample.threshold(.township, "*", .rainstorm, hours: 1, .yellow, tenths: 500, .mean),
      Sample.threshold(.township, "*", .rainstorm, hours: 3, .red, tenths: 500, .mean),
    ]
    try sample.write("stations/thresholds.csv", DistrictFiles.thresholdsCSV(rows))
    let warnings = sample.check().warnings.filter { $0.code == "unreachable_threshold" }
    #expect(warnings.map(\.location?.line) == [2])
  }

  @Test(
    "a row that cannot be compared with rain is refused",
    arguments: [
      ("basin,B1,flash_flood,60,any,red,-5,mean", "not_positive"),
      ("basin,B1,flash_flood,60,any,red,0,mean", "not_positive"),
      ("basin,B1,flash_flood,60,any,red,50.05,mean", "too_fine"),
      ("basin,B1,flash_flood,60,any,red,5O,mean", "bad_number"),
      ("basin,B1,flash_flood,60,any,red,1e9,mean", "bad_number"),
      ("basin,B9,flash_flood,60,any,red,50,mean", "unknown_unit_id"),
      ("basin,B1,flash_flood,120,any,red,50,mean", "duration_without_window"),
      ("basin,B1,flash_flood,1h,any,red,50,mean", "bad_duration"),
      ("basin,B1,flash_flood,60,soaked,red,50,mean", "unknown_word"),
      ("basin,B1,flash_flood,60,any,none,50,mean", "unknown_word"),
      ("basin,B1,flash_flood,60,any,red,50,average", "unknown_word"),
      ("basin,B1,flash_flood,60,any,red,50,cell", "statistic_of_point"),
      ("river,B1,flash_flood,60,any,red,50,mean", "unknown_word"),
      ("basin,B1,flash_flood,60,any,red,50,mean,2025-02-30,", "bad_date"),
      ("basin,B1,flash_flood,60,any,red,50,mean,2025-06-02,2025-06-01", "reversed_dates"),
    ])
  func rows(row: String, code: String) throws {
    let sample = try SampleDistrict()
    let full = row.split(separator: ",").count > 8 || row.hasSuffix(",") ? row : row + ",,"
    try sample.write(
      "stations/thresholds.csv",
      "unit_kind,unit,hazard,duration_min,wetness,level,mm,statistic,effective_from,effective_to\n"
        + full + "\n")
    #expect(sample.faults() == ["\(code) thresholds.csv:2"])
  }

  @Test("depths are exact tenths, also where binary fractions are not")
  func exact() throws {
    for tenths in [1, 3, 11, 499, 4999, 12_345] as [Int32] {
      let sample = try SampleDistrict()
      let row = Sample.threshold(.basin, "B1", .flashFlood, hours: 1, .red, tenths: tenths, .mean)
      try sample.write("stations/thresholds.csv", DistrictFiles.thresholdsCSV([row]))
      let district = try District.load(folder: sample.folder)
      #expect(district.thresholds.first?.depth == Depth(tenthsOfMillimetre: tenths))
    }
  }

  private func warnings(
    _ rows: [CriticalRainfall], change: (SampleDistrict) throws -> Void = { _ in }
  ) throws -> [Fault] {
    let sample = try SampleDistrict()
    try sample.write("stations/thresholds.csv", DistrictFiles.thresholdsCSV(rows))
    try change(sample)
    return sample.check().warnings.filter {
      ["rule_without_grid", "rule_without_gauge", "units_without_threshold"].contains($0.code)
    }
  }

  @Test("a basin that the table forgets is named; with rows for every basin none is")
  func forgottenUnits() throws {
    let one = Sample.threshold(.basin, "B1", .flashFlood, hours: 1, .red, tenths: 300, .mean)
    let all = Sample.threshold(.basin, "*", .flashFlood, hours: 1, .red, tenths: 300, .mean)
    let found = try warnings([one])
    #expect(found.map(\.code) == ["units_without_threshold"])
    #expect(found.first?.problem.contains("B2") == true)
    #expect(try warnings([all]) == [])
  }

  @Test("rows of a grid's rain in a district without a grid feed can never be answered")
  func gridRules() throws {
    let row = Sample.threshold(.basin, "*", .flashFlood, hours: 1, .red, tenths: 300, .mean)
    let found = try warnings([row]) { sample in
      try sample.change("district.yaml", "kind: grid", to: "kind: stations")
    }
    #expect(found.contains { $0.code == "rule_without_grid" })
  }

  @Test("rows of the largest gauge name the units that have no gauge")
  func gaugeRules() throws {
    let row = Sample.threshold(
      .township, "*", .rainstorm, hours: 1, .red, tenths: 500, .maximumGauge)
    let found = try warnings([row]) { sample in
      try sample.write("stations/stations.csv", "id,name,lon,lat\nX1,站,106.55,30.05\n")
    }
    #expect(found.map(\.code) == ["rule_without_gauge"])
    #expect(found.first?.problem.hasPrefix("1 units") == true)
  }
}
