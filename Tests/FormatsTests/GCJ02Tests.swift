import Formats
import Hydromet
import Testing

@Suite("GCJ-02")
struct GCJ02Tests {
  @Test(
    "places in Shanghai, Shenzhen and Beijing are moved as others move them",
    arguments: [
      (121.5272106, 31.1774276, 121.531541859215, 31.17530398364597),
      (113.912316, 22.543847, 113.9171764808363, 22.540796131694766),
      (116.377817, 39.911954, 116.38404722455657, 39.91334545536069),
    ])
  func published(longitude: Double, latitude: Double, east: Double, north: Double) {
    let moved = GCJ02.fromWGS84(Point(x: longitude, y: latitude))
    #expect((moved.x - east).magnitude < 1e-9)
    #expect((moved.y - north).magnitude < 1e-9)
  }

  @Test("there and back again is less than a millimetre off, anywhere in China")
  func roundTrip() {
    var largest = 0.0
    var shifts: [Double] = []
    for y in stride(from: 18.0, through: 53, by: 0.37) {
      for x in stride(from: 73.5, through: 135, by: 0.41) {
        let place = Point(x: x, y: y)
        let moved = GCJ02.fromWGS84(place)
        let back = GCJ02.toWGS84(moved)
        largest = max(largest, (back.x - x).magnitude, (back.y - y).magnitude)
        shifts.append(max((moved.x - x).magnitude, (moved.y - y).magnitude))
      }
    }
    // 1e-8° is a millimetre.
    #expect(largest < 1e-8)
    #expect(shifts.allSatisfy { $0 < 0.02 })
    #expect(shifts.contains { $0 > 0.003 })
  }

  @Test("outside China nothing moves")
  func outside() {
    for place in [Point(x: 5.2, y: 52.1), Point(x: 153, y: -27), Point(x: 72, y: 30)] {
      #expect(GCJ02.fromWGS84(place) == place)
      #expect(GCJ02.toWGS84(place) == place)
    }
  }
}
