import Hydromet

/// The district divided between towns: every cell goes to the town from which it is reached with the
/// least toil, so that borders follow ridges and, in part, rivers, and yet cut across basins.
struct TownshipPartition: Sendable {
  /// Township of each cell, -1 outside.
  let labels: [Int]
  /// Cell of each town; the first is the main town, then the other streets, then the towns.
  let seats: [Int]

  init(terrain: Terrain, seed: UInt64, streets: Int, towns: Int) {
    let whole = terrain.catchments[terrain.outlet]
    let main = terrain.cells.last { terrain.catchments[$0] > 0.6 * whole } ?? terrain.outlet
    let toil = TownshipPartition.toil(terrain, main: main, seed: seed)
    let valleys = terrain.cells.filter {
      terrain.catchments[$0] > 6 && terrain.catchments[$0] < 0.9 * whole
    }
    var seats = TownshipPartition.scattered(
      streets + towns, over: valleys, main: main, terrain, seed: seed)
    var labels = TownshipPartition.spread(terrain, seats: seats, toil: toil)
    for _ in 0..<8 {
      seats = TownshipPartition.centred(seats, labels: labels, valleys: valleys, terrain)
      labels = TownshipPartition.spread(terrain, seats: seats, toil: toil)
    }
    let lattice = terrain.lattice
    let centre = lattice.centre(main)
    let byDistance = seats.indices.sorted {
      let a = Lattice.distance(lattice.centre(seats[$0]), centre)
      let b = Lattice.distance(lattice.centre(seats[$1]), centre)
      return a != b ? a < b : $0 < $1
    }
    var rank = Array(repeating: 0, count: seats.count)
    for (position, town) in byDistance.enumerated() { rank[town] = position }
    self.seats = byDistance.map { seats[$0] }
    labels = labels.map { $0 >= 0 ? rank[$0] : -1 }
    labels = TownshipPartition.smoothed(labels, lattice)
    self.labels = LabelPieces.tidied(labels, lattice: lattice)
  }

  /// First places of the towns: by rivers, far from each other, closer about the main town.
  private static func scattered(
    _ count: Int, over valleys: [Int], main: Int, _ terrain: Terrain, seed: UInt64
  ) -> [Int] {
    var chance = SplitMix64(seed: seed, subject: "towns")
    let lattice = terrain.lattice
    let centre = lattice.centre(main)
    let weights = valleys.map { cell in
      crowding(Lattice.distance(lattice.centre(cell), centre)) * chance.number(0.8, 1.2)
    }
    var nearest = valleys.map { Lattice.distance(lattice.centre($0), centre) }
    var seats = [main]
    while seats.count < count {
      guard
        let best = valleys.indices.max(by: { nearest[$0] * weights[$0] < nearest[$1] * weights[$1] }
        )
      else { break }
      seats.append(valleys[best])
      let p = lattice.centre(valleys[best])
      for i in valleys.indices {
        nearest[i] = min(nearest[i], Lattice.distance(lattice.centre(valleys[i]), p))
      }
    }
    return seats
  }

  /// How much denser towns lie at a distance from the main town, km.
  private static func crowding(_ distance: Double) -> Double {
    1 + 0.9 * max(0, 1 - distance / 16)
  }

  /// Every town moved to the place in a valley that is nearest to the middle of its land.
  private static func centred(
    _ seats: [Int], labels: [Int], valleys: [Int], _ terrain: Terrain
  ) -> [Int] {
    let lattice = terrain.lattice
    var sums = Array(repeating: (x: 0.0, y: 0.0, cells: 0.0), count: seats.count)
    for cell in terrain.cells where labels[cell] >= 0 {
      let p = lattice.centre(cell)
      let old = sums[labels[cell]]
      sums[labels[cell]] = (old.x + p.x, old.y + p.y, old.cells + 1)
    }
    var best = seats
    var bestDistance = Array(repeating: Double.infinity, count: seats.count)
    for cell in valleys where labels[cell] >= 0 {
      let town = labels[cell]
      let middle = Point(x: sums[town].x / sums[town].cells, y: sums[town].y / sums[town].cells)
      let distance = Lattice.distance(lattice.centre(cell), middle)
      if distance < bestDistance[town] {
        bestDistance[town] = distance
        best[town] = cell
      }
    }
    return best
  }

  /// Toil of a kilometre through each cell.
  private static func toil(_ terrain: Terrain, main: Int, seed: UInt64) -> [Double] {
    let noise = Noise(seed: seed, subject: "toil")
    let centre = terrain.lattice.centre(main)
    var toil = Array(repeating: 0.0, count: terrain.lattice.count)
    for cell in terrain.cells {
      let p = terrain.lattice.centre(cell)
      let isRiver = terrain.catchments[cell] > 45
      let rough =
        1 + 1.5 * noise.fractal(p.x / 4, p.y / 4, octaves: 4)
        + noise.fractal(p.x / 1.1 + 90, p.y / 1.1, octaves: 2)
      let ground = max(0.3, rough) * (1 + 12 * terrain.slope(cell)) + (isRiver ? 5 : 0)
      toil[cell] = ground * crowding(Lattice.distance(p, centre))
    }
    return toil
  }

  private static func spread(
    _ terrain: Terrain, seats: [Int], toil: [Double]
  ) -> [Int] {
    var labels = Array(repeating: -1, count: terrain.lattice.count)
    var reach = Array(repeating: Double.infinity, count: terrain.lattice.count)
    var isDone = Array(repeating: false, count: terrain.lattice.count)
    var queue = PriorityQueue()
    for (town, seat) in seats.enumerated() {
      reach[seat] = 0
      labels[seat] = town
      queue.insert(seat, key: 0)
    }
    while let entry = queue.removeFirst() {
      let cell = entry.item
      guard !isDone[cell], entry.key == reach[cell] else { continue }
      isDone[cell] = true
      terrain.lattice.forEachNeighbour(of: cell) { neighbour, distance in
        guard terrain.isInside[neighbour], !isDone[neighbour] else { return }
        let step = distance * terrain.lattice.cellKilometres * (toil[cell] + toil[neighbour]) / 2
        if entry.key + step < reach[neighbour] {
          reach[neighbour] = entry.key + step
          labels[neighbour] = labels[cell]
          queue.insert(neighbour, key: reach[neighbour])
        }
      }
    }
    return labels
  }

  /// Each cell takes the label that most of the nine cells around it have.
  private static func smoothed(_ labels: [Int], _ lattice: Lattice) -> [Int] {
    labels.indices.map { cell in
      guard labels[cell] >= 0 else { return -1 }
      var seen = [(label: labels[cell], votes: 2)]
      lattice.forEachNeighbour(of: cell) { neighbour, _ in
        let label = labels[neighbour]
        guard label >= 0 else { return }
        if let known = seen.firstIndex(where: { $0.label == label }) {
          seen[known].votes += 1
        } else {
          seen.append((label, 1))
        }
      }
      var winner = seen[0]
      for candidate in seen where candidate.votes > winner.votes { winner = candidate }
      return winner.label
    }
  }
}
