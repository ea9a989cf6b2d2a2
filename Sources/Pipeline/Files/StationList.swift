import Formats
public import Hydromet
import Ingest

/// A list of stations: those of a netCDF file with their rain, or a CSV file: `id` and `lon`, `lat` in degrees; `name`, `altitude_m` and `kind`
/// where it has them. Names of columns may also be those of other lists (`station_id`, `longitude`, …).
public struct StationList: Sendable {
  public let stations: [Station]
  /// Rows whose place is none; their stations are kept and cannot be compared with others.
  public let remarks: [String]

  private static let names: [String: [String]] = [
    "id": StationColumnNames.station,
    "name": ["name", "station_name", "station_id_name", "站名"],
    "lon": StationColumnNames.longitude,
    "lat": StationColumnNames.latitude,
    "altitude_m": ["altitude_m", "altitude", "alti", "elevation", "height", "海拔"],
    "kind": ["kind", "type", "station_levl"],
  ]

  /// - Throws: what reading a table throws; `missing_column`, `no_stations`.
  public init(path: String) throws(Fault) {
    if NetCDFStations.recognises(path) {
      stations = try NetCDFStations.stations(of: path)
      remarks = []
      return
    }
    let bytes = try FileBytes.read(path: path, limit: 67_108_864)
    let table = try CSVTable(
      bytes: bytes, file: path, raggedRows: .report,
      limits: CSVTable.Limits(fileBytes: 67_108_864, columns: 256))
    var columns: [String: Int] = [:]
    for (place, header) in table.header.enumerated() {
      let plain = header.lowercased().filter { !$0.isWhitespace }
      for (name, aliases) in StationList.names
      where aliases.contains(plain) && columns[name] == nil {
        columns[name] = place
      }
    }
    guard let id = columns["id"], let longitude = columns["lon"], let latitude = columns["lat"]
    else {
      throw Fault(
        "missing_column", at: table.headerLocation(column: 0),
        "a list of stations needs the columns id, lon and lat",
        remedy: "name the columns id, lon and lat, degrees east and north")
    }
    let text = { (row: Int, column: Int?) -> String in
      guard let column else { return "" }
      var cell = Substring(table.text(row: row, column: column))
      while cell.first?.isWhitespace == true { cell.removeFirst() }
      while cell.last?.isWhitespace == true { cell.removeLast() }
      return String(cell)
    }
    var stations: [Station] = []
    var remarks: [String] = []
    var seen: Set<String> = []
    for row in table.rows {
      let name = text(row, id)
      guard !name.isEmpty else { continue }
      guard seen.insert(name).inserted else {
        remarks.append(
          "\(path):\(table.line(ofRow: row)): station \(name) is listed again; left out")
        continue
      }
      let place = Place(
        longitude: Double(text(row, longitude)) ?? .nan,
        latitude: Double(text(row, latitude)) ?? .nan)
      if !StationList.isOnEarth(place) {
        remarks.append(
          "\(path):\(table.line(ofRow: row)): station \(name) has no place on the earth; "
            + "it cannot be compared with others")
      }
      stations.append(
        Station(
          id: name, name: text(row, columns["name"]), place: place,
          altitudeMetres: Double(text(row, columns["altitude_m"])),
          kind: text(row, columns["kind"])))
    }
    guard !stations.isEmpty else {
      throw Fault(
        "no_stations", at: .init(path), "the list has no station",
        remedy: "give a CSV file with the columns id, lon and lat")
    }
    self.stations = stations
    self.remarks = remarks
  }

  /// The places of those that have one, by canonical ids, and these ids in the order of the list.
  var places: (order: [String], of: [String: Place]) {
    var order: [String] = []
    var places: [String: Place] = [:]
    for station in stations where StationList.isOnEarth(station.place) {
      let id = StationID.canonical(station.id)
      guard places.updateValue(station.place, forKey: id) == nil else { continue }
      order.append(id)
    }
    return (order, places)
  }

  private static func isOnEarth(_ place: Place) -> Bool {
    place.longitude.isFinite && place.latitude.isFinite && abs(place.latitude) <= 90
      && abs(place.longitude) <= 360
  }
}
