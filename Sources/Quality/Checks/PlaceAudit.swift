public import Hydromet

/// Whether stations stand where their list says, and whether a grid lies the right way round: the
/// rain of each gauge is held against the cell that it is said to stand in and against others.
///
/// Hours are added one by one; only sums are kept. They can be let fade, saved and carried on, so that a
/// service sees weeks of rain and not the newest storm alone.
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

  public typealias Turn = OrientationAudit.Turn
  public typealias Orientation = OrientationAudit.Orientation

  /// How far around its own cell a station is looked for, cells.
  static let reach = 6
  static let side = 2 * reach + 1

  public let geometry: GridGeometry
  /// The cell of each station; nil outside the grid.
  public let cells: [GridCell?]
  private let swapped: [GridCell?]
  var around: [[PairSums]]
  var swappedSums: [PairSums]
  var turning = OrientationAudit()
  var wetHours: [Double]

  /// - Parameters:
  ///   - cells: the cell of each station; nil outside the grid.
  ///   - swapped: the cell of each station with longitude and latitude exchanged.
  public init(geometry: GridGeometry, cells: [GridCell?], swapped: [GridCell?]) {
    self.geometry = geometry
    self.cells = cells
    self.swapped = swapped
    around = cells.map {
      [PairSums](repeating: PairSums(), count: $0 == nil ? 0 : PlaceAudit.side * PlaceAudit.side)
    }
    swappedSums = [PairSums](repeating: PairSums(), count: cells.count)
    wetHours = [Double](repeating: 0, count: cells.count)
  }

  /// Adds one hour. An hour in which neither a gauge nor any cell that it is held against had rain says
  /// nothing of its place: all places fit a dry hour alike.
  ///
  /// - Parameters:
  ///   - micrometres: the grid's sum, negative where it has no data; ignored if of another size.
  ///   - gauges: tenths of a millimetre by station; negative where there is none.
  public mutating func add(_ micrometres: [Int32], gauges: [Double]) {
    guard micrometres.count == geometry.cellCount else { return }
    for station in cells.indices where station < gauges.count && gauges[station] >= 0 {
      let gauge = gauges[station].squareRoot()
      if gauges[station] >= 2 { wetHours[station] += 1 }
      if let cell = swapped[station], let depth = value(micrometres, cell.row, cell.column),
        gauge > 0 || depth > 0
      {
        swappedSums[station].add(gauge, depth)
      }
      guard let cell = cells[station] else { continue }
      let depths = depths(around: cell, micrometres)
      if gauge > 0 || depths.contains(where: { $0 ?? 0 > 0 }) {
        for (index, depth) in depths.enumerated() {
          if let depth { around[station][index].add(gauge, depth) }
        }
      }
      turning.add(
        tenths: gauges[station],
        micrometres: OrientationAudit.cells(cell, in: geometry).map {
          micrometres[$0.row * geometry.columns + $0.column]
        })
    }
  }

  /// Row by row; nil where the grid has no data or ends.
  private func depths(around cell: GridCell, _ micrometres: [Int32]) -> [Double?] {
    (0..<(PlaceAudit.side * PlaceAudit.side)).map { index in
      value(
        micrometres, cell.row + index / PlaceAudit.side - PlaceAudit.reach,
        cell.column + index % PlaceAudit.side - PlaceAudit.reach)
    }
  }

  private func value(_ depths: [Int32], _ row: Int, _ column: Int) -> Double? {
    guard row >= 0, row < geometry.rows, column >= 0, column < geometry.columns else { return nil }
    let depth = depths[row * geometry.columns + column]
    return depth < 0 ? nil : (Double(depth) / 100).squareRoot()
  }

  /// Stations whose rain fits another place clearly better: correlation of 0.7 there with at least
  /// six wet hours, 0.3 more than at home, and at least two cells away. Of the places that are tried the best
  /// fits by chance where there are few wet hours: it must fit, and fit better than home, by more than
  /// the chance of so many hours and places gives.
  public func findings() -> [Finding] {
    var findings: [Finding] = []
    for station in cells.indices where wetHours[station] >= 6 {
      let home = PlaceAudit.reach * PlaceAudit.side + PlaceAudit.reach
      let own = around[station].isEmpty ? nil : around[station][home].correlation
      if let best = swappedSums[station].correlation, best >= 0.7, best >= (own ?? 0) + 0.3,
        isCertain(best, own, hours: wetHours[station], tried: 1)
      {
        findings.append(
          Finding(
            station: station, hours: Int(wetHours[station].rounded()), own: own, best: best,
            offset: nil))
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
      if let own, let best, best.correlation >= 0.7, best.correlation >= own + 0.3,
        isCertain(best.correlation, own, hours: wetHours[station], tried: around[station].count)
      {
        findings.append(
          Finding(
            station: station, hours: Int(wetHours[station].rounded()), own: own,
            best: best.correlation,
            offset: best.offset))
      }
    }
    return findings
  }

  /// Whether a correlation is no chance, by Fisher's z: its own, against places without any, and its
  /// difference from that at home. Places side by side have much of their rain in common: every fourth
  /// counts as one more try.
  private func isCertain(_ best: Double, _ own: Double?, hours: Double, tried: Int) -> Bool {
    func z(_ r: Double) -> Double {
      let r = min(max(r, -0.999), 0.999)
      return 0.5 * Numbers.logarithm((1 + r) / (1 - r))
    }
    guard hours > 3 else { return false }
    let free = hours - 3
    let limit = tried > 1 ? PlaceAudit.manyTries : PlaceAudit.oneTry
    return z(best) * free.squareRoot() >= limit
      && (z(best) - z(own ?? 0)) * (free / 2).squareRoot() >= PlaceAudit.oneTry
  }

  /// Standard deviations that chance exceeds in one of a hundred times, of one try and of forty.
  private static let oneTry = 2.33
  private static let manyTries = 3.48

  /// Nil where there are too few pairs to tell, or the gauges do not vary.
  public func orientation() -> Orientation? { turning.orientation() }

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
