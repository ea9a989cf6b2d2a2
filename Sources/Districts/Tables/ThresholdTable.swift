import Hydromet
import Ingest

/// Reads `thresholds.csv`.
struct ThresholdTable {
  private(set) var thresholds: [Located<CriticalRainfall>] = []
  let table: DistrictTable

  init?(path: String, _ findings: inout Findings) {
    guard
      let table = DistrictTable(
        path: path,
        required: ["unit_kind", "unit", "hazard", "duration_min", "level", "mm", "statistic"],
        optional: [
          "wetness", "source", "author", "effective_from", "effective_to", "season", "forced",
        ], &findings)
    else { return nil }
    self.table = table
    for row in table.rows {
      if let threshold = ThresholdTable.read(table, row, &findings) {
        thresholds.append(Located(value: threshold, row: row))
      }
    }
  }

  private static func read(
    _ table: DistrictTable, _ row: Int, _ findings: inout Findings
  ) -> CriticalRainfall? {
    let kind = table.choice(row, "unit_kind", as: UnitKind.self, &findings)
    let unit = table.filled(row, "unit", &findings)
    let hazard = table.choice(row, "hazard", as: Hazard.self, &findings)
    let duration = duration(table, row, &findings)
    let wetness =
      table.text(row, "wetness").isEmpty
      ? Wetness.any : table.choice(row, "wetness", as: Wetness.self, &findings)
    let action = EvacuationAction(rawValue: table.text(row, "level").lowercased())
    let level = action?.level ?? table.level(row, "level", &findings)
    let depth = depth(table, row, &findings)
    let statistic = table.choice(row, "statistic", as: RainStatistic.self, &findings)
    let (from, to) = effectiveDays(table, row, &findings)
    let season = season(table, row, &findings)
    let isForced = isForced(table, row, ends: to != nil, &findings)
    guard let kind, let unit, let hazard, let duration, let wetness, let level, let depth,
      let statistic
    else { return nil }
    return CriticalRainfall(
      unitKind: kind, unit: unit, hazard: hazard, duration: duration, wetness: wetness,
      level: level,
      depth: depth, statistic: statistic, source: table.text(row, "source"),
      author: table.text(row, "author"), effectiveFrom: from, effectiveTo: to, season: season,
      isForced: isForced, line: table.line(row))
  }

  private static func season(
    _ table: DistrictTable, _ row: Int, _ findings: inout Findings
  ) -> Season? {
    let text = table.text(row, "season")
    if text.isEmpty { return nil }
    if let season = Season(text) { return season }
    findings.fault(
      "bad_season", at: table.location(row, "season"), "season: \"\(text)\" is no part of the year",
      remedy: "write the first and the last day: 05-01..09-30")
    return nil
  }

  /// A forced row says who set it and why, and ends: nobody would remember to take it back.
  private static func isForced(
    _ table: DistrictTable, _ row: Int, ends: Bool, _ findings: inout Findings
  ) -> Bool {
    let text = table.text(row, "forced").lowercased()
    if ["", "no"].contains(text) { return false }
    guard text == "yes" else {
      findings.fault(
        "unknown_word", at: table.location(row, "forced"), "forced: \"\(text)\" is not known",
        remedy: "write yes, or leave the cell empty")
      return false
    }
    let isSigned = !table.text(row, "author").isEmpty && !table.text(row, "source").isEmpty
    if !ends || !isSigned {
      findings.fault(
        "forced_without_end", at: table.location(row, ends ? "author" : "effective_to"),
        "a forced threshold has no \(ends ? "author or source" : "last day")",
        remedy: "write its last day, who set it (author) and why (source)")
    }
    return true
  }

  private static func duration(
    _ table: DistrictTable, _ row: Int, _ findings: inout Findings
  ) -> TimeSpan? {
    let text = table.text(row, "duration_min")
    guard let minutes = ExactDecimal(text), minutes.isExact(numerator: 60),
      let seconds = minutes.rounded(numerator: 60), (1...315_360_000).contains(seconds)
    else {
      findings.fault(
        "bad_duration", at: table.location(row, "duration_min"),
        "duration_min: \"\(text)\" is no number of minutes",
        remedy: "write minutes, for instance 180")
      return nil
    }
    return TimeSpan(seconds: Int(seconds))
  }

  /// Depths are whole tenths of a millimetre, as gauges are, so that a sum of gauges can meet them.
  private static func depth(
    _ table: DistrictTable, _ row: Int, _ findings: inout Findings
  ) -> Depth? {
    let text = table.text(row, "mm")
    guard let millimetres = ExactDecimal(text), let tenths = millimetres.rounded(numerator: 10),
      (0...200_000).contains(tenths.magnitude)
    else {
      findings.fault(
        "bad_number", at: table.location(row, "mm"), "mm: \"\(text)\" is no depth of rain",
        remedy: "write millimetres, for instance 50 or 12.5")
      return nil
    }
    guard millimetres.isPositive else {
      findings.fault(
        "not_positive", at: table.location(row, "mm"),
        "the threshold is \(text) mm: dry weather would reach it",
        remedy: "write a depth above 0, or remove the row")
      return nil
    }
    guard millimetres.isExact(numerator: 10), let whole = Int32(exactly: tenths) else {
      findings.fault(
        "too_fine", at: table.location(row, "mm"), "mm: \(text) is finer than 0.1 mm",
        remedy: "write at most one decimal")
      return nil
    }
    return Depth(tenthsOfMillimetre: whole)
  }

  private static func effectiveDays(
    _ table: DistrictTable, _ row: Int, _ findings: inout Findings
  ) -> (from: Timestamp?, to: Timestamp?) {
    let from = table.day(row, "effective_from", &findings)
    let to = table.day(row, "effective_to", &findings)
    if let from, let to, to < from {
      findings.fault(
        "reversed_dates", at: table.location(row, "effective_to"),
        "the row holds until \(table.text(row, "effective_to")) and only from "
          + table.text(row, "effective_from"), remedy: "exchange or correct the two days")
    }
    return (from, to.map { $0 + 86_400 })
  }
}
