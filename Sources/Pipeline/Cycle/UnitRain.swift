import Areal
import Districts
import Formats
import Hydromet
import Kernels

/// The rain of every unit over every window: townships, basins and hazard points.
final class UnitRain {
  private let workspace: Workspace
  private let membership: UnitMembership
  private let regions: [Region]
  private let areaUnits: [(kind: UnitKind, id: String)]
  private var weights: RegionWeights?
  private var table = ArealRainTable(regions: 0, windows: 0)
  private var cellOfPoint: [Int?] = []

  /// Townships and basins are in WGS 84, as the district's description has them.
  static let crs = "OGC:CRS84"

  init(_ workspace: Workspace, membership: UnitMembership) {
    self.workspace = workspace
    self.membership = membership
    let description = workspace.district.description
    regions =
      description.townships.map { Region(id: $0.code, geometry: $0.geometry) }
      + description.basins.map { Region(id: $0.id, geometry: $0.geometry) }
    areaUnits =
      description.townships.map { (.township, $0.code) }
      + description.basins.map { (.basin, $0.id) }
  }

  /// Rain in the order townships, basins, hazard points, each in the district's order.
  ///
  /// - Parameter planes: the sums of the windows; nil where there is no grid yet.
  func rainfall(
    planes: SumPlanes?, gauges: [GaugeRainfall], windows: [TimeSpan], time: Timestamp
  ) throws(Fault) -> [UnitRainfall] {
    try prepare(for: planes?.geometry)
    try fillTable(from: planes)
    let planeOfWindow = windows.map { planes?.windows.firstIndex(of: $0) }
    var result: [UnitRainfall] = []
    for (index, unit) in areaUnits.enumerated() {
      let stations =
        unit.kind == .township
        ? membership.stationsOfTownship[unit.id] : membership.stationsOfBasin[unit.id]
      let rain = windows.indices.map { window in
        let gauge = LargestGauge(stations ?? [], of: gauges, window: window)
        let period = Period(end: time, seconds: windows[window].seconds)
        guard let plane = planeOfWindow[window] else { return UnitRain.unmeasured(period, gauge) }
        return rainfall(index, plane, period, gauge)
      }
      result.append(UnitRainfall(unitKind: unit.kind, unit: unit.id, windows: rain))
    }
    for (index, point) in workspace.district.description.hazardPoints.enumerated() {
      let rain = windows.indices.map { window in
        pointRainfall(
          index, planes, planeOfWindow[window], Period(end: time, seconds: windows[window].seconds))
      }
      result.append(UnitRainfall(unitKind: .hazardPoint, unit: point.id, windows: rain))
    }
    return result
  }

  /// The cells behind a unit's rain, for explanations; the weight of a point's cell is 1.
  func cells(
    of kind: UnitKind, _ unit: String, on geometry: GridGeometry
  ) throws(Fault) -> [WeightedCell] {
    try prepare(for: geometry)
    if kind == .hazardPoint {
      let points = workspace.district.description.hazardPoints
      guard let index = points.firstIndex(where: { $0.id == unit }), index < cellOfPoint.count,
        let cell = cellOfPoint[index]
      else { return [] }
      return [WeightedCell(index: cell, weight: 1)]
    }
    guard let index = areaUnits.firstIndex(where: { $0.kind == kind && $0.id == unit }) else {
      return []
    }
    var cells: [WeightedCell] = []
    weights?.forEachCell(of: index) { row, column, weight in
      cells.append(WeightedCell(index: row * geometry.columns + column, weight: weight))
    }
    return cells
  }

  private func prepare(for geometry: GridGeometry?) throws(Fault) {
    guard let geometry, weights?.geometry != geometry else { return }
    weights = try workspace.weights.weights(
      of: regions, crs: UnitRain.crs, on: geometry, kind: .area)
    let transform = try CoordinateTransform(from: UnitRain.crs, to: geometry.projection)
    cellOfPoint = workspace.district.description.hazardPoints.map { point in
      transform.transform(Point(x: point.place.longitude, y: point.place.latitude))
        .flatMap { geometry.cellIndex(of: $0) }
    }
  }

  private func fillTable(from planes: SumPlanes?) throws(Fault) {
    guard let weights, let planes else { return }
    if table.regionCount != weights.regionCount || table.windowCount != planes.windows.count {
      table = ArealRainTable(regions: weights.regionCount, windows: planes.windows.count)
    }
    try weights.fill(&table, from: planes, workers: Parallel.workers)
  }

  private func rainfall(
    _ region: Int, _ window: Int, _ period: Period, _ gauge: LargestGauge
  ) -> ArealRainfall {
    let at = table.index(window: window, region: region)
    return ArealRainfall(
      period: period, mean: ArealRainTable.depth(table.mean[at]),
      maximumCell: ArealRainTable.depth(table.largest[at]), maximumGauge: gauge.depth,
      maximumGaugeStation: gauge.station, validShare: table.validShare[at],
      gridShare: weights?.area(of: region).share ?? 0, gaugesAreComplete: gauge.isComplete,
      meanLowerBound: ArealRainTable.depth(table.leastMean[at]))
  }

  /// Without a grid nothing is known of its coverage: not blind, and no share has data.
  private static func unmeasured(_ period: Period, _ gauge: LargestGauge) -> ArealRainfall {
    ArealRainfall(
      period: period, mean: nil, maximumCell: nil, maximumGauge: gauge.depth,
      maximumGaugeStation: gauge.station, validShare: 0, gridShare: 1,
      gaugesAreComplete: gauge.isComplete)
  }

  /// The one cell that holds a point: mean and maximum are the same number.
  private func pointRainfall(
    _ index: Int, _ planes: SumPlanes?, _ window: Int?, _ period: Period
  ) -> ArealRainfall {
    let none = LargestGauge()
    guard let planes, let window, index < cellOfPoint.count else {
      return UnitRain.unmeasured(period, none)
    }
    guard let cell = cellOfPoint[index] else {
      return ArealRainfall(
        period: period, mean: nil, maximumCell: nil, maximumGauge: nil, maximumGaugeStation: nil,
        validShare: 0, gridShare: 0, gaugesAreComplete: false)
    }
    let columns = planes.geometry.columns
    let sum = planes.sum(window, row: cell / columns, column: cell % columns)
    return ArealRainfall(
      period: period, mean: sum.depth, maximumCell: sum.depth, maximumGauge: nil,
      maximumGaugeStation: nil, validShare: sum.coverage.share, gridShare: 1,
      gaugesAreComplete: false, meanLowerBound: sum.depth)
  }
}

/// A cell and what it counts in a unit's mean, km².
struct WeightedCell {
  let index: Int
  let weight: Double
}

/// The largest of the gauges inside a unit.
struct LargestGauge {
  private(set) var depth: Depth?
  private(set) var station: String?
  /// Every gauge has every value of the window; false where there is no gauge.
  private(set) var isComplete = false

  init() {}

  init(_ stations: [Int], of gauges: [GaugeRainfall], window: Int) {
    isComplete = !stations.isEmpty
    for index in stations where index < gauges.count && window < gauges[index].sums.count {
      let sum = gauges[index].sums[window]
      if !sum.coverage.isComplete || sum.depth == nil { isComplete = false }
      guard let own = sum.depth, depth.map({ own > $0 }) ?? true else { continue }
      depth = own
      station = gauges[index].station
    }
  }
}
