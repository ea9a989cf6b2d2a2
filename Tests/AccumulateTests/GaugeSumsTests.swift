import Accumulate
import Hydromet
import Testing

private func rain(
  minutesBefore: Int, length: Int = 10, tenths: Int32?, quality: QualityCode = .unchecked,
  element: Element = .rain
) -> GaugeReading {
  GaugeReading(
    station: "G1001", element: element,
    period: Period(end: afternoon - minutesBefore * 60, seconds: length * 60), tenths: tenths,
    quality: quality)
}

private func sums(_ windows: [TimeSpan] = [.hours(1)]) throws -> GaugeSums {
  try GaugeSums(stepSeconds: tenMinutes, windows: windows)
}

/// The six ten-minute readings of the last hour, 1, 2, … 6 tenths from the newest back.
private let lastHour = (0..<6).map { rain(minutesBefore: $0 * 10, tenths: Int32($0 + 1)) }

struct GaugeSumsTests {
  @Test("every window has the sum of its own readings, in the order that was asked for")
  func windowsInOrder() throws {
    let readings = (0..<40).map { rain(minutesBefore: $0 * 10, tenths: 1) }
    let answers = try sums([.hours(3), .minutes(10), .hours(12)]).sums(of: readings, at: afternoon)
    #expect(answers.map(\.depth) == [18, 1, 40].map { Depth(tenthsOfMillimetre: $0) })
    #expect(
      answers.map(\.coverage) == [
        Coverage(received: 18, expected: 18), Coverage(received: 1, expected: 1),
        Coverage(received: 40, expected: 72),
      ])
    #expect(answers.map(\.period.end) == [afternoon, afternoon, afternoon])
    #expect(answers.map(\.period.seconds) == [10_800, 600, 43_200])
  }

  @Test("an hourly total beside all its ten-minute readings is not counted again")
  func hourlyBesideTenMinutes() throws {
    let readings = lastHour + [rain(minutesBefore: 0, length: 60, tenths: 30)]
    let answer = try #require(try sums().sums(of: readings, at: afternoon).first)
    #expect(answer.depth == Depth(tenthsOfMillimetre: 21))
    #expect(answer.coverage == Coverage(received: 6, expected: 6))
  }

  @Test("an hourly total stands in where one of its ten-minute readings is missing")
  func hourlyFillsGap() throws {
    let total = rain(minutesBefore: 0, length: 60, tenths: 30)
    let readings = [total] + lastHour.dropFirst()
    let answers = try sums([.hours(1), .minutes(50), .minutes(30)]).sums(
      of: readings, at: afternoon)
    #expect(answers[0].depth == Depth(tenthsOfMillimetre: 30) && answers[0].coverage.isComplete)
    #expect(answers[1].depth == Depth(tenthsOfMillimetre: 14))
    #expect(answers[1].coverage == Coverage(received: 4, expected: 5))
    #expect(answers[2].depth == Depth(tenthsOfMillimetre: 5))
    #expect(answers[2].coverage == Coverage(received: 2, expected: 3))
  }

  @Test("rain of minutes fills steps; a missing minute leaves the window incomplete")
  func minutes() throws {
    let minutes = (0..<60).map { rain(minutesBefore: $0, length: 1, tenths: 1) }
    let full = try #require(try sums().sums(of: minutes, at: afternoon).first)
    #expect(full.depth == Depth(tenthsOfMillimetre: 60) && full.coverage.isComplete)
    let gap = try #require(
      try sums().sums(of: minutes.filter { $0.period.end != afternoon - 1800 }, at: afternoon).first
    )
    #expect(gap.depth == Depth(tenthsOfMillimetre: 59))
    #expect(gap.coverage == Coverage(received: 5, expected: 6))
  }

  @Test("a reading across the start of the window or after its end does not count")
  func straddling() throws {
    let readings = [
      rain(minutesBefore: -10, tenths: 100), rain(minutesBefore: 55, tenths: 100),
      rain(minutesBefore: 30, length: 60, tenths: 100), rain(minutesBefore: 50, tenths: 7),
    ]
    let answer = try #require(try sums().sums(of: readings, at: afternoon).first)
    #expect(answer.depth == Depth(tenthsOfMillimetre: 7))
    #expect(answer.coverage == Coverage(received: 1, expected: 6))
  }

  @Test(
    "a value that is wrong, missing, negative or not rain is a gap, not a dry step",
    arguments: [
      rain(minutesBefore: 0, tenths: 5, quality: .wrong),
      rain(minutesBefore: 0, tenths: 5, quality: .missing),
      rain(minutesBefore: 0, tenths: 5, quality: .notInstalled),
      rain(minutesBefore: 0, tenths: nil), rain(minutesBefore: 0, tenths: -1),
      rain(minutesBefore: 0, tenths: 250, element: .temperature),
      rain(minutesBefore: 0, length: 0, tenths: 5), rain(minutesBefore: 0, length: -10, tenths: 5),
    ])
  func notCounted(reading: GaugeReading) throws {
    let alone = try #require(try sums().sums(of: [reading], at: afternoon).first)
    #expect(alone.depth == nil && alone.coverage == Coverage(received: 0, expected: 6))
    let others = try #require(
      try sums().sums(of: lastHour.dropFirst() + [reading], at: afternoon).first)
    #expect(others.depth == Depth(tenthsOfMillimetre: 20) && others.coverage.received == 5)
  }

  @Test("of two values for one period the checked one counts, then the larger, in any order")
  func twoValues() throws {
    let unchecked = rain(minutesBefore: 0, tenths: 90)
    let corrected = rain(minutesBefore: 0, tenths: 40, quality: .corrected)
    let suspect = rain(minutesBefore: 0, tenths: 900, quality: .suspect)
    let larger = rain(minutesBefore: 0, tenths: 41, quality: .correct)
    for readings in [
      [unchecked, corrected, suspect], [suspect, unchecked, corrected], [corrected, unchecked],
    ] {
      let answer = try sums([.minutes(10)]).sums(of: readings, at: afternoon)
      #expect(answer.first?.depth == Depth(tenthsOfMillimetre: 40))
    }
    for readings in [[larger, corrected], [corrected, larger]] {
      let answer = try sums([.minutes(10)]).sums(of: readings, at: afternoon)
      #expect(answer.first?.depth == Depth(tenthsOfMillimetre: 41))
    }
  }

  @Test("absurd times and depths neither stop a cycle nor wrap around")
  func absurdValues() throws {
    let far = GaugeReading(
      station: "G1001", element: .rain,
      period: Period(end: Timestamp(secondsSince1970: .min), seconds: .max), tenths: .max)
    let huge = (0..<6).map { rain(minutesBefore: $0 * 10, tenths: .max) }
    let answer = try #require(try sums().sums(of: huge + [far], at: afternoon).first)
    #expect(answer.depth == Depth(micrometres: .max) && answer.coverage.isComplete)
    let early = try sums().sums(of: huge, at: Timestamp(secondsSince1970: .min))
    #expect(early.first?.depth == nil)
  }

  @Test("windows that the step does not divide are refused")
  func refusedWindows() {
    #expect(
      faultCode { () throws(Fault) in _ = try GaugeSums(stepSeconds: 600, windows: [.minutes(45)]) }
        == "wrong_window")
    #expect(
      faultCode { () throws(Fault) in _ = try GaugeSums(stepSeconds: 0, windows: []) }
        == "wrong_step")
  }
}

struct GaugeChoiceTests {
  /// Seconds, readings and tenths of the best choice, by trying every subset.
  private func bestByTrying(_ readings: [GaugeReading], window: TimeSpan) -> [Int] {
    let all = Period(end: afternoon, seconds: window.seconds)
    let inside = readings.filter { all.covers($0.period) }
    var best = [0, 0, 0]
    for mask in 0..<(1 << inside.count) {
      let chosen = inside.indices.filter { mask >> $0 & 1 == 1 }.map { inside[$0] }
        .sorted { $0.period.end < $1.period.end }
      let isFree = zip(chosen, chosen.dropFirst()).allSatisfy { $0.period.end <= $1.period.start }
      guard isFree else { continue }
      let choice = [
        chosen.reduce(0) { $0 + $1.period.seconds }, chosen.count,
        chosen.reduce(0) { $0 + Int($1.tenths ?? 0) },
      ]
      if best.lexicographicallyPrecedes(choice) { best = choice }
    }
    return best
  }

  @Test(
    "the readings chosen cover most, then are finest, then give most, as trying every choice shows",
    arguments: 1...40)
  func equalsTryingEverything(seed: Int) throws {
    var numbers = SeededNumbers(state: UInt64(seed))
    let windows: [TimeSpan] = [.minutes(10), .minutes(30), .hours(1), .hours(2)]
    let gauge = try GaugeSums(stepSeconds: tenMinutes, windows: windows)
    let readings = (0..<10).map { _ in
      rain(
        minutesBefore: 5 * Int.random(in: -1...24, using: &numbers),
        length: [1, 5, 10, 20, 60].randomElement(using: &numbers) ?? 10,
        tenths: Int32.random(in: 0...50, using: &numbers))
    }
    let first = gauge.sums(of: readings, at: afternoon)
    for (window, answer) in zip(windows, first) {
      let best = bestByTrying(readings, window: window)
      #expect(answer.coverage.received == best[0] / tenMinutes)
      #expect(answer.depth == (best[0] > 0 ? Depth(tenthsOfMillimetre: Int32(best[2])) : nil))
    }
    for _ in 0..<5 {
      #expect(gauge.sums(of: readings.shuffled(using: &numbers), at: afternoon) == first)
    }
  }
}
