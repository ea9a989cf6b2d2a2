import Hydromet
import Testing

@Suite("Rain of one station over different lengths of time")
struct RainConsistencyTests {
  private let noon = Timestamp(secondsSince1970: 1_593_950_400)

  private func rain(
    _ endMinutes: Int, _ minutes: Int, _ tenths: Int32?, trace: Bool = false,
    _ quality: QualityCode = .unchecked
  ) -> GaugeReading {
    GaugeReading(
      station: "57612", element: .rain,
      period: Period(end: noon + endMinutes * 60, seconds: minutes * 60), tenths: tenths,
      isTrace: trace, quality: quality)
  }

  private func minutes(_ tenths: [Int32?]) -> [GaugeReading] {
    tenths.enumerated().map { rain($0.offset + 1, 1, $0.element) }
  }

  @Test("sixty minutes that add up to the hour, or differ by a tenth, agree")
  func agree() {
    let wet = minutes((0..<60).map { $0 < 12 ? 3 : 0 })
    for total: Int32 in [35, 36, 37] {
      #expect(RainConsistency.contradictions(in: wet + [rain(60, 60, total)]).isEmpty)
    }
  }

  @Test("an hour that says less or more than its sixty minutes is flagged with its minutes")
  func disagree() throws {
    let wet = minutes((0..<60).map { $0 < 12 ? 3 : 0 })
    for total: Int32 in [0, 34, 38, 360] {
      let readings = wet + [rain(60, 60, total), rain(61, 1, 5)]
      let (flagged, notes) = RainConsistency.flagged(readings)
      #expect(notes.count == 1)
      #expect(notes.first?.partsTenths == 36 && notes.first?.isComplete == true)
      #expect(flagged.count { $0.quality == .suspect } == 61)
      #expect(flagged.last?.quality == .unchecked)
      #expect(flagged.map(\.tenths) == readings.map(\.tenths))
    }
  }

  @Test("minutes with a gap can show that an hour says too little, never that it says too much")
  func gap() throws {
    let gappy = minutes((0..<60).map { $0 == 30 ? nil : ($0 < 12 ? 3 : 0) })
    #expect(RainConsistency.contradictions(in: gappy + [rain(60, 60, 99)]).isEmpty)
    let less = RainConsistency.contradictions(in: gappy + [rain(60, 60, 10)])
    #expect(less.count == 1)
    #expect(less.first?.isComplete == false)
    #expect(
      try #require(less.first).note
        == "59 readings inside the 1h to 2020-07-05T13:00:00Z already hold 3.6 mm, the total says 1.0 mm"
    )
  }

  @Test("traces may add up to a tenth each; a total that is a trace agrees with dry parts")
  func traces() {
    let traces = (1...6).map { rain($0 * 10, 10, 0, trace: true) }
    #expect(RainConsistency.contradictions(in: traces + [rain(60, 60, 7)]).isEmpty)
    #expect(RainConsistency.contradictions(in: traces + [rain(60, 60, 8)]).count == 1)
    let dry = (1...6).map { rain($0 * 10, 10, 0) }
    #expect(RainConsistency.contradictions(in: dry + [rain(60, 60, 0, trace: true)]).isEmpty)
  }

  @Test("totals of 3 and 24 hours are held against the longest shorter readings inside them")
  func totals() {
    let hours = (1...24).map { rain($0 * 60, 60, 10) }
    let good = hours + [rain(180, 180, 30), rain(1440, 1440, 240)]
    #expect(RainConsistency.contradictions(in: good).isEmpty)
    let bad = hours + [rain(180, 180, 20), rain(1440, 1440, 240)]
    let found = RainConsistency.contradictions(in: bad)
    #expect(found.map(\.total.period.seconds) == [10_800])
  }

  @Test(
    "a running total that falls is flagged, whatever its lengths; one that stands or rises is not")
  func falling() throws {
    let rising = [rain(120, 120, 200), rain(180, 180, 200), rain(300, 300, 260)]
    #expect(RainConsistency.contradictions(in: rising).isEmpty)
    let found = RainConsistency.contradictions(in: rising + [rain(420, 420, 150)])
    #expect(found.map(\.total.period.seconds) == [25_200])
    #expect(found.map(\.partsTenths) == [260])
    #expect(found.first?.isComplete == false)
    #expect(RainConsistency.contradictions(in: [rain(180, 180, 9), rain(120, 120, 10)]).isEmpty)
  }

  @Test("running totals are held against the hours inside them")
  func runningAgainstHours() {
    let hours = (1...5).map { rain($0 * 60, 60, 10) }
    let totals = (2...5).map { rain($0 * 60, $0 * 60, Int32($0) * 10 + ($0 == 4 ? 15 : 0)) }
    let found = RainConsistency.contradictions(in: hours + totals)
    // The total of five hours is less than that of four, and is right: its hours say so.
    #expect(found.map(\.total.period.seconds) == [14_400])
  }

  @Test("readings that are wrong, missing or of another element take no part")
  func left() {
    let readings =
      minutes(Array(repeating: 0, count: 60)) + [
        rain(60, 60, 99, .wrong), rain(60, 60, nil, .missing),
      ]
    #expect(RainConsistency.contradictions(in: readings).isEmpty)
    #expect(RainConsistency.flagged(readings).readings == readings)
  }

  @Test("a running total becomes steps; one that falls is no running total")
  func running() throws {
    let totals = [rain(10, 10, 5), rain(30, 30, 12), rain(20, 20, 5)]
    let steps = try #require(RainConsistency.steps(ofRunningTotals: totals))
    #expect(steps.map(\.tenths) == [5, 0, 7])
    #expect(steps.map(\.period.seconds) == [600, 600, 600])
    #expect(steps.map(\.period.start) == [noon, noon + 600, noon + 1200])
    #expect(RainConsistency.steps(ofRunningTotals: [rain(10, 10, 5), rain(20, 20, 4)]) == nil)
    #expect(RainConsistency.steps(ofRunningTotals: [rain(10, 10, 5), rain(20, 10, 6)]) == nil)
    #expect(RainConsistency.steps(ofRunningTotals: []) == [])
  }
}
