/// Gauges on a plane, found by distance.
///
/// The nearest are told apart by distance and, where that is equal, by their order, so that the answer
/// does not depend on how they are searched.
struct GaugeNetwork: Sendable {
  let x: [Double]
  let y: [Double]
  private let left: Double
  private let bottom: Double
  private let cell: Double
  private let columns: Int
  private let rows: Int
  /// Gauges of each bucket: those from `starts[b]` to before `starts[b + 1]`.
  private let starts: [Int]
  private let members: [Int]

  var count: Int { x.count }

  init(x: [Double], y: [Double]) {
    self.x = x
    self.y = y
    left = x.min() ?? 0
    bottom = y.min() ?? 0
    let width = max((x.max() ?? 0) - left, 1e-3)
    let height = max((y.max() ?? 0) - bottom, 1e-3)
    let wanted = (width * height * 2 / Double(max(1, x.count))).squareRoot()
    cell = max(wanted, max(width, height) / 1024)
    columns = Int(width / cell) + 1
    rows = Int(height / cell) + 1
    var counts = [Int](repeating: 0, count: columns * rows + 1)
    var bucketOf = [Int](repeating: 0, count: x.count)
    for i in x.indices {
      let bucket = Int((y[i] - bottom) / cell) * columns + Int((x[i] - left) / cell)
      bucketOf[i] = bucket
      counts[bucket + 1] += 1
    }
    for b in 1..<counts.count { counts[b] += counts[b - 1] }
    starts = counts
    var next = counts
    var members = [Int](repeating: 0, count: x.count)
    for i in x.indices {
      members[next[bucketOf[i]]] = i
      next[bucketOf[i]] += 1
    }
    self.members = members
  }

  /// A gauge and its squared distance, km².
  struct Neighbour: Comparable {
    let squared: Double
    let index: Int

    static func < (a: Neighbour, b: Neighbour) -> Bool {
      (a.squared, a.index) < (b.squared, b.index)
    }
  }

  /// Puts the nearest gauges of a place into `found`, nearest first.
  ///
  /// - Parameter excluded: a gauge that does not count.
  func nearest(
    _ wanted: Int, toX px: Double, y py: Double, excluding excluded: Int? = nil,
    into found: inout [Neighbour]
  ) {
    found.removeAll(keepingCapacity: true)
    let available = count - (excluded == nil ? 0 : 1)
    let wanted = min(wanted, available)
    guard wanted > 0 else { return }
    let column = bucket(px - left, columns)
    let row = bucket(py - bottom, rows)
    var ring = 0
    let last = max(max(column, columns - 1 - column), max(row, rows - 1 - row))
    while ring <= last {
      forEachBucket(ofRing: ring, row, column) { bucket in
        for slot in starts[bucket]..<starts[bucket + 1] {
          let index = members[slot]
          guard index != excluded else { continue }
          let dx = x[index] - px
          let dy = y[index] - py
          insert(Neighbour(squared: dx * dx + dy * dy, index: index), into: &found, wanted)
        }
      }
      if found.count == wanted, let farthest = found.last {
        let reach = clearance(px, py, row, column, ring)
        if reach > 0, farthest.squared < reach * reach { return }
      }
      ring += 1
    }
  }

  private func bucket(_ offset: Double, _ length: Int) -> Int {
    let place = offset / cell
    guard place > 0 else { return 0 }
    return place < Double(length) ? Int(place) : length - 1
  }

  /// How far around a place everything has been looked at after the ring.
  private func clearance(_ px: Double, _ py: Double, _ row: Int, _ column: Int, _ ring: Int)
    -> Double
  {
    var reach = Double.infinity
    if column - ring > 0 { reach = min(reach, px - (left + Double(column - ring) * cell)) }
    if column + ring < columns - 1 {
      reach = min(reach, left + Double(column + ring + 1) * cell - px)
    }
    if row - ring > 0 { reach = min(reach, py - (bottom + Double(row - ring) * cell)) }
    if row + ring < rows - 1 {
      reach = min(reach, bottom + Double(row + ring + 1) * cell - py)
    }
    return reach
  }

  private func forEachBucket(
    ofRing ring: Int, _ row: Int, _ column: Int, _ body: (Int) -> Void
  ) {
    for r in max(0, row - ring)...min(rows - 1, row + ring) {
      let isEdge = r == row - ring || r == row + ring
      let from = column - ring
      let to = column + ring
      if isEdge {
        for c in max(0, from)...min(columns - 1, to) { body(r * columns + c) }
      } else {
        if from >= 0 { body(r * columns + from) }
        if to < columns, ring > 0 { body(r * columns + to) }
      }
    }
  }

  private func insert(_ new: Neighbour, into found: inout [Neighbour], _ wanted: Int) {
    if found.count == wanted {
      guard let last = found.last, new < last else { return }
      found.removeLast()
    }
    var place = found.count
    while place > 0, new < found[place - 1] { place -= 1 }
    found.insert(new, at: place)
  }

  /// The middle of the distances from each gauge to the nearest other one, km; 0 with fewer than two.
  func typicalSpacing() -> Double {
    guard count > 1 else { return 0 }
    var found: [Neighbour] = []
    let step = max(1, count / 500)
    var distances: [Double] = []
    for i in stride(from: 0, to: count, by: step) {
      nearest(1, toX: x[i], y: y[i], excluding: i, into: &found)
      if let first = found.first { distances.append(first.squared.squareRoot()) }
    }
    return median(distances)
  }
}
