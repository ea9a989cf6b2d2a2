import Hydromet

/// Whether the gauges fit a radar field better when its rows or columns are turned round: the commonest
/// fault of gridded files, and one that nothing in the file itself tells.
enum OrientationCheck {
  /// Fewest gauges with rain in them, or under rain, either way round.
  static let fewest = 8
  /// What the correlation must gain to be noticed.
  static let gain = 0.3

  /// - Parameter cells: micrometres, row by row.
  /// - Returns: reasons, in a fixed order.
  static func reasons(_ table: PairTable, _ cells: [Int32], _ geometry: GridGeometry)
    -> [MergeReason]
  {
    guard let own = correlation(table, cells, geometry, flipsRows: false, flipsColumns: false)
    else { return [] }
    var reasons: [MergeReason] = []
    let rows = correlation(table, cells, geometry, flipsRows: true, flipsColumns: false) ?? -1
    let columns = correlation(table, cells, geometry, flipsRows: false, flipsColumns: true) ?? -1
    if rows > 0.5, rows - own > gain, rows >= columns { reasons.append(.rowsUpsideDown) }
    if columns > 0.5, columns - own > gain, columns > rows { reasons.append(.columnsReversed) }
    return reasons
  }

  private static func correlation(
    _ table: PairTable, _ cells: [Int32], _ geometry: GridGeometry, flipsRows: Bool,
    flipsColumns: Bool
  ) -> Double? {
    var gauges: [Double] = []
    var echoes: [Double] = []
    for (index, cell) in table.cell.enumerated() where cell >= 0 {
      let row = cell / geometry.columns
      let column = cell % geometry.columns
      let there =
        (flipsRows ? geometry.rows - 1 - row : row) * geometry.columns
        + (flipsColumns ? geometry.columns - 1 - column : column)
      guard cells[there] >= 0 else { continue }
      gauges.append(table.gauge[index])
      echoes.append(Double(cells[there]) / 1000)
    }
    guard gauges.count(where: { $0 > 0.1 }) >= fewest else { return nil }
    return MergeScores(gauges: gauges, estimates: echoes)?.correlation ?? 0
  }
}
