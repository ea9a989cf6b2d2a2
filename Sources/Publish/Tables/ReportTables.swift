import Hydromet

/// The tables of a cycle.
///
/// Depths are millimetres with three decimals, shares and ratios are cut to four. What nobody knows is
/// empty. `<w>` is a window such as `30min` or `3h`.
///
/// `townships.csv`: `code, name, level, hazard, state, decisive_unit_kind, decisive_unit,
/// duration_min, threshold_mm, statistic, depth_mm, ratio, lower_bound, valid_share, grid_share`, then
/// for every window `mean_<w>_mm, max_<w>_mm, max_gauge_<w>_mm, known_<w>`. `level` is none, blue,
/// yellow, orange, red, unknown or blind; `state` complete, at_least, unknown or blind. The shares are
/// those of the township over the decisive duration, else over the longest window; `known_<w>` is the
/// product of the two for each window: below 1 the mean is that of what is known.
///
/// `basins.csv`: `id, name, downstream, area_km2`, then as above from `level` on without the decisive
/// unit. A unit without any threshold has an empty level.
///
/// `points.csv`: `id, name, point_hazard, township, basin, lon, lat, people`, the evidence, and for every
/// window `cell_<w>_mm, known_<w>`, the rain of the cell that holds the point. Statistics other than
/// `cell` are those of the point's basin, or of its township where it has no basin; the shares are
/// those of the area or the cell that `depth_mm` is of.
///
/// `membership.csv`: `township, unit_kind, unit`, every unit that a township's level is the highest of.
///
/// `gauges.csv`: `id, name, lon, lat`, then `sum_<w>_mm, received_<w>, expected_<w>`, then `quality, index` of the
/// newest reading and `suspect, wrong, untestable, reasons, edits` over the longest window, then
/// `contradictions`: how many totals of the station disagree with its shorter readings.
///
/// `assessments.csv`: one row for every unit and hazard with its evidence, `unit_kind, unit, name,
/// hazard, level, state, duration_min, wetness, threshold_level, threshold_mm, statistic, depth_mm,
/// verdict, ratio, lower_bound, threshold_source, threshold_line, uncovered, action, rule, saturation,
/// factor, expected_level, expected_lead_min, held_since, expected_state, expected_duration_min,
/// expected_threshold_mm, expected_fallen_mm, expected_rain_mm, expected_issued`. `threshold_mm` is what was compared: after
/// soil (`saturation`, Pa/Wm) and `factor`. `rule` is the id of a rule of several tests.
/// `expected_level` is that of fallen and expected rain together, empty where nothing is forecast and
/// `expected_state` is `observed_only`; it is `at_least` where the forecast does not cover every window.
/// `held_since` is set where the level stands although the rain would allow a lower one.
struct ReportTables {
  let index: ReportIndex
  private var report: CycleReport { index.report }
  private var windows: [String] { index.report.windows.map(\.text) }

  private static let evidenceColumns = [
    "duration_min", "threshold_mm", "statistic", "depth_mm", "ratio", "lower_bound",
  ]

  private var rainColumns: [String] {
    windows.flatMap { ["mean_\($0)_mm", "max_\($0)_mm", "max_gauge_\($0)_mm", "known_\($0)"] }
  }

  /// Rows in the order of `townships`.
  func townships(_ townships: [Township]) -> Table {
    var table = Table(
      columns: [
        "code", "name", "level", "hazard", "state", "decisive_unit_kind", "decisive_unit",
      ] + ReportTables.evidenceColumns + ["valid_share", "grid_share"] + rainColumns)
    for township in townships {
      let answer = index.townshipAnswer(township.code)
      let assessment = index.township(township.code)
      let decisive = assessment?.decisive
      table.rows.append(
        [
          .text(township.code), .text(township.name), .text(answer.name),
          .text(assessment?.hazard?.rawValue), .text(answer.state.rawValue),
          .text(decisive?.unitKind.rawValue), .text(decisive?.unit),
        ] + evidence(decisive?.decisive)
          + shares(.township, township.code, decisive?.decisive?.threshold.duration)
          + rain(.township, township.code))
    }
    return table
  }

  func basins(_ basins: [SmallBasin]) -> Table {
    var table = Table(
      columns: ["id", "name", "downstream", "area_km2", "level", "hazard", "state"]
        + ReportTables.evidenceColumns + ["valid_share", "grid_share"] + rainColumns)
    for basin in basins {
      let area = Decimal.rounded(basin.areaSquareKilometres, places: 4)
      table.rows.append(
        [.text(basin.id), .text(basin.name), .text(basin.downstream), .number(area)]
          + answer(.basin, basin.id)
          + shares(.basin, basin.id, decisive(.basin, basin.id)?.threshold.duration)
          + rain(.basin, basin.id))
    }
    return table
  }

  func points(_ points: [HazardPoint]) -> Table {
    var table = Table(
      columns: [
        "id", "name", "point_hazard", "township", "basin", "lon", "lat", "people", "level",
        "hazard", "state",
      ] + ReportTables.evidenceColumns + ["valid_share", "grid_share"]
        + windows.flatMap { ["cell_\($0)_mm", "known_\($0)"] })
    for point in points {
      table.rows.append(
        [
          .text(point.id), .text(point.name), .text(point.hazard.rawValue),
          .text(point.township), .text(point.basin), .degrees(point.place.longitude),
          .degrees(point.place.latitude), .number(point.people),
        ] + answer(.hazardPoint, point.id) + shares(of: point) + cellRain(point.id))
    }
    return table
  }

  /// Which units count for which township, in the order of `townships`.
  func membership(_ townships: [Township]) -> Table {
    var table = Table(columns: ["township", "unit_kind", "unit"])
    for township in townships {
      var last: UnitKey?
      for part in index.township(township.code)?.parts ?? [] {
        let key = UnitKey(kind: part.unitKind, unit: part.unit)
        // A unit has one part for each of its hazards, one after the other.
        guard key != last else { continue }
        last = key
        table.rows.append([
          .text(township.code), .text(part.unitKind.rawValue), .text(part.unit),
        ])
      }
    }
    return table
  }

  func gauges(_ stations: [Station]) -> Table {
    var table = Table(
      columns: ["id", "name", "lon", "lat"]
        + windows.flatMap { ["sum_\($0)_mm", "received_\($0)", "expected_\($0)"] }
        + ["quality", "index", "suspect", "wrong", "untestable", "reasons", "edits"]
        + ["contradictions"])
    for station in stations {
      let gauge = index.gauge(station.id)
      let sums = gauge?.sums ?? []
      table.rows.append(
        [
          .text(station.id), .text(station.name), .degrees(station.place.longitude),
          .degrees(station.place.latitude),
        ]
          + report.windows.indices.flatMap { window -> [Cell] in
            guard sums.indices.contains(window) else { return [.unknown, .unknown, .unknown] }
            let sum = sums[window]
            return [
              .depth(sum.depth), .number(sum.coverage.received), .number(sum.coverage.expected),
            ]
          } + quality(of: station.id) + [.number(gauge?.contradictions.count)])
    }
    return table
  }

  /// Code and index of the newest reading, then counts and reasons over the longest window.
  private func quality(of station: String) -> [Cell] {
    guard let verdict = index.verdict(station) else {
      return [Cell](repeating: .unknown, count: 7)
    }
    return [
      .number(verdict.newest?.code.rawValue), .text(verdict.newest?.indexText),
      .number(verdict.counts.suspect), .number(verdict.counts.wrong),
      .number(verdict.counts.untestable), .text(verdict.reasons.text),
      .text(verdict.edits.joined(separator: "; ")),
    ]
  }

  func assessments() -> Table {
    var table = Table(columns: [
      "unit_kind", "unit", "name", "hazard", "level", "state", "duration_min", "wetness",
      "threshold_level", "threshold_mm", "statistic", "depth_mm", "verdict", "ratio",
      "lower_bound", "threshold_source", "threshold_line", "uncovered", "action", "rule",
      "saturation", "factor", "expected_level", "expected_lead_min", "held_since",
      "expected_state", "expected_duration_min", "expected_threshold_mm", "expected_fallen_mm",
      "expected_rain_mm", "expected_issued",
    ])
    for assessment in report.assessments {
      let evidence = assessment.decisive
      let threshold = evidence?.threshold
      table.rows.append([
        .text(assessment.unitKind.rawValue), .text(assessment.unit), .text(assessment.name),
        .text(assessment.hazard.rawValue), .text(assessment.answer.name),
        .text(assessment.answer.state.rawValue), duration(threshold?.duration),
        .text(threshold?.wetness.rawValue), .text(threshold?.level.name),
        .depth(threshold?.depth), .text(threshold?.statistic.rawValue),
        .depth(evidence?.depth), .text(evidence.map { ReportTables.word($0.verdict) }),
        .share(evidence?.ratio), .truth(evidence?.isLowerBound), .text(threshold?.source),
        .number(threshold?.line), .text(assessment.uncovered.joined(separator: "; ")),
        .text(assessment.action?.rawValue), .text(evidence?.rule?.rule.id),
        .share(ReportTables.saturation(evidence?.derivation)),
        .text(evidence?.derivation?.factor?.text), .text(assessment.expected?.level.name),
        duration(assessment.expected?.lead), .text(assessment.held?.since.iso8601),
        .text(
          assessment.expected.map { $0.isComplete ? "complete" : "at_least" } ?? "observed_only"),
        duration(assessment.expected?.decisive?.threshold.duration),
        .depth(assessment.expected?.decisive?.threshold.depth),
        .depth(assessment.expected?.fallen), .depth(assessment.expected?.expected),
        .text(assessment.expected?.issued?.iso8601),
      ])
    }
    return table
  }

  /// Level, hazard, state and evidence of a basin or a point.
  private func answer(_ kind: UnitKind, _ id: String) -> [Cell] {
    let answer = index.answer(kind, id)
    let hazard = answer.map { $0.answer.level == .none ? nil : $0.leading.hazard.rawValue } ?? nil
    return [.text(answer?.answer.name), .text(hazard), .text(answer?.answer.state.rawValue)]
      + evidence(decisive(kind, id))
  }

  private func decisive(_ kind: UnitKind, _ id: String) -> Evidence? {
    index.answer(kind, id)?.leading.decisive
  }

  /// Shares of what a point's depth is of: its cell, its basin, or its township without a basin.
  private func shares(of point: HazardPoint) -> [Cell] {
    let threshold = decisive(.hazardPoint, point.id)?.threshold
    guard let threshold, threshold.statistic != .cell else {
      return shares(.hazardPoint, point.id, threshold?.duration)
    }
    guard let basin = point.basin else {
      return shares(.township, point.township, threshold.duration)
    }
    return shares(.basin, basin, threshold.duration)
  }

  private func evidence(_ evidence: Evidence?) -> [Cell] {
    let threshold = evidence?.threshold
    return [
      duration(threshold?.duration), .depth(threshold?.depth),
      .text(threshold?.statistic.rawValue), .depth(evidence?.depth), .share(evidence?.ratio),
      .truth(evidence?.isLowerBound),
    ]
  }

  private func duration(_ span: TimeSpan?) -> Cell {
    guard let span else { return .unknown }
    guard span.seconds % 60 == 0 else { return .share(Double(span.seconds) / 60) }
    return .number(span.seconds / 60)
  }

  private func shares(_ kind: UnitKind, _ id: String, _ duration: TimeSpan?) -> [Cell] {
    let window = report.windows.firstIndex { $0 == duration } ?? report.windows.count - 1
    let rain = window >= 0 ? index.rain(kind, id, window: window) : nil
    return [.share(rain?.validShare), .share(rain?.gridShare)]
  }

  private func rain(_ kind: UnitKind, _ id: String) -> [Cell] {
    report.windows.indices.flatMap { window -> [Cell] in
      let rain = index.rain(kind, id, window: window)
      return [
        .depth(rain?.mean), .depth(rain?.maximumCell), .depth(rain?.maximumGauge), known(rain),
      ]
    }
  }

  private func cellRain(_ point: String) -> [Cell] {
    report.windows.indices.flatMap { window -> [Cell] in
      let rain = index.rain(.hazardPoint, point, window: window)
      return [.depth(rain?.mean), known(rain)]
    }
  }

  private func known(_ rain: ArealRainfall?) -> Cell {
    .share(rain.map { $0.validShare * $0.gridShare })
  }

  private static func saturation(_ derivation: ThresholdDerivation?) -> Double? {
    if case .soil(let saturation) = derivation?.basis { saturation } else { nil }
  }

  private static func word(_ verdict: ThresholdVerdict) -> String {
    switch verdict {
    case .reached: "reached"
    case .notReached: "not_reached"
    case .unknown: "unknown"
    }
  }
}
