public import Hydromet

/// Where a station file says that a station stands.
public struct StatedPlace: Codable, Sendable, Hashable {
  public let station: String
  public let place: Place

  public init(station: String, place: Place) {
    self.station = station
    self.place = place
  }
}
