import Hydromet

/// Whether stations and hazard points lie where the tables say.
struct PlaceChecks {
  /// Townships and their boxes.
  private let townships: [(township: Township, box: Box)]
  private let basins: [String: SmallBasin]

  /// A point may lie this far outside its township: borders are drawn no finer.
  private static let toleranceMetres = 50.0

  /// So many stations outside are told with their distance; a national list has thousands.
  private static let describedStations = 20

  init(townships: [Township], basins: [SmallBasin]) {
    self.townships = townships.compactMap { township in
      township.geometry.box.map { (township, $0) }
    }
    self.basins = Dictionary(basins.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
  }

  static func widened(_ box: Box, byDegrees degrees: Double) -> Box {
    Box(
      minX: box.minX - degrees, minY: box.minY - degrees, maxX: box.maxX + degrees,
      maxY: box.maxY + degrees)
  }

  func check(_ stations: StationTable, feeds: [Feed], _ findings: inout Findings) {
    let gaugeFeeds = feeds.filter { $0.kind == .stations }
    if stations.stations.isEmpty, let feed = gaugeFeeds.first {
      findings.warn(
        "no_stations", at: stations.table.location(0, "id"),
        "no station is listed, and feed \(feed.name) will bring readings",
        remedy: "list the gauges with their coordinates")
    }
    checkSpellings(stations, &findings)
    guard !townships.isEmpty else { return }
    let outside = stations.stations.filter { township(at: $0.value.place) == nil }
    for station in outside.prefix(PlaceChecks.describedStations) {
      let distance = distanceToDistrict(station.value.place)
      findings.warn(
        "station_outside", at: stations.table.location(station.row, "lon"),
        "station \(station.value.id) lies \(distance) outside the townships",
        remedy: "check lon and lat; a station nearby that helps the district may stay")
    }
    if let next = outside.dropFirst(PlaceChecks.describedStations).first {
      findings.warn(
        "station_outside", at: stations.table.location(next.row, "lon"),
        "\(outside.count - PlaceChecks.describedStations) more stations lie outside the townships",
        remedy: "keep the stations of the district and those nearby")
    }
  }

  /// Two spellings of one id: its readings would go to either, by how a file happens to write it.
  private func checkSpellings(_ stations: StationTable, _ findings: inout Findings) {
    var first: [String: Station] = [:]
    for station in stations.stations {
      let canonical = StationID.canonical(station.value.id)
      guard let other = first[canonical] else {
        first[canonical] = station.value
        continue
      }
      findings.warn(
        "same_station", at: stations.table.location(station.row, "id"),
        "\(station.value.id) and \(other.id) (\(other.name)) are two spellings of one station, \(canonical)",
        remedy: "keep one row, or correct the id that is wrong")
    }
  }

  func check(_ points: HazardPointTable, hasBasins: Bool, _ findings: inout Findings) {
    guard !townships.isEmpty else { return }
    for point in points.points {
      checkTownship(point, points.table, &findings)
      guard let id = point.value.basin else { continue }
      guard let basin = basins[id] else {
        findings.fault(
          "unknown_basin", at: points.table.location(point.row, "basin"),
          hasBasins
            ? "there is no basin \(id)" : "basin \(id) is named and the district has no basins",
          remedy: "write the id of a basin of the basins' file, or leave the cell empty")
        continue
      }
      if !basin.geometry.contains(point.value.place),
        let metres = LocalPlane(at: point.value.place).metresToBorder(of: basin.geometry),
        metres > PlaceChecks.toleranceMetres
      {
        findings.warn(
          "point_outside_basin", at: points.table.location(point.row, "basin"),
          "the point lies \(PlaceChecks.kilometres(metres)) outside basin \(id)",
          remedy: "check the basin and the coordinates; a point below the basin's outlet may stay")
      }
    }
  }

  private func checkTownship(
    _ point: Located<HazardPoint>, _ table: DistrictTable, _ findings: inout Findings
  ) {
    let stated = point.value.township
    guard let entry = townships.first(where: { $0.township.code == stated }) else {
      let here = township(at: point.value.place).map { "; it lies in \($0.name) \($0.code)" } ?? ""
      findings.fault(
        "unknown_township", at: table.location(point.row, "township"),
        "there is no township \(stated)\(here)",
        remedy: "write the code of a township of the townships' file")
      return
    }
    if entry.township.geometry.contains(point.value.place) { return }
    let plane = LocalPlane(at: point.value.place)
    guard let metres = plane.metresToBorder(of: entry.township.geometry) else { return }
    let distance = PlaceChecks.kilometres(metres)
    let real = township(at: point.value.place).map { "it lies in \($0.name) \($0.code)" }
    let problem =
      "the point lies \(distance) outside township \(entry.township.name) \(stated); "
      + (real ?? "it lies in no township")
    let location = table.location(point.row, "township")
    let remedy = "correct the township or the coordinates"
    if metres > PlaceChecks.toleranceMetres {
      findings.fault("point_outside_township", at: location, problem, remedy: remedy)
    } else {
      findings.warn("point_on_border", at: location, problem, remedy: remedy)
    }
  }

  /// The first township that holds a place.
  func township(at place: Place) -> Township? {
    townships.first { entry in
      (entry.box.minX...entry.box.maxX).contains(place.longitude)
        && (entry.box.minY...entry.box.maxY).contains(place.latitude)
        && entry.township.geometry.contains(place)
    }?.township
  }

  private func distanceToDistrict(_ place: Place) -> String {
    let plane = LocalPlane(at: place)
    let least = townships.lazy.compactMap { plane.metresToBorder(of: $0.township.geometry) }.min()
    return least.map { PlaceChecks.kilometres($0) } ?? "far"
  }

  /// `0.4 km`, `12.3 km`.
  private static func kilometres(_ metres: Double) -> String {
    "\(DecimalText.text(max(metres, 100) / 1000, decimals: 1)) km"
  }
}
