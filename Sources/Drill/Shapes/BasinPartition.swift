import Hydromet

/// The district cut into small basins at points of its rivers. Each basin drains to its outlet cell,
/// and from there into the next basin.
struct BasinPartition: Sendable {
  /// Basin of each cell, -1 outside. Basin 0 holds the outlet of the district; numbers grow upstream.
  let labels: [Int]
  /// The basin that each basin drains into; nil for basin 0.
  let downstream: [Int?]
  /// Lowest cell of each basin.
  let outlets: [Int]

  /// Smallest area that a basin may have, km².
  private static let smallestArea = 11.0

  /// Cuts the tree of the rivers into pieces within a limit of area, with the limit chosen such that
  /// at least `count` pieces are left once the smallest ones have been joined to others; then joins
  /// more until there are exactly `count`.
  init(terrain: Terrain, seed: UInt64, count: Int) {
    let noise = Noise(seed: seed, subject: "basins")
    let varied = (0..<terrain.lattice.count).map { cell -> Double in
      let p = terrain.lattice.centre(cell)
      return min(max(1 + 1.3 * noise.fractal(p.x / 15, p.y / 15, octaves: 2), 0.45), 1.45)
    }
    func pieces(_ limit: Int) -> [Bool] {
      var isOutlet = Array(repeating: false, count: terrain.lattice.count)
      for cut in BasinPartition.cuts(terrain, limits: varied.map { $0 * Double(limit) }) {
        isOutlet[cut] = true
      }
      BasinPartition.join(terrain, &isOutlet) { $0 < BasinPartition.smallestArea }
      return isOutlet
    }
    // Limits in cells. The number of pieces falls, nearly always, as the limit grows.
    var low = Int(BasinPartition.smallestArea / terrain.lattice.cellArea)
    var high = terrain.cells.count
    var isOutlet = pieces(low)
    while low < high {
      let middle = (low + high) / 2
      let candidate = pieces(middle)
      if candidate.count(where: { $0 }) >= count {
        isOutlet = candidate
        low = middle + 1
      } else {
        high = middle
      }
    }
    var excess = isOutlet.count { $0 } - count
    BasinPartition.join(terrain, &isOutlet) { _ in
      excess -= 1
      return excess >= 0
    }
    self.init(terrain: terrain, isOutlet: isOutlet)
  }

  private init(terrain: Terrain, isOutlet: [Bool]) {
    var numbers = Array(repeating: -1, count: terrain.lattice.count)
    var downstream: [Int?] = []
    var outlets: [Int] = []
    for cell in terrain.drainage.order {
      let next = terrain.drainage.downstream[cell]
      if isOutlet[cell] {
        numbers[cell] = outlets.count
        outlets.append(cell)
        downstream.append(next >= 0 ? numbers[next] : nil)
      } else {
        numbers[cell] = numbers[next]
      }
    }
    labels = LabelPieces.tidied(numbers, lattice: terrain.lattice)
    self.downstream = downstream
    self.outlets = outlets
  }

  /// Joins the smallest piece to the one that it drains into, again and again while `isWanted` says
  /// so about its area in km². The last piece of the district takes in the smallest one above it.
  private static func join(
    _ terrain: Terrain, _ isOutlet: inout [Bool], while isWanted: (Double) -> Bool
  ) {
    while true {
      let drainage = terrain.drainage
      var sizes = Array(repeating: 0, count: terrain.lattice.count)
      var owner = Array(repeating: -1, count: terrain.lattice.count)
      var outlets: [Int] = []
      for cell in drainage.order {
        if isOutlet[cell] { outlets.append(cell) }
        owner[cell] = isOutlet[cell] ? cell : owner[drainage.downstream[cell]]
        sizes[owner[cell]] += 1
      }
      guard let least = outlets.min(by: { sizes[$0] < sizes[$1] }),
        isWanted(Double(sizes[least]) * terrain.lattice.cellArea)
      else { return }
      let joined =
        least != terrain.outlet
        ? least
        : outlets.filter { $0 != least && owner[drainage.downstream[$0]] == least }
          .min { sizes[$0] < sizes[$1] }
      guard let joined else { return }
      isOutlet[joined] = false
    }
  }

  /// Cells below which the tree is cut: wherever what has gathered is more than the limit
  /// there (in cells), the largest of the branches that meet is cut off, until the rest is within it.
  private static func cuts(_ terrain: Terrain, limits: [Double]) -> [Int] {
    let drainage = terrain.drainage
    var gathered = Array(repeating: 0, count: terrain.lattice.count)
    var branches: [Int: [Int]] = [:]
    var cuts = [terrain.outlet]
    for cell in drainage.order.reversed() {
      var size = 1
      var open = branches.removeValue(forKey: cell) ?? []
      for branch in open { size += gathered[branch] }
      while Double(size) > limits[cell], let largest = open.max(by: { gathered[$0] < gathered[$1] })
      {
        cuts.append(largest)
        size -= gathered[largest]
        open.removeAll { $0 == largest }
      }
      gathered[cell] = size
      let next = drainage.downstream[cell]
      if next >= 0 { branches[next, default: []].append(cell) }
    }
    return cuts
  }
}
