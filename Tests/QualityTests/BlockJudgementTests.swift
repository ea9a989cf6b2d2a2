import Hydromet
import Quality
import Testing

@Suite struct `An hour of a gauge beside its neighbours and the radar` {
  private static let network = StationNetwork(lattice(5))
  private static let centre = 12

  private func judgement(
    _ tenths: Double, neighbours: [Double], radar: RadarBlock? = nil, isComplete: Bool = true
  ) -> BlockJudgement {
    var solver = SpatialSolver(QualityRules())
    let estimate = solver.estimate(Self.centre, in: Self.network) { station in
      station == Self.centre || neighbours.isEmpty
        ? -1 : neighbours[station % neighbours.count]
    }
    return BlockJudgement.of(tenths, isComplete: isComplete, estimate, radar, QualityRules())
  }

  private func radar(_ own: Double, least: Double? = nil, largest: Double? = nil) -> RadarBlock {
    RadarBlock(own: own, least: least ?? own, largest: largest ?? own)
  }

  @Test(
    "what neighbours alone say",
    arguments: [
      // gauge, neighbours, verdict
      (0.0, [0.0], Findings.Severity.none), (50, [40, 60, 55], .none),
      (500, [50, 60, 40], .suspect),
      (0, [120, 100, 140], .suspect), (2, [0], .none), (300, [0], .suspect),
      (2000, [0, 300, 50], .none), (120, [80, 10, 200], .none),
    ])
  func neighboursAlone(tenths: Double, neighbours: [Double], expected: Findings.Severity) {
    #expect(judgement(tenths, neighbours: neighbours).severity == expected)
  }

  @Test func `a lone 200 mm in an hour stays when the radar sees a storm there`() {
    let lone = judgement(2000, neighbours: [0], radar: radar(300, largest: 450))
    #expect(lone.severity == .none)
    #expect(lone.reasons.contains(.radarSupport))
  }

  @Test func `a lone 200 mm in an hour stays at the edge of a neighbour's storm`() {
    let lone = judgement(2000, neighbours: [0, 420, 0, 30])
    #expect(lone.severity == .none)
    #expect(lone.reasons.contains(.neighbourSupport))
  }

  @Test func `a lone 200 mm in an hour that nobody else sees is doubted, and not called wrong`() {
    let lone = judgement(2000, neighbours: [0])
    #expect(lone.severity == .suspect)
    #expect(lone.reasons.contains(.spatial))
  }

  @Test func `rain under a clear sky and among dry neighbours is phantom`() {
    let phantom = judgement(40, neighbours: [0], radar: radar(0))
    #expect(phantom.severity == .wrong)
    #expect(phantom.reasons.contains(.phantom))
    #expect(judgement(40, neighbours: [0], radar: radar(15)).severity == .none)
  }

  @Test func `a dry gauge in the rain of neighbours and radar is doubted`() {
    let dry = judgement(0, neighbours: [40, 50, 30], radar: radar(40))
    #expect(dry.severity == .suspect)
    #expect(dry.reasons.contains(.eventBuddy))
    #expect(dry.isPassedByBoth)
  }

  @Test func `a dry gauge stays dry where the radar is dry over it`() {
    let dry = judgement(0, neighbours: [40, 50, 30], radar: radar(0))
    #expect(dry.severity == .none)
    #expect(dry.reasons.contains(.radarSupport))
  }

  @Test func `an hour with gaps is a lower bound and cannot be too small`() {
    #expect(judgement(0, neighbours: [120, 100, 140], isComplete: false).severity == .none)
  }

  @Test func `a decimal point that moved is named`() {
    #expect(judgement(600, neighbours: [55, 60, 65]).reasons.contains(.scale))
    #expect(!judgement(600, neighbours: [0]).reasons.contains(.scale))
  }

  @Test func `without neighbours and radar there is no witness`() {
    let alone = judgement(2000, neighbours: [])
    #expect(!alone.isWitnessed)
    #expect(alone.severity == .none)
    #expect(alone.reasons.contains(.isolated))
  }

  @Test func `the estimate returns a constant field and does not look at the gauge itself`() {
    var solver = SpatialSolver(QualityRules())
    let estimate = solver.estimate(Self.centre, in: Self.network) { $0 == Self.centre ? 9000 : 49 }
    #expect(abs(SpatialEstimate.tenths(estimate?.value ?? 0) - 49) < 1e-9)
  }
}
