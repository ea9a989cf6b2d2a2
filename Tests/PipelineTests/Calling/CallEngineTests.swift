import Archive
import Foundation
import Hydromet
import Pipeline
import Synchronization
import Testing
import Warn

/// A ledger, two clocks and people; what the far end of the channels would see.
private final class Office {
  final class Hands: Pipeline.Clock {
    let state = Mutex<(wall: Int64, monotonic: Double)>((1_720_490_400, 100))
    var now: Timestamp { state.withLock { Timestamp(secondsSince1970: $0.wall) } }
    var monotonicSeconds: Double { state.withLock { $0.monotonic } }

    func pass(_ seconds: Int) {
      state.withLock {
        $0.wall += Int64(seconds)
        $0.monotonic += Double(seconds)
      }
    }

    func set(by seconds: Int) { state.withLock { $0.wall += Int64(seconds) } }
  }

  let path: String
  let clock = Hands()
  var ledger: Ledger
  let book: CallBook
  var engine: CallEngine
  private var engines = 0

  init(_ contacts: [Contact], plan: CallPlan = .usual) throws {
    path = NSTemporaryDirectory() + "freshet-engine-\(UUID().uuidString).sqlite"
    ledger = try Ledger(path: path)
    book = CallBook(
      directory: ContactDirectory(contacts: contacts, channels: ["voice", "sms"]), plan: plan)
    engine = Office.engine(ledger, book, clock, "0")
  }

  deinit {
    try? ledger.close()
    for end in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + end) }
  }

  private static func engine(
    _ ledger: Ledger, _ book: CallBook, _ clock: Hands, _ holder: String
  ) -> CallEngine {
    let limit = CallLimit(perMinute: nil, parallel: 1000)
    return CallEngine(
      ledger: ledger, book: book, limits: ["voice": limit, "sms": limit, "sheet": limit],
      clock: clock, holder: holder, boot: "b", series: "S")
  }

  func anotherEngine() -> CallEngine {
    engines += 1
    return Office.engine(ledger, book, clock, "other-\(engines)")
  }

  /// The process dies and another one starts, after a time.
  func restart(after seconds: Int) throws {
    try ledger.close()
    clock.pass(seconds)
    ledger = try Ledger(path: path)
    engines += 1
    engine = Office.engine(ledger, book, clock, "\(engines)")
  }

  func order(
    _ id: String = "1", _ kind: CallOrder.Kind = .alert, level: RiskLevel = .orange,
    places: [String] = ["东镇"], lasting: Int = 21_600, warning: String = "w"
  ) throws {
    try ledger.enqueue([
      CallOrder(
        id: id, warning: warning, kind: kind, hazard: .flashFlood, level: level, places: places,
        headline: "测试预警", text: "请转移", issued: clock.now, expires: clock.now + lasting,
        isRehearsal: false)
    ])
  }

  /// Lets time pass second by second; every message is delivered at once.
  @discardableResult
  func pass(_ seconds: Int, delivering: Bool = true) throws -> [ClaimedCall] {
    var all: [ClaimedCall] = []
    for _ in 0...seconds {
      let calls = try engine.step().calls
      all += calls
      try engine.settle(
        calls.map {
          DeliveryOutcome(id: $0.id, result: delivering ? .delivered : .failed, detail: "")
        })
      clock.pass(1)
    }
    return all
  }

  func answer(_ call: ClaimedCall) throws -> CallReply {
    try ledger.answerCall(
      .delivery(call.id), person: call.person, way: "link", words: "收到", at: clock.now)
  }
}

private func person(
  _ id: String, place: String = "东镇", order: Int = 1, deputy: String? = nil,
  channels: [String] = ["voice"]
) -> Contact {
  Contact(
    id: id, name: id, role: "duty",
    ways: channels.map { .init(channel: $0, address: Address("13912345678")) }, place: place,
    hazard: nil, minimumLevel: .blue, order: order, deputy: deputy)
}

struct CallEngineTests {
  @Test
  func `an order is called at once and an answer between two steps stops the next call`() throws {
    let office = try Office([person("A"), person("B", order: 2)])
    try office.order()
    let first = try #require(try office.pass(0).first)
    #expect(first.person == "A")
    try office.pass(100)
    #expect(try office.answer(first).closed == 1)
    #expect(try office.pass(3600).isEmpty)
    #expect(try office.answer(first).late == 1)
  }

  @Test
  func `somebody who misses two calls is called again, then the next person`() throws {
    let office = try Office([person("A"), person("B", order: 2)])
    try office.order()
    let people = try office.pass(600).map(\.person)
    #expect(people.prefix(3) == ["A", "A", "B"])
  }

  @Test
  func `a restart inside a waiting window resumes the escalation`() throws {
    let office = try Office([person("A"), person("B", order: 2)])
    try office.order()
    try office.pass(100)
    try office.restart(after: 20_000 - 100)
    let calls = try office.pass(0)
    #expect(calls.map(\.person) == ["A"])
  }

  @Test
  func `nothing that ran out while Freshet was down is called at the start`() throws {
    let office = try Office([person("A")])
    try office.order("1", lasting: 3600, warning: "w")
    try office.pass(10)
    try office.order("2", lasting: 3600, warning: "x")
    try office.restart(after: 7200)
    #expect(try office.pass(600).isEmpty)
    #expect(try office.ledger.callTally().openChains == 0)
  }

  @Test
  func `a message that a dead process had in hand is handed over again under its key, noted once`()
    throws
  {
    let office = try Office([person("A")])
    try office.order()
    let first = try #require(try office.engine.step().calls.first)
    try office.restart(after: 15)
    let again = try #require(try office.pass(5).first)
    #expect(again.key == first.key && again.body == first.body && again.attempt == 2)
    var lines = 0
    try office.ledger.eachAuditRow(of: "delivery:\(first.id)") { _ in lines += 1 }
    #expect(lines == 1)
  }

  @Test
  func `an answer that came while the process was dead is not called after`() throws {
    let office = try Office([person("A")])
    try office.order()
    let first = try #require(try office.engine.step().calls.first)
    _ = try office.answer(first)
    try office.restart(after: 15)
    #expect(try office.pass(3600).isEmpty)
    #expect(try office.ledger.callDelivery(first.id)?.record.state == "uncertain")
  }

  @Test(arguments: [-86_400, -3600, 3600, 86_400])
  func `a step of the wall clock neither skips nor repeats a call`(step: Int) throws {
    let office = try Office([person("A"), person("B", order: 2)])
    try office.order()
    #expect(try office.pass(60).count == 1)
    office.clock.set(by: step)
    #expect(try office.pass(110).isEmpty)
    #expect(try office.pass(20).count == 1)
  }

  @Test
  func `a clock that was set back while Freshet was down makes no wait longer`() throws {
    let office = try Office([person("A"), person("B", order: 2)])
    try office.order()
    try office.pass(60)
    office.clock.set(by: -7200)
    try office.restart(after: 11)
    #expect(try office.pass(185).count == 1)
  }

  @Test
  func `two processes never both call, and the second goes on when the first is gone`() throws {
    let office = try Office([person("A"), person("B", order: 2)])
    try office.order()
    let first = office.engine
    let second = office.anotherEngine()
    let calls = try first.step().calls
    #expect(calls.count == 1)
    #expect(try second.step().calls.isEmpty && !second.isCalling)
    office.clock.pass(11)
    #expect(try second.step().calls.map(\.key) == calls.map(\.key))
    // The first one wakes up: what it notes late changes nothing.
    let fault = #expect(throws: Fault.self) {
      try first.settle([DeliveryOutcome(id: calls[0].id, result: .delivered, detail: "")])
    }
    #expect(fault?.code == "lease_lost")
    #expect(try first.step().calls.isEmpty)
  }

  @Test
  func `a process that was killed is followed at once by one that has its lock, and not before`()
    throws
  {
    let office = try Office([person("A")])
    try office.order()
    office.engine.hasLock = { true }
    try office.pass(2)
    let without = office.anotherEngine()
    _ = try without.step()
    #expect(!without.isCalling)
    let next = office.anotherEngine()
    next.hasLock = { true }
    _ = try next.step()
    #expect(next.isCalling)
    // The one before it is not dead after all, and has lost its lock: it hands out nothing more.
    office.engine.hasLock = { false }
    office.clock.pass(4)
    #expect(try office.engine.step().calls.isEmpty)
    #expect(!office.engine.isCalling)
  }

  @Test
  func `a caller without the lock is waited for even by one that has it`() throws {
    let office = try Office([person("A")])
    try office.order()
    try office.pass(2)
    let next = office.anotherEngine()
    next.hasLock = { true }
    _ = try next.step()
    #expect(!next.isCalling)
    office.clock.pass(11)
    _ = try next.step()
    #expect(next.isCalling)
  }

  @Test
  func `a process that stops hands over at once`() throws {
    let office = try Office([person("A")])
    try office.order()
    try office.pass(1)
    try office.engine.stop()
    let second = office.anotherEngine()
    _ = try second.step()
    #expect(second.isCalling)
  }

  @Test
  func `a higher level calls again those who had answered`() throws {
    let office = try Office([person("A")])
    try office.order("1")
    let first = try #require(try office.pass(1).first)
    _ = try office.answer(first)
    try office.order("2", .upgrade, level: .red)
    #expect(try office.pass(1).map(\.person) == ["A"])
  }

  @Test
  func
    `a cancel stops the calls and reaches everybody who was told, by another channel if need be`()
    throws
  {
    let office = try Office([
      person("A", channels: ["voice", "sms"]), person("B", order: 2), person("C", order: 3),
    ])
    try office.order("1")
    let told = Set(try office.pass(400).map(\.person))
    #expect(told == ["A", "B"])
    try office.order("2", .cancel, places: [])
    var notices: [ClaimedCall] = []
    for _ in 0..<400 {
      let calls = try office.engine.step().calls
      notices += calls
      try office.engine.settle(
        calls.map {
          DeliveryOutcome(
            id: $0.id, result: $0.channel == "voice" ? .failed : .delivered, detail: "")
        })
      office.clock.pass(1)
    }
    #expect(Set(notices.map(\.person)) == told)
    #expect(notices.allSatisfy { !$0.needsAnswer })
    #expect(try office.ledger.callTally().openChains == 0)
  }

  @Test
  func `a storm of calls reaches a person as one message, and one answer closes all of it`() throws
  {
    let places = (0..<30).map { "镇\($0)" }
    let office = try Office(places.map { person("L-\($0)", place: $0) } + [person("D", place: "*")])
    // One person with an entry for each place.
    let leader = places.enumerated().map { number, place in
      Contact(
        id: "L\(number)", name: "LEADER", role: "duty", address: "13912345678", channel: "voice",
        place: place, hazard: nil, minimumLevel: .blue, order: 1, deputy: nil)
    }
    let storm = try Office(leader)
    try storm.order("1", places: places)
    let calls = try storm.pass(1)
    #expect(calls.map(\.person) == ["L0"])
    #expect(calls.first?.body.contains("等30处") == true)
    #expect(try storm.answer(try #require(calls.first)).closed == 30)
    try office.order("1", places: places)
    #expect(try office.pass(1).count == 30)
  }

  @Test
  func `a dead channel falls to the next one within a second`() throws {
    let office = try Office([person("A", channels: ["voice", "sms"])])
    try office.order()
    let calls = try office.pass(2, delivering: false)
    #expect(calls.map(\.channel).prefix(3) == ["voice", "sms", "sheet"])
  }

  @Test
  func `nobody answers: the desk is told after the first round and at the end`() throws {
    let office = try Office([person("A"), person("DESK", place: "*", order: 1)])
    try office.order(lasting: 3600)
    let calls = try office.pass(3700)
    let told = calls.filter { $0.person == "DESK" }
    #expect(told.count == 2)
    #expect(told.allSatisfy { !$0.needsAnswer && $0.body.contains("无人应答") })
    #expect(try office.ledger.callTally().openChains == 0)
  }

  @Test
  func `the same decision written twice calls once`() throws {
    let office = try Office([person("A")])
    try office.order("1")
    try office.order("1")
    #expect(try office.pass(10).count == 1)
  }

  @Test
  func `no number stands in the ledger of calls or in the audit`() throws {
    let office = try Office([person("A")])
    try office.order()
    let call = try #require(try office.engine.step().calls.first)
    try office.engine.settle([
      DeliveryOutcome(id: call.id, result: .failed, detail: "no route to 13912345678")
    ])
    _ = try office.ledger.answerCall(
      .delivery(call.id), person: "A", way: "officer", words: "13912345678 已接", at: office.clock.now
    )
    try office.ledger.checkpoint()
    let bytes = try Data(contentsOf: URL(fileURLWithPath: office.path))
    #expect(bytes.range(of: Data("13912345678".utf8)) == nil)
    #expect(try office.ledger.auditCheck().findings.isEmpty)
  }

  @Test(arguments: [1, 2, 3])
  func `crises end well, whatever dies, is set or hangs`(seed: UInt64) throws {
    let folder = NSTemporaryDirectory() + "freshet-crises-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let tally = try CrisisSimulation(folder: folder, seed: seed).run(count: 10)
    #expect(tally.violations.isEmpty)
    #expect(tally.crises == 10 && tally.chains > 10 && tally.answered > 0)
  }
}
