import Hydromet
import Quality
import Testing

/// A gauge amid others at stated places: what the rain of an hour says without any radar.
@Suite struct `Storms and spikes in one hour` {
  private struct Gauge {
    let east: Double
    let north: Double
    let millimetres: Double
  }

  /// Codes of the gauges, in their order.
  private func codes(_ gauges: [Gauge]) -> [QualityCode] {
    let stations = gauges.enumerated().map { index, gauge in
      Station(
        id: "G\(index)", name: "",
        place: Place(
          longitude: 106.5 + gauge.east / 97.25, latitude: 29 + gauge.north / 111.195),
        altitudeMetres: nil, kind: "rain")
    }
    let readings = gauges.enumerated().map { index, gauge in
      hourly("G\(index)", 0, Int32((gauge.millimetres * 10).rounded()))
    }
    return QualityControl(StationNetwork(stations)).judge(readings).judged.map(\.verdict.code)
  }

  /// Two gauges and, beyond them, a ring of six at 17 to 22 km with the rain given.
  private func pair(
    kilometres: Double, _ first: Double, _ second: Double, others: [Double]
  ) -> [Gauge] {
    let ring = [(-17.0, 3.0), (-6, 18), (9, 20), (24, 15), (-4, -19), (20, -16)]
    return [
      Gauge(east: 0, north: 0, millimetres: first),
      Gauge(east: kilometres, north: 0, millimetres: second),
      Gauge(east: -8, north: 3, millimetres: others[0]),
      Gauge(east: kilometres + 8, north: -3, millimetres: others[1 % others.count]),
    ]
      + ring.enumerated().map {
        Gauge(
          east: $1.0, north: $1.1, millimetres: others[($0 + 2) % others.count])
      }
  }

  @Test func `two lone spikes farther apart than one storm reaches do not cover for each other`() {
    let found = codes(pair(kilometres: 13.5, 174, 170.7, others: [0, 0.4, 9.4, 8.4, 3.2, 0]))
    #expect(found == [.suspect, .suspect] + [QualityCode](repeating: .correct, count: 8))
  }

  @Test(arguments: [1.5, 6, 11])
  func `two gauges in one cloudburst stay, however dry it is around them`(kilometres: Double) {
    let found = codes(pair(kilometres: kilometres, 174, 170.7, others: [0, 0.4, 9.4, 8.4, 3.2, 0]))
    #expect(found[0] == .correct)
    #expect(found[1] == .correct)
  }

  @Test func `two storms of one evening stay where others had a part of them`() {
    let found = codes(pair(kilometres: 13.5, 62, 58, others: [9, 14, 22, 3, 12, 6]))
    #expect(found == [QualityCode](repeating: .correct, count: 10))
  }

  /// A gauge, its nearest neighbour, and five others as in a real evening of storms.
  private func beside(_ millimetres: Double, _ nearest: Double, kilometres: Double) -> [Gauge] {
    [
      Gauge(east: 0, north: 0, millimetres: millimetres),
      Gauge(east: kilometres, north: 0, millimetres: nearest),
      Gauge(east: -11, north: 3, millimetres: 41.8), Gauge(east: 4, north: 11, millimetres: 28.8),
      Gauge(east: 6, north: -11, millimetres: 12.6), Gauge(east: 15, north: 9, millimetres: 17),
      Gauge(east: -14, north: -17, millimetres: 7),
    ]
  }

  @Test(
    arguments: [
      // The rain, its nearest neighbour's, how far that one is, and the verdict.
      (175.0, 66.2, 2.2, QualityCode.suspect), (175, 80, 2.2, .correct), (175, 66.2, 5.5, .correct),
    ])
  func `the core of a storm does not end within a few kilometres`(
    millimetres: Double, nearest: Double, kilometres: Double, expected: QualityCode
  ) {
    #expect(codes(beside(millimetres, nearest, kilometres: kilometres))[0] == expected)
  }
}
