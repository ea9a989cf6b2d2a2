import Hydromet

extension BenchDistrict {
  /// The text of `district.yaml`.
  static var settings: String {
    """
    district:
      code: "990900"
      name: 试验区
      english_name: Bench District
      office: 试验台
      english_office: Bench Observatory
    cadence: 10min
    windows: [\(windows.map(\.text).joined(separator: ", "))]
    townships: {file: grids/townships.geojson, code: code, name: name, english_name: english_name}
    basins: {file: grids/basins.geojson, id: id, name: name, downstream: downstream}
    feeds:
      radar:
        kind: grid
        folder: grids/radar
        pattern: "*.nc"
        step: 10min
        originals: move
        move_to: done/radar
      gauges:
        kind: stations
        folder: stations/observations
        pattern: "*.csv"
        step: 10min
        state: {zone: "+08:00"}
        originals: move
        move_to: done/gauges

    """
  }
}

/// Thresholds that hold for every unit of their kind.
enum BenchThresholds {
  static var rows: [CriticalRainfall] {
    table(
      .township, .rainstorm, .maximumCell, [(3, [30, 50, 70, 100]), (12, [50, 80, 120, 160])])
      + table(
        .basin, .flashFlood, .mean,
        [
          (1, [20, 30, 45, 60]), (3, [35, 50, 70, 100]), (6, [50, 70, 100, 130]),
          (24, [80, 110, 150, 200]),
        ])
      + table(
        .hazardPoint, .landslide, .cell,
        [(1, [25, 35, 50, 65]), (6, [50, 75, 100, 130]), (24, [80, 110, 150, 200])])
  }

  /// - Parameter depths: millimetres for each duration, lowest level first.
  private static func table(
    _ kind: UnitKind, _ hazard: Hazard, _ statistic: RainStatistic,
    _ depths: [(hours: Int, levels: [Double])]
  ) -> [CriticalRainfall] {
    depths.flatMap { row in
      zip(RiskLevel.warnings, row.levels).map { level, millimetres in
        CriticalRainfall(
          unitKind: kind, unit: "*", hazard: hazard, duration: .hours(row.hours), wetness: .any,
          level: level, depth: Depth(millimetres: millimetres) ?? .zero, statistic: statistic,
          source: "bench", author: "freshet bench", effectiveFrom: nil, effectiveTo: nil, line: 0)
      }
    }
  }
}
