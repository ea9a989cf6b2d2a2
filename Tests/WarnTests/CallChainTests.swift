import Hydromet
import Testing
import Warn

struct CallChainTests {
  private let start = Timestamp(secondsSince1970: 1_720_000_000)

  private func chain(
    _ ladder: [CallRung], goal: CallChain.Goal = .answer, rounds: Int = 0, hours: Int = 6
  ) -> CallChain {
    CallChain(
      goal: goal, ladder: ladder, opened: start, deadline: start + hours * 3600, rounds: rounds,
      pauseSeconds: 60)
  }

  private let two = [
    CallRung(person: "A", channels: ["voice", "sms"], waitSeconds: 180, tries: 2),
    CallRung(person: "B", channels: ["voice"], waitSeconds: 180, tries: 1),
  ]

  @Test
  func `somebody who answers the third try is reached, and nobody is called afterwards`() {
    var chain = chain([CallRung(person: "A", channels: ["voice"], waitSeconds: 60, tries: 0)])
    var rings = 0
    var now = start
    while rings < 3 {
      for case .ring(let number, _, _) in chain.handle(.tick, at: now) {
        rings += 1
        _ = chain.handle(.delivered(number: number), at: now)
      }
      now = now + 1
    }
    #expect(chain.handle(.answered, at: now) == [.withdraw])
    #expect(chain.ending == .answered)
    for hour in 0..<10 { #expect(chain.handle(.tick, at: now + hour * 3600).isEmpty) }
  }

  @Test
  func `an answer between two steps stops the next one`() {
    var chain = chain(two)
    #expect(chain.handle(.tick, at: start) == [.ring(number: 1, person: "A", channel: "voice")])
    _ = chain.handle(.delivered(number: 1), at: start)
    _ = chain.handle(.answered, at: start + 179)
    #expect(chain.handle(.tick, at: start + 180).isEmpty)
  }

  @Test
  func `a chain that is taken up inside a waiting window goes on at the end of the window`() throws
  {
    var chain = chain(two)
    _ = chain.handle(.tick, at: start)
    _ = chain.handle(.delivered(number: 1), at: start + 2)
    var again = try #require(
      CallChain(
        goal: .answer, ladder: chain.ladder, due: chain.due, deadline: chain.deadline, rounds: 0,
        pauseSeconds: 60, cursor: chain.cursor))
    #expect(again == chain)
    #expect(again.handle(.tick, at: start + 181).isEmpty)
    #expect(
      again.handle(.tick, at: start + 5 * 3600) == [
        .ring(number: 2, person: "A", channel: "voice")
      ])
  }

  @Test(arguments: ["waiting 0 9223372036854775807 0 0 1", "resting 0 0 0 -1 0", "waiting 0 0"])
  func `a chain that was written down with numbers no chain has is not taken up`(cursor: String) {
    #expect(
      CallChain(
        goal: .answer, ladder: chain(two).ladder, due: start, deadline: start + 60, rounds: 0,
        pauseSeconds: 60, cursor: cursor) == nil)
  }

  @Test
  func `a dead channel falls to the next one at once, and a dead person to the next person`() {
    var chain = chain(two)
    _ = chain.handle(.tick, at: start)
    #expect(
      chain.handle(.failed(number: 1), at: start) == [
        .ring(number: 2, person: "A", channel: "sms")
      ])
    #expect(
      chain.handle(.failed(number: 2), at: start) == [
        .ring(number: 3, person: "B", channel: "voice")
      ])
    let actions = chain.handle(.failed(number: 3), at: start)
    #expect(actions == [.withdraw, .renewLadder, .tellNobodyAnswered(isOver: false)])
    #expect(chain.handle(.tick, at: start + 59).isEmpty)
    #expect(
      chain.handle(.tick, at: start + 60) == [.ring(number: 4, person: "A", channel: "voice")])
  }

  @Test
  func `news of an earlier ring changes nothing`() {
    var chain = chain(two)
    _ = chain.handle(.tick, at: start)
    _ = chain.handle(.failed(number: 1), at: start)
    let before = chain
    #expect(chain.handle(.failed(number: 1), at: start + 1).isEmpty)
    #expect(chain.handle(.delivered(number: 1), at: start + 1).isEmpty)
    #expect(chain == before)
  }

  @Test
  func `a channel that says nothing is given up for the next one`() {
    var chain = chain(two)
    _ = chain.handle(.tick, at: start)
    #expect(
      chain.handle(.tick, at: start + 180) == [
        .withdraw, .ring(number: 2, person: "A", channel: "sms"),
      ])
  }

  @Test
  func `nobody is called after the warning has run out, and the desk is told`() {
    var chain = chain(two, hours: 1)
    _ = chain.handle(.tick, at: start)
    _ = chain.handle(.delivered(number: 1), at: start)
    #expect(
      chain.handle(.tick, at: start + 3600) == [.withdraw, .tellNobodyAnswered(isOver: true)])
    #expect(chain.ending == .expired)
    var late = self.chain(two, hours: 1)
    #expect(
      !late.handle(.tick, at: start + 3600).contains { if case .ring = $0 { true } else { false } })
  }

  @Test
  func `a plan with an end tells the desk and ends`() {
    var chain = chain(
      [CallRung(person: "A", channels: ["x"], waitSeconds: 60, tries: 1)], rounds: 1)
    _ = chain.handle(.tick, at: start)
    _ = chain.handle(.delivered(number: 1), at: start)
    #expect(
      chain.handle(.tick, at: start + 60) == [.withdraw, .tellNobodyAnswered(isOver: true)])
    #expect(chain.ending == .nobody)
  }

  @Test
  func `a place without anybody tells the desk instead of ending in silence`() {
    var chain = chain([])
    #expect(
      chain.handle(.tick, at: start) == [
        .withdraw, .renewLadder, .tellNobodyAnswered(isOver: false),
      ])
    chain.renew(two)
    #expect(
      chain.handle(.tick, at: start + 60) == [.ring(number: 1, person: "A", channel: "voice")])
  }

  @Test
  func `a message that needs no answer is closed by its delivery`() {
    var chain = chain(two, goal: .delivery)
    _ = chain.handle(.tick, at: start)
    #expect(chain.handle(.delivered(number: 1), at: start) == [.withdraw])
    #expect(chain.ending == .delivered)
  }

  @Test(arguments: 0..<200)
  func `every chain ends, whatever its channels and people do`(seed: Int) {
    var state = UInt64(seed) &* 0x9e37_79b9_7f4a_7c15 | 1
    func chance(_ count: UInt64) -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return (state >> 33) % count
    }
    var chain = chain(two, rounds: Int(chance(3)), hours: 2)
    var now = start
    var pending: [Int] = []
    var rings = 0
    while chain.ending == nil, now < start + 10_000 {
      var actions = chain.handle(.tick, at: now)
      if let number = pending.popLast() {
        switch chance(4) {
        case 0: actions += chain.handle(.failed(number: number), at: now)
        case 1: actions += chain.handle(.delivered(number: number), at: now)
        case 2: actions += chain.handle(.delivered(number: Int(chance(20))), at: now)
        default: break
        }
      }
      for case .ring(let number, _, _) in actions {
        pending.append(number)
        rings += 1
      }
      if chance(400) == 0 { _ = chain.handle(.answered, at: now) }
      now = now + Int(chance(90))
    }
    #expect(chain.ending != nil)
    #expect(rings < 400)
  }

  @Test
  func `steps that could never be reached are refused when a plan is saved`() {
    var plan = CallPlan(
      name: "x", steps: [.init(who: .order(1), tries: 0), .init(who: .everybody)])
    #expect(plan.faults().map(\.code) == ["unreachable_step"])
    plan.steps = [.init(who: .everybody, waitSeconds: 0)]
    #expect(plan.faults().map(\.code) == ["bad_wait"])
    plan.steps = []
    #expect(plan.faults().map(\.code) == ["empty_plan"])
    #expect(CallPlan.usual.faults().isEmpty)
  }

  @Test
  func `a clock that is set back makes no wait longer, one that is set forward none shorter`() {
    let clock = CallClock(wall: start, lastSeen: nil, monotonicSeconds: 100)
    #expect(clock.now(monotonicSeconds: 160.9) == start + 60)
    let setBack = CallClock(wall: start - 3600, lastSeen: start + 60, monotonicSeconds: 5)
    #expect(setBack.now(monotonicSeconds: 6) == start + 61)
    let later = CallClock(wall: start + 7200, lastSeen: start + 60, monotonicSeconds: 5)
    #expect(later.now(monotonicSeconds: 5) == start + 7200)
  }
}
