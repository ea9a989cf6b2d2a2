import Hydromet

/// The rain of nested basins: what fell on a basin and on every basin above it.
struct UpstreamRain {
  private let tree: BasinTree?
  private let areas: [Double]

  /// A tree with a ring or a missing basin gives no upstream rain: its thresholds stay unknown.
  init(_ basins: [SmallBasin]) {
    tree = try? BasinTree(ids: basins.map(\.id), downstream: basins.map(\.downstream))
    areas = basins.map(\.areaSquareKilometres)
  }

  /// Adds the rain upstream to the rain of the basins, which come in the district's order.
  func added(to rainfall: [UnitRainfall]) -> [UnitRainfall] {
    guard let tree else { return rainfall }
    let places = rainfall.indices.filter { rainfall[$0].unitKind == .basin }
    let total = tree.accumulated(areas)
    guard places.count == areas.count, let first = places.first, total.allSatisfy({ $0 > 0 }) else {
      return rainfall
    }
    var result = rainfall
    var windows = places.map { rainfall[$0].windows }
    for window in rainfall[first].windows.indices {
      let rain = places.map { rainfall[$0].windows[window] }
      let means = tree.upstreamMeans(
        rain.map { $0.mean.map { Double($0.micrometres) } }, areas: areas)
      let least = tree.accumulated(
        zip(rain, areas).map { Double($0.meanLowerBound?.micrometres ?? 0) * $1 })
      let known = tree.accumulated(zip(rain, areas).map { $0.validShare * $0.gridShare * $1 })
      for basin in places.indices {
        windows[basin][window] = rain[basin].with(
          upstream: UpstreamRainfall(
            mean: means[basin].mean.map {
              Depth(micrometres: Int32(clamping: Int64($0.rounded())))
            },
            lowerBound: Depth(
              micrometres: Int32(clamping: Int64((least[basin] / total[basin]).rounded(.down)))),
            knownShare: min(known[basin] / total[basin], 1)))
      }
    }
    for (basin, place) in places.enumerated() {
      result[place] = UnitRainfall(
        unitKind: .basin, unit: rainfall[place].unit, windows: windows[basin])
    }
    return result
  }
}
