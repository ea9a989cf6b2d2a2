import Archive
import Formats
import Foundation
import Glibc
import Hydromet
import Pipeline
import Publish
import Testing

/// A grid file that must not be taken in, and the reason that the ledger must give.
struct BadGrid: CustomStringConvertible, Sendable {
  let description: String
  let reason: String
  let write: @Sendable (String) throws -> Void

  init(
    _ description: String, _ reason: String, _ change: @escaping @Sendable (inout TestFrame) -> Void
  ) {
    self.description = description
    self.reason = reason
    write = { path in
      var frame = TestFrame(7)
      change(&frame)
      try frame.write(to: path)
    }
  }

  init(_ description: String, _ reason: String, bytes: @escaping @Sendable () throws -> Data) {
    self.description = description
    self.reason = reason
    write = { try bytes().write(to: URL(fileURLWithPath: $0)) }
  }

  static let all = [
    BadGrid("an empty file", "unknown_format", bytes: { Data() }),
    BadGrid("text named .nc", "unknown_format", bytes: { Data("station,time,rain\n".utf8) }),
    BadGrid(
      "random bytes", "unknown_format", bytes: { Data((0..<5000).map { UInt8($0 * 7 & 255) }) }),
    BadGrid("an unknown unit", "unknown_unit", { $0.unit = "furlong" }),
    BadGrid("negative rain", "negative_rain", { $0.values = { _, _ in -50 } }),
    BadGrid(
      "a time in the future", "future_time",
      { $0.end = SystemClock().now.floored(toSeconds: 600) + 864_000 }),
    BadGrid(
      "coordinates that are no numbers", "bad_coordinates",
      {
        $0.latitudes = [Double](repeating: .nan, count: 20)
      }),
    BadGrid(
      "uneven coordinates", "uneven_coordinates",
      {
        $0.latitudes = (0..<20).map { 30.4 - Double($0 * $0) * 0.001 }
      }),
    BadGrid("another shape", "grid_changed", { $0.rows = 19 }),
    BadGrid("the grid shifted by half a cell", "grid_changed", { $0.west += 0.005 }),
    BadGrid("a grid elsewhere", "outside_grid", { $0.west = 90 }),
    BadGrid(
      "a projection that does not exist", "unknown_projection",
      {
        $0.mapping = [("grid_mapping_name", .text("flat_earth"))]
      }),
    BadGrid("half the step", "contradiction", { $0.seconds = 300 }),
    BadGrid("an end between steps", "off_step", { $0.end = TestStorm.end(7) + 180 }),
    BadGrid("10 m of rain", "implausible", { $0.values = { _, _ in 32_000 } }),
  ]
}

@Suite("Files that must not harm", .serialized)
struct HostileFileTests {
  @Test("a bad grid is quarantined with its reason, and the others count", arguments: BadGrid.all)
  func grid(_ bad: BadGrid) throws {
    let district = try TestDistrict()
    try TestStorm.write(1...6, into: district)
    let engine = try engine(district, workers: 1)
    defer { engine.stop() }
    try engine.digest()
    try bad.write("\(district.radar)/zz-bad.nc")
    try engine.digest()
    let record = try #require(
      try engine.workspace.ledger.files(feed: "radar").first { $0.name == "zz-bad.nc" })
    #expect(record.fate == .quarantined)
    #expect(record.reason?.code == bad.reason, "\(record.reason?.description ?? "")")
    #expect(record.reason?.remedy.isEmpty == false)
    let isNamed = record.format?.hasPrefix("netCDF") ?? false
    #expect(isNamed == (bad.reason != "unknown_format"))
    #expect(engine.tally.accepted == 12)
    #expect(try engine.workspace.ledger.undecidedFiles().isEmpty)
    for number in [6, 7] { _ = try engine.report(at: TestStorm.end(number)) }
  }

  @Test("a file that is cut anywhere is quarantined, and its whole copy is taken in later")
  func cut() throws {
    let district = try TestDistrict()
    try TestStorm.write([1], into: district)
    let path = "\(district.radar)/\(TestStorm.frameName(1))"
    let whole = try Data(contentsOf: URL(fileURLWithPath: path))
    try FileManager.default.removeItem(atPath: path)
    let lengths = [1, 3, 4, 31, 100, 333, whole.count / 2, whole.count - 801, whole.count - 1]
    for length in lengths {
      try whole.prefix(length).write(to: URL(fileURLWithPath: "\(district.radar)/cut-\(length).nc"))
    }
    let engine = try engine(district)
    defer { engine.stop() }
    try engine.digest()
    #expect(engine.tally.quarantined == lengths.count)
    try whole.write(to: URL(fileURLWithPath: "\(district.radar)/cut-1.nc"))
    try engine.digest()
    #expect(engine.tally.quarantined == lengths.count && engine.tally.accepted == 2)
  }

  @Test("a transposed frame is the same rain")
  func transposed() throws {
    let district = try TestDistrict()
    try TestStorm.write(1...6, into: district)
    let engine = try engine(district)
    defer { engine.stop() }
    try engine.digest()
    let before = try engine.report(at: TestStorm.end(6))
    var frame = TestFrame(5)
    frame.isTransposed = true
    try frame.write(to: "\(district.radar)/zz.nc")
    try engine.digest()
    #expect(engine.tally.quarantined == 0)
    let after = try engine.report(at: TestStorm.end(6))
    #expect(after.unitRainfall == before.unitRainfall)
  }

  @Test(
    "station files that cannot be trusted are quarantined",
    arguments: [
      ("empty", ""), ("no columns", "hello\nworld\n"), ("binary", "\u{0}\u{1}\u{2},\u{0}\n"),
      ("no rain", "station,time,colour\nG1,2026-07-01T12:10:00Z,red\n"),
      ("unknown unit", "station,time,rain [furlong]\nG1,2026-07-01T12:10:00Z,1\n"),
      ("future", "station,time,rain [mm]\nG1,2096-07-01T12:10:00Z,1.0\n"),
      ("no usable row", "station,time,rain [mm]\nG1,yesterday,1.0\nG2,2026-13-01T00:00Z,1\n"),
      ("no closing quote", "station,time,rain [mm]\n\"G1,2026-07-01T12:10:00Z,1.0\n"),
    ])
  func station(_ name: String, _ text: String) throws {
    let district = try TestDistrict()
    try TestStorm.write(1...3, into: district)
    try district.write("stations/observations/zz.csv", text)
    let engine = try engine(district, workers: 1)
    defer { engine.stop() }
    try engine.digest()
    let record = try #require(
      try engine.workspace.ledger.files(feed: "gauges").first { $0.name == "zz.csv" })
    #expect(record.fate == .quarantined, "\(name)")
    #expect(record.format == (["binary", "empty"].contains(name) ? nil : "station CSV"))
    #expect(record.reason?.remedy.isEmpty == false)
    #expect(engine.tally.accepted == 6)
  }

  @Test("readings of the future are left out and told, and the rain of the other stations counts")
  func clocksAhead() throws {
    let district = try TestDistrict()
    let now = TestStorm.end(3)
    var text = "station,time,rain [mm]\nG1,\(now.iso8601),1.0\nG2,\((now + 3600).iso8601),2.0\n"
    for station in 10...16 { text += "F\(station),\((now + 4200).iso8601),1.0\n" }
    text += "G1,2096-07-01T12:10:00Z,9.0\n"
    try district.write("stations/observations/mixed.csv", text)
    try district.write(
      "stations/observations/ahead.csv",
      "station,time,rain [mm]\nG3,\((now + 4200).iso8601),1.0\nG4,2096-07-01T12:10:00Z,9.0\n")
    let diary = Diary()
    let engine = try engine(district, workers: 1, clock: TestClock(now), diary: diary)
    defer { engine.stop() }
    try engine.digest()
    let ledger = engine.workspace.ledger
    let kept = try ledger.readings(
      feed: "gauges", in: Period(end: now + 86_400 * 36_500, seconds: 86_400 * 36_501))
    #expect(Set(kept.map(\.station)) == ["G1", "G2"])
    #expect(kept.map(\.period.end).sorted() == [now, now + 3600])
    let told = diary.lines(with: "left out")
    #expect(told.count == 1)
    #expect(told.first?.contains("8 of 10 readings") == true, "\(told)")
    #expect(told.first?.contains(": F10, F11, F12, F13, F14 and 3 stations more") == true)
    let mixed = try #require(try ledger.files(feed: "gauges", fate: .accepted).first)
    let remarks = try ledger.remarks(of: mixed.id)
    #expect(remarks.contains { $0.contains("8 of 10 readings") }, "\(remarks)")
    let refused = try ledger.files(fate: .quarantined)
    #expect(refused.map(\.name) == ["ahead.csv"])
    #expect(refused.first?.reason?.code == "future_time")
  }

  @Test("a netCDF file among the station files is quarantined")
  func wrongFolder() throws {
    let district = try TestDistrict()
    try TestFrame(1).write(to: "\(district.gauges)/radar.csv")
    let engine = try engine(district, workers: 1)
    defer { engine.stop() }
    try engine.digest()
    #expect(try engine.workspace.ledger.fateCounts() == [.quarantined: 1])
  }

  @Test("names with blanks, Chinese letters, quotes and line ends are names like any other")
  func names() throws {
    let district = try TestDistrict()
    let names = ["a b.nc", "雷达 一.nc", "it's \"so\".nc", "line\nend.nc", "-o.nc", "%s%n.nc"]
    for (number, name) in names.enumerated() {
      try TestFrame(number + 1).write(to: "\(district.radar)/\(name)")
    }
    let engine = try engine(district)
    defer { engine.stop() }
    try engine.digest()
    #expect(engine.tally.accepted == names.count)
    let published = try engine.runCycle(at: TestStorm.end(6))
    #expect(try Examination.ofProducts(published.folder).allSatisfy(\.isGood))
  }

  @Test("folders, pipes and links without end that are named like files are left alone")
  func noFiles() throws {
    let district = try TestDistrict()
    try TestStorm.write(1...3, into: district)
    try FileManager.default.createDirectory(
      atPath: "\(district.radar)/folder.nc", withIntermediateDirectories: false)
    #expect(mkfifo("\(district.radar)/pipe.nc", 0o600) == 0)
    #expect(symlink("loop.nc", "\(district.radar)/loop.nc") == 0)
    #expect(symlink("/dev/zero", "\(district.radar)/zero.nc") == 0)
    let engine = try engine(district)
    defer { engine.stop() }
    try engine.digest()
    #expect(engine.tally.accepted == 6 && engine.tally.decided == 6)
  }

  @Test("a file that cannot be read and a file that is far too large end in quarantine unread")
  func unreadable() throws {
    let district = try TestDistrict()
    try TestStorm.write(1...3, into: district)
    #expect(symlink("/proc/self/mem", "\(district.radar)/memory.nc") == 0)
    try Data().write(to: URL(fileURLWithPath: "\(district.radar)/vast.nc"))
    #expect(truncate("\(district.radar)/vast.nc", 1 << 40) == 0)
    let engine = try engine(district)
    defer { engine.stop() }
    for _ in 0..<2 {
      try engine.digest()
      let files = try engine.workspace.ledger.files(fate: .quarantined)
      #expect(files.map(\.name).sorted() == ["memory.nc", "vast.nc"])
      #expect(Set(files.compactMap(\.reason?.code)) == ["unreadable_file", "file_too_large"])
    }
    #expect(engine.tally.accepted == 6)
  }

  @Test("a decoder that hangs is ended at its limit, and costs its file alone")
  func hanging() throws {
    let district = try TestDistrict {
      $0.replacingOccurrences(of: "seconds: 20", with: "seconds: 1")
    }
    try TestFrame(1).write(to: "\(district.radar)/\(TestStorm.frameName(1))")
    let worker = "\(district.folder)/worker"
    try district.write("worker", "#!/bin/sh\necho '{\"freshetWorker\":1}'\nexec sleep 1000\n")
    #expect(chmod(worker, 0o755) == 0)
    var options = Engine.Options(executable: worker)
    options.workerCount = 1
    let engine = try Engine(
      try Workspace(folder: district.folder), options: options, log: quietLogger)
    defer { engine.stop() }
    try engine.digest()
    let files = try engine.workspace.ledger.files()
    #expect(files.map(\.fate) == [.quarantined] && files[0].reason?.code == "time_limit")
  }

  @Test(
    "a report of 63 bytes that unfolds to 260,100 values is ended at the limit of memory, alone")
  func unfolding() throws {
    let district = try TestDistrict {
      $0.replacingOccurrences(of: "memory_mb: 256", with: "memory_mb: 96")
    }
    try TestStorm.write(1...3, into: district)
    try Data(UnfoldingReport.bytes).write(
      to: URL(fileURLWithPath: "\(district.gauges)/unfolding.csv"))
    let engine = try engine(district, workers: 1)
    defer { engine.stop() }
    try engine.digest()
    let bad = try engine.workspace.ledger.files(fate: .quarantined)
    #expect(bad.map(\.name) == ["unfolding.csv"])
    #expect(bad.first?.reason?.code == "memory_limit", "\(bad.first?.reason?.description ?? "")")
    #expect(bad.first?.reason?.problem.contains("96 MiB") == true)
    #expect(bad.first?.reason?.remedy.isEmpty == false)
    #expect(engine.tally.accepted == 6)
    #expect(try engine.workspace.ledger.undecidedFiles().isEmpty)
  }

  @Test("a state folder that cannot be written refuses no file: all are taken in once it can")
  func machine() throws {
    let district = try TestDistrict()
    try TestStorm.write(1...3, into: district)
    _ = try Workspace(folder: district.folder)
    let frames = "\(district.folder)/state/frames"
    try? FileManager.default.removeItem(atPath: frames)
    try district.write("state/frames", "in the way")
    for _ in 0..<7 {
      #expect(throws: Fault.self) { try run(district, cycles: 3...3, workers: 1) }
    }
    try FileManager.default.removeItem(atPath: frames)
    let engine = try engine(district)
    defer { engine.stop() }
    try engine.digest()
    let counts = try engine.workspace.ledger.fateCounts()
    #expect(counts == [.accepted: 6])
  }

  @Test("a feed's folder that vanishes stops nothing, and its files are taken in when it is back")
  func vanished() throws {
    let district = try TestDistrict()
    try TestStorm.write(1...6, into: district)
    let engine = try engine(district)
    defer { engine.stop() }
    #expect(rename(district.radar, "\(district.folder)/elsewhere") == 0)
    try engine.digest()
    let without = try engine.report(at: TestStorm.end(6))
    #expect(without.townships.allSatisfy { $0.answer != .complete(.none) })
    #expect(rename("\(district.folder)/elsewhere", district.radar) == 0)
    try engine.digest()
    #expect(engine.tally.accepted == 12)
  }

  @Test("a thousand files at once are all decided")
  func thousand() throws {
    let district = try TestDistrict()
    for number in 0..<1000 {
      try district.write("stations/observations/\(number).csv", "nonsense \(number)\n")
    }
    let engine = try engine(district)
    defer { engine.stop() }
    try engine.digest()
    #expect(try engine.workspace.ledger.fateCounts() == [.quarantined: 1000])
  }

  @Test("a full disk loses nothing", .enabled(if: Disk.canBeMade, "skipped: no right to mount"))
  func fullDisk() throws {
    let district = try TestDistrict()
    try TestStorm.write(1...14, into: district)
    let disk = try #require(Disk(at: "\(district.folder)/state", kibibytes: 1024))
    defer { disk.remove() }
    _ = try? Workspace(folder: district.folder)
    try disk.fill(leaving: 100 << 10)
    #expect(throws: (any Error).self) { try run(district, cycles: 14...14) }
    try disk.empty()
    try disk.enlarge(kibibytes: 65_536)
    let engine = try engine(district)
    defer { engine.stop() }
    try engine.digest()
    #expect(try engine.workspace.ledger.fateCounts() == [.accepted: 28])
    #expect(
      try engine.report(at: TestStorm.end(14)).townships.contains { $0.answer.state == .complete })
  }
}

/// A BUFR message whose four descriptors say: four times, 255 times, 255 times the air temperature. ecCodes
/// makes an object of every value before it looks whether there are so many: 140 MB here, and with larger
/// counts as much as there is. (After three 255 there is no end in minutes: the limit of time is for that.)
private enum UnfoldingReport {
  static var bytes: [UInt8] {
    let descriptors = [(1, 3, 4), (1, 2, 255), (1, 1, 255), (0, 12, 101)]
    let one: [UInt8] =
      [0, 0, 22, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 33, 0] + [0x07, 0xE8, 7, 9, 12, 0, 0]
    let three: [UInt8] =
      [0, 0, UInt8(7 + 2 * descriptors.count), 0, 0, 1, 0x80]
      + descriptors.flatMap { [UInt8($0.0 << 6 | $0.1), UInt8($0.2)] }
    let four: [UInt8] = [0, 0, 12, 0] + [UInt8](repeating: 0, count: 8)
    let length = 8 + one.count + three.count + four.count + 4
    return Array("BUFR".utf8) + [0, 0, UInt8(length), 4] + one + three + four + Array("7777".utf8)
  }
}

/// A small disk in memory.
struct Disk {
  let path: String

  static let canBeMade: Bool = {
    let path = TestFolder.fresh("disk")
    guard let disk = Disk(at: path, kibibytes: 64) else { return false }
    disk.remove()
    rmdir(path)
    return true
  }()

  init?(at path: String, kibibytes: Int) {
    self.path = path
    try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    guard mount("tmpfs", path, "tmpfs", 0, "size=\(kibibytes)k") == 0 else { return nil }
  }

  /// Fills the disk up to some bytes.
  func fill(leaving rest: Int) throws {
    var status = statvfs()
    guard statvfs(path, &status) == 0 else { return }
    let free = Int(status.f_bavail) * Int(status.f_frsize)
    try Data(count: max(0, free - rest)).write(to: URL(fileURLWithPath: "\(path)/filling"))
  }

  func empty() throws { try FileManager.default.removeItem(atPath: "\(path)/filling") }

  func enlarge(kibibytes: Int) throws {
    let remount: UInt = 32
    guard mount("tmpfs", path, "tmpfs", remount, "size=\(kibibytes)k") == 0 else {
      throw Fault("test", "the disk cannot be made larger", remedy: "look at the kernel's log")
    }
  }

  func remove() { umount2(path, 2) }
}
