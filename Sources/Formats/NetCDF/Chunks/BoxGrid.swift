/// The boxes of a regular tiling that touch a slab, in row-major order, each cut to the slab.
struct BoxGrid: Sendable {
  /// A tile, and the part of it that is wanted.
  struct Box {
    /// Where the whole tile begins.
    let origin: [Int]
    /// Where the wanted part begins, in the variable.
    let start: [Int]
    let count: [Int]
  }

  private let start: [Int]
  private let end: [Int]
  private let tile: [Int]
  private let firstTile: [Int]
  private let tileCounts: [Int]
  let count: Int

  /// All arrays have one number per dimension; the slab lies inside the variable and is not empty,
  /// tiles have lengths of 1 or more.
  init(start: [Int], count: [Int], tile: [Int]) {
    self.start = start
    self.tile = tile
    end = zip(start, count).map { $0 + $1 }
    firstTile = zip(start, tile).map { $0 / $1 }
    let lastTile = zip(zip(start, count), tile).map { ($0.0 + $0.1 - 1) / $1 }
    tileCounts = zip(firstTile, lastTile).map { $1 - $0 + 1 }
    self.count = tileCounts.reduce(1, *)
  }

  subscript(index: Int) -> Box {
    var rest = index
    var origin = start
    var from = start
    var lengths = start
    for axis in tile.indices.reversed() {
      let (quotient, place) = rest.quotientAndRemainder(dividingBy: tileCounts[axis])
      rest = quotient
      origin[axis] = (firstTile[axis] + place) * tile[axis]
      from[axis] = max(start[axis], origin[axis])
      // Tiles of absurd length may reach beyond what can be counted.
      let (reach, overflow) = origin[axis].addingReportingOverflow(tile[axis])
      lengths[axis] = (overflow ? end[axis] : min(end[axis], reach)) - from[axis]
    }
    return Box(origin: origin, start: from, count: lengths)
  }
}

extension BoxGrid {
  /// Elements between neighbours along each dimension of a row-major box.
  static func strides(of shape: [Int]) -> [Int] {
    var strides = [Int](repeating: 1, count: shape.count)
    for axis in shape.indices.dropLast().reversed() {
      strides[axis] = strides[axis + 1] * shape[axis + 1]
    }
    return strides
  }
}
