import CLanes
import Hydromet

/// What a region adds up to over one sum of frames, in whole numbers.
struct ExactSums {
  /// Σ weight × micrometres over the cells with a frame.
  let sum: UInt128
  /// Σ weight over the cells with a frame.
  let weight: UInt64
  /// Σ weight × frames that arrived.
  let received: UInt64
  /// The largest of the cells with a frame.
  let largest: Int32
}

extension RegionWeights {
  /// Depths from here on may make a 64-bit sum overflow: 16.777216 m.
  static let largestExactDepth: Int32 = 1 << 24

  /// The sums of a region, computed anew in 128 bits where it has a depth that no rain has.
  func exact(_ sums: PartialSums, _ region: Int, _ view: AccumulationView) -> ExactSums {
    ExactSums(
      sum: sums.largest < RegionWeights.largestExactDepth
        ? UInt128(sums.sum) : wideSum(of: region, view),
      weight: sums.weight, received: sums.received, largest: sums.largest)
  }

  private func wideSum(of region: Int, _ view: AccumulationView) -> UInt128 {
    var sum: UInt128 = 0
    forEachWeight(of: region) { row, column, weight in
      guard view.hasData(row, column) else { return }
      let depth = view.depths[row * view.stride + column]
      sum += UInt128(weight) * UInt128(UInt32(clamping: depth))
    }
    return sum
  }

  /// - Parameter areas: for each threshold, the weight at or above it.
  func accumulation(
    _ region: Int, _ sums: ExactSums, _ areas: [UInt64], _ period: Period, expected: Int
  ) -> ArealAccumulation {
    let total = totals[region]
    let area = area(of: region)
    let hasData = sums.weight > 0
    let whole = max(area.whole, area.inGrid)
    // Inside the grid the weights themselves are the whole; outside, what they stand for.
    let meanOfWhole =
      area.share >= 1
      ? RegionWeights.quotient(sums.sum, total)
      : whole > 0 ? Double(sums.sum) * unit(of: region) / whole : nil
    return ArealAccumulation(
      period: period, meanMicrometres: RegionWeights.quotient(sums.sum, sums.weight),
      meanOfWholeMicrometres: hasData ? meanOfWhole : nil,
      maximum: hasData ? Depth(micrometres: sums.largest) : nil,
      sharesAtOrAbove: hasData
        ? areas.map { Double($0) / Double(sums.weight) } : nil,
      validShare: total > 0
        ? min(Double(sums.received) / (Double(total) * Double(expected)), 1) : 0,
      gridShare: area.share)
  }

  /// A quotient whose whole part is exact; nil for nothing over nothing.
  static func quotient(_ sum: UInt128, _ weight: UInt64) -> Double? {
    guard weight > 0 else { return nil }
    let (whole, rest) = sum.quotientAndRemainder(dividingBy: UInt128(weight))
    return Double(UInt64(truncatingIfNeeded: whole))
      + Double(UInt64(truncatingIfNeeded: rest)) / Double(weight)
  }
}
