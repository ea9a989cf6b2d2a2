import Hydromet
import Quality
import Testing

@Suite struct `Checks of single values and series` {
  @Test(
    arguments: [
      (.rain, 60, 400, nil), (.rain, 60, 401, .limit), (.rain, 3600, 6000, nil),
      (.rain, 3600, 6050, .limit), (.rain, 600, 1700, nil), (.rain, 600, 2500, .limit),
      (.rain, 86_400, 18_700, nil), (.rain, 3600, -1, .limit), (.temperature, 0, -800, nil),
      (.temperature, 0, 601, .limit), (.humidity, 0, 1001, .limit), (.pressure, 0, 8500, nil),
      (.windSpeed, 0, 760, .limit), (.windDirection, 0, 3601, .limit),
    ] as [(Element, Int, Int32, QualityReason?)])
  func `limits hold by element and length of time`(
    element: Element, seconds: Int, tenths: Int32, reason: QualityReason?
  ) {
    let reading = GaugeReading(
      station: "G", element: element, period: Period(end: hour0, seconds: seconds), tenths: tenths)
    #expect(ValueChecks.limits(reading, .standard)?.reason == reason)
  }

  @Test func `limits of a station's month are narrower and make a value suspect`() {
    var limits = ElementLimits()
    limits.monthly[.init(station: "G", element: .temperature, month: 7)] = 150...420
    let reading = { (tenths: Int32) in
      GaugeReading(
        station: "G", element: .temperature, period: Period(end: hour0, seconds: 0), tenths: tenths)
    }
    #expect(ValueChecks.limits(reading(100), limits)?.reason == .climate)
    #expect(ValueChecks.limits(reading(300), limits) == nil)
  }

  private func rain(_ tenths: [Int32], seconds: Int) -> [TimeChecks.Value] {
    tenths.enumerated().map {
      TimeChecks.Value(
        end: Int64(($0 + 1) * seconds), seconds: seconds, tenths: $1, place: $0)
    }
  }

  @Test func `steady drizzle is weather, a counter that repeats itself is not`() {
    #expect(TimeChecks.stuckBucket(rain([Int32](repeating: 1, count: 30), seconds: 60)).isEmpty)
    #expect(TimeChecks.stuckBucket(rain([Int32](repeating: 0, count: 99), seconds: 3600)).isEmpty)
    #expect(TimeChecks.stuckBucket(rain([12, 12, 12], seconds: 3600)).isEmpty)
    let stuck = TimeChecks.stuckBucket(rain([3, 34, 34, 34, 34, 34, 5], seconds: 3600))
    #expect(stuck.map(\.places) == [[1, 2, 3, 4, 5]])
    let fine = TimeChecks.stuckBucket(rain([Int32](repeating: 4, count: 12), seconds: 300))
    #expect(fine.first?.places.count == 12)
  }

  @Test func `a bucket that tips in every second step oscillates`() {
    let swing = TimeChecks.stuckBucket(rain([8, 0, 8, 0, 8, 0, 8, 0, 8, 0, 8], seconds: 300))
    #expect(swing.map(\.reason) == [.oscillation])
  }

  private func temperature(_ tenths: [Int32], minutes: Int = 60) -> [TimeChecks.Value] {
    tenths.enumerated().map {
      TimeChecks.Value(end: Int64(($0 + 1) * minutes * 60), seconds: 0, tenths: $1, place: $0)
    }
  }

  @Test func `a jump that comes back is blamed on the value that jumped`() {
    let found = TimeChecks.series(temperature([200, 205, 400, 210, 205]), of: .temperature)
    #expect(found.map(\.reason) == [.step])
    #expect(found.first?.places == [2])
  }

  @Test func `half a day of the same temperature is a flat line, of calm it is not`() {
    let flat = [Int32](repeating: 217, count: 14)
    #expect(TimeChecks.series(temperature(flat), of: .temperature).map(\.reason) == [.flatLine])
    let calm = [Int32](repeating: 0, count: 14)
    #expect(TimeChecks.series(temperature(calm), of: .windSpeed).isEmpty)
  }

  @Test func `one part that explains a contradiction is to blame alone`() {
    let minutes = (1...60).map { minute in
      GaugeReading(
        station: "G", element: .rain, period: Period(end: hour0 + minute * 60, seconds: 60),
        tenths: minute == 30 ? 90 : 1)
    }
    let total = GaugeReading(
      station: "G", element: .rain, period: Period(end: hour0 + 3600, seconds: 3600), tenths: 60)
    #expect(ValueChecks.contradictions(in: minutes + [total]) == [29])
    let even = minutes.map { reading in
      GaugeReading(station: "G", element: .rain, period: reading.period, tenths: 2)
    }
    #expect(ValueChecks.contradictions(in: even + [total]).count == 61)
  }
}
