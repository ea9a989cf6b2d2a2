import Foundation
import Glibc
import Hydromet
import Ingest
import Testing

/// A feed's folder that vanishes with the test.
private final class FeedFolder {
  let path: String

  init() throws {
    path =
      FileManager.default.temporaryDirectory.appendingPathComponent(
        "freshet-feed-\(UUID().uuidString)"
      ).path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit {
    try? FileManager.default.removeItem(atPath: path)
  }

  func write(_ name: String, _ text: String = "rain") throws {
    let url = URL(fileURLWithPath: "\(path)/\(name)")
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: url)
  }

  /// Writes and keeps the file open, as a sender in the middle of a transfer does.
  func open(_ name: String, _ text: String) throws -> FileHandle {
    _ = FileManager.default.createFile(atPath: "\(path)/\(name)", contents: nil)
    let handle = try #require(FileHandle(forWritingAtPath: "\(path)/\(name)"))
    try handle.write(contentsOf: Data(text.utf8))
    return handle
  }

  func watch(
    _ pattern: String = "*.nc", settle: Double = 2, rescan: Double = 30, notices: Bool
  ) -> FolderWatch {
    FolderWatch(
      [WatchedFolder(feed: "radar", path: path, pattern: pattern)], settleSeconds: settle,
      rescanSeconds: rescan, usesNotices: notices)
  }
}

extension FolderWatch {
  fileprivate func names(now: Double) -> [String] { candidates(now: now).map(\.name) }
}

@Suite("A file is read when it is complete, once, whatever the disk reports")
struct FolderWatchTests {
  @Test("files that were there before settle first, then come by name", arguments: [true, false])
  func settling(notices: Bool) throws {
    let folder = try FeedFolder()
    try folder.write("b.nc")
    try folder.write("a.nc")
    let watch = folder.watch(notices: notices)
    #expect(watch.names(now: 100).isEmpty)
    #expect(watch.secondsUntilNextLook(now: 100) == 2)
    #expect(watch.names(now: 101.9).isEmpty)
    #expect(watch.names(now: 102) == ["a.nc", "b.nc"])
    #expect(watch.names(now: 104).isEmpty)
    #expect(watch.names(now: 200).isEmpty)
  }

  @Test("while many files wait the folder is listed seldom; notices tell of new files all the same")
  func behind() throws {
    let folder = try FeedFolder()
    let watch = folder.watch(settle: 0, notices: true)
    #expect(watch.candidates(now: 0, isBehind: true).isEmpty)
    try folder.write("noticed.nc")
    #expect(watch.candidates(now: 1, isBehind: true).map(\.name) == ["noticed.nc"])
    let silent = folder.watch(settle: 0, notices: false)
    #expect(silent.candidates(now: 0, isBehind: true).count == 1)
    try folder.write("late.nc")
    #expect(silent.candidates(now: 20, isBehind: true).isEmpty)
    #expect(silent.candidates(now: 31, isBehind: true).map(\.name) == ["late.nc"])
  }

  @Test("a file that is still growing is not read", arguments: [true, false])
  func growing(notices: Bool) throws {
    let folder = try FeedFolder()
    let watch = folder.watch(notices: notices)
    #expect(watch.names(now: 0).isEmpty)
    let handle = try folder.open("a.nc", "half")
    #expect(watch.names(now: 1).isEmpty)
    #expect(watch.names(now: 2).isEmpty)
    try handle.write(contentsOf: Data("more".utf8))
    #expect(watch.names(now: 3.5).isEmpty)
    try handle.write(contentsOf: Data("rest".utf8))
    try handle.close()
    if notices {
      let file = try #require(watch.candidates(now: 3.6).first)
      #expect(file.name == "a.nc")
      #expect(file.size == 12)
      #expect(file.path == "\(folder.path)/a.nc")
    } else {
      #expect(watch.names(now: 5.4).isEmpty)
      #expect(watch.names(now: 7.4) == ["a.nc"])
    }
  }

  @Test("a file that its writer closed or moved into place is read at once")
  func notified() throws {
    let folder = try FeedFolder()
    let watch = folder.watch(notices: true)
    #expect(watch.names(now: 0).isEmpty)
    #expect(watch.descriptor != nil)
    try folder.write("written.nc")
    try folder.write("moved.nc.part")
    #expect(watch.names(now: 0.1) == ["written.nc"])
    rename("\(folder.path)/moved.nc.part", "\(folder.path)/moved.nc")
    #expect(watch.names(now: 0.2) == ["moved.nc"])
  }

  @Test("a file written again is reported again, one that vanished is forgotten")
  func again() throws {
    let folder = try FeedFolder()
    let watch = folder.watch(notices: true)
    _ = watch.candidates(now: 0)
    try folder.write("a.nc", "first")
    #expect(watch.names(now: 1) == ["a.nc"])
    try folder.write("a.nc", "second!")
    #expect(watch.candidates(now: 2).map(\.size) == [7])
    try FileManager.default.removeItem(atPath: "\(folder.path)/a.nc")
    #expect(watch.names(now: 40).isEmpty)
  }

  @Test("only names of the pattern count; unfinished and hidden names never do")
  func patterns() throws {
    let folder = try FeedFolder()
    for name in ["a.nc", "a.nc.tmp", ".a.nc", "a.part", "b.txt", "中文.nc", "20200705/c.nc"] {
      try folder.write(name)
    }
    #expect(folder.watch(settle: 0, notices: false).names(now: 0) == ["a.nc", "中文.nc"])
    #expect(folder.watch("*", settle: 0, notices: false).names(now: 0).count == 3)
    #expect(folder.watch("2020*/?.nc", settle: 0, notices: true).names(now: 0) == ["20200705/c.nc"])
  }

  @Test("a new day's folder is watched as soon as it appears")
  func newFolder() throws {
    let folder = try FeedFolder()
    let watch = folder.watch("*/*.nc", settle: 1, notices: true)
    #expect(watch.names(now: 0).isEmpty)
    try folder.write("20200705/a.nc")
    #expect(watch.names(now: 1).isEmpty)
    try folder.write("20200705/b.nc")
    #expect(watch.names(now: 1.5) == ["20200705/b.nc"])
    #expect(watch.names(now: 2) == ["20200705/a.nc"])
  }

  @Test("a missing folder is told and found when it appears")
  func missing() throws {
    let folder = try FeedFolder()
    try FileManager.default.removeItem(atPath: folder.path)
    let watch = folder.watch(settle: 0, rescan: 10, notices: true)
    #expect(watch.names(now: 0).isEmpty)
    #expect(watch.troubles.map(\.code) == ["feed_folder_missing"])
    try folder.write("a.nc")
    #expect(watch.names(now: 5).isEmpty)
    #expect(watch.names(now: 10) == ["a.nc"])
    #expect(watch.troubles.isEmpty)
  }

  @Test("two feeds may share a folder")
  func shared() throws {
    let folder = try FeedFolder()
    let watch = FolderWatch(
      [
        WatchedFolder(feed: "radar", path: folder.path, pattern: "*.nc"),
        WatchedFolder(feed: "gauges", path: folder.path, pattern: "*.csv"),
      ], settleSeconds: 2)
    _ = watch.candidates(now: 0)
    try folder.write("b.csv")
    try folder.write("a.nc")
    #expect(watch.candidates(now: 0.1).map(\.feed) == ["radar", "gauges"])
  }

  @Test("where the kernel lost its reports, the folders are listed, and no file is missed")
  func overflow() throws {
    let limit = try String(
      contentsOfFile: "/proc/sys/fs/inotify/max_queued_events", encoding: .utf8)
    let queue = Int(limit.trimmingCharacters(in: .whitespacesAndNewlines)) ?? 16_384
    guard queue <= 65_536 else {
      print("the kernel queues \(queue) events: the test of an overflow is skipped")
      return
    }
    let folder = try FeedFolder()
    let watch = folder.watch(settle: 0, rescan: 1_000_000, notices: true)
    #expect(watch.names(now: 0).isEmpty)
    // Each file is reported as made, written and closed.
    let count = queue / 3 + 500
    for number in 0..<count {
      let file = Glibc.open("\(folder.path)/\(number).nc", O_WRONLY | O_CREAT, 0o644)
      _ = Glibc.write(file, "rain", 4)
      Glibc.close(file)
    }
    #expect(Set(watch.names(now: 1)).count == count)
  }

  @Test("names of unfinished files match no pattern, and `*` takes every other")
  func unfinished() throws {
    let folder = WatchedFolder(feed: "gauges", path: "", pattern: "*")
    for name in ["a.tmp", "a.csv.part", "a.filepart", ".a.csv", "a.csv~", "a.swp", "a.crdownload"] {
      #expect(!folder.takes(name), "\(name)")
    }
    for name in ["a.csv", "Z_SURF.bin", "无扩展名", "a.TXT", "part"] { #expect(folder.takes(name)) }
  }
}
