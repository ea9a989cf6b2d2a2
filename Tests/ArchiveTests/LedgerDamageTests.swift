import Archive
import Foundation
import Glibc
import Hydromet
import Testing

/// Readings of 500 stations, ten minutes after ten minutes.
private func readings(_ count: Int, from minutes: Int) -> [GaugeReading] {
  (0..<count).map { rain("S\($0 % 500)", endingAt: minutes + 10 * ($0 / 500), Int32($0 % 300)) }
}

@Suite("A kill, a full disk and a damaged file lose and double nothing")
struct LedgerDamageTests {
  @Test("a full disk refuses the whole file and leaves the ledger as it was")
  func fullDisk() throws {
    let bench = try Workbench()
    let ledger = try Ledger(path: bench.ledgerPath, maximumPageCount: 150)
    try ledger.take("a", "A", readings: readings(500, from: 10), at: minute(12))
    let id = try ledger.claimed("b", "B", feed: "gauges", at: minute(13))
    let code = faultCode {
      _ = try ledger.accept(id, readings: readings(20_000, from: 20), known: minute(14))
    }
    #expect(code == "disk_full")
    #expect(try ledger.readings(feed: "gauges", in: wholeDay).count == 500)
    #expect(try ledger.dataTimes(in: wholeDay) == [minute(10)])
    #expect(try ledger.undecidedFiles().map(\.id) == [id])
    #expect(try ledger.damages().isEmpty)
    try ledger.close()
    let larger = try Ledger(path: bench.ledgerPath)
    let result = try larger.accept(id, readings: readings(20_000, from: 20), known: minute(15))
    #expect(result.added == 20_000)
  }

  @Test(
    "a process killed while it takes files in leaves whole files, and they can be taken in again")
  func killedForReal() async throws {
    let bench = try Workbench()
    let path = bench.ledgerPath
    await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
      let ledger = try Ledger(path: path)
      Thread.detachNewThread {
        var log = stat()
        while stat("\(path)-wal", &log) != 0 || log.st_size < 2_000_000 { _ = poll(nil, 0, 1) }
        kill(getpid(), SIGKILL)
      }
      for file in 1...10_000 {
        try ledger.take(
          "f\(file)", "\(file)", readings: readings(500, from: 10 * file), at: minute(60))
      }
    }
    let revived = try bench.ledger()
    let always = Period(end: minute(1_000_000), seconds: 100_000_000)
    let accepted = try revived.files(fate: .accepted)
    #expect(try revived.damages().isEmpty)
    #expect(accepted.count > 3)
    #expect(try revived.readings(feed: "gauges", in: always).count == accepted.count * 500)
    let undecided = try revived.undecidedFiles()
    #expect(undecided.count <= 1)
    #expect(try revived.files().count == accepted.count + undecided.count)
  }

  @Test("a ledger whose process was killed holds every finished transaction and no half of one")
  func killed() throws {
    let bench = try Workbench()
    let ledger = try bench.ledger()
    try ledger.take("a", "A", readings: readings(2000, from: 10), at: minute(12))
    let id = try ledger.claimed("b", "B", feed: "gauges", at: minute(13))
    let image = try Workbench()
    for name in ["ledger.sqlite", "ledger.sqlite-wal"] {
      try FileManager.default.copyItem(
        atPath: "\(bench.folder)/\(name)", toPath: "\(image.folder)/\(name)")
    }
    let revived = try image.ledger()
    #expect(try revived.damages().isEmpty)
    #expect(try revived.readings(feed: "gauges", in: wholeDay).count == 2000)
    #expect(try revived.undecidedFiles().map(\.id) == [id])
    let again = try revived.take("c", "C", readings: readings(2000, from: 10), at: minute(20))
    #expect(again.fate == .duplicate)
    #expect(again.unchanged == 2000)
  }

  @Test("a log that was cut anywhere holds the transactions before the cut, each whole")
  func cutLog() throws {
    let bench = try Workbench()
    let ledger = try bench.ledger()
    for file in 1...4 {
      try ledger.take(
        "f\(file)", "\(file)", readings: readings(500, from: 10 * file), at: minute(60))
    }
    let log = try Data(contentsOf: URL(fileURLWithPath: "\(bench.ledgerPath)-wal"))
    var seen: Set<Int> = []
    for share in 0...24 {
      let image = try Workbench()
      try FileManager.default.copyItem(atPath: bench.ledgerPath, toPath: image.ledgerPath)
      try log.prefix(log.count * share / 24).write(
        to: URL(fileURLWithPath: "\(image.ledgerPath)-wal"))
      let revived = try image.ledger()
      let count = try revived.readings(feed: "gauges", in: wholeDay).count
      let accepted = try revived.files(fate: .accepted).count
      #expect(count == accepted * 500)
      #expect(try revived.files().count <= accepted + 1)
      seen.insert(accepted)
    }
    #expect(seen.contains(0) && seen.contains(4))
  }

  @Test("bytes that are no ledger are refused with what to do", arguments: [0, 4096])
  func damagedFile(offset: Int) throws {
    let bench = try Workbench()
    let ledger = try bench.ledger()
    try ledger.take("a", "A", readings: readings(2000, from: 10), at: minute(12))
    try ledger.checkpoint()
    try ledger.close()
    let url = URL(fileURLWithPath: bench.ledgerPath)
    var bytes = try Data(contentsOf: url)
    for position in offset..<min(offset + 60_000, bytes.count) { bytes[position] = 0xA5 }
    try bytes.write(to: url)
    do {
      let damaged = try bench.ledger()
      _ = try damaged.readings(feed: "gauges", in: wholeDay)
      Issue.record("the damage was not noticed")
    } catch let fault as Fault {
      #expect(fault.code == "ledger_damaged")
      #expect(fault.location?.file == bench.ledgerPath)
      #expect(fault.remedy.contains("restore the last copy"))
    }
  }

  @Test("a row whose value is not of its kind is a fault")
  func damagedRow() throws {
    let bench = try Workbench()
    let ledger = try bench.ledger()
    try ledger.take("a", "A", readings: [rain("S1", endingAt: 10, 0x0102_0304)], at: minute(12))
    try ledger.checkpoint()
    try ledger.close()
    let url = URL(fileURLWithPath: bench.ledgerPath)
    var bytes = try Data(contentsOf: url)
    // The row is a header of eleven bytes, four of the period's end and four of the tenths. The sixth
    // byte of the header says that the mark of a trace is 0; it is made to say that there is none.
    let tenths = try #require(bytes.firstRange(of: Data([1, 2, 3, 4]))?.lowerBound)
    try #require(Array(bytes[(tenths - 15)..<(tenths - 13)]) == [11, 4])
    try #require(bytes[tenths - 10] == 8)
    bytes[tenths - 10] = 0
    try bytes.write(to: url)
    #expect(
      faultCode { _ = try bench.ledger().readings(feed: "gauges", in: wholeDay) }
        == "ledger_damaged")
  }

  @Test(
    "a grid whose cells cannot be counted is a fault",
    arguments: ["\"rows\":0", "\"rows\":-", "\"rows\":["])
  func damagedGrid(rows: String) throws {
    let bench = try Workbench()
    let ledger = try bench.ledger()
    let grid = GridGeometry(
      rows: 25, columns: 3, projection: "EPSG:4326", isGeographic: true, west: 106, north: 29,
      cellWidth: 0.01, cellHeight: 0.01)
    try ledger.pinGrid(feed: "radar", geometry: grid, known: minute(1))
    try ledger.checkpoint()
    try ledger.close()
    let url = URL(fileURLWithPath: bench.ledgerPath)
    var bytes = try Data(contentsOf: url)
    let place = try #require(bytes.firstRange(of: Data("\"rows\":2".utf8)))
    bytes.replaceSubrange(place, with: Data(rows.utf8))
    if rows.hasSuffix("0") { bytes[place.upperBound] = UInt8(ascii: " ") }
    try bytes.write(to: url)
    #expect(faultCode { _ = try bench.ledger().grid(feed: "radar") } == "ledger_damaged")
  }

  @Test("knowledge that has no later one is a fault")
  func lastKnowledge() throws {
    let ledger = try Workbench().ledger()
    _ = try ledger.closeKnowledge(at: Timestamp(secondsSince1970: .max))
    let code = faultCode { _ = try ledger.claimed("a", "A", feed: "gauges", at: minute(1)) }
    #expect(code == "ledger_damaged")
  }

  @Test("another program's database and a missing folder are told apart from damage")
  func refused() throws {
    let bench = try Workbench()
    #expect(faultCode { _ = try Ledger(path: "\(bench.folder)/no/l") } == "ledger_unreachable")
    let ledger = try bench.ledger()
    try ledger.checkpoint()
    try ledger.close()
    let url = URL(fileURLWithPath: bench.ledgerPath)
    var bytes = try Data(contentsOf: url)
    for mark in [[0, 0, 0, 0], [1, 2, 3, 4]] as [[UInt8]] {
      // Bytes 68 to 71 of an SQLite file say which program it belongs to.
      bytes.replaceSubrange(68..<72, with: mark)
      try bytes.write(to: url)
      #expect(faultCode { _ = try bench.ledger() } == "ledger_foreign")
    }
    try Data("not a database, but longer than a header of one hundred bytes ".utf8.repeated(20))
      .write(to: url)
    #expect(faultCode { _ = try bench.ledger() } == "ledger_damaged")
  }

  @Test("a copy made while the service runs is a whole ledger")
  func copy() throws {
    let bench = try Workbench()
    let ledger = try bench.ledger()
    try ledger.take("a", "A", frames: [frame(endingAt: 10, "A")], at: minute(12))
    try ledger.copy(to: "\(bench.folder)/copy.sqlite")
    let copy = try Ledger(path: "\(bench.folder)/copy.sqlite")
    #expect(try copy.frameHashes() == ledger.frameHashes())
    #expect(try copy.files() == ledger.files())
  }
}

extension Sequence<UInt8> {
  func repeated(_ count: Int) -> [UInt8] { (0..<count).flatMap { _ in Array(self) } }
}
