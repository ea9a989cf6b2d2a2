import Accumulate
import Hydromet
import Testing

private let threeHours = Period(end: afternoon, seconds: 10_800)

struct WindowSumTests {
  @Test("frames added in any order give the sum by hand", arguments: 1...10)
  func anyOrder(seed: Int) throws {
    var numbers = SeededNumbers(state: UInt64(seed))
    let geometry = grid(5, 6)
    var frames: [Timestamp: DepthField] = [:]
    for step in 0..<18 where Int.random(in: 0..<6, using: &numbers) > 0 {
      let end = afternoon - step * tenMinutes
      frames[end] = frame(geometry, end: end, from: &numbers)
    }
    let moments = frames.keys.sorted()
    var sum = WindowSum(geometry: geometry, period: threeHours)
    for moment in moments.shuffled(using: &numbers) {
      #expect(try sum.add(try #require(frames[moment])))
    }
    let byHand = sumByHand(frames, geometry, window: .hours(3), end: afternoon)
    #expect(sum.result() == byHand)
    #expect(sum.addedPeriods.map(\.end) == moments)
    #expect(sum.coveredSeconds == moments.count * tenMinutes)
  }

  @Test("the sum over a window is the rolling sum of the same frames")
  func equalsRollingSum() throws {
    var numbers = SeededNumbers(state: 11)
    let geometry = grid(4, 4)
    var frames: [Timestamp: DepthField] = [:]
    for step in 0..<30 where step % 4 != 1 {
      let end = afternoon - step * tenMinutes
      frames[end] = frame(geometry, end: end, from: &numbers)
    }
    var rolling = try RollingSums(
      geometry: geometry, stepSeconds: tenMinutes, windows: [.hours(3)])
    try rolling.advance(to: afternoon) { frames[$0] }
    var sum = WindowSum(geometry: geometry, period: threeHours)
    for moment in frames.keys.sorted() { _ = try sum.add(try #require(frames[moment])) }
    #expect(sum.result() == rolling.field(for: .hours(3)))
  }

  @Test("a frame outside the window or across its start or end is left out and said to be")
  func outside() throws {
    let geometry = grid(2, 2)
    var sum = WindowSum(geometry: geometry, period: threeHours)
    for (offset, seconds) in [(600, 600), (-10_800, 600), (300, 600), (-10_500, 600), (0, 14_400)] {
      let field = uniformFrame(
        geometry, end: afternoon + offset, seconds: seconds, micrometres: 1000)
      #expect(try !sum.add(field))
    }
    #expect(sum.addedPeriods.isEmpty && sum.result() == nil)
    for offset in [0, -10_200] {
      #expect(try sum.add(uniformFrame(geometry, end: afternoon + offset, micrometres: 1000)))
    }
    #expect(sum.result()?.micrometres == [2000, 2000, 2000, 2000])
    #expect(sum.result()?.expectedFrames == 18)
  }

  @Test("a frame that overlaps an added one is refused and leaves the sum as it was")
  func overlap() throws {
    let geometry = grid(2, 2)
    var sum = WindowSum(geometry: geometry, period: nil)
    _ = try sum.add(uniformFrame(geometry, end: afternoon, seconds: 3600, micrometres: 5))
    _ = try sum.add(uniformFrame(geometry, end: afternoon - 7200, seconds: 3600, micrometres: 7))
    let before = sum.result()
    for (offset, seconds) in [
      (0, 3600), (0, 600), (600, 1200), (-3600, 3601), (-1800, 600), (3600, 14_400),
    ] {
      let field = uniformFrame(
        geometry, end: afternoon + offset, seconds: seconds, micrometres: 1000)
      #expect(faultCode { () throws(Fault) in _ = try sum.add(field) } == "overlapping_frames")
    }
    #expect(sum.result() == before)
    #expect(
      try sum.add(uniformFrame(geometry, end: afternoon - 3600, seconds: 3600, micrometres: 9)))
    #expect(sum.result()?.micrometres == [21, 21, 21, 21])
  }

  @Test("a frame of another grid, without values or without a length is refused")
  func refused() {
    let geometry = grid(2, 3)
    var sum = WindowSum(geometry: geometry, period: nil)
    let wrong: [(DepthField, String)] = [
      (uniformFrame(grid(3, 2), end: afternoon, micrometres: 1), "other_grid"),
      (uniformFrame(geometry, end: afternoon, seconds: 0, micrometres: 1), "other_length"),
      (uniformFrame(geometry, end: afternoon, seconds: .max, micrometres: 1), "other_length"),
      (
        DepthField(
          geometry: geometry, period: Period(end: afternoon, seconds: 600), micrometres: []),
        "wrong_cell_count"
      ),
    ]
    for (field, code) in wrong {
      #expect(faultCode { () throws(Fault) in _ = try sum.add(field) } == code)
    }
    #expect(sum.result() == nil)
  }
}

struct WindowCoverageTests {
  @Test("without a window the sum reaches from the first start to the last end, gaps count as gaps")
  func hull() throws {
    let geometry = grid(1, 2)
    var sum = WindowSum(geometry: geometry, period: nil)
    for step in [0, 1, 3] {
      _ = try sum.add(uniformFrame(geometry, end: afternoon - step * 600, micrometres: 100))
    }
    let result = try #require(sum.result())
    #expect(result.period == Period(end: afternoon, seconds: 2400))
    #expect(result.expectedFrames == 4 && result.receivedFrames == [3, 3])
    #expect(sum.coveredSeconds == 1800)
  }

  @Test("ten-minute and hourly frames count by the time they cover")
  func mixedLengths() throws {
    let geometry = grid(1, 2)
    var sum = WindowSum(geometry: geometry, period: threeHours)
    let hour = DepthField(
      geometry: geometry, period: Period(end: afternoon, seconds: 3600),
      micrometres: [6000, DepthField.missing])
    _ = try sum.add(hour)
    _ = try sum.add(uniformFrame(geometry, end: afternoon - 3600, micrometres: 500))
    let result = try #require(sum.result())
    #expect(result.micrometres == [6500, 500])
    #expect(result.expectedFrames == 18 && result.receivedFrames == [7, 1])
  }

  @Test("an hourly frame cannot complete a window of ninety minutes")
  func windowNotDivided() throws {
    let geometry = grid(1, 1)
    var sum = WindowSum(geometry: geometry, period: Period(end: afternoon, seconds: 5400))
    _ = try sum.add(uniformFrame(geometry, end: afternoon, seconds: 3600, micrometres: 1))
    let result = try #require(sum.result())
    #expect(result.expectedFrames == 3 && result.receivedFrames == [2])
  }

  @Test("a window of more units than can be counted reads complete only when it is")
  func tooManyUnits() throws {
    let geometry = grid(1, 1)
    var sum = WindowSum(geometry: geometry, period: Period(end: afternoon, seconds: 100_000))
    _ = try sum.add(uniformFrame(geometry, end: afternoon, seconds: 1, micrometres: 1))
    #expect(sum.result()?.receivedFrames == [0])
    _ = try sum.add(uniformFrame(geometry, end: afternoon - 1, seconds: 99_998, micrometres: 1))
    let almost = try #require(sum.result())
    #expect(almost.expectedFrames == 65_535 && almost.receivedFrames == [65_534])
    _ = try sum.add(uniformFrame(geometry, end: afternoon - 99_999, seconds: 1, micrometres: 1))
    #expect(sum.result()?.receivedFrames == [65_535])
  }

  @Test("a sum beyond the largest depth reads as that depth, a frame without data adds none")
  func extremes() throws {
    let geometry = grid(1, 1)
    var sum = WindowSum(geometry: geometry, period: nil)
    _ = try sum.add(uniformFrame(geometry, end: afternoon, micrometres: DepthField.missing))
    #expect(sum.result()?.micrometres == [0] && sum.result()?.receivedFrames == [0])
    for step in 1...3 {
      _ = try sum.add(uniformFrame(geometry, end: afternoon - step * 600, micrometres: .max))
    }
    #expect(sum.result()?.micrometres == [.max] && sum.result()?.receivedFrames == [3])
  }
}
