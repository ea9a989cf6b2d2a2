public import Hydromet

/// Whether stations stand where their list says, and whether a grid lies the right way round: the
/// rain of each gauge is held against the cell that it is said to stand in and against others.
///
/// Hours are added one by one; only sums are kept.
public struct PlaceAudit: Sendable {
  /// A station whose rain fits another place better than its own.
  public struct Finding: Sendable, Hashable {
    public let station: Int
    /// Wet hours that were compared.
    public let hours: Int
    /// Correlation with its own cell; nil where it stands outside the grid or nothing varies there.
    public let own: Double?
    /// Correlation with the best other cell.
    public let best: Double
    /// Cells from its own to the best, to the south and to the east; nil for swapped coordinates.
    public let offset: GridCell?
  }

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

  private struct Sums: Sendable {
    var n = 0.0
    var x = 0.0
    var y = 0.0
    var xx = 0.0
    var yy = 0.0
    var xy = 0.0

    mutating func add(_ a: Double, _ b: Double) {
      n += 1
      x += a
      y += b
      xx += a * a
      yy += b * b
      xy += a * b
    }

    var correlation: Double? {
      let vx = xx - x * x / n
      let vy = yy - y * y / n
      guard n >= 3, vx > 1e-9, vy > 1e-9 else { return nil }
      return (xy - x * y / n) / (vx * vy).squareRoot()
    }
  }

  /// How far around its own cell a station is looked for, cells.
  private static let reach = 6
  private static let side = 2 * reach + 1

  private let geometry: GridGeometry
  private let cells: [GridCell?]
  private let swapped: [GridCell?]
  private var around: [[Sums]]
  private var swappedSums: [Sums]
  private var turns: [Sums]
  private var wetHours: [Int]

  /// - Parameters:
  ///   - cells: the cell of each station; nil outside the grid.
  ///   - swapped: the cell of each station with longitude and latitude exchanged.
  public init(geometry: GridGeometry, cells: [GridCell?], swapped: [GridCell?]) {
    self.geometry = geometry
    self.cells = cells
    self.swapped = swapped
    around = cells.map {
      [Sums](repeating: Sums(), count: $0 == nil ? 0 : PlaceAudit.side * PlaceAudit.side)
    }
    swappedSums = [Sums](repeating: Sums(), count: cells.count)
    turns = [Sums](repeating: Sums(), count: Turn.allCases.count)
    wetHours = [Int](repeating: 0, count: cells.count)
  }

  /// Adds one hour.
  ///
  /// - Parameters:
  ///   - micrometres: the grid's sum, negative where it has no data; ignored if of another size.
  ///   - gauges: tenths of a millimetre by station; negative where there is none.
  public mutating func add(_ micrometres: [Int32], gauges: [Double]) {
    guard micrometres.count == geometry.cellCount else { return }
    for station in cells.indices where station < gauges.count && gauges[station] >= 0 {
      let gauge = gauges[station].squareRoot()
      if gauges[station] >= 2 { wetHours[station] += 1 }
      if let cell = swapped[station], let depth = value(micrometres, cell.row, cell.column) {
        swappedSums[station].add(gauge, depth)
      }
      guard let cell = cells[station] else { continue }
      for row in 0..<PlaceAudit.side {
        for column in 0..<PlaceAudit.side {
          if let depth = value(
            micrometres, cell.row + row - PlaceAudit.reach, cell.column + column - PlaceAudit.reach)
          {
            around[station][row * PlaceAudit.side + column].add(gauge, depth)
          }
        }
      }
      let flipped = (geometry.rows - 1 - cell.row, geometry.columns - 1 - cell.column)
      let places = [
        (cell.row, cell.column), (flipped.0, cell.column), (cell.row, flipped.1), flipped,
      ]
      // Only hours and stations that every orientation has are compared.
      let depths = places.compactMap { value(micrometres, $0.0, $0.1) }
      guard depths.count == places.count else { continue }
      for (turn, depth) in depths.enumerated() { turns[turn].add(gauge, depth) }
    }
  }

  private func value(_ depths: [Int32], _ row: Int, _ column: Int) -> Double? {
    guard row >= 0, row < geometry.rows, column >= 0, column < geometry.columns else { return nil }
    let depth = depths[row * geometry.columns + column]
    return depth < 0 ? nil : (Double(depth) / 100).squareRoot()
  }

  /// Stations whose rain fits another place clearly better: correlation of 0.7 there with at least
  /// six wet hours, 0.3 more than at home, and at least two cells away.
  public func findings() -> [Finding] {
    var findings: [Finding] = []
    for station in cells.indices where wetHours[station] >= 6 {
      let home = PlaceAudit.reach * PlaceAudit.side + PlaceAudit.reach
      let own = around[station].isEmpty ? nil : around[station][home].correlation
      if let best = swappedSums[station].correlation, best >= 0.7, best >= (own ?? 0) + 0.3 {
        findings.append(
          Finding(station: station, hours: wetHours[station], own: own, best: best, offset: nil))
        continue
      }
      var best: (correlation: Double, offset: GridCell)?
      for (index, sums) in around[station].enumerated() {
        let offset = GridCell(
          row: index / PlaceAudit.side - PlaceAudit.reach,
          column: index % PlaceAudit.side - PlaceAudit.reach)
        guard max(abs(offset.row), abs(offset.column)) >= 2, let r = sums.correlation,
          r > best?.correlation ?? -1
        else { continue }
        best = (r, offset)
      }
      if let own, let best, best.correlation >= 0.7, best.correlation >= own + 0.3 {
        findings.append(
          Finding(
            station: station, hours: wetHours[station], own: own, best: best.correlation,
            offset: best.offset))
      }
    }
    return findings
  }

  /// Nil where there are too few pairs to tell, or the gauges do not vary.
  public func orientation() -> Orientation? {
    guard turns[0].n >= 30, let asRead = turns[0].correlation else { return nil }
    var best = (turn: Turn.none, correlation: asRead)
    for (index, turn) in Turn.allCases.enumerated() {
      if let r = turns[index].correlation, r >= 0.5, r >= asRead + 0.25, r > best.correlation {
        best = (turn, r)
      }
    }
    return Orientation(
      turn: best.turn, pairs: Int(turns[0].n), asRead: asRead, turned: best.correlation)
  }

  /// Whether a station outside all others' reach would stand among them with its coordinates
  /// exchanged.
  public static func looksSwapped(_ station: Int, in network: StationNetwork) -> Bool {
    let place = network.stations[station].place
    guard network.count >= 4, place.longitude.isFinite, place.latitude.isFinite else {
      return false
    }
    let exchanged = Place(longitude: place.latitude, latitude: place.longitude)
    guard let there = SpherePosition(exchanged) else { return false }
    let near = network.positions.enumerated().count { index, position in
      index != station
        && (position.map { $0.kilometres(to: there) <= network.radiusKilometres } ?? false)
    }
    return near >= 2 && near >= 4 * network.neighbours(of: station).count
  }
}
