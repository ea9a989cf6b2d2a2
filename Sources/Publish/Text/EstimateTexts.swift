import Hydromet

/// What products say of the merging of gauges and radar.
enum EstimateTexts {
  static let radarAlone = "gridded rain as its feed brought it; gauges are not merged in"

  /// For the attributes of a grid file.
  static func source(_ estimate: EstimateSummary) -> String {
    let reasons = estimate.reasons.map(\.english).joined(separator: "; ")
    return "gridded rain, each step merged with gauges; newest step: \(estimate.status.english), "
      + "method \(estimate.method.code), \(estimate.gaugeCount) of \(estimate.expectedGauges) "
      + "gauges (\(estimate.pass.rawValue) pass)" + (reasons.isEmpty ? "" : "; \(reasons)")
  }

  /// One line of a bulletin.
  static func line(_ estimate: EstimateSummary, _ words: ReportWords) -> String {
    let isChinese = words.language == .chinese
    func choose(_ chinese: String, _ english: String) -> String { isChinese ? chinese : english }
    var line =
      choose("定量估测 ", "Estimate ")
      + choose(estimate.status.chinese, estimate.status.english)
    if estimate.method.code != "none" {
      line += choose("，方法 \(estimate.method.chinese)", ", method \(estimate.method.english)")
    }
    line += choose(
      "，雨量站 \(estimate.gaugeCount)/\(estimate.expectedGauges)",
      ", gauges \(estimate.gaugeCount)/\(estimate.expectedGauges)")
    line +=
      estimate.pass == .early
      ? choose("（早期版，待迟到资料更新）", " (early pass, late data will make it anew)")
      : choose("（完整版）", " (late pass)")
    if let method = estimate.methodScores {
      line += choose(
        "，留一检验均方根误差 \(text(method.rmse)) 毫米", ", left-one-out RMSE \(text(method.rmse)) mm")
      if let radar = estimate.radarScores {
        line += choose("（仅雷达 \(text(radar.rmse))）", " (radar alone \(text(radar.rmse)))")
      }
    }
    for reason in estimate.reasons {
      line += choose("，", "; ") + choose(reason.chinese, reason.english)
    }
    return line
  }

  /// `estimate.csv`: the gauges of the newest step, millimetres; `left_out_mm` is the estimate at the
  /// gauge without it.
  static func table(_ estimate: EstimateSummary) -> Table {
    var table = Table(
      columns: [
        "period_end", "method", "station", "gauge_mm", "radar_mm", "estimate_mm", "left_out_mm",
      ])
    for gauge in estimate.gauges {
      table.rows.append(
        [
          .text(estimate.period.end.iso8601), .text(estimate.method.code), .text(gauge.station),
        ]
          + [gauge.gauge, gauge.radar, gauge.estimate, gauge.leftOut].map { value in
            value.map { .number(text($0)) } ?? .unknown
          })
    }
    return table
  }

  static func json(_ estimate: EstimateSummary) -> JSONValue {
    .object([
      "period_start": .text(estimate.period.start.iso8601),
      "period_end": .text(estimate.period.end.iso8601), "asked": .text(estimate.asked),
      "method": .text(estimate.method.code), "status": .text(estimate.status.code),
      "reasons": .list(estimate.reasons.map { .text($0.code) }),
      "pass": .text(estimate.pass.rawValue), "gauges": .number(estimate.gaugeCount),
      "gauges_expected": .number(estimate.expectedGauges), "pairs": .number(estimate.pairCount),
      "wet_pairs": .number(estimate.wetPairs),
      "mean_field_bias": decimal(estimate.bias),
      "mean_field_bias_age_seconds": .optional(estimate.biasAgeSeconds),
      "capped_cells": .number(estimate.cappedCells),
      "scores": .object([
        "radar": scores(estimate.radarScores), "left_out": scores(estimate.methodScores),
      ]),
    ])
  }

  private static func scores(_ scores: EstimateScores?) -> JSONValue {
    guard let scores else { return .null }
    return .object([
      "count": .number(scores.count), "rmse": decimal(scores.rmse),
      "mae": decimal(scores.mae), "correlation": decimal(scores.correlation),
      "bias_ratio": decimal(scores.biasRatio),
    ])
  }

  /// Three decimals, rounded.
  private static func text(_ number: Double) -> String {
    Decimal.rounded(number, places: 3) ?? "-"
  }

  private static func decimal(_ number: Double?) -> JSONValue {
    number.flatMap { Decimal.rounded($0, places: 3) }.map(JSONValue.decimal) ?? .null
  }
}
