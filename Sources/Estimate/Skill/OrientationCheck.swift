import Hydromet

/// Whether the gauges fit a radar field better when its rows or columns are turned round: the commonest
/// fault of gridded files, and one that nothing in the file itself tells.
struct OrientationCheck {
  /// `rowsUpsideDown`, `columnsReversed`, or `turnUnclear` from few gauges; empty where the radar lies as it
  /// should, or nothing tells.
  let reasons: [MergeReason]
  /// Whether it is more than a suspicion: many hours say so, or many gauges say it clearly.
  let isCertain: Bool

  /// Fewest gauges with rain in them, or under rain, either way round.
  private static let fewest = 8
  /// What the correlation must gain to be noticed.
  private static let gain = 0.3
  /// Fewest gauges with rain that tell which way, and for certainty also the least correlation the other way
  /// round and the largest as it is: in a few gauges either happens by chance.
  private static let certain = (gauges: 20, turned: 0.7, own: 0.3)

  /// - Parameter cells: micrometres, row by row; nil without a radar.
  init(_ table: PairTable, _ cells: [Int32]?, _ input: MergeInput) {
    guard input.turn.isEmpty else {
      reasons = input.turn
      isCertain = true
      return
    }
    let geometry = input.geometry
    guard let cells,
      let own = OrientationCheck.correlation(
        table, cells, geometry, flipsRows: false, flipsColumns: false)
    else {
      reasons = []
      isCertain = false
      return
    }
    func turned(rows: Bool, columns: Bool) -> Double {
      OrientationCheck.correlation(
        table, cells, geometry, flipsRows: rows, flipsColumns: columns) ?? -1
    }
    let rows = turned(rows: true, columns: false)
    let columns = turned(rows: false, columns: true)
    let best = max(rows, columns)
    guard best > 0.5, best - own > OrientationCheck.gain else {
      reasons = []
      isCertain = false
      return
    }
    let certain = OrientationCheck.certain
    let isTold = table.gauge.count(where: { $0 > 0.1 }) >= certain.gauges
    reasons = [!isTold ? .turnUnclear : rows >= columns ? .rowsUpsideDown : .columnsReversed]
    isCertain = isTold && best >= certain.turned && own <= certain.own
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
