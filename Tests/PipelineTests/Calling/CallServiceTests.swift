import Archive
import Districts
import Foundation
import Hydromet
import Pipeline
import Testing

/// The calls beside the cycles, with programs as channels: one answers at once, one hangs.
@Suite("Calling beside the cycles", .serialized)
struct CallServiceTests {
  private static let quick = TestDistrict.townships[0].code
  private static let stuck = TestDistrict.townships[1].code

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
      lasting: .hours(1), isRehearsal: false)
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
