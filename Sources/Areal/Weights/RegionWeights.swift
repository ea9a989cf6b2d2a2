public import Hydromet

/// What a weight counts.
public enum WeightKind: String, Sendable, Hashable, Codable, CaseIterable {
  /// True area of the covered part of the cell, km².
  case area
  /// Covered share of the cell, in cells, whatever their true size.
  case share
}

/// Weights of grid cells for many regions: built once, kept, and used for every field.
///
/// The weights of a region are a list of partly covered cells, each with its own weight, and a list
/// of runs of wholly covered cells of a row, each with one weight per cell. Lists of all regions stand
/// one after the other in flat arrays; offsets say where each region begins. Every index has been
/// checked against the grid, at building as at decoding.
public struct RegionWeights: Sendable, Equatable {
  /// The grid the weights are for.
  public let geometry: GridGeometry
  public let kind: WeightKind
  /// Whole area of each region, inside the grid or not: km², or cells for `WeightKind.share`.
  public let regionAreas: [Double]
  /// Sum of the weights of each region, that is its area inside the grid.
  public let gridAreas: [Double]
  /// `gridAreas` over `regionAreas`: exactly 1 for a region inside the grid, 0 for one outside.
  public let gridShares: [Double]

  /// The partly covered cells of region r are those from cellOffsets[r] to before cellOffsets[r + 1].
  let cellOffsets: [Int]
  let runOffsets: [Int]
  /// Row-major index of each partly covered cell.
  let cells: [Int32]
  let cellWeights: [Double]
  /// Row-major index of the first cell of each run; a run ends in the row where it begins.
  let runStarts: [Int32]
  let runLengths: [Int32]
  /// Weight of each single cell of a run.
  let runWeights: [Double]

  public var regionCount: Int { regionAreas.count }
  /// Number of stored weights.
  public var weightCount: Int { cells.count + runStarts.count }

  /// - Parameter parts: lists whose offsets and indices are consistent with each other.
  init(_ geometry: GridGeometry, _ kind: WeightKind, _ parts: WeightLists) {
    self.geometry = geometry
    self.kind = kind
    cellOffsets = parts.cellOffsets
    runOffsets = parts.runOffsets
    cells = parts.cells
    cellWeights = parts.cellWeights
    runStarts = parts.runStarts
    runLengths = parts.runLengths
    runWeights = parts.runWeights
    regionAreas = parts.regionAreas
    gridShares = parts.gridShares
    gridAreas = parts.gridAreas
  }

  /// The weights of several lists of regions on one grid as one, in their order: the way to build
  /// them in parallel. Nil where grids or kinds differ or there is none.
  public init?(joining lists: [RegionWeights]) {
    guard let first = lists.first,
      lists.allSatisfy({ $0.geometry == first.geometry && $0.kind == first.kind })
    else { return nil }
    var parts = WeightLists()
    for list in lists {
      let cellCount = parts.cells.count
      let runCount = parts.runStarts.count
      parts.cellOffsets += list.cellOffsets.dropFirst().map { $0 + cellCount }
      parts.runOffsets += list.runOffsets.dropFirst().map { $0 + runCount }
      parts.cells += list.cells
      parts.cellWeights += list.cellWeights
      parts.runStarts += list.runStarts
      parts.runLengths += list.runLengths
      parts.runWeights += list.runWeights
      parts.regionAreas += list.regionAreas
      parts.gridShares += list.gridShares
    }
    self.init(first.geometry, first.kind, parts)
  }

  /// Every cell of a region with its weight: row, column, weight. For evidence and maps.
  public func forEachCell(
    of region: Int, _ body: (_ row: Int, _ column: Int, _ weight: Double) -> Void
  ) {
    guard region >= 0, region < regionCount else { return }
    let columns = geometry.columns
    for i in cellOffsets[region]..<cellOffsets[region + 1] {
      body(Int(cells[i]) / columns, Int(cells[i]) % columns, cellWeights[i])
    }
    for i in runOffsets[region]..<runOffsets[region + 1] {
      for cell in Int(runStarts[i])..<Int(runStarts[i]) + Int(runLengths[i]) {
        body(cell / columns, cell % columns, runWeights[i])
      }
    }
  }
}

/// The flat arrays of `RegionWeights` while they are put together.
struct WeightLists {
  var cellOffsets = [0]
  var runOffsets = [0]
  var cells: [Int32] = []
  var cellWeights: [Double] = []
  var runStarts: [Int32] = []
  var runLengths: [Int32] = []
  var runWeights: [Double] = []
  var regionAreas: [Double] = []
  var gridShares: [Double] = []

  /// Closes the lists of a region.
  mutating func endRegion() {
    cellOffsets.append(cells.count)
    runOffsets.append(runStarts.count)
  }

  /// Sum of the weights of each region. Statistics add in this same order, so that a region with
  /// data in every cell has exactly the whole weight.
  var gridAreas: [Double] {
    (0..<cellOffsets.count - 1).map { region in
      var sum = 0.0
      for i in cellOffsets[region]..<cellOffsets[region + 1] {
        sum += cellWeights[i]
      }
      for i in runOffsets[region]..<runOffsets[region + 1] {
        sum += runWeights[i] * Double(runLengths[i])
      }
      return sum
    }
  }
}
