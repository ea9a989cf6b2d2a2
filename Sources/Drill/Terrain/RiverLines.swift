import Hydromet

/// The rivers of a terrain as lines that meet where the rivers meet.
struct RiverLines: Sendable {
  struct River: Sendable {
    /// Cells from the source to the mouth.
    let cells: [Int]
    /// From the source to the mouth, km of the local plane.
    let line: [Point]
    /// Number of the river that it joins; nil for the main river.
    let joins: Int?
  }

  /// The main river first; each river stands after the one that it joins.
  let rivers: [River]

  /// - Parameter leastCatchment: km² that drain through the source of a river.
  init(terrain: Terrain, leastCatchment: Double) {
    let lattice = terrain.lattice
    var tributaries: [Int: [Int]] = [:]
    for cell in terrain.cells where terrain.catchments[cell] >= leastCatchment {
      let next = terrain.drainage.downstream[cell]
      if next >= 0 { tributaries[next, default: []].append(cell) }
    }
    var rivers: [River] = []
    var drawn: [Int: Point] = [:]
    var mouths: [(cell: Int, meets: Int?, joins: Int?)] = [(terrain.outlet, nil, nil)]
    var nextMouth = 0
    while nextMouth < mouths.count {
      let mouth = mouths[nextMouth]
      nextMouth += 1
      // Upstream along the largest branch; the others are rivers of their own.
      var cells = [mouth.cell]
      var confluences: Set<Int> = []
      while let branches = tributaries[cells[cells.count - 1]],
        let largest = branches.max(by: { terrain.catchments[$0] < terrain.catchments[$1] })
      {
        let meets = cells[cells.count - 1]
        for branch in branches where branch != largest {
          mouths.append((branch, meets, rivers.count))
          confluences.insert(meets)
        }
        cells.append(largest)
      }
      cells.reverse()
      if let meets = mouth.meets { cells.append(meets) }
      let smooth = RiverLines.smoothed(
        cells.map { lattice.centre($0) }, end: mouth.meets.flatMap { drawn[$0] })
      for (cell, point) in zip(cells, smooth) where drawn[cell] == nil { drawn[cell] = point }
      let line = smooth.indices.filter {
        $0 == 0 || $0 == smooth.count - 1 || $0 % 2 == 0 || confluences.contains(cells[$0])
      }.map { smooth[$0] }
      rivers.append(River(cells: cells, line: line, joins: mouth.joins))
    }
    self.rivers = rivers
  }

  private static func smoothed(_ points: [Point], end: Point?) -> [Point] {
    guard points.count > 2 else { return points }
    var line = points
    if let end { line[line.count - 1] = end }
    for _ in 0..<3 {
      let before = line
      for i in 1..<(line.count - 1) {
        line[i] = Point(
          x: (before[i - 1].x + 2 * before[i].x + before[i + 1].x) / 4,
          y: (before[i - 1].y + 2 * before[i].y + before[i + 1].y) / 4)
      }
    }
    return line
  }
}
