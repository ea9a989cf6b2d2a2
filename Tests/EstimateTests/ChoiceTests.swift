import Estimate
import Foundation
import Hydromet
import Kernels
import Testing

struct `The choice of auto` {
  private static let geometry = Storms.grid(rows: 90, columns: 100)

  /// A radar that errs by a share of its own from place to place.
  private func merge(
    gauges count: Int, seed: UInt64 = 7, state: MergeState? = nil,
    rain: (Double, Double) -> Double = Storms.truth, radarSees: (Double, Double) -> Double
  ) -> MergedRain {
    let radar = Storms.field(Self.geometry) { x, y in
      radarSees(x, y) * rain(x, y)
    }
    return Merge(workers: Storms.manyWorkers).run(
      MergeInput(
        geometry: Self.geometry, period: Storms.period, radar: radar,
        gauges: Storms.gauges(count, width: 88, seed: seed, rain), state: state))
  }

  private func error(_ merged: MergedRain, of method: MergeMethod) -> Double? {
    merged.report.tried.first { $0.method == method }?.scores.rmse
  }

  @Test(arguments: [60, 200])
  func `where the radar errs by one factor, nothing is taken before the mean-field bias`(count: Int)
  {
    for seed in [UInt64(3), 7, 21] {
      let merged = merge(gauges: count, seed: seed) { _, _ in 0.6 }
      #expect(merged.report.method == .meanField, "seed \(seed)")
    }
  }

  @Test
  func
    `where the radar errs otherwise from place to place, the method with the least recent error is taken`()
    throws
  {
    let merged = merge(gauges: 200) { x, _ in x < 45 ? 0.4 : 1.6 }
    let chosen = try #require(merged.report.method)
    #expect(chosen != .meanField && chosen == merged.state.chosen)
    let least = try #require(merged.report.tried.map(\.scores.rmse).min())
    #expect(try #require(error(merged, of: chosen)) == least)
    #expect(try #require(error(merged, of: .meanField)) > 1.5 * least)
  }

  @Test
  func `what was better for hours is kept over what is better once, and goes when it stays worse`()
    throws
  {
    let radarSees = { (x: Double, _: Double) in x < 45 ? 0.4 : 1.6 }
    let first = merge(gauges: 200, radarSees: radarSees)
    let best = try #require(first.report.method)
    let other = try #require(
      first.report.tried.filter {
        $0.method != best && $0.method != .meanField && $0.method.usesRadar
      }
      .min { $0.scores.rmse < $1.scores.rmse }?.method)
    // The other one has lately been three times better than anything else.
    var state = MergeState()
    state.chosen = other
    state.recentErrors = MergeMethod.allCases.map { $0 == other ? 0.01 : 0.5 }
    var merged = merge(gauges: 200, state: state, radarSees: radarSees)
    #expect(merged.report.method == other)
    for _ in 0..<20 {
      merged = merge(gauges: 200, state: merged.state, radarSees: radarSees)
    }
    let now = try #require(merged.report.method)
    // It may stay within the hysteresis of one in twenty.
    let share = merged.state.recentErrors
    let place = { (method: MergeMethod) in MergeMethod.allCases.firstIndex(of: method) ?? 0 }
    let least = share.filter { $0 >= 0 }.min() ?? 0
    #expect(share[place(now)] <= 1.05 * least)
  }

  @Test
  func `an hour without rain in the gauges changes nothing of the choice`() throws {
    let first = merge(gauges: 200) { x, _ in x < 45 ? 0.4 : 1.6 }
    let chosen = try #require(first.report.method)
    let radar = Storms.field(Self.geometry) { x, y in Storms.truth(x, y) }
    let dry = Merge().run(
      MergeInput(
        geometry: Self.geometry, period: Storms.period, radar: radar,
        gauges: Storms.gauges(200, width: 88) { _, _ in 0 }, state: first.state))
    #expect(dry.state.chosen == chosen && dry.state.recentErrors == first.state.recentErrors)
  }

  @Test
  func `of ten gauges the best of nine methods is not taken for a chance gain`() {
    // Scatter of single gauges and of the radar by half, without any pattern to be learned from place.
    var local = 0
    for seed in UInt64(1)...20 {
      var chance = Storms.Sequence(state: seed &* 977)
      let radar = Storms.field(Self.geometry) { x, y in
        Storms.truth(x, y) * (0.4 + 0.8 * chance.next())
      }
      let merged = Merge(workers: Storms.manyWorkers).run(
        MergeInput(
          geometry: Self.geometry, period: Storms.period, radar: radar,
          gauges: Storms.gauges(10, width: 88, seed: seed, Storms.truth)))
      if merged.report.method != .meanField, !merged.report.reasons.contains(.radarDisagrees),
        !merged.report.reasons.contains(.fewWetPairs)
      {
        local += 1
      }
    }
    #expect(local <= 2, "\(local) of 20")
  }
}
