import Areal
import Districts
import Formats
import Hydromet

/// The rain of every unit over every window: townships, basins and hazard points.
final class UnitRain {
  private let workspace: Workspace
  private let membership: UnitMembership
  private let regions: [Region]
  private let areaUnits: [(kind: UnitKind, id: String)]
  private var weights: RegionWeights?
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
  /// - Parameter fields: the sums of the windows; empty where there is no grid yet.
  func rainfall(
    fields: [AccumulationField], gauges: [GaugeRainfall], windows: [TimeSpan], time: Timestamp
  ) throws(Fault) -> [UnitRainfall] {
    try prepare(for: fields.first?.geometry)
    let sums = try arealSums(fields)
    var result: [UnitRainfall] = []
    for (index, unit) in areaUnits.enumerated() {
      let stations =
        unit.kind == .township
        ? membership.stationsOfTownship[unit.id] : membership.stationsOfBasin[unit.id]
      let rain = windows.indices.map { window in
        let gauge = LargestGauge(stations ?? [], of: gauges, window: window)
        let period = Period(end: time, seconds: windows[window].seconds)
        guard index < sums.count, window < sums[index].count else {
          return UnitRain.unmeasured(period, gauge)
        }
        return UnitRain.rainfall(sums[index][window], period, gauge)
      }
      result.append(UnitRainfall(unitKind: unit.kind, unit: unit.id, windows: rain))
    }
    for (index, point) in workspace.district.description.hazardPoints.enumerated() {
      let rain = windows.indices.map { window in
        pointRainfall(
          index, window < fields.count ? fields[window] : nil,
          Period(end: time, seconds: windows[window].seconds))
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

  private func arealSums(_ fields: [AccumulationField]) throws(Fault) -> [[ArealAccumulation]] {
    guard let weights, !fields.isEmpty else { return [] }
    let parts = Parallel.ranges(of: weights.regionCount, minimumLength: 32)
    var sums: [[ArealAccumulation]] = []
    sums.reserveCapacity(weights.regionCount)
    let results = Parallel.map(parts) { range throws(Fault) in
      try weights.statistics(of: fields, regions: range)
    }
    for part in results { sums.append(contentsOf: try part.get()) }
    return sums
  }

  private static func rainfall(
    _ sum: ArealAccumulation, _ period: Period, _ gauge: LargestGauge
  ) -> ArealRainfall {
    ArealRainfall(
      period: period, mean: sum.mean, maximumCell: sum.maximum, maximumGauge: gauge.depth,
      maximumGaugeStation: gauge.station, validShare: sum.validShare, gridShare: sum.gridShare,
      gaugesAreComplete: gauge.isComplete, meanLowerBound: sum.meanLowerBound)
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
    _ index: Int, _ field: AccumulationField?, _ period: Period
  ) -> ArealRainfall {
    let none = LargestGauge()
    guard let field, index < cellOfPoint.count else { return UnitRain.unmeasured(period, none) }
    guard let cell = cellOfPoint[index] else {
      return ArealRainfall(
        period: period, mean: nil, maximumCell: nil, maximumGauge: nil, maximumGaugeStation: nil,
        validShare: 0, gridShare: 0, gaugesAreComplete: false)
    }
    let received = Int(field.receivedFrames[cell])
    let depth = received > 0 ? Depth(micrometres: field.micrometres[cell]) : nil
    return ArealRainfall(
      period: period, mean: depth, maximumCell: depth, maximumGauge: nil, maximumGaugeStation: nil,
      validShare: Coverage(received: received, expected: field.expectedFrames).share, gridShare: 1,
      gaugesAreComplete: false, meanLowerBound: depth)
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
