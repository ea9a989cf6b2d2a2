import Formats
import Hydromet

/// Whether outlines are in GCJ-02, the system of Chinese web maps, where everything else is in WGS 84.
///
/// No file says so. It shows where hazard points and stations fall out of the townships that they
/// belong to, and where borders or rivers of two files run side by side, some hundred metres apart.
struct CoordinateChecks {
  let configuration: DistrictConfiguration
  let shapes: DistrictShapes
  let path: (String) -> String

  private static let near = 90.0
  private static let spacing = 250.0
  private static let mostSamples = 4000

  func check(
    _ stations: StationTable?, _ points: HazardPointTable?, _ findings: inout Findings
  ) {
    guard let box = shapes.extent,
      GCJ02.covers(Point(x: (box.minX + box.maxX) / 2, y: (box.minY + box.maxY) / 2))
    else { return }
    var clear = 0
    if let points { clear += judge(points, &findings) }
    if let stations { clear += judge(stations, &findings) }
    for pair in outlinePairs { clear += judge(pair, &findings) }
    if clear == 0 {
      findings.tell(
        "coordinates: nothing here tells whether \(configuration.townships.file) is in WGS 84 or GCJ-02; "
          + "a `reference:` outline that is surely in WGS 84, or more hazard points, would")
    }
  }

  // MARK: - Places in the townships and basins that they name

  private func judge(_ points: HazardPointTable, _ findings: inout Findings) -> Int {
    let townships = Dictionary(
      shapes.townships.map { ($0.code, $0.geometry) }, uniquingKeysWith: { first, _ in first })
    let basins = Dictionary(
      shapes.basins.map { ($0.id, $0.geometry) }, uniquingKeysWith: { first, _ in first })
    let table = configuration.hazardPointsFile
    let byTownship = evidence(points.points.map { ($0.value.place, townships[$0.value.township]) })
    let byBasin = evidence(
      points.points.map { point in (point.value.place, point.value.basin.flatMap { basins[$0] }) })
    var clear = report(
      byTownship, configuration.townships, table, "hazard points in their townships", &findings)
    if let source = configuration.basins {
      clear += report(byBasin, source, table, "hazard points in their basins", &findings)
    }
    return clear
  }

  /// Stations that carry the name of a township stand in it, as a rule.
  private func judge(_ stations: StationTable, _ findings: inout Findings) -> Int {
    let stems = shapes.townships.map { (CoordinateChecks.stem($0.name), $0.geometry) }
      .filter { $0.0.count >= 2 }
    let named = stations.stations.map { station in
      let homes = stems.filter { station.value.name.hasPrefix($0.0) }
      return (station.value.place, homes.count == 1 ? homes[0].1 : nil)
    }
    return report(
      evidence(named), configuration.townships, configuration.stationsFile,
      "stations in the townships whose names they carry", &findings)
  }

  /// `文龙` of `文龙街道`.
  static func stem(_ name: String) -> String {
    for ending in ["街道办事处", "街道", "民族乡", "镇", "乡"] where name.hasSuffix(ending) {
      return String(name.dropLast(ending.count))
    }
    return name
  }

  private func evidence(_ places: [(Place, MultiPolygon?)]) -> CoordinateEvidence {
    let known = places.compactMap { place, home in
      home.map { (Point(x: place.longitude, y: place.latitude), $0) }
    }
    return CoordinateEvidence(places: known.map(\.0), needed: 7, ratio: 5) { index, place in
      known[index].1.contains(place)
    }
  }

  // MARK: - Lines beside lines

  private struct OutlinePair {
    let outlines: DistrictConfiguration.ShapeSource
    let lines: [[Point]]
    let others: DistrictConfiguration.ShapeSource
    let otherLines: [[Point]]
    let words: String
  }

  private var outlinePairs: [OutlinePair] {
    let townships = CoordinateChecks.closed(shapes.townships.map(\.geometry))
    let basins = CoordinateChecks.closed(shapes.basins.map(\.geometry))
    var pairs: [OutlinePair] = []
    func pair(
      _ a: DistrictConfiguration.ShapeSource?, _ lines: [[Point]],
      _ b: DistrictConfiguration.ShapeSource?, _ others: [[Point]], _ words: String
    ) {
      guard let a, let b, !lines.isEmpty, !others.isEmpty else { return }
      pairs.append(
        OutlinePair(outlines: a, lines: lines, others: b, otherLines: others, words: words))
    }
    pair(
      configuration.townships, townships, configuration.reference, shapes.reference,
      "places of the reference outline on borders of townships")
    pair(
      configuration.basins, basins, configuration.reference, shapes.reference,
      "places of the reference outline on borders of basins")
    pair(
      configuration.townships, townships, configuration.basins, basins,
      "places of basin borders on borders of townships")
    pair(
      configuration.townships, townships, configuration.rivers, shapes.rivers,
      "places of rivers on borders of townships")
    return pairs
  }

  private static func closed(_ shapes: [MultiPolygon]) -> [[Point]] {
    shapes.flatMap(\.rings).compactMap { ring in ring.first.map { ring + [$0] } }
  }

  private func judge(_ pair: OutlinePair, _ findings: inout Findings) -> Int {
    let index = OutlineIndex(pair.lines, reach: CoordinateChecks.near)
    let samples = OutlineIndex.samples(
      of: pair.otherLines, every: CoordinateChecks.spacing, limit: CoordinateChecks.mostSamples)
    let evidence = CoordinateEvidence(places: samples, needed: 40, ratio: 4) { _, place in
      index.isNear(place)
    }
    return report(evidence, pair.outlines, pair.others.file, pair.words, &findings)
  }

  // MARK: - Words

  /// - Returns: 1 where the evidence is clear.
  private func report(
    _ evidence: CoordinateEvidence, _ outlines: DistrictConfiguration.ShapeSource,
    _ others: String, _ words: String, _ findings: inout Findings
  ) -> Int {
    guard evidence.total > 0 else { return 0 }
    let counts = "\(words): \(evidence.words)"
    let isConverted = outlines.coordinates == .gcj02
    switch evidence.verdict {
    case .unclear:
      findings.tell(
        "coordinates: \(outlines.file) beside \(others): cannot tell; \(counts)")
      return 0
    case .same:
      findings.tell("coordinates: \(outlines.file) and \(others) are in one system; \(counts)")
    case .outlinesShifted:
      findings.warn(
        "gcj02_outlines", at: .init(path(outlines.file)),
        "the outlines are in GCJ-02 (Chinese web maps), and \(others) is in WGS 84: \(counts)",
        remedy: "write `coordinates: gcj02` beside file: \(outlines.file) in district.yaml")
    case .othersShifted:
      findings.warn(
        "gcj02_places", at: .init(path(others)),
        isConverted
          ? "\(outlines.file) is taken for GCJ-02 as district.yaml says, and then \(others) does not fit: \(counts)"
          : "\(others) is in GCJ-02 (Chinese web maps), and \(outlines.file) is in WGS 84: \(counts)",
        remedy: isConverted
          ? "remove `coordinates: gcj02` if the outlines are in WGS 84, or correct \(others)"
          : "bring \(others) to WGS 84")
    }
    return 1
  }
}
