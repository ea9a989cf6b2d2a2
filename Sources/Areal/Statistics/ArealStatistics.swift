public import Hydromet

/// Statistics of one region over one field. Mean, largest cell and share at or above a depth are
/// different numbers and none stands in for another; where no cell of the region has data all three
/// are nil, never 0.
public struct ArealStatistics: Sendable, Hashable {
  /// Σ w·v / Σ w over the cells with data, in the field's unit.
  public let mean: Double?
  /// The largest of the cells with data that the region touches, in the field's unit.
  public let maximum: Float?
  /// For each asked value, the share of the area with data where the field is at or above it; 0…1.
  public let sharesAtOrAbove: [Double]?
  /// Share of the region's area inside the grid that has data: exactly 1 where every cell has.
  public let validShare: Double
  /// Share of the region's area that the grid covers at all.
  public let gridShare: Double

  public init(
    mean: Double?, maximum: Float?, sharesAtOrAbove: [Double]?, validShare: Double,
    gridShare: Double
  ) {
    self.mean = mean
    self.maximum = maximum
    self.sharesAtOrAbove = sharesAtOrAbove
    self.validShare = validShare
    self.gridShare = gridShare
  }
}

/// Statistics of one region over one sum of frames. Where a cell lacks frames its sum is a lower
/// bound, and so are mean, maximum and shares wherever `validShare` is below 1.
public struct ArealAccumulation: Sendable, Hashable {
  public let period: Period
  /// Σ w·v / Σ w over the cells with at least one frame, micrometres; nil where none has one.
  public let meanMicrometres: Double?
  /// Σ w·v over the whole area of the region, inside the grid or not, counting what is not known as
  /// no rain: what the mean of the whole is at the least. Nil where no cell has a frame.
  public let meanOfWholeMicrometres: Double?
  /// The largest sum of the touched cells with at least one frame.
  public let maximum: Depth?
  /// For each asked depth, the share of the area with frames where the sum is at or above it; 0…1.
  public let sharesAtOrAbove: [Double]?
  /// Share of the region's area inside the grid that has data, where a cell counts by the share of
  /// its frames that arrived: exactly 1 where all frames of all cells have.
  public let validShare: Double
  /// Share of the region's area that the grid covers at all.
  public let gridShare: Double

  public init(
    period: Period, meanMicrometres: Double?, meanOfWholeMicrometres: Double?, maximum: Depth?,
    sharesAtOrAbove: [Double]?, validShare: Double, gridShare: Double
  ) {
    self.period = period
    self.meanMicrometres = meanMicrometres
    self.meanOfWholeMicrometres = meanOfWholeMicrometres
    self.maximum = maximum
    self.sharesAtOrAbove = sharesAtOrAbove
    self.validShare = validShare
    self.gridShare = gridShare
  }

  /// The mean in whole micrometres, rounded half up, once: the number that is compared and published.
  public var mean: Depth? {
    meanMicrometres.map { ArealAccumulation.depth($0.rounded(.toNearestOrAwayFromZero)) }
  }

  /// What the mean over the whole region is at the least, in whole micrometres; equal to `mean`
  /// where every frame of every cell arrived and the grid covers the whole region.
  public var meanLowerBound: Depth? {
    if validShare >= 1, gridShare >= 1 { return mean }
    return meanOfWholeMicrometres.map { ArealAccumulation.depth($0.rounded(.down)) }
  }

  /// A mean of depths lies between the least and the greatest Int32.
  private static func depth(_ micrometres: Double) -> Depth {
    Depth(micrometres: Int32(min(max(micrometres, -2_147_483_648), 2_147_483_647)))
  }
}
