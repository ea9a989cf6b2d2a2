import Districts
import Hydromet
import Testing

@Suite("Rules of several tests and factors on thresholds")
struct RuleFileTests {
  private static func yaml(_ when: String, level: String = "red", id: String = "kr-1") -> String {
    """
      \(id):
        name: 强降雨
        unit_kind: township
        units: ["*"]
        hazard: rainstorm
        level: \(level)
        source: KMA
        author: 王
        season: 05-01..09-30
        when: \(when)

    """
  }

  private static let korea =
    "{any: [{all: [{rain: {over: 1h, mm: 50, statistic: max_gauge}}, "
    + "{rain: {over: 3h, mm: 90, statistic: max_gauge}}]}, "
    + "{rain: {over: 1h, mm: 72, statistic: max_gauge}}]}"

  private func check(_ rules: String...) throws -> District.CheckResult {
    let sample = try SampleDistrict()
    try sample.write("stations/rules.yaml", "rules:\n" + rules.joined())
    return sample.check()
  }

  @Test("a rule is read, covered by the district's hash and told in words")
  func reads() throws {
    let result = try check(RuleFileTests.yaml(RuleFileTests.korea))
    #expect(result.faults == [])
    let district = try #require(result.district)
    let rule = try #require(district.rules.first)
    #expect(rule.condition.leaves.count == 3)
    #expect(rule.season == Season("05-01..09-30"))
    #expect(district.definitionFiles.contains("stations/rules.yaml"))
    let words = DistrictSummary(district).text(in: .chinese)
    #expect(words.contains("过去1小时最大站点雨量≥72.0毫米"))
    #expect(DistrictSummary(district).text(in: .english).contains(">= 90.0 mm in the last 3h"))
  }

  @Test(
    "what is wrong with a rule is named with its line",
    arguments: [
      ("{rain: {over: 2h, mm: 50, statistic: max_gauge}}", "duration_without_window"),
      ("{rain: {over: 1h, mm: 50, statistic: cell}}", "statistic_of_point"),
      ("{rain: {over: 1h, mm: 50.05, statistic: mean}}", "bad_number"),
      ("{rain: {over: 1h, mm: -1, statistic: mean}}", "bad_number"),
      ("{rain: {over: 1h, inches: 2, statistic: mean}}", "unknown_key"),
      (
        "{at_least: {count: 2, of: [{rain: {over: 1h, mm: 50, statistic: mean}}]}}",
        "unreachable_rule"
      ),
      ("{soil_rain_line: {statistic: mean, corners: [[0, 20], [100, 40]]}}", "not_monotone"),
      ("{soil_rain_line: {statistic: mean, corners: [[0, 20]]}}", "bad_corner"),
      ("{}", "bad_condition"), ("{any: []}", "no_fault"),
    ])
  func faults(when: String, code: String) throws {
    let result = try check(RuleFileTests.yaml(when))
    guard code != "no_fault" else {
      #expect(result.district?.rules.isEmpty != false)
      return
    }
    #expect(result.faults.contains { $0.code == code && ($0.location?.line ?? 0) > 1 })
  }

  @Test("a rule that asks for expected rain without a forecast is told of")
  func expectedRain() throws {
    let result = try check(
      RuleFileTests.yaml("{rain: {over: 1h, mm: 50, statistic: mean, when: expected}}"))
    #expect(result.faults == [])
    #expect(result.warnings.contains { $0.code == "rule_without_forecast" })
  }

  @Test("a lower level that is never shown is told of")
  func unreachable() throws {
    let low = RuleFileTests.yaml(
      "{rain: {over: 1h, mm: 80, statistic: max_gauge}}", level: "blue", id: "low")
    let result = try check(low, RuleFileTests.yaml(RuleFileTests.korea))
    #expect(result.warnings.contains { $0.code == "unreachable_rule" })
  }

  @Test("prepare and evacuate_now are the marks of orange and red")
  func actions() throws {
    let sample = try SampleDistrict()
    try sample.write(
      "stations/thresholds.csv",
      """
      unit_kind,unit,hazard,duration_min,level,mm,statistic
      basin,B1,flash_flood,60,prepare,40,mean
      basin,B1,flash_flood,60,evacuate_now,50,mean

      """)
    let district = try #require(sample.check().district)
    #expect(district.thresholds.map(\.level) == [.orange, .red])
  }

  @Test("a forced threshold has a last day, an author and a reason, or is refused")
  func forced() throws {
    func faults(_ cells: String) throws -> [String] {
      let sample = try SampleDistrict()
      try sample.write(
        "stations/thresholds.csv",
        """
        unit_kind,unit,hazard,duration_min,level,mm,statistic,source,author,effective_to,season,forced
        basin,B1,flash_flood,60,red,50,mean,survey,王,,,
        basin,B1,flash_flood,60,red,\(cells)

        """)
      return sample.check().faults.map(\.code)
    }
    #expect(try faults("30,mean,bridge,王,2026-08-01,,yes") == [])
    #expect(try faults("30,mean,bridge,王,,,yes") == ["forced_without_end"])
    #expect(try faults("30,mean,,王,2026-08-01,,yes") == ["forced_without_end"])
    #expect(try faults("30,mean,bridge,王,2026-08-01,13-01..14-01,yes") == ["bad_season"])
    #expect(try faults("30,mean,bridge,王,2026-08-01,,maybe").contains("unknown_word"))
  }

  @Test("a factor says why, who and until when, or is refused")
  func factors() throws {
    func result(_ cells: String) throws -> District.CheckResult {
      let sample = try SampleDistrict()
      try sample.write(
        "stations/threshold-factors.csv",
        "unit_kind,unit,hazard,factor,reason,author,effective_from,effective_to\n\(cells)\n")
      return sample.check()
    }
    let good = try result("basin,B1,*,0.7,地震,王,2026-06-01,2026-12-01")
    #expect(good.faults == [])
    #expect(good.district?.factors.map(\.thousandths) == [700])
    #expect(good.district?.factors.first?.text == "0.7")
    #expect(
      try result("basin,B1,*,0.7,地震,王,2026-06-01,").faults.map(\.code) == ["factor_without_end"])
    #expect(
      try result("basin,B9,*,0.7,地震,王,2026-06-01,2026-12-01").faults.map(\.code) == [
        "unknown_unit_id"
      ])
    #expect(
      try result("basin,B1,*,0,地震,王,2026-06-01,2026-12-01").faults.map(\.code) == ["bad_number"])
    #expect(
      try result("basin,B1,*,0.7,,王,2026-06-01,2026-12-01").faults.map(\.code) == ["empty_cell"])
  }

  @Test("a minimum coverage below 1 is told of")
  func coverage() throws {
    let sample = try SampleDistrict()
    #expect(!sample.check().warnings.contains { $0.code == "coverage_below_one" })
    try sample.change("district.yaml", "minimum_coverage: 1.0", to: "minimum_coverage: 0.95")
    #expect(sample.check().warnings.contains { $0.code == "coverage_below_one" })
  }
}
