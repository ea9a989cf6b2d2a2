import Formats
import Hydromet

/// A list of stations with their places: a CSV table with an id, a longitude and a latitude, under the
/// names that lists commonly have.
struct StationListFile {
  /// Places in WGS 84 by the canonical id of the station.
  private(set) var places: [String: Place] = [:]
  /// Ids in the order of the file.
  private(set) var order: [String] = []
  /// Rows without a usable place.
  private(set) var refused: [Fault] = []

  private static let names: [(what: String, names: [String])] = [
    ("id", ["id", "station", "station_id", "站号", "区站号"]),
    ("lon", ["lon", "longitude", "经度"]),
    ("lat", ["lat", "latitude", "纬度"]),
  ]

  init(path: String) throws(Fault) {
    let table = try CSVTable(
      bytes: try FileBytes.read(path: path, limit: 268_435_456), file: path, raggedRows: .report)
    refused = table.raggedRows
    var columns: [Int] = []
    for (what, names) in StationListFile.names {
      let known = table.header.firstIndex { names.contains($0.lowercased()) }
      guard let known else {
        throw Fault(
          "missing_column", at: table.headerLocation(column: 0),
          "the list of stations has no column \(what)",
          remedy: "name the columns id, lon and lat, in degrees")
      }
      columns.append(known)
    }
    for row in table.rows {
      let id = StationID.canonical(table.text(row: row, column: columns[0]))
      let longitude = Double(table.text(row: row, column: columns[1]))
      let latitude = Double(table.text(row: row, column: columns[2]))
      guard !id.isEmpty, let longitude, let latitude, longitude.magnitude <= 360,
        latitude.magnitude <= 90
      else {
        refused.append(
          Fault(
            "bad_place", at: table.location(row: row, column: columns[1]),
            "the row has no station or no place in degrees",
            remedy: "give id, longitude and latitude"))
        continue
      }
      guard places[id] == nil else {
        refused.append(
          Fault(
            "repeated_station", at: table.location(row: row, column: columns[0]),
            "the station \(id) stands in the list twice", remedy: "keep one of the rows"))
        continue
      }
      places[id] = Place(longitude: longitude, latitude: latitude)
      order.append(id)
    }
  }
}
