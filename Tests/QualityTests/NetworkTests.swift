import Hydromet
import Quality
import Testing

@Suite struct `Neighbours of stations` {
  /// A fixed sequence of numbers between 0 and 1.
  private static func scatter(_ count: Int) -> [Station] {
    var state: UInt64 = 42
    func next() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 11) / 9_007_199_254_740_992
    }
    return (0..<count).map { index in
      let place = Place(longitude: 105 + 3 * next(), latitude: 28 + 2 * next())
      return Station(id: "S\(index)", name: "", place: place, altitudeMetres: nil, kind: "rain")
    }
  }

  @Test func `the tree finds what comparing all pairs finds`() throws {
    let stations = Self.scatter(400)
    let network = StationNetwork(stations, radiusKilometres: 40, limit: 9)
    for index in stations.indices {
      let all = try stations.indices.filter { $0 != index }.map { other in
        (try #require(network.kilometres(index, other)), other)
      }.filter { $0.0 <= 40 }.sorted { $0 < $1 }.prefix(9)
      #expect(network.neighbours(of: index).map(\.station) == all.map(\.1))
    }
  }

  @Test(
    arguments: [
      (0.0, 0.0, 0.0, 1.0, 111.195), (106.0, 29.0, 107.0, 29.0, 97.25),
      (179.9, 0.0, -179.9, 0.0, 22.24), (10.0, 90.0, 200.0, 90.0, 0.0),
    ])
  func `distances are those of the sphere, across the date line and at the poles`(
    lon1: Double, lat1: Double, lon2: Double, lat2: Double, kilometres: Double
  ) throws {
    let stations = [(lon1, lat1), (lon2, lat2)].enumerated().map { index, place in
      Station(
        id: "S\(index)", name: "", place: Place(longitude: place.0, latitude: place.1),
        altitudeMetres: nil, kind: "rain")
    }
    let apart = try #require(StationNetwork(stations).kilometres(0, 1))
    #expect(abs(apart - kilometres) < 0.02)
  }

  @Test func `a place that is no place has no neighbours and is nobody's`() {
    let bad = [Double.nan, .infinity, 1e300].map { value in
      Station(
        id: "bad\(value)", name: "", place: Place(longitude: value, latitude: 29),
        altitudeMetres: nil, kind: "rain")
    }
    let network = StationNetwork(lattice(3) + bad)
    for index in 9..<12 {
      #expect(network.neighbours(of: index).isEmpty)
      #expect(!network.isPlaced(index))
    }
    for index in 0..<9 { #expect(network.neighbours(of: index).allSatisfy { $0.station < 9 }) }
  }
}
