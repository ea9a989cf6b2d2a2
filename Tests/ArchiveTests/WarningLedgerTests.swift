import Archive
import Foundation
import Hydromet
import Testing
import Warn

@Suite struct WarningLedgerTests {
  let life = WarningLifecycle(policy: SigningPolicy(), sender: "50019941600000")
  let ann = WarningAuthor(name: "安然", role: .forecaster)
  let bo = WarningAuthor(name: "柏青", role: .forecaster)

  func chain(_ number: Int = 0) -> WarningChain {
    WarningChain(hazard: .flashFlood, township: "500199\(101_000 + number)")
  }

  func draft(_ level: RiskLevel, at minutes: Int) -> WarningStep {
    .prepare(
      content: WarningContent(
        level: level, basis: .observedRain, expires: minute(minutes + 360), headline: "标题",
        description: "降雨", instruction: "转移", englishHeadline: "Headline",
        englishDescription: "Rain", englishInstruction: "Move"),
      dataTime: minute(minutes), answer: .complete(level), lines: [])
  }

  func items(_ record: WarningRecord, _ message: IssuedWarning) -> [OutboxItem] {
    [
      OutboxItem(
        key: message.identifier, occasion: .init(message.kind), subject: record.id,
        message: message.identifier, hazard: record.chain.hazard, level: message.content.level,
        places: [record.chain.township], audience: record.audience,
        headline: message.content.headline, text: message.content.description,
        issued: message.sent, expires: message.content.expires)
    ]
  }

  func dispatch(_ audience: [String]) -> WarningDispatch {
    WarningDispatch(
      audience: audience,
      documents: { _, message throws(Fault) in
        [MessageDocument(form: "cap", bytes: Array(message.identifier.utf8))]
      },
      deliveries: { record, message throws(Fault) in items(record, message) })
  }

  /// A record signed by one person on the urgent path.
  func signed(_ ledger: Ledger, _ chain: WarningChain, at minutes: Int = 0) throws -> String {
    let drafted = try ledger.prepare(
      chain, draft(.red, at: minutes), by: .init(.program, at: minute(minutes), because: "资料"),
      life: life)
    let id = drafted.record.id
    _ = try ledger.take(
      .sign(revision: drafted.record.lastRevision, confirmsNewerFacts: false), on: id,
      by: .init(ann, at: minute(minutes + 1), because: "紧急"), life: life)
    return id
  }

  @Test func `a release is one transaction: event, record, message, documents, outbox, audit`()
    throws
  {
    let bench = try Workbench()
    let ledger = try bench.ledger()
    let id = try signed(ledger, chain())
    let decision = try ledger.release(
      id, by: .init(ann, at: minute(2), because: "发布"), life: life,
      dispatch: dispatch(["c2", "c1"]))
    let message = try #require(decision.message)
    #expect(message.identifier.utf8.count == 31)
    #expect(try ledger.warning(id) == decision.record)
    #expect(try ledger.warning(ofMessage: message.identifier)?.id == id)
    #expect(try ledger.documents(ofMessage: message.identifier).map(\.form) == ["cap"])
    #expect(try ledger.outbox(of: id).map(\.item.audience) == [["c1", "c2"]])
    #expect(try ledger.events(ofWarning: id).count == 3)
    #expect(try ledger.auditHead().sequence == 3)
    #expect(
      try life.replaying(ledger.events(ofWarning: id), chain: chain(), episode: 1)
        == decision.record)
  }

  @Test func `where a delivery cannot be written nothing has happened`() throws {
    let bench = try Workbench()
    let ledger = try bench.ledger()
    let id = try signed(ledger, chain())
    let before = try #require(try ledger.warning(id))
    let head = try ledger.auditHead()
    let broken = WarningDispatch(
      audience: ["c1"],
      deliveries: { _, _ throws(Fault) in
        throw Fault("no_plan", "there is no call plan", remedy: "write one")
      })
    let code = faultCode {
      _ = try ledger.release(
        id, by: .init(ann, at: minute(2), because: "发布"), life: life, dispatch: broken)
    }
    #expect(code == "no_plan")
    #expect(try ledger.warning(id) == before)
    #expect(try ledger.outbox(of: id).isEmpty)
    #expect(try ledger.auditHead() == head)
  }

  @Test func `a cancel is queued for everybody who got the alert, whoever is on the list now`()
    throws
  {
    let bench = try Workbench()
    let ledger = try bench.ledger()
    let id = try signed(ledger, chain())
    _ = try ledger.release(
      id, by: .init(ann, at: minute(2), because: "发布"), life: life,
      dispatch: dispatch(["c1", "c2"]))
    let cancelled = try ledger.cancel(
      id, by: .init(bo, at: minute(60), because: "雨停"), life: life, dispatch: dispatch(["c3"]))
    #expect(cancelled.record.audience == ["c1", "c2", "c3"])
    let cancels = try ledger.outbox(of: id).filter { $0.item.occasion == .cancel }
    #expect(cancels.map(\.item.audience) == [["c1", "c2", "c3"]])
  }

  @Test func `messages of one second have different identifiers in the order of their release`()
    throws
  {
    let bench = try Workbench()
    let ledger = try bench.ledger()
    var identifiers: [String] = []
    for number in 0..<25 {
      let id = try signed(ledger, chain(number))
      let decision = try ledger.release(
        id, by: .init(ann, at: minute(2), because: "发布"), life: life, dispatch: dispatch([]))
      identifiers.append(try #require(decision.message).identifier)
    }
    #expect(Set(identifiers).count == 25)
    #expect(identifiers == identifiers.sorted())
    #expect(identifiers.allSatisfy { MessageIdentifier($0) != nil })
  }

  @Test func `a chain has one open record, and a new one after its end`() throws {
    let bench = try Workbench()
    let ledger = try bench.ledger()
    let id = try signed(ledger, chain())
    _ = try ledger.release(
      id, by: .init(ann, at: minute(2), because: "发布"), life: life, dispatch: dispatch([]))
    let change = try ledger.prepare(
      chain(), draft(.red, at: 10), by: .init(.program, at: minute(10), because: "资料"), life: life)
    #expect(change.record.id == id)
    _ = try ledger.cancel(
      id, by: .init(bo, at: minute(60), because: "雨停"), life: life, dispatch: dispatch([]))
    let next = try ledger.prepare(
      chain(), draft(.blue, at: 70), by: .init(.program, at: minute(70), because: "资料"), life: life)
    #expect(next.record.episode == 2)
    #expect(try ledger.openWarnings().map(\.id).contains(next.record.id))
  }

  @Test func `words that would be a statement of SQL are only words`() throws {
    let bench = try Workbench()
    let ledger = try bench.ledger()
    let evil = "'); DROP TABLE warning; --"
    let id = try signed(ledger, chain())
    _ = try ledger.release(
      id, by: .init(.init(name: evil, role: .chief), at: minute(2), because: evil), life: life,
      dispatch: dispatch([evil]))
    #expect(try ledger.warning(id)?.standing?.releasedBy.name == evil)
    #expect(try ledger.warning(evil) == nil)
    #expect(try ledger.warnings(changedIn: wholeDay, township: evil).isEmpty)
    #expect(
      faultCode {
        _ = try ledger.take(
          .expire, on: evil, by: .init(ann, at: minute(3), because: "x"), life: life)
      } == "unknown_warning")
  }

  @Test
  func `when the facts last had a level is remembered over restarts, for these records alone`()
    throws
  {
    let bench = try Workbench()
    var ledger = try bench.ledger()
    let first = try signed(ledger, chain(0))
    let second = try signed(ledger, chain(1))
    #expect(try ledger.supportTimes().isEmpty)
    try ledger.keep(supportTimes: [first: minute(10), second: minute(20)])
    try ledger.close()
    ledger = try bench.ledger()
    #expect(try ledger.supportTimes() == [first: minute(10), second: minute(20)])
    try ledger.keep(supportTimes: [second: minute(30)])
    #expect(try ledger.supportTimes() == [second: minute(30)])
  }

  @Test func `a ledger of the version before levels were remembered opens, with all its records`()
    throws
  {
    let bench = try Workbench()
    var ledger = try bench.ledger()
    let id = try signed(ledger, chain())
    let record = try ledger.warning(id)
    try ledger.close()
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3", "-c", WarningLedgerTests.olderVersion, bench.ledgerPath]
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    ledger = try bench.ledger()
    #expect(try ledger.warning(id) == record)
    #expect(try ledger.supportTimes().isEmpty)
    try ledger.keep(supportTimes: [id: minute(10)])
    #expect(try ledger.supportTimes() == [id: minute(10)])
  }

  /// Takes the newest step of the tables back.
  private static let olderVersion = """
    import sqlite3, sys
    c = sqlite3.connect(sys.argv[1])
    c.execute("DROP TABLE warning_support")
    step = "when the facts last supported warnings"
    n = c.execute("DELETE FROM grdb_migrations WHERE identifier = ?", (step,)).rowcount
    c.commit()
    sys.exit(0 if n == 1 else 1)
    """

  @Test func `an alarm is noted and sent once, also after a restart`() throws {
    let bench = try Workbench()
    var ledger = try bench.ledger()
    let alarm = RainAlarm(
      id: "alarm-basin-B1-flash_flood-1-red", unitKind: .basin, unit: "B1", name: "清溪",
      hazard: .flashFlood, level: .red, episode: 1, townships: ["500199101000"],
      dataTime: minute(0), decidedAt: minute(1), text: "自动", englishText: "auto", evidence: "",
      suppression: nil)
    let key = RainAlarmState.Key(unitKind: .basin, unit: "B1", hazard: .flashFlood)
    let state = RainAlarmState(
      key: key, episode: 1, highest: .red, lastReached: minute(0), lastSeen: minute(0))
    func raise() throws -> [RainAlarm] {
      try ledger.record(alarms: [alarm], states: [state]) { alarm throws(Fault) in
        [
          OutboxItem(
            key: alarm.id, occasion: .rainAlarm, subject: alarm.id, message: alarm.id,
            hazard: alarm.hazard, level: alarm.level, places: alarm.townships, audience: [],
            headline: "自动报警", text: alarm.text, issued: alarm.decidedAt,
            expires: alarm.decidedAt + 3600)
        ]
      }
    }
    #expect(try raise() == [alarm])
    try ledger.close()
    ledger = try bench.ledger()
    #expect(try raise() == [])
    #expect(try ledger.outbox(of: alarm.id).count == 1)
    #expect(try ledger.alarmStates() == [state])
  }
}
