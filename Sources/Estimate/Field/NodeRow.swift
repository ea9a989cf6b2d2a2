import CLanes

/// The neighbourhoods of one row of a lattice over the grid, solved once and used by the blocks of cells
/// above and below it.
final class NodeRow {
  private let room: Int
  private let nodes: Int
  private let memory: UnsafeMutablePointer<Float>
  private let stride: Int
  private(set) var largestGauges: [Double]
  private var neighbourhoods: [fr_neighbourhood]

  /// - Parameter room: most gauges in a neighbourhood.
  init(nodes: Int, room: Int) {
    self.nodes = nodes
    self.room = room
    stride = room * 6 + room * room
    memory = .allocate(capacity: nodes * stride)
    memory.initialize(repeating: 0, count: nodes * stride)
    largestGauges = [Double](repeating: 0, count: nodes)
    neighbourhoods = [fr_neighbourhood](repeating: fr_neighbourhood(), count: nodes)
  }

  deinit {
    memory.deallocate()
  }

  func neighbourhood(_ node: Int) -> fr_neighbourhood { neighbourhoods[node] }

  /// Solves the neighbourhoods of the row.
  ///
  /// - Parameters:
  ///   - place: of a node, km.
  ///   - workspace: kept from row to row.
  func fill(
    _ table: PairTable, _ model: LocalModel, _ workspace: inout NodeWorkspace,
    place: (Int) -> (x: Double, y: Double)
  ) {
    for node in 0..<nodes {
      let (x, y) = place(node)
      table.network.nearest(min(room, model.neighbours), toX: x, y: y, into: &workspace.found)
      // One order for one set of gauges: nodes that see the same gauges say the same.
      workspace.found.sort { $0.index < $1.index }
      write(node, table, model, &workspace)
    }
  }

  private func write(
    _ node: Int, _ table: PairTable, _ model: LocalModel, _ workspace: inout NodeWorkspace
  ) {
    let found = workspace.found
    let start = memory + node * stride
    let x = start
    let y = start + room
    let weights = start + 2 * room
    let others = start + 3 * room
    let gain = start + 4 * room
    let inverse = start + 6 * room
    var largest = 0.0
    for (slot, neighbour) in found.enumerated() {
      x[slot] = Float(table.network.x[neighbour.index])
      y[slot] = Float(table.network.y[neighbour.index])
      weights[slot] = Float(model.first[neighbour.index])
      others[slot] = Float(model.second[neighbour.index])
      largest = max(largest, table.gauge[neighbour.index])
    }
    largestGauges[node] = largest
    var near = fr_neighbourhood()
    near.count = Int32(found.count)
    near.x = UnsafePointer(x)
    near.y = UnsafePointer(y)
    near.weights = UnsafePointer(weights)
    near.others = UnsafePointer(others)
    near.inverse = UnsafePointer(inverse)
    near.gain = UnsafePointer(gain)
    near.inverse_range = Float(1 / model.covariance.range)
    near.sill = Float(1 - model.covariance.nugget)
    defer { neighbourhoods[node] = near }
    guard let trend = model.trend else { return }
    let isSame = workspace.isSolved(for: found)
    if !isSame {
      workspace.system.factorise(found, of: table.network, model.covariance)
      workspace.system.solve(found, trend)
    }
    let system = workspace.system
    near.constant = Float(system.constant)
    near.slope = Float(system.slope)
    near.origin = Float(system.origin)
    near.trend_constant = Float(system.trendVariance.constant)
    near.trend_both = Float(2 * system.trendVariance.both)
    near.trend_slope = Float(system.trendVariance.slope)
    for slot in found.indices {
      weights[slot] = Float(system.weights[slot])
      gain[slot] = Float(system.gain[slot])
      gain[found.count + slot] = Float(system.gain[KrigingSystem.most + slot])
    }
    if !isSame { workspace.keepInverse(of: found) }
    workspace.copyInverse(to: inverse)
  }
}

/// What solving neighbourhoods needs, kept from one to the next.
struct NodeWorkspace {
  var found: [GaugeNetwork.Neighbour] = []
  var system = KrigingSystem()
  private var solved: [Int] = []
  private var inverse = [Float](
    repeating: 0, count: KrigingSystem.most * KrigingSystem.most)

  /// Whether the last system is that of these gauges.
  func isSolved(for gauges: [GaugeNetwork.Neighbour]) -> Bool {
    solved.count == gauges.count && !solved.isEmpty
      && zip(solved, gauges).allSatisfy { $0 == $1.index }
  }

  mutating func keepInverse(of gauges: [GaugeNetwork.Neighbour]) {
    solved = gauges.map(\.index)
    inverse.withUnsafeMutableBufferPointer { inverse in
      guard let start = inverse.baseAddress else { return }
      system.writeInverse(start)
    }
  }

  func copyInverse(to target: UnsafeMutablePointer<Float>) {
    for i in 0..<solved.count * solved.count { target[i] = inverse[i] }
  }
}
