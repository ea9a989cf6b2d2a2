import Hydromet

extension Settlement {
  static let source = "synthetic"
  static let author = "freshet drill"

  /// Millimetres for each duration, lowest level first.
  private typealias DepthTable = [(hours: Int, levels: [Double])]

  /// National criteria of the rainstorm signal: each level has a duration of its own.
  ///
  /// - Source: CMA Order 16 (2007), rainstorm signals.
  private static let signal: [(hours: Int, level: RiskLevel, millimetres: Double)] = [
    (12, .blue, 50), (6, .yellow, 50), (3, .orange, 50), (3, .red, 100),
  ]

  /// Of the size that counties with such hills use.
  private static let flashFlood: DepthTable = [
    (1, [35, 45, 60, 80]), (3, [55, 75, 100, 120]), (6, [70, 95, 120, 150]),
    (24, [100, 130, 160, 200]),
  ]
  private static let landslide: DepthTable = [
    (1, [30, 40, 50, 65]), (6, [55, 75, 100, 130]), (24, [80, 110, 150, 200]),
  ]
  private static let ponding: DepthTable = [(1, [30, 40, 55, 75]), (3, [50, 70, 95, 120])]

  /// What dry, normal and wet soil make of a threshold.
  private static let soilStates: [(Wetness, Double)] = [(.dry, 1.15), (.normal, 1), (.wet, 0.85)]

  /// The rows of the threshold table; a higher level or a longer duration never asks for less rain.
  func thresholds(for points: [HazardPoint]) -> [CriticalRainfall] {
    var rows: [CriticalRainfall] = []
    for row in Settlement.signal {
      rows.append(
        threshold(
          .township, "*", .rainstorm, hours: row.hours, row.level, row.millimetres, .maximumCell))
    }
    for (number, basin) in basins.enumerated() {
      // In the smallest basins one cell is as much as the basin; its rain has to be a little more.
      let isSmall = basin.areaSquareKilometres < 18
      for (state, share) in Settlement.soilStates {
        rows += table(
          .basin, basin.id, .flashFlood, Settlement.flashFlood,
          factor: factor(ofBasin: number) * (isSmall ? 1.1 : 1) * share,
          isSmall ? .maximumCell : .mean, state)
      }
    }
    rows += table(.hazardPoint, "*", .flashFlood, Settlement.flashFlood, factor: 1, .mean)
    rows += table(.hazardPoint, "*", .landslide, Settlement.landslide, factor: 1, .cell)
    rows += table(.hazardPoint, "*", .waterlogging, Settlement.ponding, factor: 1, .cell)
    rows += individualTables(for: points)
    return rows.enumerated().map { line, row in
      CriticalRainfall(
        unitKind: row.unitKind, unit: row.unit, hazard: row.hazard, duration: row.duration,
        wetness: row.wetness, level: row.level, depth: row.depth, statistic: row.statistic,
        source: row.source, author: row.author, effectiveFrom: row.effectiveFrom,
        effectiveTo: row.effectiveTo, line: line + 2)
    }
  }

  /// Points where many people live have tables of their own, some of them stricter.
  private func individualTables(for points: [HazardPoint]) -> [CriticalRainfall] {
    var rows: [CriticalRainfall] = []
    let limits: [(Hazard, people: Int, DepthTable, RainStatistic)] = [
      (.flashFlood, 420, Settlement.flashFlood, .mean),
      (.landslide, 100, Settlement.landslide, .cell),
      (.waterlogging, 450, Settlement.ponding, .cell),
    ]
    for (hazard, people, depths, statistic) in limits {
      let own = points.filter { $0.hazard == hazard && ($0.people ?? 0) >= people }
      for (i, point) in own.prefix(20).enumerated() {
        rows += table(
          .hazardPoint, point.id, hazard, depths, factor: [0.85, 0.9, 0.95][i % 3], statistic)
      }
    }
    return rows
  }

  /// Small and steep basins rise sooner.
  private func factor(ofBasin number: Int) -> Double {
    var slopes = 0.0
    var cells = 0.0
    for cell in terrain.cells where basinCells.labels[cell] == number {
      slopes += terrain.slope(cell)
      cells += 1
    }
    let steepness = slopes / max(cells, 1)
    let size = min(max((basins[number].areaSquareKilometres - 15) / 60, 0), 1)
    return min(max(0.95 + 0.25 * size - 0.9 * (steepness - 0.35), 0.75), 1.25)
  }

  private func table(
    _ kind: UnitKind, _ unit: String, _ hazard: Hazard, _ depths: DepthTable, factor: Double,
    _ statistic: RainStatistic, _ wetness: Wetness = .any
  ) -> [CriticalRainfall] {
    depths.flatMap { row in
      zip(RiskLevel.warnings, row.levels).map { level, millimetres in
        // Rounding to whole fives keeps the order of levels and durations.
        let rounded = factor == 1 ? millimetres : (millimetres * factor / 5).rounded() * 5
        return threshold(kind, unit, hazard, hours: row.hours, level, rounded, statistic, wetness)
      }
    }
  }

  private func threshold(
    _ kind: UnitKind, _ unit: String, _ hazard: Hazard, hours: Int, _ level: RiskLevel,
    _ millimetres: Double, _ statistic: RainStatistic, _ wetness: Wetness = .any
  ) -> CriticalRainfall {
    CriticalRainfall(
      unitKind: kind, unit: unit, hazard: hazard, duration: .hours(hours), wetness: wetness,
      level: level, depth: Depth(millimetres: millimetres) ?? .zero, statistic: statistic,
      source: Settlement.source, author: Settlement.author,
      effectiveFrom: CivilTime(year: 2020, month: 1, day: 1)
        .timestamp(offsetSeconds: BeijingTime.offsetSeconds), effectiveTo: nil, line: 0)
  }
}
