import Hydromet
import Risk
import Testing

struct CoverageTests {
  @Test("a half-covered basin is compared with what must have fallen over the whole of it")
  func lowerBoundOfTheWhole() {
    let rain = areal(mean: 60, validShare: 0.5, lowerBound: 30)
    let compared = ComparedRain(rain, statistic: .mean, minimumCoverage: 1)
    #expect(compared.depth == Depth(millimetres: 30))
    #expect(!compared.isComplete)
  }

  @Test("a stated minimum coverage lets a nearly covered basin be judged")
  func statedCoverage() {
    let rain = areal(mean: 60, validShare: 0.95, lowerBound: 57)
    #expect(ComparedRain(rain, statistic: .mean, minimumCoverage: 0.9).isComplete)
    #expect(!ComparedRain(rain, statistic: .mean, minimumCoverage: 1).isComplete)
  }

  @Test("without the gauges' full window the largest gauge is a lower bound")
  func gaugeStatistic() {
    let rain = ArealRainfall(
      period: Period(end: cycleTime, seconds: 3600), mean: nil, maximumCell: nil,
      maximumGauge: Depth(tenthsOfMillimetre: 312), maximumGaugeStation: "X9001", validShare: 0,
      gridShare: 0, gaugesAreComplete: false)
    let compared = ComparedRain(rain, statistic: .maximumGauge, minimumCoverage: 1)
    #expect(compared.depth == Depth(tenthsOfMillimetre: 312))
    #expect(!compared.isComplete && !compared.isBlind)
    #expect(ComparedRain(rain, statistic: .mean, minimumCoverage: 1).isBlind)
  }
}

struct CriticalRainfallTableTests {
  @Test("a unit's own rows replace the rows for every unit")
  func ownRows() {
    let table = CriticalRainfallTable(
      [row(.red, hours: 1, mm: 80, unit: "*"), row(.red, hours: 1, mm: 50, unit: "B7")],
      at: cycleTime)
    let own = table.rows(kind: .basin, unit: "B7", hazard: .flashFlood).map(\.depth.shortText)
    let other = table.rows(kind: .basin, unit: "B8", hazard: .flashFlood).map(\.depth.shortText)
    #expect(own == ["50.0"])
    #expect(other == ["80.0"])
  }

  @Test("a row counts from its first day to its last and not outside")
  func validity() {
    let rows = [row(.red, hours: 1, mm: 80, from: cycleTime - 10, to: cycleTime + 10)]
    func count(at time: Timestamp) -> Int {
      CriticalRainfallTable(rows, at: time).rows(kind: .basin, unit: "B1", hazard: .flashFlood)
        .count
    }
    #expect([-11, -10, 9, 10].map { count(at: cycleTime + $0) } == [0, 1, 1, 0])
  }

  @Test("where the soil state is not known the wettest table is used")
  func cautiousSide() {
    let table = CriticalRainfallTable(
      [
        row(.red, hours: 1, mm: 80, wetness: .dry), row(.red, hours: 1, mm: 60, wetness: .wet),
      ], at: cycleTime)
    func level(_ wetness: Wetness?) -> RiskLevel? {
      UnitJudge(table: table, wetness: wetness)
        .assess(kind: .basin, unit: "B1", name: "", hazard: .flashFlood) { _, _ in
          ComparedRain(depth: Depth(millimetres: 70), isComplete: true, isBlind: false)
        }?.answer.level
    }
    #expect(level(nil) == .red)
    #expect(level(.wet) == .red)
    #expect(level(.dry) == RiskLevel.none)
  }

  @Test("a duration that has no row for the wettest soil keeps the row it has")
  func cautiousSideOfEveryDuration() {
    let table = CriticalRainfallTable(
      [
        row(.blue, hours: 1, mm: 30, wetness: .wet), row(.red, hours: 3, mm: 60, wetness: .normal),
      ], at: cycleTime)
    let assessment = UnitJudge(table: table)
      .assess(kind: .basin, unit: "B1", name: "", hazard: .flashFlood) { _, duration in
        ComparedRain(
          depth: Depth(millimetres: duration == .hours(3) ? 70 : 10), isComplete: true,
          isBlind: false)
      }
    #expect(assessment?.answer == .complete(.red))
  }
}
