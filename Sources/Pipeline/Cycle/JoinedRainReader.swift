import Districts
import Hydromet
import Risk

/// Fallen and expected rain of windows that end ahead, for one unit.
///
/// Means and cells are sums of what fell and what is expected over the same area. Of the largest cell
/// or gauge only whole windows are known: what lies between is bounded by the next shorter and the next
/// longer, and the expected mean of the unit is added, for grids of forecasts are coarser than units.
struct JoinedRainReader {
  let expected: ExpectedRain
  let fallen: FallenRain?
  let fields: UnitFields
  /// Places of the unit's area and of its cell; nil where it has none.
  let area: Int?
  let cell: Int?
  let minimumCoverage: Double
  /// Windows, shortest first.
  let windows: [TimeSpan]
  /// The rain of a window that ends at the data time.
  let observed: (RainStatistic, TimeSpan) -> ComparedRain?

  /// Rain of the window of a length that begins at the data time.
  func ahead(_ statistic: RainStatistic, _ duration: TimeSpan) -> ComparedRain? {
    guard let place = place(for: statistic) else { return nil }
    let rain = expected.rain(place, from: 0, to: duration.seconds)
    return ComparedRain(depth: rain.depth, isComplete: rain.isKnown, isBlind: false)
  }

  /// Rain of the window of a length that ends so long after the data time.
  func joined(_ statistic: RainStatistic, _ duration: TimeSpan, _ lead: TimeSpan) -> JoinedRain? {
    guard let place = place(for: statistic) else { return nil }
    let rain = expected.rain(place, from: max(lead.seconds - duration.seconds, 0), to: lead.seconds)
    let rest = duration.seconds - lead.seconds
    guard rest > 0 else {
      return JoinedRain(
        sum: ComparedRain(depth: rain.depth, isComplete: rain.isKnown, isBlind: false),
        fallen: .zero, expected: rain.depth)
    }
    switch statistic {
    case .mean, .cell, .upstreamMean:
      let fell = fell(place, statistic, duration, newest: rest)
      let most = ComparedRain.ceiling(
        fell.depth + rain.depth, knownShare: fell.known, seconds: rest, step: fallen?.step ?? 0)
      return JoinedRain(
        sum: ComparedRain(
          depth: fell.depth + rain.depth,
          isComplete: rain.isKnown && fell.known >= minimumCoverage - 1e-6, isBlind: false,
          knownShare: rain.isKnown ? fell.known : 0, ceiling: rain.isKnown ? most : nil),
        fallen: fell.depth, expected: rain.depth)
    case .maximumCell, .maximumGauge:
      let shorter = windows.last { $0.seconds <= rest }.flatMap { observed(statistic, $0) }
      let longer = windows.first { $0.seconds >= rest }.flatMap { observed(statistic, $0) }
      let least = shorter?.depth ?? .zero
      let isExact = windows.contains { $0.seconds == rest } && shorter?.isComplete == true
      let ceiling = longer?.isComplete == true ? longer?.depth : nil
      return JoinedRain(
        sum: ComparedRain(
          depth: least + rain.depth, isComplete: rain.isKnown && isExact, isBlind: false,
          knownShare: rain.isKnown && ceiling != nil ? 1 : 0,
          ceiling: rain.isKnown ? ceiling.map { $0 + rain.depth } : nil),
        fallen: least, expected: rain.depth,
        ceiling: rain.isKnown ? ceiling.map { $0 + rain.depth } : nil)
    }
  }

  /// The rain of the newest part of a window. Where gauges were merged in, the window holds other rain
  /// than the radar alone: its rain is then shared out in time as the radar shares its own.
  private func fell(
    _ place: Int, _ statistic: RainStatistic, _ duration: TimeSpan, newest seconds: Int
  ) -> (depth: Depth, known: Double) {
    guard let part = fallen?.rain(place, seconds: seconds),
      let all = fallen?.rain(place, seconds: duration.seconds)
    else { return (.zero, 0) }
    guard let whole = observed(statistic, duration), whole.isComplete, let depth = whole.depth,
      all.known >= 1, depth != all.depth
    else { return part }
    let share =
      all.depth > .zero
      ? Double(part.depth.micrometres) / Double(all.depth.micrometres)
      : Double(seconds) / Double(duration.seconds)
    let micrometres = (Double(depth.micrometres) * min(share, 1)).rounded(.down)
    return (Depth(micrometres: Int32(clamping: Int64(micrometres))), part.known)
  }

  private func place(for statistic: RainStatistic) -> Int? {
    switch statistic {
    case .cell: cell
    case .upstreamMean: area.flatMap { fields.upstreamPlace(of: $0) }
    case .mean, .maximumCell, .maximumGauge: area
    }
  }
}
