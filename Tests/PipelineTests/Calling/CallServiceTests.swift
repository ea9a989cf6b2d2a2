import Archive
import Districts
import Foundation
import Hydromet
import Pipeline
import Testing
import Warn

/// The calls beside the cycles, with programs as channels: one answers at once, one hangs.
@Suite("Calling beside the cycles", .serialized)
struct CallServiceTests {
  private static let quick = TestDistrict.townships[0].code
  private static let stuck = TestDistrict.townships[1].code
  private static let officer = WarningAuthor(name: "安然", role: .forecaster)

  private func district() throws -> TestDistrict {
    let district = try TestDistrict {
      $0 + """
        calls:
          channels:
            quick: {kind: program, path: quick.sh}
            stuck: {kind: program, path: stuck.sh, parallel: 1, time_limit: 60s}

        """
    }
    let people = [("P1", "quick", Self.quick), ("P2", "stuck", Self.stuck)]
    try district.write(
      "stations/contacts.csv",
      DistrictFiles.contactsCSV(
        people.map { id, channel, place in
          Contact(
            id: id, name: id, role: "duty", address: "10000000001", channel: channel, place: place,
            hazard: nil, minimumLevel: .blue, order: 1, deputy: nil)
        }))
    try program(
      "quick.sh", in: district,
      #"cat >> "$(dirname "$0")/called.txt"; echo '{"status":"answered","words":"1"}'"#)
    try program("stuck.sh", in: district, "exec sleep 60")
    return district
  }

  private func program(_ name: String, in district: TestDistrict, _ line: String) throws {
    try district.write(name, "#!/bin/sh\n\(line)\n")
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o755], ofItemAtPath: "\(district.folder)/\(name)")
  }

  private func called(_ district: TestDistrict) -> [String] {
    let text = try? String(contentsOfFile: "\(district.folder)/called.txt", encoding: .utf8)
    return (text ?? "").split(separator: "\n").map(String.init)
  }

  /// Raises an order for places and waits until the first of them has answered. Each order of a test has a
  /// higher level than the one before it: at the same level a person is let rest between calls.
  private func raise(_ id: String, _ level: RiskLevel, _ places: [String], at desk: CallDesk) throws
    -> Bool
  {
    try desk.raise(
      id: id, places: places, hazard: .flashFlood, level: level, headline: "测试", text: "请转移",
      lasting: .hours(1), isRehearsal: false, by: Self.officer, because: "")
    let end = Date(timeIntervalSinceNow: 30)
    while Date() < end {
      if try desk.calls(openOnly: false, warning: id).contains(where: {
        $0.place == places[0] && $0.state == "answered"
      }) {
        return true
      }
      Thread.sleep(forTimeInterval: 0.02)
    }
    return false
  }

  @Test func `who ordered a call by hand, who ended it and why stands in the audit ledger`() throws
  {
    let district = try district()
    let workspace = try Workspace(folder: district.folder)
    let ledger = workspace.ledger
    let clock = TestClock(TestStorm.end(1))
    let desk = CallDesk(workspace, clock: clock)
    func raise(_ id: String, by author: WarningAuthor, because reason: String) throws {
      try desk.raise(
        id: id, places: [Self.stuck], hazard: .flashFlood, level: .red, headline: "测试",
        text: "请转移", lasting: .hours(1), isRehearsal: true, by: author, because: reason)
    }
    try raise("bridge", by: Self.officer, because: "桥面过水，电话 13912345678")
    try raise("bridge", by: WarningAuthor(name: "柏青", role: .forecaster), because: "again")
    try raise("road", by: Self.officer, because: "")
    // An order of a program, as warnings leave it.
    try ledger.enqueue([
      CallOrder(
        id: "w/1", warning: "w", kind: .alert, hazard: .flashFlood, level: .red,
        places: [Self.stuck], headline: "测试", text: "", issued: clock.now,
        expires: clock.now + 3600, isRehearsal: true)
    ])
    let caller = CallEngine(
      ledger: ledger, book: CallOffice.book(workspace.district),
      limits: [ContactDirectory.sheetChannel: CallLimit(parallel: 10)], clock: clock,
      holder: "t", boot: "b", series: "S")
    for _ in 0..<3 { _ = try caller.step() }
    let chief = WarningAuthor(name: "陈明", role: .chief)
    try desk.end(
      id: "bridge", headline: "解除", isRehearsal: true, by: chief, because: "水已退")
    var rows: [AuditEntry] = []
    try ledger.eachAuditRow { rows.append($0.entry) }
    let orders = rows.filter { $0.kind == "call.order" }
    #expect(orders.map(\.subject) == ["bridge", "road", "w", "bridge"])
    #expect(
      orders.map(\.author) == [
        "安然 (forecaster)", "安然 (forecaster)", "freshet (program)", "陈明 (chief)",
      ])
    #expect(orders[0].body.contains(#""reason":"桥面过水，电话 *********78""#))
    #expect(orders[3].body.contains(#""reason":"水已退""#))
    #expect(orders[1...2].allSatisfy { !$0.body.contains("reason") })
    #expect(throws: Fault.self) {
      try raise("x", by: WarningAuthor(name: " ", role: .forecaster), because: "")
    }
    #expect(throws: Fault.self) { try raise("x", by: Self.officer, because: "one\ntwo") }
    #expect(try ledger.auditCheck().findings.isEmpty)
  }

  @Test
  func `a channel that hangs delays no other, and a restart repeats nothing that is answered`()
    throws
  {
    let district = try district()
    let workspace = try Workspace(folder: district.folder)
    let desk = CallDesk(workspace)
    let first = try CallService(workspace, log: quietLogger)
    first.start()
    #expect(try raise("storm-1", .yellow, [Self.quick, Self.stuck], at: desk))
    #expect(try raise("storm-2", .orange, [Self.quick, Self.stuck], at: desk))
    let open = try desk.calls(openOnly: true)
    #expect(open.map(\.place) == [Self.stuck, Self.stuck], "who hangs has answered nothing")
    first.stop()

    let second = try CallService(workspace, log: quietLogger)
    second.start()
    #expect(try raise("storm-3", .red, [Self.quick], at: desk))
    second.stop()
    let lines = called(district)
    #expect(lines.count == 3, "each order was told once: \(lines)")
    #expect(Set(lines).count == 3)
    #expect(lines.allSatisfy { $0.contains("请转移") })
  }

  @Test func `of two services on one ledger one calls, and the other takes over when it stops`()
    throws
  {
    let district = try district()
    let workspace = try Workspace(folder: district.folder)
    let other = try Workspace(folder: district.folder)
    let desk = CallDesk(workspace)
    let services = [
      try CallService(workspace, log: quietLogger), try CallService(other, log: quietLogger),
    ]
    for service in services { service.start() }
    #expect(try raise("storm-1", .yellow, [Self.quick], at: desk))
    services[0].stop()
    #expect(try raise("storm-2", .orange, [Self.quick], at: desk))
    services[1].stop()
    #expect(called(district).count == 2)
  }
}
