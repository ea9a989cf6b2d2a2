import Hydromet

/// Where the water of a basin comes from, and who lives where it goes.
extension ExplanationWriter {
  /// Chosen here for streams in hills, m/s; the way is taken 1.3 times the straight line.
  private static let celerity = 2.0
  private static let winding = 1.3

  /// The rain of every basin above, with the time its water needs to the outlet of this one.
  mutating func writeUpstream(ofBasin id: String, window: Int) {
    let basins = report.district.basins
    guard let tree = try? BasinTree(ids: basins.map(\.id), downstream: basins.map(\.downstream)),
      let place = tree.ids.firstIndex(of: id)
    else { return }
    let above = tree.upstream(of: place).filter { $0 != place }
    guard !above.isEmpty else { return }
    let rain = report.unitRainfall.first { $0.unitKind == .basin && $0.unit == id }
    if let upstream = rain?.windows[window].upstream {
      add(
        "  上游 upstream   \(above.count) basins above; mean over all of them and this one \(upstream.mean?.text ?? "-") mm, known share \(Depth(millimetres: upstream.knownShare)?.text ?? "-")"
      )
    }
    for other in above.prefix(12) {
      let fallen = report.unitRainfall.first {
        $0.unitKind == .basin && $0.unit == tree.ids[other]
      }?.windows[window].mean
      let minutes = Int(
        (way(from: other, to: place, tree) / ExplanationWriter.celerity / 60).rounded())
      add(
        "                  - \(tree.ids[other]) \(basins[other].name): \(fallen?.text ?? "no data") mm, arrives in about \(minutes) min at \(ExplanationWriter.celerity) m/s"
      )
    }
  }

  /// Metres along the middles of the basins from one to another below it.
  private func way(from: Int, to: Int, _ tree: BasinTree) -> Double {
    var metres = 0.0
    var current = from
    while current != to, let next = tree.downstream[current] {
      metres += distance(current, next)
      current = next
    }
    return metres * ExplanationWriter.winding
  }

  private func distance(_ a: Int, _ b: Int) -> Double {
    let basins = report.district.basins
    guard let x = basins[a].geometry.box, let y = basins[b].geometry.box else { return 0 }
    let latitude = (x.minY + x.maxY + y.minY + y.maxY) / 4
    let north = (x.minY + x.maxY - y.minY - y.maxY) / 2 * 111_195
    let east =
      (x.minX + x.maxX - y.minX - y.maxX) / 2 * 111_195
      * Elementary.cos(latitude * 3.141_592_653_589_793 / 180)
    return (north * north + east * east).squareRoot()
  }

  /// The places whose people a township's level moves.
  mutating func writePeople(of township: TownshipAssessment) {
    let moved = township.parts.filter { $0.unitKind == .hazardPoint && $0.action != nil }
    guard !moved.isEmpty else { return }
    let points = Dictionary(
      report.district.hazardPoints.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    let people = moved.compactMap { points[$0.unit]?.people }.reduce(0) {
      $0.addingReportingOverflow($1).partialValue
    }
    let unknown = moved.count { points[$0.unit]?.people == nil }
    let rest = unknown > 0 ? ", \(unknown) places with people unknown" : ""
    add("  人员 people     \(moved.count) places with \(people) people\(rest):")
    for part in moved.prefix(12) {
      let count = points[part.unit]?.people.map { "\($0)人" } ?? "人数不详"
      let action = part.action.map { "\($0.chineseName) \($0.englishName)" } ?? ""
      add("                  - \(part.unit) \(part.name)，\(count): \(action)")
    }
    add("")
  }
}
