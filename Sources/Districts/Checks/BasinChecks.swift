import Hydromet

/// Whether water finds its way through the basins.
enum BasinChecks {
  /// Notes basins whose downstream basin is unknown, and rings of basins.
  static func check(
    _ ids: [String], downstream: [String: (next: String, location: Fault.Location)],
    _ findings: inout Findings
  ) {
    let known = Set(ids)
    for id in ids {
      guard let (next, location) = downstream[id], !known.contains(next) else { continue }
      let nearest =
        NearestName.of(next, among: Array(ids.prefix(200))).map { "; \($0) comes near" } ?? ""
      findings.fault(
        "unknown_downstream", at: location,
        "basin \(id) drains into \(next), which is no basin\(nearest)",
        remedy: "write the id of the next basin, or null where the water leaves the district")
    }
    for ring in Rings.find(ids, next: { downstream[$0]?.next }) {
      let location = ring.first.flatMap { downstream[$0]?.location }
      findings.fault(
        "basin_cycle", at: location,
        "the water runs in a ring: \((ring + ring.prefix(1)).listed(20))",
        remedy: "correct the downstream basin of one of them")
    }
  }
}

/// Finds rings among things of which each names one next.
enum Rings {
  /// Each ring once, from its member that comes first in `ids`, in the direction of `next`.
  static func find(_ ids: [String], next: (String) -> String?) -> [[String]] {
    var finished: Set<String> = []
    var rings: [[String]] = []
    for start in ids where !finished.contains(start) {
      var path: [String] = []
      var position: [String: Int] = [:]
      var current: String? = start
      while let id = current, !finished.contains(id), position[id] == nil {
        position[id] = path.count
        path.append(id)
        current = next(id)
      }
      if let id = current, let first = position[id] { rings.append(Array(path[first...])) }
      finished.formUnion(path)
    }
    return rings
  }
}
