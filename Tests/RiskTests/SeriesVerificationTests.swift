import Hydromet
import Risk
import Testing

/// Whether the verification finds what was put into a series.
struct SeriesVerificationTests {
  /// Showers of an hour; a quarter of them on wet soil, where half the rain does harm.
  static func series(movesWithSoil: Bool) -> RainFlowSeries {
    var chance = Chance(5)
    var rain: [Depth?] = []
    var flow: [Double?] = []
    var isWet = false
    for day in 0..<900 {
      if day % 10 == 0 { isWet = chance.below(2) == 0 }
      let shower = Double(20 + chance.below(60))
      for hour in 0..<24 {
        // Wet spells: a millimetre an hour keeps the soil full.
        let mm = hour == 12 ? shower : (isWet && hour < 8 ? 5.0 : 0)
        rain.append(Depth(millimetres: mm))
        let limit = movesWithSoil && isWet ? 35.0 : 70
        flow.append(hour == 12 && shower >= limit ? 100 : Double(hour) / 24)
      }
    }
    return RainFlowSeries(
      step: .hours(1), rain: rain, evaporation: Array(repeating: 1.2, count: rain.count), flow: flow
    )
  }

  static func options() -> SeriesVerification.Options {
    var options = SeriesVerification.Options()
    options.durations = [.hours(1), .hours(3)]
    options.quantile = 0.9999
    options.lead = TimeSpan(seconds: 0)
    return options
  }

  @Test("where harm depends on the soil, the moving threshold finds it and no fixed one does")
  func moving() throws {
    let found = try SeriesVerification(
      SeriesVerificationTests.series(movesWithSoil: true), SeriesVerificationTests.options())
    let fixed = try #require(found.fixed.criticalSuccess)
    let moving = try #require(found.moving.criticalSuccess)
    #expect(found.parts.count == 3)
    #expect(moving > 0.9)
    #expect(fixed < moving - 0.1)
  }

  @Test("where harm does not depend on the soil, nothing is gained and nothing lost")
  func fixed() throws {
    let found = try SeriesVerification(
      SeriesVerificationTests.series(movesWithSoil: false), SeriesVerificationTests.options())
    #expect(found.fixed.criticalSuccess ?? 0 > 0.95)
    #expect(found.fixed == found.moving)
  }

  @Test("more parts than there are flows are a fault")
  func parts() {
    var options = SeriesVerificationTests.options()
    options.parts = .max
    let fault = #expect(throws: Fault.self) {
      _ = try SeriesVerification(SeriesVerificationTests.series(movesWithSoil: true), options)
    }
    #expect(fault?.code == "short_series")
  }

  @Test("moments with missing rain or flow are not judged")
  func missing() throws {
    let whole = SeriesVerificationTests.series(movesWithSoil: true)
    let cut = RainFlowSeries(
      step: whole.step,
      rain: whole.rain.enumerated().map { $0.offset % 24 == 12 ? nil : $0.element },
      evaporation: whole.evaporation, flow: whole.flow)
    let found = try SeriesVerification(cut, SeriesVerificationTests.options())
    #expect(found.fixed.hits == 0)
    #expect(found.fixed.misses == 0)
  }

  @Test("a series too short to choose and to judge is refused")
  func short() {
    let short = RainFlowSeries(step: .hours(1), rain: [.zero], evaporation: [0], flow: [1])
    #expect(throws: Fault.self) { try SeriesVerification(short) }
  }

  @Test("scores without any event or alarm are nothing, not 0 and not 1")
  func scores() {
    #expect(Contingency().criticalSuccess == nil)
    #expect(Contingency(hits: 3, falseAlarms: 1, misses: 2).criticalSuccess == 0.5)
    #expect(Contingency(hits: 3, falseAlarms: 1, misses: 2).detection == 0.6)
    #expect(Contingency(hits: 3, falseAlarms: 1, misses: 2).falseAlarmRatio == 0.25)
  }
}
