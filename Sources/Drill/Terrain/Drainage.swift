import Hydromet

/// Where the water of each cell goes: to one of its eight neighbours, and so on to the outlet.
struct Drainage: Sendable {
  /// The next cell downstream; -1 at the outlet and outside the district.
  let downstream: [Int]
  /// The cells of the district from the outlet upstream: each stands after the one it drains to.
  let order: [Int]

  /// Routes the water of every cell to the outlet by the steepest descent; where a cell has no lower
  /// neighbour, along the lowest way over the sill.
  ///
  /// - Parameter detour: how unwillingly water crosses a cell of a filled hollow, above 0; it keeps
  ///   rivers from crossing plains in straight lines.
  /// - Source: Barnes, Lehman and Mulla (2014), "Priority-flood".
  init(
    heights: [Double], isInside: [Bool], outlet: Int, lattice: Lattice, detour: [Double]
  ) {
    var downstream = Array(repeating: -1, count: heights.count)
    var filled = heights
    var isReached = isInside.map { !$0 }
    var order: [Int] = []
    var queue = PriorityQueue()
    queue.insert(outlet, key: heights[outlet])
    isReached[outlet] = true
    while let entry = queue.removeFirst() {
      let cell = entry.item
      order.append(cell)
      lattice.forEachNeighbour(of: cell) { neighbour, distance in
        guard !isReached[neighbour] else { return }
        isReached[neighbour] = true
        downstream[neighbour] = cell
        // A hair of slope lets water cross the floor of a filled hollow.
        let hair = 1e-5 * distance * detour[neighbour]
        filled[neighbour] = max(heights[neighbour], filled[cell] + hair)
        queue.insert(neighbour, key: filled[neighbour])
      }
    }
    for cell in order where cell != outlet && filled[cell] == heights[cell] {
      var steepest = 0.0
      lattice.forEachNeighbour(of: cell) { neighbour, distance in
        guard isInside[neighbour] else { return }
        let slope = (filled[cell] - filled[neighbour]) / distance
        if slope > steepest {
          steepest = slope
          downstream[cell] = neighbour
        }
      }
    }
    self.downstream = downstream
    // The order of flooding is an order of filled heights, and water only falls.
    self.order = order
  }

  /// Area that drains through each cell, itself included, in cells.
  func accumulatedCells() -> [Int] {
    var cells = Array(repeating: 0, count: downstream.count)
    for cell in order.reversed() {
      cells[cell] += 1
      if downstream[cell] >= 0 { cells[downstream[cell]] += cells[cell] }
    }
    return cells
  }

  /// The cells from one downstream to the outlet, both included.
  func path(from cell: Int) -> [Int] {
    var path = [cell]
    var next = downstream[cell]
    while next >= 0, path.count <= order.count {
      path.append(next)
      next = downstream[next]
    }
    return path
  }
}
