import Archive
import Foundation
import Hydromet
import Pipeline
import Publish
import Testing

@Suite("A stored frame that was damaged on the disk")
struct DamagedFrameTests {
  @Test(
    "counts as missing until its original was read again, and nobody is called safe meanwhile",
    arguments: [true, false])
  func healed(isRemoved: Bool) throws {
    let district = try TestDistrict()
    try TestStorm.write(1...6, into: district)
    let time = TestStorm.end(6)
    let before = try report(district, at: time)
    try damage(try #require(frames(of: district).first), isRemoved)

    let damaged = try engine(district)
    let published = try damaged.runCycle(at: time)
    damaged.stop()
    #expect(try Set(levels(published.folder)).isDisjoint(with: ["none"]))
    let without = try damaged.report(at: time)
    #expect(without.fields.last?.receivedFrames.max() == 5)

    #expect(try report(district, at: time) == before)
  }

  @Test(
    "is read anew by the service that met the damage, and its cycles are to be made again",
    arguments: [true, false])
  func healedAtOnce(isRemoved: Bool) throws {
    let district = try TestDistrict()
    try TestStorm.write(1...6, into: district)
    let time = TestStorm.end(6)
    let before = try report(district, at: time)
    try damage(try #require(frames(of: district).first), isRemoved)
    let engine = try engine(district)
    defer { engine.stop() }
    try engine.runCycle(at: time)
    let ledger = engine.workspace.ledger
    let day = Period(end: time, seconds: 86_400)
    #expect(try ledger.dirtyCycles(in: day, reach: 7200).isEmpty)
    #expect(try ledger.requeuedFiles().count == 1)
    try engine.digest()
    #expect(try ledger.requeuedFiles().isEmpty)
    #expect(try ledger.fateCounts() == [.accepted: 12])
    #expect(try ledger.dirtyCycles(in: day, reach: 7200) == [time])
    #expect(try #require(engine.report(at: time).fields.last).micrometres == before)
  }

  @Test("whose original is gone leaves its file accepted, with the reason beside it")
  func withoutOriginal() throws {
    let district = try TestDistrict()
    try TestStorm.write(1...6, into: district)
    let time = TestStorm.end(6)
    _ = try report(district, at: time)
    try damage(try #require(frames(of: district).first), true)
    try FileManager.default.removeItem(atPath: "\(district.radar)/\(TestStorm.frameName(1))")
    let engine = try engine(district)
    defer { engine.stop() }
    try engine.runCycle(at: time)
    try engine.digest()
    let ledger = engine.workspace.ledger
    let file = try #require(
      try ledger.files(feed: "radar").first { $0.name == TestStorm.frameName(1) })
    #expect(file.fate == .accepted && file.reason == nil && file.format?.isEmpty == false)
    #expect(try ledger.remarks(of: file.id).first?.contains("no longer there") == true)
    #expect(try ledger.requeuedFiles().isEmpty)
  }

  /// Takes in what waits, and gives the sums of the longest window.
  private func report(_ district: TestDistrict, at time: Timestamp) throws -> [Int32] {
    let engine = try engine(district)
    defer { engine.stop() }
    try engine.digest()
    return try #require(engine.report(at: time).fields.last).micrometres
  }

  private func frames(of district: TestDistrict) throws -> [String] {
    let folder = "\(district.folder)/state/frames/radar"
    return try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
      .map { "\(folder)/\($0)" }
  }

  private func damage(_ path: String, _ isRemoved: Bool) throws {
    if isRemoved { return try FileManager.default.removeItem(atPath: path) }
    var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    bytes[bytes.count / 2] ^= 0xFF
    try bytes.write(to: URL(fileURLWithPath: path))
  }

  private func levels(_ folder: String) throws -> [String] {
    let table = try String(contentsOfFile: "\(folder)/townships.csv", encoding: .utf8)
    return table.split(separator: "\n").dropFirst().map { line in
      String(line.split(separator: ",", omittingEmptySubsequences: false)[2])
    }
  }
}
