public import Hydromet

/// Which way round a grid lies, by the gauges under it: the commonest fault of gridded files, and one
/// that nothing in the file itself tells.
///
/// Hours are added one by one; only sums are kept.
public struct OrientationAudit: Sendable {
  /// How the rows and columns of a grid would have to be turned to fit the gauges.
  public enum Turn: String, Sendable, Hashable, CaseIterable {
    case none
    case rowsUpsideDown = "rows_upside_down"
    case columnsMirrored = "columns_mirrored"
    case both
  }

  /// What the gauges say about the orientation of the grid.
  public struct Orientation: Sendable, Hashable {
    public let turn: Turn
    public let pairs: Int
    /// Correlation with the grid as it is, and as it would be.
    public let asRead: Double
    public let turned: Double
  }

  private(set) var turns = [PairSums](repeating: PairSums(), count: Turn.allCases.count)
  private(set) var wetPairs = 0.0

  /// Pairs, and pairs with a millimetre in the gauge, below which nothing is said.
  private static let fewestPairs = 30
  private static let fewestWetPairs = 8.0

  public init() {}

  /// The audit as it was saved; nil unless there are sums for every turn.
  init?(turns: [PairSums], wetPairs: Double) {
    guard turns.count == Turn.allCases.count, wetPairs >= 0 else { return nil }
    self.turns = turns
    self.wetPairs = wetPairs
  }

  /// Lets what was seen count for less.
  mutating func fade(to share: Double) {
    for index in turns.indices { turns[index].fade(to: share) }
    wetPairs *= share
  }

  /// The cells that would lie over a station, in the order of `Turn.allCases`.
  public static func cells(_ cell: GridCell, in geometry: GridGeometry) -> [GridCell] {
    let row = geometry.rows - 1 - cell.row
    let column = geometry.columns - 1 - cell.column
    return [
      cell, GridCell(row: row, column: cell.column), GridCell(row: cell.row, column: column),
      GridCell(row: row, column: column),
    ]
  }

  /// Adds an hour of one station. Only what every orientation has is compared.
  ///
  /// - Parameters:
  ///   - tenths: the gauge, tenths of a millimetre.
  ///   - micrometres: the grid in the order of `Turn.allCases`; negative where it has no data.
  public mutating func add(tenths: Double, micrometres: some Collection<Int32>) {
    guard micrometres.count == turns.count, micrometres.allSatisfy({ $0 >= 0 }) else { return }
    if tenths >= 10 { wetPairs += 1 }
    for (turn, depth) in micrometres.enumerated() {
      turns[turn].add(tenths.squareRoot(), (Double(depth) / 100).squareRoot())
    }
  }

  /// Nil where there are too few pairs to tell, or the gauges do not vary.
  public func orientation() -> Orientation? {
    guard turns[0].n >= Double(OrientationAudit.fewestPairs),
      wetPairs >= OrientationAudit.fewestWetPairs, let asRead = turns[0].correlation
    else { return nil }
    var best = (turn: Turn.none, correlation: asRead)
    for (index, turn) in Turn.allCases.enumerated() {
      if let r = turns[index].correlation, r >= 0.5, r >= asRead + 0.25, r > best.correlation {
        best = (turn, r)
      }
    }
    return Orientation(
      turn: best.turn, pairs: Int(turns[0].n.rounded()), asRead: asRead, turned: best.correlation)
  }
}
