import Hydromet

/// One threshold at every soil state: the rows of a unit that differ by wetness alone.
///
/// Between the states for which the rows were worked out, s = 0.2 (dry), 0.5 (normal) and 0.8 (wet),
/// the depth is straight; below and above it is that of the nearest. This is an engineering choice and
/// no standard: the standards give the three states and say nothing of what lies between.
struct SoilThresholds: Sendable {
  /// By rising saturation, in millionths.
  private var corners: [(saturation: Int64, row: CriticalRainfall)] = []
  private var any: [CriticalRainfall] = []

  private static func saturation(of wetness: Wetness) -> Int64? {
    switch wetness {
    case .dry: 200_000
    case .normal: 500_000
    case .wet: 800_000
    case .any: nil
    }
  }

  init(_ rows: [CriticalRainfall]) {
    for row in rows {
      if let saturation = SoilThresholds.saturation(of: row.wetness) {
        corners.append((saturation, row))
      } else {
        any.append(row)
      }
    }
    corners.sort { ($0.saturation, $0.row.line) < ($1.saturation, $1.row.line) }
  }

  /// The thresholds at a saturation, and how each came about.
  ///
  /// - Parameter saturation: s = Pa / Wm; nil where it is not known, which counts as the wettest.
  func rows(at saturation: Double?) -> [(row: CriticalRainfall, derivation: ThresholdDerivation?)] {
    var result = any.map { ($0, nil as ThresholdDerivation?) }
    if let moved = moved(to: saturation) { result.append(moved) }
    return result
  }

  private func moved(
    to saturation: Double?
  ) -> (CriticalRainfall, ThresholdDerivation?)? {
    guard let driest = corners.first, let wettest = corners.last else { return nil }
    guard let saturation, saturation.isFinite else {
      return (
        wettest.row,
        ThresholdDerivation(
          basis: .wettest, lines: [wettest.row.line], stated: wettest.row.depth, factor: nil)
      )
    }
    let s = Int64((min(max(saturation, 0), 1) * 1_000_000).rounded(.down))
    func basis(_ lines: [Int], _ depth: Depth) -> ThresholdDerivation {
      ThresholdDerivation(
        basis: .soil(saturation: Double(s) / 1_000_000), lines: lines, stated: depth, factor: nil)
    }
    if s <= driest.saturation { return (driest.row, basis([driest.row.line], driest.row.depth)) }
    if s >= wettest.saturation {
      return (wettest.row, basis([wettest.row.line], wettest.row.depth))
    }
    for (a, b) in zip(corners, corners.dropFirst()) where s <= b.saturation {
      guard b.saturation > a.saturation else { continue }
      let depth = SoilThresholds.between(a, b, s)
      return (
        b.row.with(depth: depth), basis([a.row.line, b.row.line], depth)
      )
    }
    return (wettest.row, basis([wettest.row.line], wettest.row.depth))
  }

  /// Cut to whole tenths of a millimetre, on the side of less rain.
  private static func between(
    _ a: (saturation: Int64, row: CriticalRainfall),
    _ b: (saturation: Int64, row: CriticalRainfall), _ s: Int64
  ) -> Depth {
    let low = Int64(a.row.depth.micrometres)
    let high = Int64(b.row.depth.micrometres)
    let scaled = low * (b.saturation - s) + high * (s - a.saturation)
    let tenths = scaled / ((b.saturation - a.saturation) * 100)
    return Depth(micrometres: Int32(clamping: tenths * 100))
  }
}
