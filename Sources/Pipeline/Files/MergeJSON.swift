import Estimate
import Foundation
import Hydromet

/// The report of a merge as JSON: keys sorted, `null` where there is no number.
struct MergeJSON: Encodable {
  let report: MergeReport
  /// What the caller has to add: files left out, gauges without the whole period.
  var notes: [String] = []
  var gaugesIncomplete = 0
  var radarCoveredSeconds = 0

  /// Six decimals: enough for millimetres, and the same text everywhere.
  static func rounded(_ number: Double) -> Double { (number * 1e6).rounded() / 1e6 }

  func text() throws(Fault) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    do {
      return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
    } catch {
      throw Fault(
        "not_finite", "the report holds a number that JSON cannot: \(error)",
        remedy: "report this as a defect")
    }
  }

  private struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(_ text: String) { stringValue = text }
    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  private struct Scores: Encodable {
    let scores: MergeScores

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: Key.self)
      try container.encode(scores.count, forKey: Key("count"))
      try container.encode(rounded(scores.rmse), forKey: Key("rmse"))
      try container.encode(rounded(scores.mae), forKey: Key("mae"))
      try container.encode(scores.correlation.map(rounded), forKey: Key("correlation"))
      try container.encode(scores.biasRatio.map(rounded), forKey: Key("bias_ratio"))
    }
  }

  private struct StationRow: Encodable {
    let row: MergedStation

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: Key.self)
      try container.encode(row.station, forKey: Key("station"))
      try container.encode(rounded(row.gauge), forKey: Key("gauge_mm"))
      try container.encode(row.radar.map(rounded), forKey: Key("radar_mm"))
      try container.encode(row.estimate.map(rounded), forKey: Key("estimate_mm"))
      try container.encode(row.leftOut.map(rounded), forKey: Key("left_out_mm"))
    }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(report.asked, forKey: Key("asked"))
    try container.encode(report.method?.rawValue, forKey: Key("method"))
    try container.encode(report.status.rawValue, forKey: Key("status"))
    try container.encode(report.reasons.map(\.rawValue), forKey: Key("reasons"))
    try container.encode(report.period.start.iso8601, forKey: Key("period_start"))
    try container.encode(report.period.end.iso8601, forKey: Key("period_end"))
    try container.encode(radarCoveredSeconds, forKey: Key("radar_covered_seconds"))
    try container.encode(report.gaugeCount, forKey: Key("gauges"))
    try container.encode(gaugesIncomplete, forKey: Key("gauges_incomplete"))
    try container.encode(report.pairCount, forKey: Key("pairs"))
    try container.encode(report.wetPairs, forKey: Key("wet_pairs"))
    try container.encode(report.bias.map(MergeJSON.rounded), forKey: Key("mean_field_bias"))
    try container.encode(report.biasAgeSeconds, forKey: Key("mean_field_bias_age_seconds"))
    try container.encode(report.cappedCells, forKey: Key("capped_cells"))
    try container.encode(
      report.covariance.map { MergeJSON.rounded($0.range) }, forKey: Key("range_km"))
    try container.encode(
      report.covariance.map { MergeJSON.rounded($0.nugget) }, forKey: Key("nugget"))
    try container.encode(notes, forKey: Key("notes"))
    var cells = container.nestedContainer(keyedBy: Key.self, forKey: Key("cells"))
    for (name, count) in zip(["none", "gauges", "radar", "both"], report.cellsBySource) {
      try cells.encode(count, forKey: Key(name))
    }
    var scores = container.nestedContainer(keyedBy: Key.self, forKey: Key("scores"))
    try scores.encode(report.radarScores.map(Scores.init), forKey: Key("radar"))
    try scores.encode(report.methodScores.map(Scores.init), forKey: Key("method"))
    var tried = container.nestedContainer(keyedBy: Key.self, forKey: Key("methods"))
    for one in report.tried {
      try tried.encode(Scores(scores: one.scores), forKey: Key(one.method.rawValue))
    }
    try container.encode(report.stations.map(StationRow.init), forKey: Key("stations"))
  }
}
