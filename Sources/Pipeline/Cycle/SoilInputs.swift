import Hydromet

/// What thresholds may know of the soil of each unit: that of its basin, as the hydrology has it.
struct SoilInputs {
  private let states: [String: SoilState]
  private let history: SoilHistory
  private let cells: [UnitPlace: UnitCellSoil]
  private let minimumCoverage: Double

  init(_ hydrology: Hydrology, _ history: SoilHistory, minimumCoverage: Double) {
    self.history = history
    self.minimumCoverage = minimumCoverage
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
    let indices = indices(
      area.flatMap { cells[$0] }, point: point, own: point.flatMap { cells[$0] })
    let days =
      basin.flatMap { history.earlierDays(ofBasin: $0) } ?? SoilInputs.earlierDays(windows)
    guard let state = basin.flatMap({ states[$0] }) else {
      // A township has the soil of its cells.
      return UnitSoil(
        saturation: area.flatMap { saturation(ofBasin: nil, area: $0)?(0) }, earlierDays: days,
        isLowerBound: false, cells: indices)
    }
    return UnitSoil(
      saturation: state.wetness == nil ? nil : state.saturation,
      soilWaterIndex: state.soilWaterIndex, earlierDays: days,
      isLowerBound: state.isLowerBound(minimumCoverage: minimumCoverage), cells: indices)
  }

  /// The same so many seconds after the data time, with the expected rain: what triggering indices and
  /// lines ask for.
  func soil(
    ofBasin basin: String?, area: UnitPlace?, point: UnitPlace?, after seconds: Int
  ) -> UnitSoil {
    let index = basin.flatMap { history.index(ofBasin: $0, after: seconds) }
    return UnitSoil(
      soilWaterIndex: index?.millimetres,
      earlierDays: basin.flatMap { history.earlierDays(ofBasin: $0, after: seconds) } ?? [],
      isLowerBound: index.map {
        SoilState.isLowerBound(gapShare: $0.gapShare, minimumCoverage: minimumCoverage)
      } ?? true,
      cells: indices(
        area.flatMap { history.cells(of: $0, after: seconds) }, point: point,
        own: point.flatMap { history.cells(of: $0, after: seconds) }))
  }

  private func indices(
    _ whole: UnitCellSoil?, point: UnitPlace?, own: UnitCellSoil?
  ) -> CellIndices? {
    guard let whole else { return nil }
    return CellIndices(
      mean: whole.meanIndex, largest: whole.largestIndex, own: own?.meanIndex,
      isLowerBound: whole.isLowerBound(minimumCoverage: minimumCoverage)
        || (point != nil && own == nil))
  }

  /// The saturation of a basin, else of the cells of an area, by seconds after the data time; nil where
  /// the unit has none.
  func saturation(ofBasin basin: String?, area: UnitPlace?) -> ((Int) -> Double?)? {
    if let basin { return history.saturation(ofBasin: basin) }
    return area.flatMap {
      history.saturation(byCellsOf: $0, minimumCoverage: minimumCoverage)
    }
  }

  /// Rain of each 24 h before the last 24 h, from windows of whole days; up to the first that no two
  /// windows tell, or whose rain is not wholly known.
  private static func earlierDays(_ windows: [ArealRainfall]) -> [EarlierDay] {
    var sums: [Int: Depth] = [:]
    for rain in windows where rain.period.seconds % EarlierDay.seconds == 0 {
      guard rain.validShare >= 1, rain.gridShare >= 1, let mean = rain.mean else { continue }
      sums[rain.period.seconds / EarlierDay.seconds] = mean
    }
    var days: [EarlierDay] = []
    while let more = sums[days.count + 2], let less = sums[days.count + 1] {
      days.append(EarlierDay(Depth(micrometres: max(more.micrometres - less.micrometres, 0))))
    }
    return days
  }
}
