import Hydromet

/// Reads `stations.csv`.
struct StationTable {
  private(set) var stations: [Located<Station>] = []
  let table: DistrictTable

  init?(path: String, extent: Box?, _ findings: inout Findings) {
    guard
      let table = DistrictTable(
        path: path, required: ["id", "name", "lon", "lat"], optional: ["altitude_m", "kind"],
        &findings)
    else { return nil }
    self.table = table
    var seen: [String: Int] = [:]
    for row in table.rows {
      let id = table.filled(row, "id", &findings)
      let name = table.filled(row, "name", &findings)
      let place = table.place(row, extent: extent, &findings)
      let altitude =
        table.text(row, "altitude_m").isEmpty
        ? nil : table.number(row, "altitude_m", -500...9000, &findings)
      guard let id, table.unique(id, row, "id", &seen, &findings), let name, let place else {
        continue
      }
      stations.append(
        Located(
          value: Station(
            id: id, name: name, place: place, altitudeMetres: altitude,
            kind: table.text(row, "kind")), row: row))
    }
  }
}

/// Reads `hazard-points.csv`.
struct HazardPointTable {
  private(set) var points: [Located<HazardPoint>] = []
  let table: DistrictTable

  init?(path: String, extent: Box?, _ findings: inout Findings) {
    guard
      let table = DistrictTable(
        path: path, required: ["id", "name", "hazard", "lon", "lat", "township"],
        optional: ["basin", "people"], &findings)
    else { return nil }
    self.table = table
    var seen: [String: Int] = [:]
    for row in table.rows {
      let id = table.filled(row, "id", &findings)
      let name = table.filled(row, "name", &findings)
      let hazard = table.choice(row, "hazard", as: Hazard.self, &findings)
      let place = table.place(row, extent: extent, &findings)
      let township = table.filled(row, "township", &findings)
      let people =
        table.text(row, "people").isEmpty
        ? nil : table.integer(row, "people", 0...100_000_000, &findings)
      guard let id, table.unique(id, row, "id", &seen, &findings), let name, let hazard, let place,
        let township
      else { continue }
      let basin = table.text(row, "basin")
      points.append(
        Located(
          value: HazardPoint(
            id: id, name: name, hazard: hazard, place: place, township: township,
            basin: basin.isEmpty ? nil : basin, people: people), row: row))
    }
  }
}

extension DistrictTable {
  /// The columns `lon` and `lat`. Says so where the two are exchanged: the exchanged place lies near
  /// the district and the written one does not.
  ///
  /// - Parameter extent: the box around the townships.
  fileprivate func place(_ row: Int, extent: Box?, _ findings: inout Findings) -> Place? {
    let longitude = number(row, "lon", -180...180, &findings)
    // A latitude beyond 90° may be a longitude in the wrong column: it is judged below.
    let latitude = number(row, "lat", -180...180, &findings)
    guard let longitude, let latitude else { return nil }
    let near = extent.map { PlaceChecks.widened($0, byDegrees: 0.5) }
    if let near, !near.holds(longitude, latitude), near.holds(latitude, longitude) {
      findings.fault(
        "swapped_coordinates", at: location(row, "lon"),
        "lon \(longitude) and lat \(latitude) are exchanged: the other way round the place lies in "
          + "the district", remedy: "exchange the two values")
      return nil
    }
    guard latitude.magnitude <= 90 else {
      findings.fault(
        "bad_number", at: location(row, "lat"), "lat \(latitude) is no latitude",
        remedy: "write a number from -90 to 90")
      return nil
    }
    return Place(longitude: longitude, latitude: latitude)
  }
}

extension Box {
  fileprivate func holds(_ x: Double, _ y: Double) -> Bool {
    (minX...maxX).contains(x) && (minY...maxY).contains(y)
  }
}
