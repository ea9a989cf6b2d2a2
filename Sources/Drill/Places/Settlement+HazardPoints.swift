import Hydromet

extension Settlement {
  static let flashFloodZones = 160
  static let landslidePoints = 273
  static let pondingPoints = 5

  /// Flash-flood zones by streams, landslides on slopes and ponding in the main town.
  mutating func hazardPoints() -> [HazardPoint] {
    flashFloodPoints() + landslides() + ponding()
  }

  /// Zones by streams, basin by basin in turn, so that every basin has some.
  private mutating func flashFloodPoints() -> [HazardPoint] {
    var chance = SplitMix64(seed: seed, subject: "flash-flood zones")
    let streams = chance.shuffled(
      terrain.cells.filter { (3...400).contains(terrain.catchments[$0]) })
    var queues: [[Int]] = Array(repeating: [], count: basins.count)
    for cell in streams where basinCells.labels[cell] >= 0 {
      queues[basinCells.labels[cell]].append(cell)
    }
    var points: [HazardPoint] = []
    var taken: [Point] = []
    while points.count < Settlement.flashFloodZones, queues.contains(where: { !$0.isEmpty }) {
      for basin in queues.indices where points.count < Settlement.flashFloodZones {
        while let cell = queues[basin].popLast() {
          guard isFree(cell, of: taken, kilometres: 0.9) else { continue }
          let place = place(in: cell, &chance)
          guard let units = units(at: place) else { continue }
          let people =
            20 + chance.integer(below: 120) + 4 * chance.integer(below: 20)
            * chance.integer(below: 12)
          taken.append(terrain.lattice.centre(cell))
          points.append(
            HazardPoint(
              id: "F\(padded(points.count + 1, 3))",
              name: "\(units.township.name)\(names.village())山洪风险区", hazard: .flashFlood,
              place: place, township: units.township.code, basin: units.basin.id, people: people))
          break
        }
      }
    }
    return points
  }

  /// Points on slopes steeper than three in ten, below the heights where nobody lives.
  private mutating func landslides() -> [HazardPoint] {
    var chance = SplitMix64(seed: seed, subject: "landslides")
    let slopes = chance.shuffled(
      terrain.cells.filter {
        terrain.slope($0) > 0.3 && terrain.altitudes[$0] < 1150 && terrain.catchments[$0] < 3
      })
    return points(
      Settlement.landslidePoints, in: slopes, kilometres: 0.7, hazard: .landslide, letter: "L",
      &chance
    ) { township, names in
      "\(township.name)\(names.village())滑坡隐患点"
    } people: {
      3 + $0.integer(below: 30) + 2 * $0.integer(below: 8) * $0.integer(below: 8)
    }
  }

  private mutating func ponding() -> [HazardPoint] {
    var chance = SplitMix64(seed: seed, subject: "ponding")
    let lattice = terrain.lattice
    let town = lattice.centre(townshipCells.seats[0])
    let code = townships[0].code
    let nearby = chance.shuffled(
      terrain.cells.filter { cell in
        Lattice.distance(lattice.centre(cell), town) < 1.8
          && units(at: place(in: cell, &chance))?.township.code == code
      }
    ).sorted { terrain.altitudes[$0] < terrain.altitudes[$1] }
    let spots = ["滨河路", "下穿道", "老车站", "农贸市场", "人民广场"]
    var used = 0
    return points(
      Settlement.pondingPoints, in: nearby, kilometres: 0.45, hazard: .waterlogging, letter: "W",
      &chance
    ) { township, _ in
      used += 1
      return "\(township.name)\(spots[(used - 1) % spots.count])易涝点"
    } people: {
      60 + 5 * $0.integer(below: 120)
    }
  }

  /// The first `count` of the cells that keep a distance from each other, as points of a hazard that
  /// is judged by the rain at the place itself.
  private mutating func points(
    _ count: Int, in cells: [Int], kilometres: Double, hazard: Hazard, letter: String,
    _ chance: inout SplitMix64, name: (Township, inout PlaceNames) -> String,
    people: (inout SplitMix64) -> Int
  ) -> [HazardPoint] {
    var points: [HazardPoint] = []
    var taken: [Point] = []
    for cell in cells where points.count < count {
      guard isFree(cell, of: taken, kilometres: kilometres) else { continue }
      let place = place(in: cell, &chance)
      guard let units = units(at: place) else { continue }
      taken.append(terrain.lattice.centre(cell))
      points.append(
        HazardPoint(
          id: "\(letter)\(padded(points.count + 1, 3))", name: name(units.township, &names),
          hazard: hazard, place: place, township: units.township.code, basin: units.basin.id,
          people: people(&chance)))
    }
    return points
  }

  private func isFree(_ cell: Int, of taken: [Point], kilometres: Double) -> Bool {
    let p = terrain.lattice.centre(cell)
    return taken.allSatisfy { Lattice.distance($0, p) >= kilometres }
  }
}
