/// How water runs from basin to basin: every basin drains into at most one other.
public struct BasinTree: Sendable, Hashable {
  public let ids: [String]
  /// Index of the basin that each drains into; nil where the water leaves the district.
  public let downstream: [Int?]
  /// Indices of all basins, each after every basin that drains into it: first those that lie apart
  /// farthest upstream, in their order.
  public let order: [Int]

  /// - Parameter downstream: of each basin the id of the next; nil where the water leaves.
  /// - Throws: `basin_self_loop`, `unknown_downstream` (an orphan), `basin_cycle`, `duplicate_id`,
  ///   each naming the basins.
  public init(ids: [String], downstream: [String?]) throws(Fault) {
    guard ids.count == downstream.count else {
      throw Fault(
        "basin_count", "\(ids.count) basins and \(downstream.count) downstream basins were given",
        remedy: "give one downstream basin, or none, for each basin")
    }
    var index: [String: Int] = [:]
    for (place, id) in ids.enumerated() {
      guard index.updateValue(place, forKey: id) == nil else {
        throw Fault(
          "duplicate_id", "basin \(id) is there twice", remedy: "give each basin an id of its own")
      }
    }
    var next: [Int?] = []
    for (place, id) in ids.enumerated() {
      next.append(try BasinTree.place(of: downstream[place], from: id, index))
    }
    self.ids = ids
    self.downstream = next
    order = BasinTree.sorted(next)
    guard order.count == ids.count else {
      let ring = BasinTree.ring(next, sorted: order)
      throw Fault(
        "basin_cycle",
        "the water runs in a ring: \((ring + ring.prefix(1)).map { ids[$0] }.joined(separator: ", "))",
        remedy: "correct the downstream basin of one of them")
    }
  }

  private static func place(
    of next: String?, from id: String, _ index: [String: Int]
  ) throws(Fault) -> Int? {
    guard let next else { return nil }
    guard next != id else {
      throw Fault(
        "basin_self_loop", "basin \(id) drains into itself",
        remedy: "write the id of the next basin, or nothing where the water leaves the district")
    }
    guard let place = index[next] else {
      throw Fault(
        "unknown_downstream", "basin \(id) drains into \(next), which is no basin",
        remedy: "write the id of the next basin, or nothing where the water leaves the district")
    }
    return place
  }

  /// Basins in the order of the water; those on a ring and below it are left out.
  private static func sorted(_ next: [Int?]) -> [Int] {
    var waiting = [Int](repeating: 0, count: next.count)
    for place in next { if let place { waiting[place] += 1 } }
    var order = next.indices.filter { waiting[$0] == 0 }
    var done = 0
    while done < order.count {
      if let place = next[order[done]] {
        waiting[place] -= 1
        if waiting[place] == 0 { order.append(place) }
      }
      done += 1
    }
    return order
  }

  private static func ring(_ next: [Int?], sorted: [Int]) -> [Int] {
    let free = Set(sorted)
    guard var place = next.indices.first(where: { !free.contains($0) }) else { return [] }
    // After as many steps as there are basins the walk is on the ring.
    for _ in next.indices { place = next[place] ?? place }
    var ring = [place]
    var current = next[place] ?? place
    while current != place {
      ring.append(current)
      current = next[current] ?? place
    }
    if let least = ring.min(), let start = ring.firstIndex(of: least) {
      ring = Array(ring[start...] + ring[..<start])
    }
    return ring
  }

  /// What every basin has above its outlet, itself included: sums along the tree, as of areas.
  ///
  /// - Parameter own: one number per basin.
  public func accumulated(_ own: [Double]) -> [Double] {
    var total = own
    for place in order where place < own.count {
      if let next = downstream[place] { total[next] += total[place] }
    }
    return total
  }

  /// The mean of a quantity over all the area above each outlet, itself included; nil where no
  /// basin above has a value, and `share` is the part of the area that has one.
  public func upstreamMeans(
    _ values: [Double?], areas: [Double]
  ) -> [(mean: Double?, share: Double)] {
    let area = accumulated(areas)
    let known = accumulated(zip(values, areas).map { $0 == nil ? 0 : $1 })
    let sums = accumulated(zip(values, areas).map { ($0 ?? 0) * $1 })
    return ids.indices.map { place in
      guard known[place] > 0 else { return (nil, 0) }
      return (sums[place] / known[place], known[place] / area[place])
    }
  }

  /// Every basin above an outlet, itself included, in the order of the water.
  public func upstream(of place: Int) -> [Int] {
    var isAbove = Set([place])
    var result: [Int] = []
    for candidate in order.reversed() {
      if let next = downstream[candidate], isAbove.contains(next) { isAbove.insert(candidate) }
      if isAbove.contains(candidate) { result.append(candidate) }
    }
    return result.reversed()
  }
}

/// Water codes in which odd digits go up the main stem and even ones are tributaries, as those of
/// Pfafstetter and the German `GWKZ`.
public enum StreamCode {
  /// The code below each: the first after it in lexical order that is larger at the first digit in
  /// which they differ and has only odd digits from there on; nil where there is none.
  public static func downstream(of codes: [String]) -> [String?] {
    let sorted = codes.map { Array($0.utf8) }.sorted { $0.lexicographicallyPrecedes($1) }
    return codes.map { code in
      let own = Array(code.utf8)
      let next = sorted.first { isBelow($0, own) }
      return next.map { String(decoding: $0, as: UTF8.self) }
    }
  }

  private static func isBelow(_ other: [UInt8], _ own: [UInt8]) -> Bool {
    guard let difference = zip(other, own).enumerated().first(where: { $1.0 != $1.1 })?.offset
    else { return false }
    return other[difference] > own[difference]
      && other[difference...].allSatisfy { ($0 - 48) % 2 == 1 && (48...57).contains($0) }
  }
}
