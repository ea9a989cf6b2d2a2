/// How wet the soil is cell by cell at a moment, and what the cells make of every unit.
///
/// The numbers mean what they mean in `SoilState`; here they stand for the rain of a single cell, so
/// that a wet valley head is not thinned by the dry rest of its basin.
public struct CellSoil: Sendable, Hashable {
  /// Of the soil's cells: those of the radar grid, or blocks of them.
  public let geometry: GridGeometry
  /// Everything that fell up to this moment is in it.
  public let time: Timestamp
  /// Cells that are carried on: those that some unit touches. Row-major indices, rising; the
  /// columns below have one number for each.
  public let cells: [Int]
  /// Pa, mm.
  public let antecedentRainfall: [Double]
  /// Wm, mm.
  public let capacity: [Double]
  /// mm
  public let soilWaterIndex: [Double]
  /// As `SoilState.gapShare`.
  public let gapShare: [Double]
  /// Townships, basins and hazard points, in the order of the district; nothing of a unit without
  /// cells.
  public var units: [UnitCellSoil]

  public init(
    geometry: GridGeometry, time: Timestamp, cells: [Int], antecedentRainfall: [Double],
    capacity: [Double], soilWaterIndex: [Double], gapShare: [Double], units: [UnitCellSoil] = []
  ) {
    self.geometry = geometry
    self.time = time
    self.cells = cells
    self.antecedentRainfall = antecedentRainfall
    self.capacity = capacity
    self.soilWaterIndex = soilWaterIndex
    self.gapShare = gapShare
    self.units = units
  }
}

/// What the cells of a unit make of its soil.
public struct UnitCellSoil: Sendable, Hashable {
  public let kind: UnitKind
  public let unit: String
  /// Mean soil water index by area, mm.
  public let meanIndex: Double
  /// Of all cells that the unit touches, mm.
  public let largestIndex: Double
  /// Mean of Pa/Wm by area, 0…1.
  public let meanSaturation: Double
  public let largestSaturation: Double
  /// The largest of the cells: so much of some cell's past is not known.
  public let gapShare: Double
  /// Share of the unit's area that has cells, 0…1.
  public let coverage: Double

  public init(
    kind: UnitKind, unit: String, meanIndex: Double, largestIndex: Double, meanSaturation: Double,
    largestSaturation: Double, gapShare: Double, coverage: Double
  ) {
    self.kind = kind
    self.unit = unit
    self.meanIndex = meanIndex
    self.largestIndex = largestIndex
    self.meanSaturation = meanSaturation
    self.largestSaturation = largestSaturation
    self.gapShare = gapShare
    self.coverage = coverage
  }

  /// Some of the rain is not known, or part of the unit has no cells: its soil may be wetter.
  public var isLowerBound: Bool { isLowerBound(minimumCoverage: 1) }

  /// As above, where less of either is enough for a district.
  public func isLowerBound(minimumCoverage: Double) -> Bool {
    SoilState.isLowerBound(gapShare: gapShare, minimumCoverage: minimumCoverage)
      || coverage < minimumCoverage - 1e-6
  }
}
