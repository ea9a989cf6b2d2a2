import Hydromet

/// What thresholds may know of the soil of each unit: that of its basin, as the hydrology has it.
struct SoilInputs {
  private let states: [String: SoilState]
  private let history: SoilHistory

  init(_ hydrology: Hydrology, _ history: SoilHistory) {
    self.history = history
    states = Dictionary(
      hydrology.soil.map { ($0.basin, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// - Parameters:
  ///   - basin: the basin whose soil counts; nil where the unit has none.
  ///   - windows: rain of the unit, for the days before the last one where the basin has none.
  func soil(ofBasin basin: String?, windows: [ArealRainfall]) -> UnitSoil {
    let days =
      basin.flatMap { history.earlierDays(ofBasin: $0) } ?? SoilInputs.earlierDays(windows)
    guard let state = basin.flatMap({ states[$0] }) else {
      return UnitSoil(earlierDays: days, isLowerBound: false)
    }
    return UnitSoil(
      saturation: state.wetness == nil ? nil : state.saturation,
      soilWaterIndex: state.soilWaterIndex, earlierDays: days, isLowerBound: state.isLowerBound)
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
