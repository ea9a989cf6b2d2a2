import Archive
import Hydromet
import Testing

@Suite struct `Delays of arrival` {
  let bench: Workbench
  let ledger: Ledger

  init() throws {
    bench = try Workbench()
    ledger = try bench.ledger()
  }

  private func delays() throws -> [ArrivalDelay] {
    try ledger.delays(feed: "gauges", element: .rain, in: wholeDay)
  }

  @Test func `the first arrival of a reading counts, not its corrections`() throws {
    try ledger.take("a", "A", readings: [rain("S1", endingAt: 10, 5)], at: minute(13))
    try ledger.take(
      "b", "B", readings: [rain("S1", endingAt: 10, 7)], correction: 1, at: minute(50))
    let delay = try #require(try delays().first)
    #expect(delay.readings == 1 && delay.medianSeconds == 180 && delay.largestSeconds == 180)
    #expect(delay.awaited == 0 && delay.late == 0)
  }

  @Test func `median, nine tenths and largest are of each station by itself`() throws {
    for number in 1...10 {
      let end = 10 * number
      try ledger.take(
        "\(number)", "\(number)", readings: [rain("S1", endingAt: end, 1)],
        at: minute(end + number))
    }
    try ledger.take("x", "X", readings: [rain("S0", endingAt: 10, 1)], at: minute(200))
    let all = try delays()
    #expect(all.map(\.station) == ["S0", "S1"])
    #expect(all[1].readings == 10 && all[1].medianSeconds == 300)
    #expect(all[1].ninetiethSeconds == 540 && all[1].largestSeconds == 600)
    #expect(all[0].medianSeconds == 190 * 60)
  }

  @Test func `a reading is late where the first cycle of its time did not know it`() throws {
    for (name, time) in [("S1", 12), ("S2", 14), ("S3", 40)] {
      try ledger.take(name, name, readings: [rain(name, endingAt: 10, 1)], at: minute(time))
    }
    try ledger.take("S4", "S4", readings: [rain("S4", endingAt: 30, 1)], at: minute(32))
    for (known, hash) in [(13, "a"), (60, "b")] {
      _ = try ledger.recordCycle(
        dataTime: minute(20), known: minute(known), publishedAt: minute(known),
        manifestHash: hash, folder: "products/\(hash)")
    }
    let all = try delays()
    #expect(all.map(\.awaited) == [1, 1, 1, 0])
    #expect(all.map(\.late) == [0, 1, 1, 0])
  }

  @Test func `nobody who sent nothing stands in the table`() throws {
    #expect(try delays().isEmpty)
  }
}
