import Hydromet
import Runoff
import Testing

/// 08:00 Beijing time.
let morning = BeijingTime.latest(hour: 8, atOrBefore: Timestamp(secondsSince1970: 1_593_900_000))

struct AntecedentRainfallTests {
  private let usual = AntecedentParameters(dailyRecession: 0.9, capacity: 100)

  @Test("what falls on a day is there the next morning, less a tenth, and never above Wm")
  func days() throws {
    let daily = try AntecedentRainfall(usual, step: .hours(24))
    #expect(daily.after(50, rain: 10) == 0.9 * 60)
    #expect(daily.after(50, rain: 10, runoff: 4) == 0.9 * 56)
    #expect(daily.after(95, rain: 80) == 100)
    #expect(daily.start == 50)
    #expect(AntecedentRainfall.dailyRecession(evaporation: 8, capacity: 100) == 0.92)
  }

  @Test("a day of dry steps leaves what the daily form leaves", arguments: [1, 10, 60, 720])
  func dryDay(minutes: Int) throws {
    let short = try AntecedentRainfall(usual, step: .minutes(minutes))
    var depth = 80.0
    for _ in 0..<(1440 / minutes) { depth = short.after(depth, rain: 0) }
    #expect((depth - 72).magnitude < 1e-10)
  }

  @Test("the cap holds at each step: rain beyond Wm is gone at once, not at the end of the day")
  func cap() throws {
    let hourly = try AntecedentRainfall(usual, step: .hours(1))
    var depth = hourly.after(60, rain: 500)
    #expect(depth == 100)
    for _ in 0..<24 { depth = hourly.after(depth, rain: 0) }
    #expect((depth - 90).magnitude < 1e-10)
  }

  @Test("the same rain falls on other days of 08–08 than of 20–20")
  func boundaries() throws {
    // Six hours that end at 14:00 on the first day and at 02:00 in the night after.
    let rain = [(6, 12.0), (18, 20.0)].map { hour, depth in
      (period: Period(end: morning + hour * 3600, seconds: 3600), depth: depth as Double?)
    }
    var parameters = usual
    let eight = try DailyAntecedent.series(rain: rain, parameters: parameters, start: 10)
    #expect(eight.map(\.depth) == [0.9 * 42])
    #expect(eight.map(\.end) == [morning + 86_400])
    parameters.day = .meteorological
    let twenty = try DailyAntecedent.series(rain: rain, parameters: parameters, start: 10)
    #expect(twenty.map(\.end) == [morning + 12 * 3600, morning + 36 * 3600])
    #expect(twenty.map(\.depth) == [0.9 * 22, 0.9 * (0.9 * 22 + 20)])
  }

  @Test("missing hours enter the gap share with the weight that their rain would have had")
  func gaps() throws {
    let hours = (1...48).map { hour in
      (
        period: Period(end: morning + hour * 3600, seconds: 3600),
        depth: hour <= 24 && hour % 2 == 0 ? nil : 0.5 as Double?
      )
    }
    let days = try DailyAntecedent.series(rain: hours, parameters: usual, start: 20)
    #expect(days.count == 2)
    #expect((days[0].gapShare - 0.1 * 0.5).magnitude < 1e-12)
    #expect((days[1].gapShare - 0.9 * 0.1 * 0.5).magnitude < 1e-12)
    #expect(days[0].depth == 0.9 * (20 + 6))
    let cold = try DailyAntecedent.series(rain: hours, parameters: usual)
    #expect(cold[0].gapShare > 0.9 && cold[0].depth == 0.9 * (50 + 6))
  }

  @Test("rain that lies in two days is refused")
  func acrossDays() {
    #expect(throws: Fault.self) {
      try DailyAntecedent.series(
        rain: [(Period(end: morning + 3600, seconds: 7200), 5)], parameters: usual)
    }
    #expect(throws: Fault.self) {
      try AntecedentRainfall(.init(dailyRecession: 1.2, capacity: 100), step: .hours(1))
    }
  }
}

struct SoilWaterTanksTests {
  @Test("the first two steps of a cloudburst come out as worked by hand")
  func byHand() {
    var tanks = SoilWaterTanks()
    tanks.passTenMinutes(rain: 60)
    #expect(tanks.upper == 60 && tanks.index == 60)
    let left = tanks.passTenMinutes(rain: 0)
    // Sideways 0.10 (60 − 15) / 6 = 0.75 mm, down 0.12 · 60 / 6 = 1.2 mm.
    #expect((left - 0.75).magnitude < 1e-12)
    #expect((tanks.upper - 58.05).magnitude < 1e-12 && (tanks.middle - 1.2).magnitude < 1e-12)
    #expect((tanks.index - 59.25).magnitude < 1e-12)
  }

  @Test("what fell is in the tanks or has left them")
  func balance() {
    var tanks = SoilWaterTanks()
    var (fallen, left) = (0.0, 0.0)
    for step in 0..<20_000 {
      let rain = step % 700 < 40 ? Double(step % 7) : 0
      fallen += rain
      left += tanks.passTenMinutes(rain: rain)
      #expect(tanks.upper >= 0 && tanks.middle >= 0 && tanks.lower >= 0)
    }
    #expect((tanks.index + left - fallen).magnitude < 1e-6 * fallen)
  }

  @Test("an hour at once is six steps of ten minutes")
  func hours() {
    var (one, six) = (SoilWaterTanks(upper: 80, middle: 30, lower: 40), SoilWaterTanks())
    six = one
    one.pass(.hours(1), rain: 12)
    for _ in 0..<6 { six.passTenMinutes(rain: 2) }
    #expect((one.index - six.index).magnitude < 1e-9)
  }
}

struct EvaporationTests {
  @Test("radiation at the top of the air is that of the worked example of FAO 56")
  func radiation() {
    // Example 8: 3 September at 20° S, 32.2 MJ/(m² d).
    #expect((Evaporation.radiation(latitude: -20, dayOfYear: 246) - 32.2).magnitude < 0.05)
    #expect(Evaporation.radiation(latitude: 80, dayOfYear: 355) == 0)
  }

  @Test("warmth and light make evaporation, frost ends it")
  func formulas() {
    let warm = Evaporation.oudin(celsius: 25, latitude: 29, dayOfYear: 190)
    #expect(warm > 4 && warm < 6)
    #expect(Evaporation.oudin(celsius: -5, latitude: 29, dayOfYear: 20) == 0)
    let day = Evaporation.hargreaves(mean: 25, least: 20, largest: 30, latitude: 29, dayOfYear: 190)
    #expect(day > 3 && day < 6)
    #expect(
      Evaporation.hargreaves(mean: 25, least: 30, largest: 20, latitude: 29, dayOfYear: 190) == 0)
    #expect(Evaporation.dayOfYear(Timestamp(secondsSince1970: 1_583_020_800)) == 61)
  }
}
