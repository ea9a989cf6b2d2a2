import Archive
import Hydromet
import Testing

@Suite("Cycles, grids and retention")
struct LedgerCycleTests {
  let bench: Workbench
  let ledger: Ledger

  init() throws {
    bench = try Workbench()
    ledger = try bench.ledger()
  }

  private func publish(
    _ minutes: Int, known: Timestamp, manifest: String = "m"
  ) throws -> CycleRecord {
    try ledger.recordCycle(
      dataTime: minute(minutes), known: known, publishedAt: known + 5, manifestHash: manifest,
      folder: "products/\(minute(minutes).compact)")
  }

  @Test(
    "late data make exactly those cycles dirty that look back on them, until they are made again")
  func dirty() throws {
    for end in [10, 20, 30, 40, 50, 60] where end != 20 {
      try ledger.take("\(end)", "\(end)", frames: [frame(endingAt: end, "A")], at: minute(end + 2))
      _ = try publish(end, known: ledger.closeKnowledge(at: minute(end + 3)))
    }
    #expect(try ledger.dirtyCycles(in: wholeDay, reach: 1800).isEmpty)
    let late = try ledger.take("20", "20", frames: [frame(endingAt: 20, "A")], at: minute(63))
    #expect(late.earliestChange == minute(20))
    let dirty = [minute(30), minute(40)]
    #expect(try ledger.dirtyCycles(in: wholeDay, reach: 1800) == dirty)
    #expect(try bench.ledger().dirtyCycles(in: wholeDay, reach: 1800) == dirty)
    #expect(try ledger.dirtyCycles(in: wholeDay, reach: 600).isEmpty)
    #expect(try ledger.dataTimes(in: wholeDay) == [10, 20, 30, 40, 50, 60].map(minute))
    let again = try publish(30, known: ledger.closeKnowledge(at: minute(64)), manifest: "n")
    #expect(again.attempt == 1)
    #expect(try ledger.dirtyCycles(in: wholeDay, reach: 1800) == [minute(40)])
  }

  @Test("a cycle made again stands; the one before it is what readers saw until then")
  func attempts() throws {
    let first = try publish(10, known: minute(12), manifest: "a")
    let second = try publish(10, known: minute(30), manifest: "b")
    #expect([first.attempt, second.attempt] == [0, 1])
    #expect(try ledger.cycle(at: minute(10)) == second)
    let seen = try #require(try ledger.cycle(at: minute(10), asKnown: minute(20)))
    #expect(seen.manifestHash == "a")
    #expect(seen.supersededAt == minute(30) + 5)
    #expect(try ledger.cycle(at: minute(10), asKnown: minute(12)) == nil)
    #expect(try ledger.cycles(in: wholeDay) == [second])
    #expect(try ledger.newestCycle()?.dataTime == minute(10))
    #expect(try ledger.newestCycle(atOrBefore: minute(9)) == nil)
  }

  @Test("a publication noted twice, as after a crash, is one cycle")
  func notedTwice() throws {
    let first = try publish(10, known: minute(12))
    let second = try publish(10, known: minute(13))
    #expect(second.attempt == first.attempt)
    #expect(second.publishedAt == first.publishedAt)
    #expect(try ledger.cycles(in: wholeDay).count == 1)
  }

  @Test("a feed keeps the grid of its first file until an engineer releases it")
  func grid() throws {
    #expect(try ledger.grid(feed: "radar") == nil)
    try ledger.pinGrid(feed: "radar", geometry: smallGrid, known: minute(1))
    try ledger.pinGrid(feed: "radar", geometry: smallGrid, known: minute(2))
    let other = smallGrid.cropped(rows: 0..<1, columns: 0..<3)
    #expect(
      faultCode { try ledger.pinGrid(feed: "radar", geometry: other, known: minute(3)) }
        == "grid_changed")
    #expect(try ledger.grid(feed: "radar") == smallGrid)
    #expect(try ledger.geometry(hash: smallGrid.hash) == smallGrid)
    #expect(try ledger.geometry(hash: other.hash) == nil)
    try ledger.releaseGrid(feed: "radar")
    try ledger.pinGrid(feed: "radar", geometry: other, known: minute(4))
    #expect(try ledger.grid(feed: "radar") == other)
  }

  @Test("the newest data of a feed are its newest frame or value; a missing value is none")
  func newest() throws {
    try ledger.take("a", "A", frames: [frame(endingAt: 20, "A")], at: minute(22))
    try ledger.take("b", "B", frames: [frame(endingAt: 10, "B")], at: minute(25))
    try ledger.take(
      "c", "C", readings: [rain("1", endingAt: 30, 2), rain("1", endingAt: 40, nil, .missing)],
      at: minute(41))
    #expect(try ledger.newestData(feed: "radar") == minute(20))
    #expect(try ledger.newestData(feed: "gauges") == minute(30))
    #expect(try ledger.newestData(feed: "radar", atOrBefore: minute(19)) == minute(10))
    #expect(try ledger.newestData(feed: "radar", asKnown: minute(21)) == nil)
    #expect(try ledger.newestData(feed: "none") == nil)
  }

  @Test("the inputs of a cycle are the files behind what it knew")
  func inputs() throws {
    try ledger.take("a.nc", "A", frames: [frame(endingAt: 10, "A")], at: minute(12))
    try ledger.take("b.nc", "B", frames: [frame(endingAt: 20, "B")], at: minute(22))
    try ledger.take("c.nc", "C", frames: [frame(endingAt: 10, "C")], at: minute(30))
    try ledger.take("d.csv", "D", readings: [rain("1", endingAt: 10, 5)], at: minute(31))
    func names(_ feed: String, _ moment: Timestamp? = nil) throws -> [String] {
      try ledger.inputs(feed: feed, in: wholeDay, asKnown: moment).map(\.name)
    }
    #expect(try names("radar") == ["b.nc", "c.nc"])
    #expect(try names("radar", minute(25)) == ["a.nc", "b.nc"])
    #expect(try names("gauges") == ["d.csv"])
    #expect(try ledger.inputs(feed: "gauges", in: wholeDay).first?.dataTime == minute(10))
  }

  @Test("retention forgets old frames and readings, never the fate of a file")
  func prune() throws {
    let shared = frame(endingAt: 10, "A")
    try ledger.take("a", "A", frames: [shared], at: minute(12))
    try ledger.take("b", "B", frames: [frame(endingAt: 10, "B")], at: minute(13))
    try ledger.take("c", "C", frames: [frame(endingAt: 30, "C")], at: minute(32))
    try ledger.take(
      "d", "D", readings: [rain("1", endingAt: 10, 5), rain("1", endingAt: 30, 7)], at: minute(33))
    let names = try ledger.prune(before: minute(20))
    #expect(names == [shared.storeName, frame(endingAt: 10, "B").storeName].sorted())
    #expect(try ledger.storeNames() == [frame(endingAt: 30, "C").storeName])
    #expect(try ledger.tenths() == [7])
    #expect(try ledger.dataTimes(in: wholeDay) == [minute(30)])
    #expect(try ledger.fateCounts() == [.accepted: 3, .superseded: 1])
    #expect(try ledger.prune(before: minute(20)).isEmpty)
  }
}
