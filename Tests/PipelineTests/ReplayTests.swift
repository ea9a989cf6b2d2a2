import Hydromet
import Pipeline
import Publish
import Testing

struct ReplayTests {
  @Test("a replay has a cycle at every step of the cadence, both ends included")
  func times() throws {
    let from = try #require(Timestamp(iso8601: "2024-07-10T12:03:00Z"))
    let to = try #require(Timestamp(iso8601: "2024-07-10T13:00:00Z"))
    let replay = try Replay(from: from, to: to, cadence: .minutes(10))
    #expect(replay.times.first?.iso8601 == "2024-07-10T12:10:00Z")
    #expect(replay.times.last == to)
    #expect(replay.times.count == 6)
  }

  @Test("a replay without a single cycle is refused")
  func empty() throws {
    let time = try #require(Timestamp(iso8601: "2024-07-10T12:03:00Z"))
    #expect(throws: Fault.self) {
      try Replay(from: time, to: time + 60, cadence: .minutes(10))
    }
  }
}
