import Kernels

/// A k-d tree over positions: the nearest others of every station in near-linear time.
struct PositionTree {
  private struct Node {
    let axis: Int
    let split: Double
    let low: Int
    let high: Int
    /// Range in `order` of a leaf; empty for an inner node.
    let range: Range<Int>
  }

  private static let leafSize = 8

  private let positions: [SpherePosition?]
  /// Placed stations, leaf by leaf.
  private var order: [Int]
  private var nodes: [Node] = []

  init(_ positions: [SpherePosition?]) {
    self.positions = positions
    order = positions.indices.filter { positions[$0] != nil }
    guard !order.isEmpty else { return }
    _ = build(0..<order.count)
  }

  private func coordinate(_ station: Int, _ axis: Int) -> Double {
    positions[station]?[axis] ?? 0
  }

  /// Splits along the widest axis at the middle; a heap of stations at one place becomes one leaf.
  private mutating func build(_ range: Range<Int>) -> Int {
    var widest = 0
    var width = -1.0
    for axis in 0..<3 {
      var least = Double.infinity
      var largest = -Double.infinity
      for place in range {
        let value = coordinate(order[place], axis)
        least = min(least, value)
        largest = max(largest, value)
      }
      if largest - least > width {
        width = largest - least
        widest = axis
      }
    }
    let index = nodes.count
    guard range.count > PositionTree.leafSize, width > 0 else {
      nodes.append(Node(axis: 0, split: 0, low: -1, high: -1, range: range))
      return index
    }
    let sorted = order[range].map { (coordinate($0, widest), $0) }.sorted { $0 < $1 }
    for (offset, entry) in sorted.enumerated() { order[range.lowerBound + offset] = entry.1 }
    let middle = range.lowerBound + range.count / 2
    let split = coordinate(order[middle], widest)
    nodes.append(Node(axis: widest, split: split, low: -1, high: -1, range: 0..<0))
    let low = build(range.lowerBound..<middle)
    let high = build(middle..<range.upperBound)
    nodes[index] = Node(axis: widest, split: split, low: low, high: high, range: 0..<0)
    return index
  }

  /// For every station the nearest others, as one list with the first of each.
  func nearest(
    limit: Int, within radius: Double, workers: Workers
  ) -> (firsts: [Int], neighbours: [StationNetwork.Neighbour]) {
    let count = positions.count
    var found = [[StationNetwork.Neighbour]](repeating: [], count: count)
    if limit > 0, !nodes.isEmpty {
      found.withUnsafeMutableBufferPointer { buffer in
        let lists = UncheckedLists(pointer: buffer.baseAddress)
        workers.forEachRange(of: count, step: 64, partsPerThread: 8) { range in
          var search = Search(limit: limit, radius: radius)
          for station in range {
            lists.pointer?[station] = search.run(station, in: self)
          }
        }
      }
    }
    var firsts = [0]
    firsts.reserveCapacity(count + 1)
    var neighbours: [StationNetwork.Neighbour] = []
    neighbours.reserveCapacity(found.reduce(0) { $0 + $1.count })
    for list in found {
      neighbours += list
      firsts.append(neighbours.count)
    }
    return (firsts, neighbours)
  }

  /// Each thread writes to the lists of its own stations.
  private struct UncheckedLists: @unchecked Sendable {
    let pointer: UnsafeMutablePointer<[StationNetwork.Neighbour]>?
  }

  private struct Candidate {
    let square: Double
    let station: Int
  }

  /// The search of one station after another with the same memory.
  private struct Search {
    let limit: Int
    let squaredRadius: Double
    private var best: [Candidate] = []

    init(limit: Int, radius: Double) {
      self.limit = limit
      // The chord is a little shorter than the arc: no neighbour of the arc's radius is missed.
      squaredRadius = radius * radius
      best.reserveCapacity(limit + 1)
    }

    mutating func run(_ station: Int, in tree: PositionTree) -> [StationNetwork.Neighbour] {
      best.removeAll(keepingCapacity: true)
      guard let position = tree.positions[station] else { return [] }
      visit(0, position, station, tree)
      return best.map {
        StationNetwork.Neighbour(
          station: $0.station, kilometres: SpherePosition.arc(ofChord: $0.square.squareRoot()))
      }
    }

    private var bound: Double {
      best.count < limit ? squaredRadius : min(squaredRadius, best[best.count - 1].square)
    }

    private mutating func visit(
      _ index: Int, _ position: SpherePosition, _ station: Int, _ tree: PositionTree
    ) {
      let node = tree.nodes[index]
      guard node.low >= 0 else {
        for place in node.range where tree.order[place] != station {
          offer(tree.order[place], position, tree)
        }
        return
      }
      let offset = position[node.axis] - node.split
      visit(offset < 0 ? node.low : node.high, position, station, tree)
      if offset * offset <= bound {
        visit(offset < 0 ? node.high : node.low, position, station, tree)
      }
    }

    private mutating func offer(_ other: Int, _ position: SpherePosition, _ tree: PositionTree) {
      guard let place = tree.positions[other] else { return }
      let candidate = Candidate(square: position.squaredChord(to: place), station: other)
      guard candidate.square <= bound else { return }
      var at = best.count
      while at > 0, Search.precedes(candidate, best[at - 1]) { at -= 1 }
      guard at < limit else { return }
      best.insert(candidate, at: at)
      if best.count > limit { best.removeLast() }
    }

    private static func precedes(_ a: Candidate, _ b: Candidate) -> Bool {
      a.square != b.square ? a.square < b.square : a.station < b.station
    }
  }
}
