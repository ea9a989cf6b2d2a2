import Hydromet

/// What thresholds may know of the soil of each unit: that of its basin, as the hydrology has it.
struct SoilInputs {
  private let states: [String: SoilState]
  private let history: SoilHistory
  private let cells: [UnitPlace: UnitCellSoil]

  init(_ hydrology: Hydrology, _ history: SoilHistory) {
    self.history = history
    cells = Dictionary(
      (hydrology.cells?.units ?? []).map { (UnitPlace(kind: $0.kind, unit: $0.unit), $0) },
      uniquingKeysWith: { first, _ in first })
    states = Dictionary(
      hydrology.soil.map { ($0.basin, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// - Parameters:
  ///   - basin: the basin whose soil counts; nil where the unit has none.
  ///   - area: what the unit's mean rain is taken over.
  ///   - point: the unit itself where it is a point.
  ///   - windows: rain of the unit, for the days before the last one where the basin has none.
  func soil(
    ofBasin basin: String?, area: UnitPlace?, point: UnitPlace?, windows: [ArealRainfall]
  ) -> UnitSoil {
    let cells = indices(area: area, point: point)
    let days =
      basin.flatMap { history.earlierDays(ofBasin: $0) } ?? SoilInputs.earlierDays(windows)
    guard let state = basin.flatMap({ states[$0] }) else {
      return UnitSoil(earlierDays: days, isLowerBound: false, cells: cells)
    }
    return UnitSoil(
      saturation: state.wetness == nil ? nil : state.saturation,
      soilWaterIndex: state.soilWaterIndex, earlierDays: days, isLowerBound: state.isLowerBound,
      cells: cells)
  }

  private func indices(area: UnitPlace?, point: UnitPlace?) -> CellIndices? {
    guard let whole = area.flatMap({ cells[$0] }) else { return nil }
    let own = point.flatMap { cells[$0] }
    return CellIndices(
      mean: whole.meanIndex, largest: whole.largestIndex, own: own?.meanIndex,
      isLowerBound: whole.isLowerBound || (point != nil && own == nil))
  }

  /// The saturation of a basin by seconds after the data time; nil where the unit has none.
  func saturation(ofBasin basin: String?) -> ((Int) -> Double?)? {
    basin.flatMap { history.saturation(ofBasin: $0) }
  }

  /// Rain of each 24 h before the last 24 h, from windows of whole days; up to the first that no two
  /// windows tell, or whose rain is not wholly known.
  private static func earlierDays(_ windows: [ArealRainfall]) -> [Depth?] {
    var sums: [Int: Depth] = [:]
    for rain in windows where rain.period.seconds % 86_400 == 0 {
      guard rain.validShare >= 1, rain.gridShare >= 1, let mean = rain.mean else { continue }
      sums[rain.period.seconds / 86_400] = mean
    }
    var days: [Depth?] = []
    while let more = sums[days.count + 2], let less = sums[days.count + 1] {
      days.append(Depth(micrometres: max(more.micrometres - less.micrometres, 0)))
    }
    return days
  }
}
