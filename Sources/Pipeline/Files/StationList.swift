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
    let columns = try Columns(table)
    var stations: [Station] = []
    var remarks: [String] = []
    var seen: Set<String> = []
    for row in table.rows {
      let station = columns.station(in: table, row: row)
      guard !station.id.isEmpty else { continue }
      let remark = { (words: String) in
        "\(path):\(table.line(ofRow: row)): station \(station.id) \(words)"
      }
      guard seen.insert(station.id).inserted else {
        remarks.append(remark("is listed again; left out"))
        continue
      }
      if !StationList.isOnEarth(station.place) {
        remarks.append(
          remark("has no place on the earth; it cannot be compared with others"))
      }
      stations.append(station)
    }
    guard !stations.isEmpty else {
      throw Fault(
        "no_stations", at: .init(path), "the list has no station",
        remedy: "give a CSV file with the columns id, lon and lat")
    }
    self.stations = stations
    self.remarks = remarks
  }

  /// Where a table has what.
  private struct Columns {
    private let id: Int
    private let longitude: Int
    private let latitude: Int
    private let name: Int?
    private let altitude: Int?
    private let kind: Int?

    init(_ table: CSVTable) throws(Fault) {
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
      self.id = id
      self.longitude = longitude
      self.latitude = latitude
      name = columns["name"]
      altitude = columns["altitude_m"]
      kind = columns["kind"]
    }

    /// The station of a row; without an id where the row has none.
    func station(in table: CSVTable, row: Int) -> Station {
      let text = { (column: Int?) -> String in
        guard let column else { return "" }
        var cell = Substring(table.text(row: row, column: column))
        while cell.first?.isWhitespace == true { cell.removeFirst() }
        while cell.last?.isWhitespace == true { cell.removeLast() }
        return String(cell)
      }
      let place = Place(
        longitude: Double(text(longitude)) ?? .nan, latitude: Double(text(latitude)) ?? .nan)
      return Station(
        id: text(id), name: text(name), place: place, altitudeMetres: Double(text(altitude)),
        kind: text(kind))
    }
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
