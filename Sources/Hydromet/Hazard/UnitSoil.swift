/// Soil water index of the cells of a unit, mm: of each statistic of the rain the one that goes with it.
public struct CellIndices: Sendable, Hashable {
  /// Mean and largest over the area whose rain the unit is judged by.
  public let mean: Double
  public let largest: Double
  /// Of the cell that holds a point; nil for areas.
  public let own: Double?
  /// Some rain behind them is not known: they are at least as large.
  public let isLowerBound: Bool

  public init(mean: Double, largest: Double, own: Double?, isLowerBound: Bool) {
    self.mean = mean
    self.largest = largest
    self.own = own
    self.isLowerBound = isLowerBound
  }
}

/// What the thresholds of one unit ask about its soil. What is not known is nil.
public struct UnitSoil: Sendable, Hashable {
  /// s = Pa / Wm, 0…1, where it is known well enough to choose a threshold by it.
  public let saturation: Double?
  /// Soil water index, mm.
  public let soilWaterIndex: Double?
  /// Rain of the first, second, third … 24 h before the last 24 h; what is not there is not known.
  public let earlierDays: [EarlierDay]
  /// Some rain behind the soil water index is not known: it is at least as large.
  public let isLowerBound: Bool
  /// Nil where the soil of cells is not carried on.
  public let cells: CellIndices?

  public init(
    saturation: Double? = nil, soilWaterIndex: Double? = nil, earlierDays: [EarlierDay] = [],
    isLowerBound: Bool = false, cells: CellIndices? = nil
  ) {
    self.saturation = saturation
    self.soilWaterIndex = soilWaterIndex
    self.earlierDays = earlierDays
    self.isLowerBound = isLowerBound
    self.cells = cells
  }

  /// The soil water index that goes with a statistic of rain, and whether it is only a lower bound: with
  /// the mean that of the whole area, with the largest cell the largest, with a point's cell its own.
  /// Where there are no cells the basin's stands for all of them.
  public func index(for statistic: RainStatistic) -> (millimetres: Double?, isLowerBound: Bool) {
    if let cells {
      switch statistic {
      case .mean: return (cells.mean, cells.isLowerBound)
      case .maximumCell: return (cells.largest, cells.isLowerBound)
      case .cell: if let own = cells.own { return (own, cells.isLowerBound) }
      case .maximumGauge, .upstreamMean: break
      }
    }
    return (soilWaterIndex, isLowerBound || soilWaterIndex == nil)
  }

  public static let unknown = UnitSoil(isLowerBound: true)
}
