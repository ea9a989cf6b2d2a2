import Archive
import Foundation
import Glibc
import Hydromet
import Pipeline
import Publish
import Testing

/// `freshet run` as a process: the only tests that wait for the wall clock.
@Suite("The service as a process", .serialized)
struct ServiceTests {
  /// Writes the frames and gauge files of the steps that end now and up to three hours ago.
  private func write(into district: TestDistrict, until newest: Timestamp, adding extra: Int = 0)
    throws
  {
    for number in 1...18 {
      var frame = TestFrame(1 + number % 10)
      frame.end = newest - (18 - number) * TestStorm.step
      let tenths = frame.values
      frame.values = { tenths($0, $1) + Int16(extra) }
      try frame.write(to: "\(district.radar)/.writing")
      _ = rename("\(district.radar)/.writing", "\(district.radar)/radar-\(number).nc")
      let text = "station,time,rain [mm]\nG1,\(frame.end.iso8601),1.0\n"
      try text.write(
        toFile: "\(district.gauges)/gauges-\(number).csv", atomically: true, encoding: .utf8)
    }
  }

  private func start(_ district: TestDistrict) throws -> Process {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: Program.path)
    process.arguments = ["run", district.folder, "--workers", "2"]
    process.standardError = FileHandle.nullDevice
    try process.run()
    return process
  }

  /// Looks again and again, for half a minute at the most where nothing else is said.
  private func wait(seconds: Int = 30, until condition: () -> Bool) -> Bool {
    for _ in 0..<(20 * seconds) {
      if condition() { return true }
      usleep(50_000)
    }
    return false
  }

  private func manifest(_ district: TestDistrict) -> Data? {
    FileManager.default.contents(atPath: "\(district.products)/latest/manifest.json")
  }

  @Test(
    "it publishes what arrives, publishes again what late data touch, and ends whole on SIGTERM")
  func life() throws {
    let district = try TestDistrict()
    let process = try start(district)
    defer { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }
    let newest = SystemClock().now.floored(toSeconds: TestStorm.step)
    try write(into: district, until: newest)
    #expect(wait { manifest(district) != nil })
    let first = try #require(manifest(district))
    try write(into: district, until: newest, adding: 20)
    #expect(wait { manifest(district) != first })
    #expect(process.isRunning)

    let clock = SystemClock()
    let asked = clock.monotonicSeconds
    process.terminate()
    process.waitUntilExit()
    #expect(clock.monotonicSeconds - asked < 5)
    #expect(process.terminationReason == .exit && process.terminationStatus == 0)
    let names = try FileManager.default.contentsOfDirectory(atPath: district.products)
    #expect(!names.contains { $0.hasPrefix(".staging") })
    for name in names where !name.hasPrefix(".") {
      #expect(try Examination.ofProducts("\(district.products)/\(name)").allSatisfy(\.isGood))
    }
  }

  @Test("cycles that were missed while it was down are made up")
  func missed() throws {
    let district = try TestDistrict()
    let newest = SystemClock().now.floored(toSeconds: TestStorm.step)
    try write(into: district, until: newest)
    let before = try engine(district)
    try before.digest()
    try before.runCycle(at: newest - 5 * TestStorm.step)
    before.stop()

    let process = try start(district)
    defer { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }
    for steps in 1...4 {
      let name = (newest - steps * TestStorm.step).compact
      let path = "\(district.products)/\(name)/manifest.json"
      #expect(wait { FileManager.default.fileExists(atPath: path) })
    }
    process.terminate()
    process.waitUntilExit()
  }

  @Test("old cycles are forgotten, one half forgotten too; folders that people made stay")
  func forgotten() throws {
    let district = try TestDistrict()
    for name in [
      "20250701T120000Z", "20250701T121000Z", ".removed-20250701T120000Z", "2025-07-01T12:00",
    ] {
      try FileManager.default.createDirectory(
        atPath: "\(district.products)/\(name)", withIntermediateDirectories: true)
      try district.write("products/\(name)/a.txt", "x")
    }
    try write(into: district, until: SystemClock().now.floored(toSeconds: TestStorm.step))
    let process = try start(district)
    defer { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }
    func isGone(_ name: String) -> Bool {
      !FileManager.default.fileExists(atPath: "\(district.products)/\(name)")
    }
    #expect(wait { isGone("20250701T120000Z") && isGone("20250701T121000Z") })
    #expect(wait { isGone(".removed-20250701T120000Z") && isGone(".removed-20250701T121000Z") })
    #expect(!isGone("2025-07-01T12:00/a.txt"))
    process.terminate()
    process.waitUntilExit()
  }

  @Test("it goes on when a feed's folder vanishes and when every file is bad, and ends on SIGTERM")
  func bad() throws {
    let district = try TestDistrict()
    let process = try start(district)
    defer { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }
    for number in 0..<50 {
      try district.write("grids/radar/bad-\(number).nc", "CDF\u{1}\(number)")
    }
    let ledger = "\(district.folder)/state/ledger.sqlite"
    #expect(wait { FileManager.default.fileExists(atPath: ledger) })
    try FileManager.default.removeItem(atPath: district.gauges)
    let reader = try Ledger(path: ledger)
    #expect(wait { (try? reader.fateCounts()[.quarantined]) == 50 })
    #expect(process.isRunning)
    process.terminate()
    process.waitUntilExit()
    #expect(process.terminationReason == .exit && process.terminationStatus == 0)
  }

  @Test("where many files wait, the newest data are read first, and none is left out")
  func backlog() throws {
    let district = try TestDistrict()
    let newest = SystemClock().now.floored(toSeconds: TestStorm.step)
    let count = 1200
    for number in 0..<count {
      let end = newest - number * TestStorm.step
      let text = "station,time,rain [mm]\nG1,\(end.iso8601),\(number % 7).0\n"
      try text.write(
        toFile: "\(district.gauges)/\(end.compact).csv", atomically: false, encoding: .utf8)
    }
    let process = try start(district)
    defer { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }
    let ledger = "\(district.folder)/state/ledger.sqlite"
    #expect(wait { FileManager.default.fileExists(atPath: ledger) })
    let reader = try Ledger(path: ledger)
    #expect(wait(seconds: 240) { (try? reader.fateCounts()[.accepted]) == count })
    let names = try reader.files(feed: "gauges", limit: count).reversed().map(\.name)
    #expect(names == names.sorted().reversed())
    process.terminate()
    process.waitUntilExit()
    #expect(process.terminationReason == .exit && process.terminationStatus == 0)
  }

  @Test(
    "a ledger that others hold makes files wait in their folder, and none is lost or read twice")
  func slowLedger() throws {
    let district = try TestDistrict()
    let process = try start(district)
    defer { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }
    let path = "\(district.folder)/state/ledger.sqlite"
    #expect(wait { FileManager.default.fileExists(atPath: path) })
    let other = try Ledger(path: path)
    let newest = SystemClock().now.floored(toSeconds: TestStorm.step)
    let count = 1500
    for number in 0..<count {
      let end = newest - number * TestStorm.step
      try "station,time,rain [mm]\nG1,\(end.iso8601),\(number % 7).0\n".write(
        toFile: "\(district.gauges)/\(end.compact).csv", atomically: false, encoding: .utf8)
    }
    // Each time the ledger is held for a second and free for a moment.
    var mostBetween = 0
    for _ in 0..<6 {
      try other.grouped { () throws(Fault) in usleep(1_000_000) }
      let readings = try? FileManager.default.contentsOfDirectory(
        atPath: "\(district.folder)/state/readings")
      mostBetween = max(mostBetween, readings?.count ?? 0)
      usleep(100_000)
    }
    // What workers have read and nobody has stored yet stays a handful, however long it takes.
    #expect(mostBetween <= 512)
    #expect(wait(seconds: 240) { (try? other.fateCounts()[.accepted]) == count })
    #expect(try other.fateCounts().values.reduce(0, +) == count)
    process.terminate()
    process.waitUntilExit()
    #expect(process.terminationReason == .exit && process.terminationStatus == 0)
  }

  @Test("a cycle of the future is refused, so that it cannot hide those to come")
  func future() throws {
    let district = try TestDistrict()
    try TestStorm.write(1...3, into: district)
    let engine = try engine(district)
    defer { engine.stop() }
    try engine.digest()
    try engine.runCycle(at: TestStorm.end(3))
    let fault = try #require(throws: Fault.self) {
      try engine.runCycle(at: SystemClock().now.floored(toSeconds: 600) + 864_000)
    }
    #expect(fault.code == "future_cycle")
  }

  @Test("a clock that was ahead for a moment does not hold back the newest cycle")
  func clockAhead() throws {
    let district = try TestDistrict()
    try TestStorm.write(1...3, into: district)
    let clock = TestClock(TestStorm.end(5000))
    let engine = try engine(district, clock: clock)
    defer { engine.stop() }
    try engine.digest()
    try engine.runCycle(at: TestStorm.end(4990))
    clock.move(to: TestStorm.end(3))
    let published = try engine.runCycle(at: TestStorm.end(3))
    let latest = try FileManager.default.destinationOfSymbolicLink(
      atPath: "\(district.products)/latest")
    #expect(published.folder.hasSuffix(latest))
  }
}
