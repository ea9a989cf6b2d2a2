import Archive
import Foundation
import Hydromet
import Testing

@Suite struct AuditTests {
  private func entry(_ number: Int) -> AuditEntry {
    AuditEntry(
      time: minute(number), kind: "warning.sign", subject: "flash_flood-500110101000-\(number)",
      author: "安然 (forecaster)", body: "{\"number\":\(number)}")
  }

  private func exported(_ count: Int) throws -> [[UInt8]] {
    let bench = try Workbench()
    let ledger = try bench.ledger()
    for number in 1...count { try ledger.append(audit: [entry(number)]) }
    #expect(try ledger.auditCheck().findings.isEmpty)
    return try AuditFile.bytes(of: ledger).split(separator: 0x0A).map(Array.init)
  }

  private func kinds(_ lines: [[UInt8]], heads: [AuditHead] = []) -> Set<AuditFinding.Kind> {
    Set(AuditFile.check(Array(lines.joined(separator: [0x0A])), heads: heads).findings.map(\.kind))
  }

  @Test func `a chain that nobody touched is whole, in the ledger and in a file`() throws {
    #expect(kinds(try exported(20)).isEmpty)
  }

  @Test func `any changed letter is found`() throws {
    let lines = try exported(4)
    for line in 0..<4 {
      for position in lines[line].indices {
        var changed = lines
        changed[line][position] ^= 1
        #expect(!kinds(changed).isEmpty, "line \(line), byte \(position)")
      }
    }
  }

  @Test func `rows of any number and lines of any depth are findings`() {
    let last =
      "{\"author\":\"\",\"body\":\"\",\"hash\":\"\",\"kind\":\"\",\"previous\":\"\",\"subject\":\"\","
      + "\"time\":0,\"sequence\":9223372036854775807}"
    #expect(kinds([Array(last.utf8), Array(last.utf8)]).contains(.reordered))
    #expect(kinds([Array(repeating: UInt8(ascii: "["), count: 513)]).contains(.unreadable))
  }

  @Test func `a removed row, an exchanged pair and a cut end are found and named`() throws {
    let lines = try exported(6)
    #expect(kinds(lines.enumerated().filter { $0.offset != 2 }.map(\.element)).contains(.removed))
    var swapped = lines
    swapped.swapAt(1, 2)
    #expect(kinds(swapped).contains(.reordered))
    #expect(kinds(Array(lines.dropLast())).contains(.truncated))
    var cut = lines
    cut.remove(at: 5)
    #expect(kinds(cut).contains(.truncated))
  }

  @Test func `a chain that was written anew from the middle is found by a head on paper`() throws {
    let bench = try Workbench()
    let ledger = try bench.ledger()
    let head = try ledger.append(audit: (1...5).map(entry))
    let other = try Workbench()
    let forged = try other.ledger()
    try forged.append(audit: (1...4).map(entry) + [entry(77)] + (6...8).map(entry))
    #expect(try forged.auditCheck().findings.isEmpty)
    #expect(try forged.auditCheck(heads: [head]).findings.map(\.kind) == [.replaced])
    #expect(AuditHead(head.description) == head)
    #expect(AuditHead("5:zz") == nil)
  }

  @Test func `the database itself refuses to change or remove a row`() throws {
    let bench = try Workbench()
    let ledger = try bench.ledger()
    try ledger.append(audit: [entry(1)])
    try ledger.close()
    for statement in ["UPDATE audit SET body = 'x'", "DELETE FROM audit"] {
      let process = Process()
      process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
      process.arguments = ["python3", "-c", AuditTests.script, bench.ledgerPath, statement]
      try process.run()
      process.waitUntilExit()
      #expect(process.terminationStatus == 7)
    }
    #expect(try bench.ledger().auditCheck().findings.isEmpty)
  }

  private static let script = """
    import sqlite3, sys
    try:
        c = sqlite3.connect(sys.argv[1]); c.execute(sys.argv[2]); c.commit()
    except sqlite3.IntegrityError: sys.exit(7)
    """

  @Test func `no telephone number stands in a row`() throws {
    let bench = try Workbench()
    let ledger = try bench.ledger()
    try ledger.append(
      audit: [
        AuditEntry(
          time: minute(1), kind: "call.attempt", subject: "13812345678", author: "a@b.cn",
          body: "{\"to\":\"+8613812345678\",\"also\":\"023-48651234\"}")
      ])
    let text = String(decoding: try AuditFile.bytes(of: ledger), as: UTF8.self)
    for number in ["1381234", "48651234", "a@b"] { #expect(!text.contains(number)) }
  }
}
