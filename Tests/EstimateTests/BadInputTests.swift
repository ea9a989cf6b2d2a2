import Estimate
import Hydromet
import Testing

/// Whatever comes, the answer is a number that is one, a missing value, and a label.
struct `Bad input to a merge` {
  static let geometry = Storms.grid(rows: 60, columns: 70)
  static let radar = Storms.field(geometry, Storms.truth)
  static let gauges = Storms.gauges(30, width: 60, Storms.truth)

  static func merge(
    _ radar: DepthField?, _ gauges: [MergeGauge], _ choice: MergeChoice = .automatic,
    _ state: MergeState? = nil
  ) -> MergedRain {
    let merged = Merge(MergeSettings(choice: choice)).run(
      MergeInput(
        geometry: geometry, period: Storms.period, radar: radar, gauges: gauges, state: state))
    for (cell, depth) in merged.field.micrometres.enumerated() {
      let isMissing = merged.sources[cell] == RainSource.none.rawValue
      #expect((depth == DepthField.missing) == isMissing)
      #expect(isMissing || (depth >= 0 && depth < 5_000_000))
    }
    for station in merged.report.stations {
      #expect(station.leftOut.map { $0.isFinite && $0 >= 0 } ?? true)
    }
    return merged
  }

  static let choices = [MergeChoice.automatic] + MergeMethod.allCases.map { .method($0) }

  @Test(arguments: choices)
  func `without gauges the radar stands with the last bias and its age`(_ choice: MergeChoice) {
    let none = Self.merge(Self.radar, [], choice)
    #expect(none.report.status == .unadjusted && none.report.reasons.contains(.noGauges))
    #expect(none.field == Self.radar && none.report.bias == nil)
    var state = MergeState()
    state.bias = FilteredBias(
      logarithm: 0.693147180559945, variance: 0.01, time: Storms.period.end - 7200)
    let doubled = Self.merge(Self.radar, [], choice, state)
    #expect(doubled.report.status == .lastBias && doubled.report.biasAgeSeconds == 7200)
    #expect(
      zip(doubled.field.micrometres, Self.radar.micrometres).allSatisfy {
        ($0 - 2 * $1).magnitude <= 1
      })
  }

  @Test(arguments: choices)
  func `without radar gauges stand alone`(_ choice: MergeChoice) {
    let merged = Self.merge(nil, Self.gauges, choice)
    #expect(merged.report.status == .gaugesOnly && merged.report.reasons.contains(.noRadar))
    #expect(merged.report.method.map { !$0.usesRadar } ?? false)
    #expect(merged.report.gaugeCount == 30 && merged.report.methodScores != nil)
    let empty = Self.merge(Storms.field(Self.geometry) { _, _ in nil }, Self.gauges, choice)
    #expect(empty.report.status == .gaugesOnly && empty.field == merged.field)
  }

  @Test(arguments: choices)
  func `with neither the field is blind and not dry`(_ choice: MergeChoice) {
    let merged = Self.merge(nil, [], choice)
    #expect(merged.report.status == .blind && merged.report.method == nil)
    #expect(merged.field.micrometres.allSatisfy { $0 == DepthField.missing })
  }

  @Test(arguments: choices)
  func `one gauge is too few for anything but itself, and the label says so`(
    _ choice: MergeChoice
  ) {
    let merged = Self.merge(Self.radar, [Self.gauges[0]], choice)
    #expect(merged.report.reasons.contains(.fewGauges))
    let alone = Self.merge(nil, [Self.gauges[0]], choice)
    #expect(alone.report.status == .gaugesOnly && alone.report.method == .inverseDistance)
  }

  @Test(arguments: choices)
  func `dry gauges under a dry radar give a dry field`(_ choice: MergeChoice) {
    let dry = Storms.field(Self.geometry) { _, _ in 0 }
    let gauges = Storms.gauges(30, width: 60) { _, _ in 0 }
    let merged = Self.merge(dry, gauges, choice)
    #expect(merged.report.reasons.contains(.allGaugesDry))
    #expect(merged.field.largest == .zero)
    #expect(merged.sources.allSatisfy { $0 != RainSource.none.rawValue })
  }

  @Test(arguments: choices)
  func `gauges all in one place`(_ choice: MergeChoice) {
    let gauges = (0..<12).map { Storms.gauge("T\($0)", 30, 30, Double($0)) }
    let merged = Self.merge(Self.radar, gauges, choice)
    #expect(merged.report.reasons.contains(.gaugesInOnePlace))
    let alone = Self.merge(nil, gauges, choice)
    #expect(alone.report.status == .gaugesOnly)
  }

  @Test(arguments: choices)
  func `twins that disagree are taken in the middle`(_ choice: MergeChoice) {
    let twins = [
      Storms.gauge("A", 20, 20, 10), Storms.gauge("B", 20, 20, 30), Storms.gauge("C", 50, 20, 20),
      Storms.gauge("D", 20, 50, 20), Storms.gauge("E", 50, 50, 20),
    ]
    let flat = Storms.field(Self.geometry) { _, _ in 20 }
    let merged = Self.merge(flat, twins, choice)
    let cell = (59 - 20) * 70 + 20
    #expect((merged.field.micrometres[cell] - 20_000).magnitude < 6_000)
  }

  @Test
  func `a frame of noise and 400 mm everywhere are told and lose to the gauges`() {
    var chance = Storms.Sequence(state: 11)
    let gauges = Storms.gauges(40, width: 60, Storms.truth)
    for radar in [
      Storms.field(Self.geometry) { _, _ in 80 * chance.next() },
      Storms.field(Self.geometry) { _, _ in 400 },
    ] {
      let merged = Self.merge(radar, gauges)
      #expect(merged.report.reasons.contains(.radarDisagrees))
      let scores = merged.report.methodScores
      let raw = merged.report.radarScores
      #expect((scores?.rmse ?? 1e9) < (raw?.rmse ?? 0))
      #expect(merged.field.largest.millimetres < 120)
    }
    for choice in Self.choices {
      _ = Self.merge(Storms.field(Self.geometry) { _, _ in 400 }, gauges, choice)
    }
  }

  @Test(arguments: choices)
  func `stations beyond reach of the grid do not count, and those near its edge do`(
    _ choice: MergeChoice
  ) {
    let gauges =
      Self.gauges + [
        Storms.gauge("near", -20, 30, 5), Storms.gauge("far", 900, -900, 99),
        MergeGauge(station: "lost", place: Point(x: .nan, y: 0), depth: .zero),
        MergeGauge(station: "deep", place: Point(x: 1e300, y: -1e300), depth: .zero),
      ]
    let merged = Self.merge(Self.radar, gauges, choice)
    #expect(merged.report.reasons.contains(.stationsOutsideGrid))
    #expect(merged.report.gaugeCount == 31 && merged.report.pairCount == 30)
  }

  @Test
  func `a bias outlives cycles without rain and forgets slowly`() {
    let half = Storms.field(Self.geometry) { x, y in 0.5 * Storms.truth(x, y) }
    let first = Self.merge(half, Self.gauges, .method(.meanField))
    let bias = first.report.bias ?? 0
    #expect(bias > 1.7 && bias < 2.1)
    let later = Merge(MergeSettings(choice: .method(.meanField))).run(
      MergeInput(
        geometry: Self.geometry, period: Period(end: Storms.period.end + 600, seconds: 3600),
        radar: half, gauges: [], state: first.state))
    #expect(later.report.bias == bias && later.report.biasAgeSeconds == 600)
  }

  @Test
  func `auto keeps its method until another is clearly better`() {
    var state: MergeState?
    var methods: [MergeMethod?] = []
    for seed in [3, 4, 5, 6] as [UInt64] {
      let merged = Self.merge(
        Self.radar, Storms.gauges(40, width: 60, seed: seed, Storms.truth), .automatic, state)
      state = merged.state
      methods.append(merged.report.method)
    }
    #expect(Set(methods).count <= 2)
    #expect(state?.recentErrors.allSatisfy { $0 >= 0 } ?? false)
  }
}
