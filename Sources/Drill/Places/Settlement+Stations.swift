import Hydromet

extension Settlement {
  static let ridgeStations = 8
  static let stationCount = 60
  /// Kinds of stations; only `rain` has a gauge and nothing else.
  static let nationalKind = "national"
  static let regionalKind = "regional"
  static let rainKind = "rain"

  /// Sixty gauges: one in each town, most others in valleys, a few on ridges.
  mutating func stations() -> [Station] {
    var chance = SplitMix64(seed: seed, subject: "stations")
    let lattice = terrain.lattice
    let safe = terrain.cells.filter { isWellInside($0) }
    let valleys = safe.filter { terrain.catchments[$0] > 3 && terrain.slope($0) < 0.5 }
    let ridges = safe.filter {
      terrain.catchments[$0] <= 2 * lattice.cellArea && terrain.altitudes[$0] > 750
    }
    var cells = townshipCells.seats
    let villages = Settlement.stationCount - Settlement.ridgeStations - cells.count
    cells = spread(villages, over: valleys, from: cells, &chance)
    cells = spread(Settlement.ridgeStations, over: ridges, from: cells, &chance)
    let seats = townshipCells.seats.count
    let national = [0, seats / 2, seats - 1]
    var regional = 0
    return cells.enumerated().map { number, cell in
      let isNational = national.contains(number)
      let isRidge = number >= cells.count - Settlement.ridgeStations
      let name =
        number < seats
        ? Settlement.shortName(townships[number]) : isRidge ? names.hill() : names.village()
      if !isNational { regional += 1 }
      let serial = isNational ? (national.firstIndex(of: number) ?? 0) + 1 : regional
      let hasAllElements = number < seats || isRidge
      return Station(
        id: isNational ? "9990\(serial)" : "X9\(padded(serial, 3))", name: name,
        place: place(in: cell, &chance),
        altitudeMetres: LocalPlane.rounded(terrain.altitudes[cell], 1),
        kind: isNational
          ? Settlement.nationalKind
          : hasAllElements ? Settlement.regionalKind : Settlement.rainKind)
    }
  }

  /// Whether the land reaches 0.6 km in every direction, so that no smoothing of borders puts the
  /// cell outside.
  private func isWellInside(_ cell: Int) -> Bool {
    let lattice = terrain.lattice
    let centre = lattice.centre(cell)
    for (dx, dy) in [(-0.6, -0.6), (-0.6, 0.6), (0.6, -0.6), (0.6, 0.6)] {
      guard let corner = lattice.cell(at: Point(x: centre.x + dx, y: centre.y + dy)),
        terrain.isInside[corner]
      else { return false }
    }
    return true
  }

  /// `石桥` for 石桥镇, `云台` for 云台街道.
  static func shortName(_ township: Township) -> String {
    township.name.hasSuffix("街道")
      ? String(township.name.dropLast(2)) : String(township.name.dropLast())
  }

  /// The cells with `count` more, each as far from all others as chance and the candidates allow.
  private func spread(
    _ count: Int, over candidates: [Int], from cells: [Int], _ chance: inout SplitMix64
  ) -> [Int] {
    let lattice = terrain.lattice
    var cells = cells
    let points = candidates.map { lattice.centre($0) }
    let weights = candidates.map { _ in chance.number(0.6, 1.4) }
    var nearest = points.map { p in
      cells.map { Lattice.distance(lattice.centre($0), p) }.min() ?? .infinity
    }
    for _ in 0..<count {
      guard
        let best = candidates.indices.max(by: {
          nearest[$0] * weights[$0] < nearest[$1] * weights[$1]
        })
      else { break }
      cells.append(candidates[best])
      for i in candidates.indices {
        nearest[i] = min(nearest[i], Lattice.distance(points[i], points[best]))
      }
    }
    return cells
  }
}
