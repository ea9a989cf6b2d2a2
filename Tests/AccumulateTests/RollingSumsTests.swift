import Accumulate
import Hydromet
import Testing

private let windows: [TimeSpan] = [.minutes(10), .minutes(30), .hours(1), .hours(3), .hours(6)]

/// Whether every window of rolling sums is the sum by hand.
private func matches(
  _ sums: RollingSums, _ frames: [Timestamp: DepthField], end: Timestamp
) -> Bool {
  windows.allSatisfy {
    sums.field(for: $0) == sumByHand(frames, sums.geometry, window: $0, end: end)
  }
}

struct RollingSumsTests {
  @Test("sliding with gaps gives in every window and step the sum of the frames that lie in it")
  func slidingEqualsSumByHand() throws {
    var numbers = SeededNumbers(state: 1)
    let geometry = grid(5, 7)
    var sums = try RollingSums(geometry: geometry, stepSeconds: tenMinutes, windows: windows)
    var frames: [Timestamp: DepthField] = [:]
    #expect(sums.end == nil && sums.field(for: .hours(1)) == nil)
    for step in 0..<100 {
      let end = afternoon + step * tenMinutes
      if Int.random(in: 0..<5, using: &numbers) > 0 {
        frames[end] = frame(geometry, end: end, from: &numbers)
      }
      try sums.advance(to: end) { frames[$0] }
      #expect(matches(sums, frames, end: end))
    }
    #expect(sums.field(for: .hours(2)) == nil)
  }

  @Test("a year of sliding leaves nothing behind once the rain is over")
  func yearOfSliding() throws {
    var numbers = SeededNumbers(state: 2)
    let geometry = grid(3, 4)
    let long: [TimeSpan] = windows + [.hours(72)]
    var sums = try RollingSums(geometry: geometry, stepSeconds: tenMinutes, windows: long)
    var frames: [Timestamp: DepthField] = [:]
    let year = 365 * 144
    for step in 0..<(year + 432) {
      let end = afternoon + step * tenMinutes
      if step < year { frames[end] = frame(geometry, end: end, from: &numbers) }
      try sums.advance(to: end) { frames[$0] }
      frames[end - 433 * tenMinutes] = nil
    }
    for window in long {
      let field = try #require(sums.field(for: window))
      #expect(field.micrometres.allSatisfy { $0 == 0 })
      #expect(field.receivedFrames.allSatisfy { $0 == 0 })
    }
  }

  @Test("a million slides leave no drift")
  func millionSlides() throws {
    var numbers = SeededNumbers(state: 21)
    let geometry = grid(2, 2)
    let short: [TimeSpan] = [.minutes(10), .minutes(30)]
    var sums = try RollingSums(geometry: geometry, stepSeconds: tenMinutes, windows: short)
    let rain = (0..<7).map { _ in frame(geometry, end: afternoon, from: &numbers).tiles }
    func own(_ end: Timestamp) -> DepthField {
      let number = Int(end.secondsSince1970) / tenMinutes % 7
      return DepthField(
        geometry: geometry, period: Period(end: end, seconds: tenMinutes), tiles: rain[number])
    }
    for step in 0..<1_000_000 {
      try sums.advance(to: afternoon + step * tenMinutes) { own($0) }
    }
    let end = afternoon + 999_999 * tenMinutes
    let frames = Dictionary(
      uniqueKeysWithValues: (0..<3).map { (end - $0 * tenMinutes, own(end - $0 * tenMinutes)) })
    for window in short {
      #expect(sums.field(for: window) == sumByHand(frames, geometry, window: window, end: end))
    }
  }

  @Test(
    "frames that come in any order, are corrected or withdrawn end in the same sums",
    arguments: 1...20)
  func anyOrder(seed: Int) throws {
    var numbers = SeededNumbers(state: UInt64(seed))
    let geometry = grid(4, 3)
    var sums = try RollingSums(geometry: geometry, stepSeconds: tenMinutes, windows: windows)
    try sums.advance(to: afternoon) { _ in nil }
    let moments = (-3..<40).map { afternoon - $0 * tenMinutes }
    var frames: [Timestamp: DepthField] = [:]
    for _ in 0..<4 {
      for moment in moments.shuffled(using: &numbers) {
        let new: DepthField? =
          Int.random(in: 0..<4, using: &numbers) == 0
          ? nil : frame(geometry, end: moment, from: &numbers)
        try sums.replace(at: moment, old: frames[moment], new: new)
        frames[moment] = new
      }
    }
    #expect(matches(sums, frames, end: afternoon))
    for step in 1...50 {
      try sums.advance(to: afternoon + step * tenMinutes) { frames[$0] }
      #expect(matches(sums, frames, end: afternoon + step * tenMinutes))
    }
  }

  @Test("any leap of time, also backwards, ends in the same sums as step by step")
  func leaps() throws {
    var numbers = SeededNumbers(state: 3)
    let geometry = grid(4, 4)
    var frames: [Timestamp: DepthField] = [:]
    for step in -60...60 where step % 7 != 0 {
      let end = afternoon + step * tenMinutes
      frames[end] = frame(geometry, end: end, from: &numbers)
    }
    var sums = try RollingSums(geometry: geometry, stepSeconds: tenMinutes, windows: windows)
    for _ in 0..<60 {
      let end = afternoon + Int.random(in: -70...70, using: &numbers) * tenMinutes
      try sums.advance(to: end) { frames[$0] }
      #expect(sums.end == end)
      #expect(matches(sums, frames, end: end))
    }
  }

  @Test("a run that starts in the middle agrees with one that was never interrupted")
  func restart() throws {
    var numbers = SeededNumbers(state: 4)
    let geometry = grid(6, 2)
    var frames: [Timestamp: DepthField] = [:]
    for step in 0..<120 where step % 5 != 2 {
      let end = afternoon + step * tenMinutes
      frames[end] = frame(geometry, end: end, from: &numbers)
    }
    var unbroken = try RollingSums(geometry: geometry, stepSeconds: tenMinutes, windows: windows)
    for step in 0...70 { try unbroken.advance(to: afternoon + step * tenMinutes) { frames[$0] } }
    var restarted = try RollingSums(geometry: geometry, stepSeconds: tenMinutes, windows: windows)
    for step in 70..<120 {
      let end = afternoon + step * tenMinutes
      try unbroken.advance(to: end) { frames[$0] }
      try restarted.advance(to: end) { frames[$0] }
      for window in windows { #expect(unbroken.field(for: window) == restarted.field(for: window)) }
    }
  }

  @Test("a frame that changed unannounced does not leave a trace when it leaves")
  func unannouncedChange() throws {
    var numbers = SeededNumbers(state: 5)
    let geometry = grid(4, 4)
    var sums = try RollingSums(geometry: geometry, stepSeconds: tenMinutes, windows: windows)
    var frames: [Timestamp: DepthField] = [:]
    for step in 0..<120 {
      let end = afternoon + step * tenMinutes
      frames[end] = frame(geometry, end: end, from: &numbers)
      if step == 50 { frames[end - 3000] = frame(geometry, end: end - 3000, from: &numbers) }
      if step == 60 { frames[end - 3000] = nil }
      try sums.advance(to: end) { frames[$0] }
    }
    #expect(matches(sums, frames, end: afternoon + 119 * tenMinutes))
  }

  @Test("sums that are reset hold nothing until they are computed from the frames again")
  func reset() throws {
    let geometry = grid(2, 2)
    var sums = try RollingSums(geometry: geometry, stepSeconds: tenMinutes, windows: windows)
    try sums.advance(to: afternoon) { uniformFrame(geometry, end: $0, micrometres: 1000) }
    sums.reset()
    #expect(sums.end == nil && sums.field(for: .hours(1)) == nil)
    try sums.advance(to: afternoon) { uniformFrame(geometry, end: $0, micrometres: 2000) }
    #expect(sums.field(for: .hours(1))?.micrometres == [12_000, 12_000, 12_000, 12_000])
  }

  @Test("cells with the largest depth for days neither stop a cycle nor remain afterwards")
  func largestDepths() throws {
    let geometry = grid(2, 3)
    let long = TimeSpan.hours(72)
    var sums = try RollingSums(
      geometry: geometry, stepSeconds: tenMinutes, windows: [.minutes(20), long])
    func largest(_ moment: Timestamp) -> DepthField? {
      guard moment >= afternoon, moment < afternoon + 86_400 else { return nil }
      return uniformFrame(geometry, end: moment, micrometres: .max)
    }
    try sums.advance(to: afternoon - tenMinutes) { largest($0) }
    for step in 0..<144 {
      try sums.advance(to: afternoon + step * tenMinutes) { largest($0) }
      let field = try #require(sums.field(for: long))
      #expect(field.micrometres.allSatisfy { $0 == .max })
      #expect(field.receivedFrames.allSatisfy { $0 == UInt16(step + 1) })
    }
    for step in 144..<576 { try sums.advance(to: afternoon + step * tenMinutes) { largest($0) } }
    #expect(sums.field(for: long)?.micrometres == Array(repeating: 0, count: 6))
  }
}

struct RollingSumsRefusalTests {
  @Test("a window that the step does not divide, an empty one and one too long are refused")
  func windowsRefused() {
    for window in [TimeSpan.minutes(25), .minutes(0), .minutes(-10), .minutes(655_360)] {
      let code = faultCode { () throws(Fault) in
        _ = try RollingSums(geometry: grid(2, 2), stepSeconds: tenMinutes, windows: [window])
      }
      #expect(code == "wrong_window")
    }
    let code = faultCode { () throws(Fault) in
      _ = try RollingSums(geometry: grid(2, 2), stepSeconds: 0, windows: [])
    }
    #expect(code == "wrong_step")
    let empty = faultCode { () throws(Fault) in
      _ = try RollingSums(geometry: grid(0, 2), stepSeconds: 60, windows: [.hours(1)])
    }
    #expect(empty == "empty_grid")
  }

  @Test("a frame of another grid or length is refused, both sides are named, and nothing changes")
  func foreignFrames() throws {
    let geometry = grid(3, 4)
    var sums = try RollingSums(geometry: geometry, stepSeconds: tenMinutes, windows: windows)
    try sums.advance(to: afternoon) { uniformFrame(geometry, end: $0, micrometres: 1000) }
    let before = sums.field(for: .hours(1))
    let next = afternoon + tenMinutes
    let foreign: [(DepthField, String)] = [
      (uniformFrame(grid(4, 3), end: next, micrometres: 1), "other_grid"),
      (uniformFrame(geometry, end: next, seconds: 3600, micrometres: 1), "other_length"),
      (uniformFrame(geometry, end: afternoon, micrometres: 1), "other_length"),
      (
        DepthField(
          geometry: geometry, period: Period(end: next, seconds: tenMinutes), micrometres: [1]),
        "wrong_cell_count"
      ),
    ]
    for (field, code) in foreign {
      let thrown = faultCode { () throws(Fault) in
        try sums.advance(to: next) { $0 == next ? field : nil }
      }
      #expect(thrown == code)
      #expect(
        faultCode { () throws(Fault) in try sums.replace(at: next, old: nil, new: field) } == code)
    }
    #expect(sums.end == afternoon && sums.field(for: .hours(1)) == before)
    do {
      try sums.advance(to: next) { uniformFrame(grid(4, 3), end: $0, micrometres: 1) }
    } catch {
      #expect(error.problem.contains("4×3") && error.problem.contains("3×4"))
    }
  }

  @Test("a frame that was never summed cannot be taken out, and odd times are refused")
  func wrongReplacement() throws {
    let geometry = grid(2, 2)
    var sums = try RollingSums(geometry: geometry, stepSeconds: tenMinutes, windows: windows)
    let summed = uniformFrame(geometry, end: afternoon, micrometres: 1000)
    let other = uniformFrame(geometry, end: afternoon, micrometres: 1001)
    try sums.replace(at: afternoon, old: other, new: nil)
    try sums.advance(to: afternoon) { $0 == afternoon ? summed : nil }
    for old in [other, nil] {
      let code = faultCode { () throws(Fault) in
        try sums.replace(at: afternoon, old: old, new: other)
      }
      #expect(code == "other_frame")
    }
    #expect(sums.field(for: .minutes(10))?.micrometres == [1000, 1000, 1000, 1000])
    let code = faultCode { () throws(Fault) in try sums.advance(to: afternoon + 1) { _ in nil } }
    #expect(code == "off_step")
  }
}
