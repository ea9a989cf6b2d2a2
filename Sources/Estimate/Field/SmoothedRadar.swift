import Hydromet

/// Radar half way between each cell and the mean of the cells within two kilometres.
///
/// A gauge under a gradient is often better told by the cells around it: drops drift on their way down
/// and the two instruments do not measure the same moment. Half of the detail stays.
struct SmoothedRadar {
  /// mm, NaN where the radar has nothing; shape [rows, columns].
  let values: [Float]

  /// Half a side of the square, km.
  private static let reach = 2.0

  /// - Parameter cells: micrometres, negative where missing.
  init(_ cells: [Int32], _ geometry: GridGeometry) {
    let plane = KilometrePlane(geometry)
    func radius(_ cell: Double) -> Int {
      max(1, min(20, Int((SmoothedRadar.reach / max(cell, 1e-6)).rounded())))
    }
    let rows = geometry.rows
    let columns = geometry.columns
    let across = radius(plane.cellWidth)
    let along = radius(plane.cellHeight)
    // Sums and counts of everything north-west of a corner.
    var sums = [Int64](repeating: 0, count: (rows + 1) * (columns + 1))
    var counts = [Int32](repeating: 0, count: (rows + 1) * (columns + 1))
    for row in 0..<rows {
      var sum: Int64 = 0
      var count: Int32 = 0
      let above = row * (columns + 1)
      let here = above + columns + 1
      for column in 0..<columns {
        let depth = cells[row * columns + column]
        if depth >= 0 {
          sum += Int64(depth)
          count += 1
        }
        sums[here + column + 1] = sums[above + column + 1] + sum
        counts[here + column + 1] = counts[above + column + 1] + count
      }
    }
    var values = [Float](repeating: .nan, count: cells.count)
    for row in 0..<rows {
      let north = max(0, row - along) * (columns + 1)
      let south = min(rows, row + along + 1) * (columns + 1)
      for column in 0..<columns where cells[row * columns + column] >= 0 {
        let west = max(0, column - across)
        let east = min(columns, column + across + 1)
        let sum = sums[south + east] - sums[south + west] - sums[north + east] + sums[north + west]
        let count =
          counts[south + east] - counts[south + west] - counts[north + east] + counts[north + west]
        let mean = Double(sum) / Double(max(1, count))
        values[row * columns + column] =
          Float((Double(cells[row * columns + column]) + mean) / 2000)
      }
    }
    self.values = values
  }
}
