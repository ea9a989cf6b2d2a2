import Archive
public import Hydromet

/// The cycles of the past, at full speed.
public struct Replay: Sendable {
  /// Data times from the first to the last, at the district's cadence, both included.
  public let times: [Timestamp]

  /// - Throws: `empty_replay` where no cycle lies between the two times.
  public init(from: Timestamp, to: Timestamp, cadence: TimeSpan) throws(Fault) {
    var time = from.floored(toSeconds: cadence.seconds)
    if time < from { time = time + cadence.seconds }
    var times: [Timestamp] = []
    while time <= to, times.count < Replay.limit {
      times.append(time)
      time = time + cadence.seconds
    }
    guard !times.isEmpty else {
      throw Fault(
        "empty_replay", "no cycle lies between \(from.iso8601) and \(to.iso8601)",
        remedy: "give --from before --to, at least \(cadence.text) apart")
    }
    self.times = times
  }

  /// Ten years of ten-minute cycles; a longer span is a slip of the pen.
  private static let limit = 526_000

  /// Runs every cycle in order.
  ///
  /// - Parameters:
  ///   - asKnown: what every cycle may know: everything, or only what was known at its own time plus
  ///     `lateSeconds`, as the ledger remembers it.
  ///   - progress: told after each cycle.
  public func run(
    _ engine: Engine, asKnown: Bool = false, progress: (Int, Timestamp) -> Void = { _, _ in }
  ) throws(Fault) {
    for (index, time) in times.enumerated() {
      try engine.runCycle(at: time, asKnown: asKnown ? known(engine, at: time) : nil)
      progress(index + 1, time)
    }
  }

  /// What the cycle at `time` knew when it was first published, or would have known when its feeds
  /// were late.
  private func known(_ engine: Engine, at time: Timestamp) throws(Fault) -> Timestamp {
    if let record = try engine.workspace.ledger.cycle(at: time) { return record.known }
    return time + engine.workspace.lateSeconds
  }
}
