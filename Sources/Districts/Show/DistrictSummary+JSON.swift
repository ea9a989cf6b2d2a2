import Hydromet

extension DistrictSummary {
  /// The summary as one JSON object, with keys in a fixed order.
  public var json: String {
    let counts = points.map { "\(JSONText.quoted($0.hazard.rawValue)):\($0.count)" }
    let rules = thresholds.map { count in
      let levels = zip(RiskLevel.warnings, count.rows).map { "\"\($0.0.name)\":\($0.1)" }
      return "\"\(count.hazard.rawValue)\":{\(levels.joined(separator: ","))}"
    }
    let members: [(String, String)] = [
      ("code", JSONText.quoted(code)), ("name", JSONText.quoted(name)),
      ("english_name", JSONText.quoted(englishName)),
      ("office", JSONText.quoted(office)),
      ("english_office", JSONText.quoted(englishOffice)),
      ("extent", extentJSON), ("townships", String(townships)),
      ("township_area_km2", number(townshipArea)), ("basins", String(basins)),
      ("basin_area_km2", number(basinArea)), ("outlets", String(outlets)),
      ("rivers", String(rivers)), ("hazard_points", "{\(counts.joined(separator: ","))}"),
      ("people", String(people)), ("stations", String(stations)),
      ("stations_inside", String(stationsInside)),
      ("km2_per_gauge", squareKilometresPerGauge.map { number($0) } ?? "null"),
      ("thresholds", "{\(rules.joined(separator: ","))}"),
      ("rules", "[\(self.rules.map { ruleJSON($0) }.joined(separator: ","))]"),
      ("factors", "[\(factors.map { factorJSON($0) }.joined(separator: ","))]"),
      ("contacts", String(contacts)),
      ("cadence_s", String(cadence.seconds)),
      ("windows_s", "[\(windows.map { String($0.seconds) }.joined(separator: ","))]"),
      ("minimum_coverage", number(minimumCoverage)),
      ("feeds", "[\(feeds.map { feedJSON($0) }.joined(separator: ","))]"),
    ]
    return "{" + members.map { "\"\($0.0)\":\($0.1)" }.joined(separator: ",") + "}\n"
  }

  private var extentJSON: String {
    guard let box = extent else { return "null" }
    let corners = [box.minX, box.minY, box.maxX, box.maxY]
    return "[\(corners.map { DecimalText.degrees($0) }.joined(separator: ","))]"
  }

  private func feedJSON(_ feed: Feed) -> String {
    "{\"name\":\(JSONText.quoted(feed.name)),\"kind\":\"\(feed.kind.rawValue)\","
      + "\"folder\":\(JSONText.quoted(feed.folder)),"
      + "\"pattern\":\(JSONText.quoted(feed.pattern)),\"step_s\":\(feed.step.seconds),"
      + "\"late_after_s\":\(feed.lateAfter.seconds)}"
  }

  private func ruleJSON(_ rule: RainRule) -> String {
    "{\"id\":\(JSONText.quoted(rule.id)),\"hazard\":\"\(rule.hazard.rawValue)\","
      + "\"level\":\"\(rule.level.name)\","
      + "\"words_zh\":\(JSONText.quoted(rule.condition.chineseText)),"
      + "\"words_en\":\(JSONText.quoted(rule.condition.englishText))}"
  }

  private func factorJSON(_ factor: ThresholdFactor) -> String {
    "{\"unit\":\(JSONText.quoted(factor.unit)),\"factor\":\(factor.text),"
      + "\"reason\":\(JSONText.quoted(factor.reason)),"
      + "\"author\":\(JSONText.quoted(factor.author)),"
      + "\"until\":\"\(factor.effectiveTo.iso8601)\"}"
  }

  private func number(_ value: Double) -> String {
    let text = DecimalText.text(value, decimals: 3)
    return text.isEmpty ? "null" : text
  }
}
