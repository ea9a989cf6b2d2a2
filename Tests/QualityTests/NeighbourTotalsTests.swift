import Hydromet
import Quality
import Testing

@Suite struct `A gauge beside each of its neighbours` {
  /// A station that had so much, tenths, in each of five hours in which its neighbours had 4 mm; −1 for
  /// an hour without a value.
  private func station(_ tenths: Int32, hours: Range<Int> = 0..<5) -> StationHistory {
    var history = StationHistory()
    for hour in hours {
      history.add(
        StationHistory.Hour(end: hour0 + hour * 3600, gauge: tenths, neighbours: 40, radar: -1))
    }
    return history
  }

  @Test(
    arguments: [
      // Three of eight were as dry: the edge of the rain runs here.
      (0, [0, 0, 0, 40, 40, 40, 40, 40], true),
      (4, [8, 8, 10, 40, 40, 40, 40, 40], true),
      // One or two may be broken as well.
      (0, [0, 0, 40, 40, 40, 40, 40, 40], false),
      (4, [12, 12, 12, 40, 40, 40, 40, 40], false),
      // The ninth is too far away to be asked.
      (0, [0, 0, 40, 40, 40, 40, 40, 40, 0], false),
      // Who did not measure all the hours says nothing.
      (0, [0, 0, -1, 40, 40, 40], false),
      (0, [0, 0], false),
      (0, [], false),
    ] as [(Int32, [Int32], Bool)])
  func `too little is weather where three of the nearest eight had as little`(
    own: Int32, near: [Int32], expected: Bool
  ) {
    let totals = NeighbourTotals(station(own), near: near.map { station($0) })
    #expect(totals.explain(isLow: true) == expected)
  }

  @Test(
    arguments: [
      (400, [400, 200, 210, 40, 40, 40, 40, 40], true),
      (400, [400, 400, 40, 40, 40, 40, 40, 40], false),
    ] as [(Int32, [Int32], Bool)])
  func `too much is weather where three of the nearest eight had half of it`(
    own: Int32, near: [Int32], expected: Bool
  ) {
    let totals = NeighbourTotals(station(own), near: near.map { station($0) })
    #expect(totals.explain(isLow: false) == expected)
  }

  @Test func `a neighbour that was not watched in all of the hours is not asked`() {
    let short = station(0, hours: 1..<5)
    #expect(NeighbourTotals(station(0), near: [short, short, short]).others.isEmpty)
  }
}
