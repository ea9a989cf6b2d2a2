import Foundation
import Hydromet
import Risk
import Testing

/// Up at once, down slowly.
struct LevelHoldTests {
  static let policy = HoldPolicy(minimum: .minutes(60), stayThousandths: 800)

  /// One unit with 30 mm for blue and 50 mm for red, judged by its rain; nil is unknown.
  static func now(_ mm: Double?, expected: RiskLevel? = nil) -> UnitAssessment {
    let table = CriticalRainfallTable(
      [row(.blue, hours: 1, mm: 30), row(.red, hours: 1, mm: 50)], at: cycleTime)
    let found = UnitJudge(table: table, stayThousandths: 800).assess(
      kind: .basin, unit: "B1", name: "溪", hazard: .flashFlood
    ) { _, _ in
      ComparedRain(
        depth: mm.flatMap { Depth(millimetres: $0) }, isComplete: mm != nil, isBlind: false)
    }
    guard let found else {
      return UnitAssessment(
        unitKind: .basin, unit: "B1", name: "溪", hazard: .flashFlood, answer: .blind, decisive: nil,
        uncovered: [])
    }
    guard let expected else { return found }
    return UnitAssessment(
      unitKind: .basin, unit: "B1", name: "溪", hazard: .flashFlood, answer: found.answer,
      decisive: found.decisive, uncovered: found.uncovered,
      expected: ExpectedAnswer(
        level: expected, isComplete: true, decisive: nil, lead: nil, fallen: nil, expected: nil),
      staying: found.staying)
  }

  /// Names of the shown answers of cycles every ten minutes.
  static func shown(_ rain: [Double?]) -> [String] {
    var state: HoldState?
    return rain.enumerated().map { index, mm in
      let result = LevelHold.apply(
        policy, to: [now(mm)], previous: state, at: cycleTime + index * 600)
      state = result.state
      return result.shown[0].answer.name
    }
  }

  @Test("a level rises in the cycle that reaches it")
  func upAtOnce() {
    #expect(LevelHoldTests.shown([10, 30, 50]) == ["none", "blue", "red"])
  }

  @Test("a level falls when the rain has been below 0.8 of its threshold for an hour, one to blue")
  func downSlowly() {
    let rain: [Double?] = [55] + Array(repeating: 35, count: 8)
    #expect(
      LevelHoldTests.shown(rain)
        == ["red", "red", "red", "red", "red", "red", "red", "blue", "blue"])
  }

  @Test("rain between 0.8 of the threshold and the threshold keeps the level, however long")
  func stays() {
    #expect(Set(LevelHoldTests.shown([55] + Array(repeating: 41, count: 30))) == ["red"])
  }

  @Test("rain that comes back within the hour starts the hour anew: no flapping")
  func noFlapping() {
    let rain: [Double?] = [55, 35, 35, 35, 45, 35, 35, 35, 35, 35, 35, 35]
    #expect(LevelHoldTests.shown(rain).dropLast() == ArraySlice(repeating: "red", count: 11))
    #expect(LevelHoldTests.shown(rain).last == "blue")
  }

  @Test("missing rain never lowers a level; after a day without knowledge it is unknown")
  func missing() throws {
    let rain: [Double?] = [55] + Array(repeating: nil, count: 146)
    let names = LevelHoldTests.shown(rain)
    #expect(names.prefix(144).allSatisfy { $0 == "red" })
    #expect(names.last == "unknown")
    let first = LevelHold.apply(
      LevelHoldTests.policy, to: [LevelHoldTests.now(55)], previous: nil, at: cycleTime)
    let next = LevelHold.apply(
      LevelHoldTests.policy, to: [LevelHoldTests.now(nil)], previous: first.state,
      at: cycleTime + 600)
    #expect(next.shown[0].answer.state == .atLeast)
    #expect(next.shown[0].held?.present.name == "unknown")
  }

  @Test("a level does not fall while the forecast says that it will be reached again")
  func forecastAgrees() {
    var state: HoldState?
    for index in 0..<20 {
      let now = LevelHoldTests.now(index == 0 ? 55 : 5, expected: .red)
      let result = LevelHold.apply(
        LevelHoldTests.policy, to: [now], previous: state, at: cycleTime + index * 600)
      state = result.state
      #expect(result.shown[0].answer == .complete(.red))
    }
  }

  @Test("a run that was stopped and restarted at every step shows what an unbroken run shows")
  func restart() throws {
    var chance = Chance(3)
    let rain = (0..<2000).map { _ in
      chance.below(12) == 0 ? nil : Double(chance.below(700)) / 10 as Double?
    }
    var whole: HoldState?
    var copies: HoldState?
    for (index, mm) in rain.enumerated() {
      let time = cycleTime + index * 600
      let a = LevelHold.apply(
        LevelHoldTests.policy, to: [LevelHoldTests.now(mm)], previous: whole, at: time)
      // The state as a file has it: written as bytes and read back.
      let read = try copies.map {
        try JSONDecoder().decode(HoldState.self, from: JSONEncoder().encode($0))
      }
      let b = LevelHold.apply(
        LevelHoldTests.policy, to: [LevelHoldTests.now(mm)], previous: read, at: time)
      #expect(a.shown == b.shown)
      #expect(a.state == b.state)
      (whole, copies) = (a.state, b.state)
    }
  }

  @Test("a shown level is never below the level of the rain")
  func neverBelow() {
    var chance = Chance(11)
    var state: HoldState?
    for index in 0..<3000 {
      let now = LevelHoldTests.now(Double(chance.below(700)) / 10)
      let result = LevelHold.apply(
        LevelHoldTests.policy, to: [now], previous: state, at: cycleTime + index * 600)
      state = result.state
      #expect(result.shown[0].answer.level >= now.answer.level)
    }
  }

  @Test("a state from the future, of the same moment or of long ago is not used")
  func strangeStates() {
    let old = LevelHold.apply(
      LevelHoldTests.policy, to: [LevelHoldTests.now(55)], previous: nil, at: cycleTime
    ).state
    for seconds in [0, -600, 86_401] {
      let result = LevelHold.apply(
        LevelHoldTests.policy, to: [LevelHoldTests.now(5)], previous: old, at: cycleTime + seconds)
      #expect(result.shown[0].answer == .complete(.none))
    }
  }
}
