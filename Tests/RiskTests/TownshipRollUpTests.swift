import Hydromet
import Risk
import Testing

struct TownshipRollUpTests {
  let township = Township(
    code: "990110001000", name: "云台街道", englishName: nil, geometry: MultiPolygon([]))

  func part(_ answer: RiskAnswer, _ unit: String = "B1") -> UnitAssessment {
    UnitAssessment(
      unitKind: .basin, unit: unit, name: unit, hazard: .flashFlood, answer: answer, decisive: nil,
      uncovered: [])
  }

  @Test(
    "a township has the highest level of its parts and is complete only where all of them are",
    arguments: [
      ([.complete(.none), .complete(.yellow)], "yellow", .complete),
      ([.complete(.none), .complete(.none)], "none", .complete),
      ([.complete(.none), .incomplete(reached: .none)], "unknown", .unknown),
      ([.complete(.orange), .incomplete(reached: .none)], "orange", .atLeast),
      ([.complete(.red), .incomplete(reached: .none)], "red", .complete),
      ([.blind, .blind], "blind", .blind), ([.complete(.none), .blind], "unknown", .unknown),
      ([], "unknown", .unknown),
    ] as [([RiskAnswer], String, AssessmentState)])
  func highest(parts: [RiskAnswer], name: String, state: AssessmentState) {
    let assessment = TownshipRollUp.assess(township: township, parts: parts.map { part($0) })
    #expect(assessment.answer.name == name)
    #expect(assessment.answer.state == state)
  }

  @Test("the part that decides is named with its hazard; without a level no hazard is named")
  func decisive() {
    let parts = [part(.complete(.blue), "B1"), part(.complete(.red), "B2")]
    let assessment = TownshipRollUp.assess(township: township, parts: parts)
    #expect(assessment.decisive?.unit == "B2")
    #expect(assessment.hazard == .flashFlood)
    let calm = TownshipRollUp.assess(township: township, parts: [part(.complete(.none))])
    #expect(calm.hazard == nil)
  }

  @Test("an unknown township is explained by a part that is unknown, not by the wettest one")
  func unknown() {
    func part(_ unit: String, _ answer: RiskAnswer, depth: Int32) -> UnitAssessment {
      UnitAssessment(
        unitKind: .basin, unit: unit, name: unit, hazard: .flashFlood, answer: answer,
        decisive: Evidence(
          threshold: row(.blue, hours: 1, mm: 30), depth: Depth(tenthsOfMillimetre: depth),
          verdict: .notReached, isLowerBound: false), uncovered: [])
    }
    let assessment = TownshipRollUp.assess(
      township: township,
      parts: [
        part("B1", .complete(.none), depth: 290),
        part("B2", .incomplete(reached: .none), depth: 10),
      ])
    #expect(assessment.answer.state == .unknown)
    #expect(assessment.decisive?.unit == "B2")
  }

  @Test("a unit whose rain reaches the level now decides before one whose level is only held")
  func presentBeforeHeld() {
    func part(_ unit: String, tenths: Int32, held: Bool) -> UnitAssessment {
      let part = UnitAssessment(
        unitKind: .basin, unit: unit, name: unit, hazard: .flashFlood,
        answer: .complete(.orange),
        decisive: Evidence(
          threshold: row(.orange, hours: 1, mm: 30), depth: Depth(tenthsOfMillimetre: tenths),
          verdict: .reached, isLowerBound: false), uncovered: [])
      guard held else { return part }
      return part.showing(
        .complete(.orange),
        held: HeldLevel(
          present: .complete(.yellow), since: Timestamp(secondsSince1970: 1_700_000_000),
          until: nil))
    }
    let reached = part("B9", tenths: 310, held: false)
    let higher = part("B1", tenths: 500, held: true)
    let same = part("B2", tenths: 310, held: false)
    for parts in [[reached, higher, same], [same, higher, reached], [higher, same, reached]] {
      let assessment = TownshipRollUp.assess(township: township, parts: parts)
      #expect(assessment.decisive?.unit == "B2")
    }
    let held = TownshipRollUp.assess(township: township, parts: [higher])
    #expect(held.decisive?.unit == "B1")
  }
}
