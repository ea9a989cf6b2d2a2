import Archive
import Foundation
import Glibc
import Hydromet
import Pipeline
import Testing

@Suite("A refused file is read once more when its office has put the reason right", .serialized)
struct ReadAgainTests {
  /// A district that states the wrong step for its radar, with three frames that were refused for it.
  private func refused(originals: String = "") throws -> TestDistrict {
    let district = try TestDistrict {
      $0.replacingOccurrences(
        of: "\"*.nc\"\n    step: 10min\n", with: "\"*.nc\"\n    step: 5min\n\(originals)")
    }
    try TestStorm.write(1...3, into: district)
    let engine = try engine(district, workers: 1)
    defer { engine.stop() }
    try engine.digest()
    let reasons = try engine.workspace.ledger.files(fate: .quarantined).map(\.reason?.code)
    #expect(reasons == ["contradiction", "contradiction", "contradiction"])
    try district.change("district.yaml", "step: 5min", to: "step: 10min")
    return district
  }

  private func desk(_ district: TestDistrict) throws -> FileDesk {
    FileDesk(try Workspace(folder: district.folder))
  }

  /// Cells of the rain of the first three steps.
  private func rain(of engine: Engine) throws -> [Int32] {
    try #require(engine.report(at: TestStorm.end(3)).fields.last).micrometres
  }

  private func undisturbedRain() throws -> [Int32] {
    let district = try TestDistrict()
    try TestStorm.write(1...3, into: district)
    let engine = try engine(district, workers: 1)
    defer { engine.stop() }
    try engine.digest()
    return try rain(of: engine)
  }

  @Test("it is taken in under its own name, and its rain is what it would have been")
  func putRight() throws {
    let district = try refused()
    let desk = try desk(district)
    var selection = FileDesk.Selection()
    selection.reason = "contradiction"
    let files = try desk.files(selection)
    #expect(files.map(\.name) == [3, 2, 1].map(TestStorm.frameName))
    for file in files { try desk.readAgain(file.id) }
    let engine = try engine(district, workers: 1)
    defer { engine.stop() }
    try engine.digest()
    #expect(try engine.workspace.ledger.fateCounts() == [.accepted: 6])
    #expect(try engine.workspace.ledger.requeuedFiles().isEmpty)
    #expect(try rain(of: engine) == undisturbedRain())
  }

  @Test("originals that were moved away are read where they are, and stay there")
  func movedOriginals() throws {
    let district = try refused(
      originals: "    originals: move\n    move_to: grids/done\n")
    let left = try FileManager.default.contentsOfDirectory(atPath: district.radar)
    #expect(left.isEmpty)
    let desk = try desk(district)
    let kept = try FileManager.default.contentsOfDirectory(atPath: "\(district.folder)/grids/done")
    #expect(kept.count == 3)
    let files = try desk.files(FileDesk.Selection()).filter { $0.feed == "radar" }
    for file in files { try desk.readAgain(file.id) }
    let engine = try engine(district, workers: 1)
    defer { engine.stop() }
    try engine.digest()
    #expect(try engine.workspace.ledger.fateCounts() == [.accepted: 6])
    #expect(try rain(of: engine) == undisturbedRain())
    let after = try FileManager.default.contentsOfDirectory(atPath: "\(district.folder)/grids/done")
    #expect(after.sorted() == kept.sorted())
    #expect(
      try desk.account(of: files[0].id).original
        == .kept(at: "\(district.folder)/grids/done/\(files[0].name)"))
  }

  @Test("originals are found however the district's folder was named when they were put away")
  func otherSpelling() throws {
    let district = try refused(originals: "    originals: move\n    move_to: grids/done\n")
    let other = "\(district.folder)-moved"
    try FileManager.default.moveItem(atPath: district.folder, toPath: other)
    let moved = TestDistrict(existing: other)
    let desk = FileDesk(try Workspace(folder: other + "/."))
    for file in try desk.files(FileDesk.Selection()) where file.fate == .quarantined {
      try desk.readAgain(file.id)
    }
    let engine = try engine(moved, workers: 1)
    defer { engine.stop() }
    try engine.digest()
    #expect(try engine.workspace.ledger.fateCounts() == [.accepted: 6])
    let kept = try FileManager.default.contentsOfDirectory(atPath: "\(other)/grids/done")
    #expect(kept.sorted() == [1, 2, 3].map(TestStorm.frameName))
  }

  @Test("originals move also into the folder that the feed's folder lies in")
  func parentFolder() throws {
    let district = try refused(originals: "    originals: move\n    move_to: grids\n")
    let left = try FileManager.default.contentsOfDirectory(atPath: district.radar)
    #expect(left.isEmpty)
    let kept = try FileManager.default.contentsOfDirectory(atPath: "\(district.folder)/grids")
    #expect(Set(kept).isSuperset(of: [1, 2, 3].map(TestStorm.frameName)))
  }

  @Test("what could not be hashed says where it lies; what is gone says so")
  func accounts() throws {
    let district = try TestDistrict()
    try TestStorm.write([1], into: district)
    let big = "\(district.radar)/big.nc"
    try Data([0]).write(to: URL(fileURLWithPath: big))
    #expect(truncate(big, 300 << 20) == 0)
    let engine = try engine(district, workers: 1)
    defer { engine.stop() }
    try engine.digest()
    let desk = try desk(district)
    let file = try #require(try desk.files(FileDesk.Selection()).first { $0.name == "big.nc" })
    #expect(file.reason?.code == "file_too_large")
    #expect(try desk.account(of: file.id).original == .perhaps(at: big))
    #expect(code { () throws(Fault) in try desk.readAgain(file.id) } == "never_hashed")
    try FileManager.default.removeItem(atPath: big)
    #expect(try desk.account(of: file.id).original == .gone)
  }

  @Test("what is taken in, unknown or no longer there is not promised to be read")
  func refusedOrders() throws {
    let district = try refused()
    let desk = try desk(district)
    let accepted = try #require(
      try desk.files(FileDesk.Selection()).first { $0.fate == .accepted })
    let codes = try desk.files(FileDesk.Selection()).filter { $0.fate == .quarantined }.map {
      file -> String? in
      try FileManager.default.removeItem(atPath: "\(district.radar)/\(file.name)")
      try Data("other bytes".utf8).write(
        to: URL(fileURLWithPath: "\(district.radar)/\(file.name)"))
      return code { () throws(Fault) in try desk.readAgain(file.id) }
    }
    #expect(codes == ["original_gone", "original_gone", "original_gone"])
    #expect(code { () throws(Fault) in try desk.readAgain(accepted.id) } == "not_quarantined")
    #expect(code { () throws(Fault) in try desk.readAgain(99) } == "unknown_file")
    var elsewhere = FileDesk.Selection()
    elsewhere.feed = "satellite"
    #expect(code { () throws(Fault) in _ = try desk.files(elsewhere) } == "unknown_feed")
  }

  @Test("bytes that vanish between the order and the reading are a reason, not an endless wait")
  func vanished() throws {
    let district = try refused()
    let desk = try desk(district)
    let file = try #require(try desk.files(FileDesk.Selection()).first { $0.feed == "radar" })
    try desk.readAgain(file.id)
    try FileManager.default.removeItem(atPath: "\(district.radar)/\(file.name)")
    let engine = try engine(district, workers: 1)
    defer { engine.stop() }
    try engine.digest()
    let record = try engine.workspace.ledger.file(file.id)
    #expect(record.fate == .quarantined)
    #expect(record.reason?.code == "original_gone")
  }

  @Test("it replaces nothing that a file brought which was written later")
  func older() throws {
    let district = try TestDistrict()
    let now = TestStorm.end(3)
    let clock = TestClock(now - 7200)
    let first = "\(district.gauges)/first.csv"
    let second = "\(district.gauges)/second.csv"
    try "station,time,rain [mm]\nG1,\(now.iso8601),1.0\n".write(
      toFile: first, atomically: true, encoding: .utf8)
    try write(time: now - 600, of: first)
    let early = try engine(district, workers: 1, clock: clock)
    try early.digest()
    early.stop()
    try "station,time,rain [mm]\nG1,\(now.iso8601),2.0\n".write(
      toFile: second, atomically: true, encoding: .utf8)
    try write(time: now, of: second)
    clock.move(to: now)
    let late = try engine(district, workers: 1, clock: clock)
    defer { late.stop() }
    try late.digest()
    let desk = try desk(district)
    let refused = try #require(
      try desk.files(FileDesk.Selection()).first { $0.fate == .quarantined })
    #expect(refused.reason?.code == "future_time")
    try desk.readAgain(refused.id)
    try late.digest()
    #expect(try late.workspace.ledger.file(refused.id).fate == .duplicate)
    let kept = try late.workspace.ledger.readings(
      feed: "gauges", in: Period(end: now, seconds: 600))
    #expect(kept.map(\.tenths) == [20])
  }

  @Test("a service that runs reads it within seconds")
  func running() throws {
    let district = try TestDistrict()
    let process = Process()
    process.executableURL = URL(fileURLWithPath: Program.path)
    process.arguments = ["run", district.folder, "--workers", "1"]
    process.standardError = FileHandle.nullDevice
    try process.run()
    defer {
      process.terminate()
      process.waitUntilExit()
    }
    // A clock that is four seconds further ahead than is borne.
    let end = SystemClock().now + 3604
    try "station,time,rain [mm]\nG1,\(end.iso8601),1.0\n".write(
      toFile: "\(district.gauges)/ahead.csv", atomically: true, encoding: .utf8)
    let desk = try desk(district)
    func fate() throws -> Fate? { try desk.files(FileDesk.Selection()).first?.fate }
    for _ in 0..<300 where try fate() != .quarantined { usleep(50_000) }
    #expect(try fate() == .quarantined)
    while SystemClock().now < end - 3600 { usleep(50_000) }
    try desk.readAgain(try #require(try desk.files(FileDesk.Selection()).first).id)
    for _ in 0..<600 where try fate() != .accepted { usleep(50_000) }
    #expect(try fate() == .accepted)
  }

  private func write(time: Timestamp, of path: String) throws {
    let date = Date(timeIntervalSince1970: Double(time.secondsSince1970))
    try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: path)
  }

  private func code(_ body: () throws(Fault) -> Void) -> String? {
    do throws(Fault) {
      try body()
      return nil
    } catch {
      return error.code
    }
  }
}
