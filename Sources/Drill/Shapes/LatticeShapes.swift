import Hydromet

/// The outlines of labelled cells as smooth shapes that keep their shared edges.
struct LatticeShapes {
  private let lattice: Lattice
  private let wobble: Noise

  init(lattice: Lattice, seed: UInt64) {
    self.lattice = lattice
    wobble = Noise(seed: seed, subject: "wobble")
  }

  /// One shape for each label from 0 to `count` - 1, in km of the local plane.
  ///
  /// - Parameter tolerance: km; bends that are smaller go.
  func shapes(of labels: [Int], count: Int, tolerance: Double) -> [MultiPolygon] {
    var cells: [[Int]] = Array(repeating: [], count: count)
    for cell in labels.indices where labels[cell] >= 0 { cells[labels[cell]].append(cell) }
    let raw = cells.map { own in MultiPolygon(dissolving: own.map { square(of: $0) }) }
    let smooth = SharedBoundaries(raw).replacingArcs { arc in
      LatticeShapes.smoothed(arc, passes: 4)
    }
    return SharedBoundaries(smooth).simplified(tolerance: tolerance)
  }

  private func square(of cell: Int) -> MultiPolygon {
    let (row, column) = (lattice.row(cell), lattice.column(cell))
    return MultiPolygon([
      Polygon(outer: [
        corner(row + 1, column), corner(row + 1, column + 1), corner(row, column + 1),
        corner(row, column),
      ])
    ])
  }

  /// A corner of the lattice, moved by up to a quarter of a cell so that no line is ruler-straight.
  private func corner(_ row: Int, _ column: Int) -> Point {
    let (x, y) = (Double(column) * 0.37, Double(row) * 0.37)
    return lattice.corner(
      row: Double(row) + 0.4 * wobble.value(x, y + 500),
      column: Double(column) + 0.4 * wobble.value(x + 500, y))
  }

  /// The middles of the edges, drawn towards each other: stairs become lines.
  private static func smoothed(_ arc: SharedBoundaries.Arc, passes: Int) -> [Point] {
    func middle(_ a: Point, _ b: Point) -> Point {
      Point(x: (a.x + b.x) / 2, y: (a.y + b.y) / 2)
    }
    let points = arc.points
    guard points.count > 2 else { return points }
    var line = points.indices.dropLast().map { middle(points[$0], points[$0 + 1]) }
    if arc.isClosed {
      line.append(middle(points[points.count - 1], points[0]))
    } else {
      line = [points[0]] + line + [points[points.count - 1]]
    }
    for _ in 0..<passes {
      let before = line
      for i in line.indices {
        if !arc.isClosed, i == 0 || i == line.count - 1 { continue }
        let a = before[(i + before.count - 1) % before.count]
        let b = before[(i + 1) % before.count]
        line[i] = Point(x: (a.x + 2 * before[i].x + b.x) / 4, y: (a.y + 2 * before[i].y + b.y) / 4)
      }
    }
    return line
  }
}
