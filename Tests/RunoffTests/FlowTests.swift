import Hydromet
import Runoff
import Testing

struct LossTests {
  @Test("curve number 80 and 100 mm give the runoff of the handbook, and it gives the rain back")
  func curveNumber() {
    let curve = CurveNumber(80)
    #expect((curve.retention - 63.5).magnitude < 1e-12)
    #expect((curve.runoff(of: 100) - 87.3 * 87.3 / 150.8).magnitude < 1e-9)
    #expect(curve.runoff(of: 12.7) == 0)
    for runoff in [0.1, 1, 8.1, 24.3, 48.6, 300] {
      let rain = curve.rain(giving: runoff)
      #expect((curve.runoff(of: rain) - runoff).magnitude < 1e-9)
    }
  }

  @Test(
    "moisture conditions follow the rain of five days",
    arguments: [
      (35.9, true, CurveNumber.Moisture.dry), (36, true, .average), (53, true, .average),
      (53.1, true, .wet), (12.9, false, .dry), (28, false, .average), (28.1, false, .wet),
    ])
  func moisture(rain: Double, grows: Bool, expected: CurveNumber.Moisture) {
    #expect(CurveNumber.Moisture(fiveDayRain: rain, isGrowingSeason: grows) == expected)
  }

  @Test("curve numbers of dry and wet soil are those of the formulas")
  func adjusted() {
    #expect((CurveNumber(70).adjusted(to: .dry).number - 294 / 5.94).magnitude < 1e-12)
    #expect((CurveNumber(70).adjusted(to: .wet).number - 1610 / 19.1).magnitude < 1e-12)
    #expect(CurveNumber(70).adjusted(to: .average).number == 70)
  }

  @Test("rain fills what the soil lacks before any runs off, then loses at an even rate")
  func initialConstant() {
    let net = InitialConstantLoss(initial: 15, hourlyRate: 2).netRain(
      of: [10, 10, 10, 1, 0], stepHours: 1)
    // In the second hour half of the rain fills; the rate counts for the other half.
    #expect(net == [0, 4, 8, 0, 0])
  }

  @Test("the published losses of 双河1组 add up to its critical rain")
  func shuanghe() {
    // Net rain 8.1, 24.3, 48.6 mm in 1, 3, 6 h; depression, interception and infiltration by state.
    let losses: [[(Double, Double, Double)]] = [
      [(8, 15, 7.5), (7, 14, 5), (6, 12, 2.5)],
      [(8, 15, 17.5), (7, 14, 15), (6, 12, 7.5)],
      [(8, 15, 25), (7, 14, 22.5), (6, 12, 15)],
    ]
    let warned = [[40.0, 35, 30], [65, 60, 50], [95, 90, 80]]
    for (row, net) in [8.1, 24.3, 48.6].enumerated() {
      for (column, (depression, interception, infiltration)) in losses[row].enumerated() {
        // What fills first is the initial loss; the infiltration is spread over the duration.
        let hours = [1.0, 3, 6][row]
        let loss = InitialConstantLoss(
          initial: 0, hourlyRate: infiltration / hours)
        let critical = net + depression + interception + infiltration
        let excess = loss.netRain(
          of: [critical - depression - interception], stepHours: hours)[0]
        #expect((excess - net).magnitude < 1e-9)
        #expect((critical / 5).rounded() * 5 == warned[row][column], "\(critical)")
      }
    }
  }
}

struct UnitHydrographTests {
  @Test(
    "10 mm on an area leave it as 10 mm",
    arguments: [
      (1.0, 0.5), (2.5, 1.3), (3, 2), (5, 5), (0.7, 0.3),
    ])
  func volume(n: Double, hours: Double) throws {
    let unit = try UnitHydrograph(nash: .init(reservoirs: n, hours: hours), step: .minutes(30))
    let flow = unit.discharge(depth: 10, area: 42)
    let millimetres = flow.reduce(0) { $0 + $1 * 1800 } / 42e6 * 1000
    #expect((millimetres - 10).magnitude < 1e-9)
    #expect((unit.shares.reduce(0, +) - 1).magnitude < 1e-12)
  }

  @Test("one reservoir empties as an exponential, and the mean delay of n is n K")
  func shape() throws {
    let one = try UnitHydrograph(nash: .init(reservoirs: 1, hours: 2), step: .hours(1))
    #expect((one.shares[0] - (1 - Elementary.exp(-0.5))).magnitude < 1e-14)
    #expect((one.shares[3] / one.shares[2] - Elementary.exp(-0.5)).magnitude < 1e-12)
    let three = try UnitHydrograph(nash: .init(reservoirs: 3, hours: 2), step: .minutes(5))
    let mean = three.shares.enumerated().reduce(0) {
      $0 + (Double($1.offset) + 0.5) / 12 * $1.element
    }
    #expect((mean - 6).magnitude < 0.01)
  }

  @Test("the triangle peaks at D/2 + 0.6 Tc with 0.208 A Q / Tp and holds the whole volume")
  func triangle() throws {
    let triangle = TriangularHydrograph(concentrationHours: 2, durationHours: 0.5)
    #expect((triangle.timeToPeak - 1.45).magnitude < 1e-12)
    #expect((triangle.peak(area: 25, depth: 10) - 0.208 * 250 / 1.45).magnitude < 1e-12)
    // Half of base times height, 0.2778 = 1/3.6: the constant of the handbook is rounded.
    let volume = 0.5 * triangle.base * 3600 * triangle.peak(area: 25, depth: 10)
    #expect((volume / 250_000 - 1).magnitude < 0.001)
    let unit = try UnitHydrograph(triangleWithConcentrationHours: 2, step: .minutes(30))
    #expect((unit.shares.reduce(0, +) - 1).magnitude < 1e-12)
    let peak = unit.discharge(depth: 10, area: 25).max() ?? 0
    #expect(peak < triangle.peak(area: 25, depth: 10) * 1.001 && peak > 30)
  }

  @Test("net rain of two steps gives the sum of two responses")
  func superposition() throws {
    let unit = try UnitHydrograph(nash: .init(reservoirs: 2, hours: 1), step: .hours(1))
    let both = unit.flow(of: [3, 5])
    let (first, second) = (unit.flow(of: [3]), unit.flow(of: [5]))
    for index in both.indices {
      let sum = (index < first.count ? first[index] : 0) + (index > 0 ? second[index - 1] : 0)
      #expect((both[index] - sum).magnitude < 1e-15)
    }
    #expect(throws: Fault.self) {
      try UnitHydrograph(nash: .init(reservoirs: 0, hours: 1), step: .hours(1))
    }
  }

  @Test("Kirpich gives 0.0195 L^0.77 S^-0.385 minutes")
  func kirpich() {
    let hours = NashResponse.concentrationHours(lengthKilometres: 5, slope: 0.04)
    #expect((hours - 0.0195 * 705.0137 * 3.453137 / 60).magnitude < 1e-4)
  }
}

struct RationalFormulaTests {
  @Test(
    "flow, concentration and coefficient satisfy their three equations",
    arguments: [
      (5.0, 3.2, 0.05, 1.0, 3.0, 60.0), (48, 12, 0.02, 0.8, 5, 80), (150, 28, 0.008, 1.4, 2, 45),
    ])
  func whole(f: Double, l: Double, j: Double, m: Double, mu: Double, sp: Double) throws {
    let formula = try RationalFormula(area: f, length: l, slope: j, confluence: m, infiltration: mu)
    let n = 0.6
    let peak = try formula.peak(hourlyRain: sp, decay: .init(n))
    let tau = 0.278 * l / (m * Elementary.pow(j, 1.0 / 3) * Elementary.pow(peak.discharge, 0.25))
    #expect((peak.concentration - tau).magnitude < 1e-6 * tau)
    let psi = 1 - mu / sp * Elementary.pow(tau, n)
    let own = 0.278 * psi * sp / Elementary.pow(tau, n) * f
    #expect(peak.isWhole == (peak.production >= tau))
    if peak.isWhole { #expect((peak.discharge - own).magnitude < 1e-3) }
  }

  @Test("the two branches meet where net rain ends just when the basin has concentrated")
  func branches() throws {
    // Rising infiltration shortens the net rain until it is shorter than the concentration.
    var last = Double.infinity
    var kinds: Set<Bool> = []
    for mu in stride(from: 1.0, through: 30, by: 0.1) {
      let formula = try RationalFormula(
        area: 80, length: 20, slope: 0.01, confluence: 0.8, infiltration: mu)
      let peak = try formula.peak(hourlyRain: 40, decay: .init(0.6))
      #expect(peak.discharge < last)
      if last.isFinite { #expect(last - peak.discharge < 0.06 * last) }
      last = peak.discharge
      kinds.insert(peak.isWhole)
    }
    #expect(kinds == [true, false])
  }

  @Test("impossible basins are refused")
  func refusals() {
    #expect(throws: Fault.self) {
      try RationalFormula(area: -1, length: 1, slope: 0.01, confluence: 1, infiltration: 1)
    }
    #expect(throws: Fault.self) {
      try RationalFormula(area: 10, length: 5, slope: 0.01, confluence: 1, infiltration: 1)
        .peak(hourlyRain: 0, decay: .init(0.5))
    }
  }
}

struct MuskingumTests {
  @Test(
    "the three coefficients add up to 1 and none is below 0",
    arguments: [
      (1.0, 0.2), (0.05, 0.3), (3, 0.3), (12, 0.45), (0.5, 0), (0.1, 0.5), (24, 0.5),
    ])
  func coefficients(hours: Double, weight: Double) throws {
    let reach = try MuskingumCoefficients(.init(hours: hours, weight: weight), step: .minutes(10))
    #expect((reach.current + reach.previous + reach.outflow - 1).magnitude < 1e-12)
    #expect(reach.current >= -1e-12 && reach.previous >= 0 && reach.outflow >= -1e-12)
  }

  @Test("the formula's own coefficients come out: K 12 h, x 0.2, steps of 12 h")
  func table() throws {
    let reach = try MuskingumCoefficients(.init(hours: 12, weight: 0.2), step: .hours(12))
    let divisor = 12 * 0.8 + 6
    #expect(reach.parts == 1)
    #expect((reach.current - (6 - 2.4) / divisor).magnitude < 1e-15)
    #expect((reach.previous - (6 + 2.4) / divisor).magnitude < 1e-15)
    #expect((reach.outflow - (9.6 - 6) / divisor).magnitude < 1e-15)
  }

  @Test("a flood leaves a reach whole, later and lower; a steady flow stays as it is")
  func flood() throws {
    let reach = try MuskingumCoefficients(.init(hours: 6, weight: 0.2), step: .minutes(30))
    let wave = (0..<1000).map { step in step < 40 ? Double(step) : max(80 - Double(step), 0) }
    let out = reach.route(wave)
    #expect((out.reduce(0, +) - wave.reduce(0, +)).magnitude < 1e-6)
    let peak = out.indices.max { out[$0] < out[$1] }
    #expect(peak.map { $0 > 45 && $0 < 56 } == true)
    #expect((out.max() ?? 0) < 40 && (out.min() ?? -1) >= 0)
    #expect(reach.route([7, 7, 7, 7], start: 7).allSatisfy { ($0 - 7).magnitude < 1e-12 })
  }
}
