import Formats
public import Hydromet

/// Where a station file says that a station stands.
public struct StatedPlace: Codable, Sendable, Hashable {
  public let station: String
  public let place: Place

  public init(station: String, place: Place) {
    self.station = station
    self.place = place
  }

  /// The places of a table, each station once, in the order of the rows; what is no place on the
  /// earth is passed over.
  static func places(in table: CSVTable, _ header: StationHeader) -> [StatedPlace] {
    guard let longitude = header.longitude, let latitude = header.latitude else { return [] }
    var known: Set<String> = []
    var places: [StatedPlace] = []
    for row in table.rows {
      let station = table.text(row: row, column: header.station)
      guard
        !station.isEmpty, !known.contains(station),
        let x = Double(table.text(row: row, column: longitude)),
        let y = Double(table.text(row: row, column: latitude)),
        x.magnitude <= 180, y.magnitude <= 90
      else { continue }
      known.insert(station)
      places.append(
        StatedPlace(station: station, place: Place(longitude: x, latitude: y)))
    }
    return places
  }
}
