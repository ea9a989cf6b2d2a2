import Hydromet

/// What a radar makes of the rain: smoothed, too little, with gaps.
struct RadarView: Sendable {
  let geometry: GridGeometry
  private let bias = 0.85
  private let noise: Noise
  /// Ends of the frames before the storm that never arrive.
  let missingEnds: Set<Timestamp>
  /// Numbers of the frames in which the farthest corner is out of range.
  let shortFrames: Set<Int>

  /// Cells beyond the district's box on each side.
  static let margin = 8
  static let cellLimit = 4_000_000

  init(plan: DrillPlan, box: Box) throws(Fault) {
    let cell = plan.resolution
    let west = (box.minX / cell).rounded(.down) - Double(RadarView.margin)
    let east = (box.maxX / cell).rounded(.up) + Double(RadarView.margin)
    let south = (box.minY / cell).rounded(.down) - Double(RadarView.margin)
    let north = (box.maxY / cell).rounded(.up) + Double(RadarView.margin)
    let (columns, rows) = (Int(east - west), Int(north - south))
    guard columns * rows <= RadarView.cellLimit else {
      throw Fault(
        "drill_too_fine", "the radar grid would have \(columns) × \(rows) cells",
        remedy: "use larger cells: at most \(RadarView.cellLimit) of them are made")
    }
    geometry = GridGeometry(
      rows: rows, columns: columns, projection: "+proj=longlat +datum=WGS84 +no_defs",
      isGeographic: true, west: LocalPlane.rounded(west * cell, 9),
      north: LocalPlane.rounded(north * cell, 9), cellWidth: cell, cellHeight: cell)
    noise = Noise(seed: plan.seed, subject: "radar noise")
    missingEnds = Set([22, 21].filter { $0 < plan.leadHours }.map { plan.start - $0 * 3600 })
    let hour = 3600 / plan.step.seconds
    let isLong = plan.hours * hour > 12 * hour
    shortFrames = isLong ? [hour - 1, hour, 2 * hour - 1, 2 * hour] : []
  }

  /// Depth in each cell in whole tenths of a millimetre; nil where the radar sees nothing.
  ///
  /// - Parameter truth: mm over the period at the centre of each cell.
  func tenths(of truth: [Double], frame: Int) -> [Int16?] {
    let smooth = smoothed(truth)
    return smooth.indices.map { i in
      let (row, column) = (i / geometry.columns, i % geometry.columns)
      guard isSeen(row: row, column: column, frame: frame) else { return nil }
      let grain = noise.fractal(
        Double(column) / 5 + Double(frame) * 0.31, Double(row) / 5 + Double(frame) * 0.17,
        octaves: 2)
      let depth = bias * smooth[i] * max(0.4, 1 + 0.3 * grain)
      return Int16(min((depth * 10).rounded(), 32_000))
    }
  }

  private func isSeen(row: Int, column: Int, frame: Int) -> Bool {
    guard shortFrames.contains(frame) else { return true }
    // The south-western corner, cut off by a steep line.
    let reach =
      Double(geometry.rows - 1 - row) / Double(geometry.rows)
      + 2 * Double(column) / Double(geometry.columns)
    return reach > 0.72
  }

  /// Means of nine cells with the weights 1, 2, 1 in both directions.
  private func smoothed(_ values: [Double]) -> [Double] {
    let (rows, columns) = (geometry.rows, geometry.columns)
    return values.indices.map { i in
      let (row, column) = (i / columns, i % columns)
      var sum = 0.0
      for down in -1...1 {
        let r = min(max(row + down, 0), rows - 1)
        for right in -1...1 {
          let c = min(max(column + right, 0), columns - 1)
          sum += values[r * columns + c] * Double((2 - abs(down)) * (2 - abs(right)))
        }
      }
      return sum / 16
    }
  }
}
