/// The weights of several regions as they are found: partly covered cells and runs of wholly covered
/// ones, of each region by row and column.
struct WeightLists {
  /// The partly covered cells of region r are those from cellOffsets[r] to before cellOffsets[r + 1].
  var cellOffsets = [0]
  var runOffsets = [0]
  /// Row-major index of each partly covered cell.
  var cells: [Int32] = []
  var cellWeights: [Double] = []
  /// Row-major index of the first cell of each run; a run ends in the row where it begins.
  var runStarts: [Int32] = []
  var runLengths: [Int32] = []
  /// Weight of each single cell of a run.
  var runWeights: [Double] = []
  var regionAreas: [Double] = []
  var gridShares: [Double] = []

  var regionCount: Int { cellOffsets.count - 1 }

  mutating func add(_ cell: ScannedCell, weight: Double, columns: Int) {
    cells.append(Int32(Int(cell.row) * columns + Int(cell.column)))
    cellWeights.append(weight)
  }

  mutating func add(_ run: ScannedRun, weight: Double, columns: Int) {
    runStarts.append(Int32(Int(run.row) * columns + Int(run.column)))
    runLengths.append(run.count)
    runWeights.append(weight)
  }

  /// Closes the lists of a region.
  mutating func endRegion() {
    cellOffsets.append(cells.count)
    runOffsets.append(runStarts.count)
  }

  /// Closes a region.
  ///
  /// - Parameter area: its whole area; asked only of one that does not lie inside the grid, because
  ///   the weights of one that does are its area.
  mutating func endRegion(isInside: Bool, area: () -> Double) {
    endRegion()
    let inGrid = gridArea(of: regionCount - 1)
    let whole = isInside ? inGrid : max(area(), 0)
    regionAreas.append(whole)
    gridShares.append(WeightLists.gridShare(inGrid, of: whole, isInside: isInside))
  }

  /// Share of a region inside the grid. What rounding alone keeps from 1 is 1.
  static func gridShare(_ inside: Double, of area: Double, isInside: Bool) -> Double {
    if isInside { return 1 }
    guard area > 0, inside > 0 else { return 0 }
    return inside >= area * (1 - 1e-9) ? 1 : inside / area
  }

  /// Sum of the weights of a region.
  func gridArea(of region: Int) -> Double {
    var sum = 0.0
    for i in cellOffsets[region]..<cellOffsets[region + 1] {
      sum += cellWeights[i]
    }
    for i in runOffsets[region]..<runOffsets[region + 1] {
      sum += runWeights[i] * Double(runLengths[i])
    }
    return sum
  }

  /// The largest weight of a region.
  func largestWeight(of region: Int) -> Double {
    var largest = 0.0
    for i in cellOffsets[region]..<cellOffsets[region + 1] {
      largest = max(largest, cellWeights[i])
    }
    for i in runOffsets[region]..<runOffsets[region + 1] {
      largest = max(largest, runWeights[i])
    }
    return largest
  }
}
