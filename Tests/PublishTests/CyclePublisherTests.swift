import Foundation
import Hydromet
import Publish
import Testing

@Suite("A cycle is published whole")
struct CyclePublisherTests {
  let time = SampleDistrict.time
  let folder: TemporaryFolder
  let publisher: CyclePublisher

  init() throws {
    folder = try TemporaryFolder()
    publisher = CyclePublisher(productsFolder: folder.products, isDurable: false)
  }

  private func publish(_ time: Timestamp, _ text: String) throws {
    _ = try publisher.publish(time) { staging throws(Fault) in
      try staging.write(text, to: "a.txt")
      try staging.write(text, to: Manifest.fileName)
    }
  }

  @Test(
    "the folder has the name of its data time and latest points to it", arguments: [true, false])
  func names(isDurable: Bool) throws {
    let publisher = CyclePublisher(productsFolder: folder.products, isDurable: isDurable)
    let path = try publisher.publish(time) { staging throws(Fault) in
      try staging.write("x", to: "a.txt")
      try staging.makeFolder("cap")
      try staging.write("y", to: "cap/b.xml")
    }
    #expect(path == folder.products + "/20260701T120000Z")
    #expect(try folder.latest() == "20260701T120000Z")
    #expect(try folder.text("products/latest/cap/b.xml") == "y")
  }

  @Test("the same time again replaces the earlier folder")
  func replacement() throws {
    try publish(time, "first")
    try publish(time, "second")
    #expect(try folder.text("products/20260701T120000Z/a.txt") == "second")
    #expect(try folder.text("products/latest/a.txt") == "second")
  }

  @Test("a late recomputation of an older cycle does not move latest back")
  func forward() throws {
    try publish(time, "new")
    try publish(time - 600, "old")
    #expect(try folder.latest() == "20260701T120000Z")
    #expect(try folder.text("products/20260701T115000Z/a.txt") == "old")
    try publish(time + 600, "newer")
    #expect(try folder.latest() == "20260701T121000Z")
  }

  @Test("a fault in the middle of writing leaves what was there and nothing else")
  func fault() throws {
    try publish(time, "first")
    #expect(throws: Fault.self) {
      try publisher.publish(time) { staging throws(Fault) in
        try staging.write("half", to: "a.txt")
        throw Fault("test", "broken off", remedy: "none")
      }
    }
    #expect(try folder.text("products/latest/a.txt") == "first")
    let names = try folder.names("products").filter { $0.hasPrefix(".staging") }
    #expect(names.isEmpty)
  }

  @Test("a full disk is a fault with a remedy, and readers still see the old cycle")
  func fullDisk() throws {
    try publish(time, "first")
    let fault = try #require(throws: Fault.self) {
      try publisher.publish(time) { staging throws(Fault) in
        // Every write to this device fails as on a full disk.
        try? FileManager.default.createSymbolicLink(
          atPath: staging.path + "/full.txt", withDestinationPath: "/dev/full")
        try staging.write("does not fit", to: "full.txt")
      }
    }
    #expect(fault.code == "cannot_write")
    #expect(fault.remedy.contains("free space"))
    #expect(try folder.text("products/latest/a.txt") == "first")
  }

  @Test("a products folder that is a file is a fault, not a crash")
  func notAFolder() throws {
    try Data("x".utf8).write(to: URL(fileURLWithPath: folder.products))
    #expect(throws: Fault.self) { try publish(time, "x") }
  }

  @Test("what a killed process left behind is removed at the next start, and latest catches up")
  func recovery() throws {
    try publish(time, "first")
    try publish(time + 600, "second")
    let manager = FileManager.default
    // Killed while writing, after the exchange of names, before latest moved, and while an old cycle
    // was being removed.
    for name in [
      ".staging-20260701T122000Z", ".replaced-20260701T120000Z", ".removed-20250701T120000Z",
    ] {
      try manager.createDirectory(
        atPath: folder.products + "/" + name, withIntermediateDirectories: false)
      try Data("x".utf8).write(to: URL(fileURLWithPath: folder.products + "/\(name)/a.txt"))
    }
    for link in ["latest", ".latest-new"] {
      try? manager.removeItem(atPath: folder.products + "/" + link)
      try manager.createSymbolicLink(
        atPath: folder.products + "/" + link, withDestinationPath: "20260701T120000Z")
    }
    let removed = try publisher.recover()
    #expect(
      removed == [
        ".latest-new", ".removed-20250701T120000Z", ".replaced-20260701T120000Z",
        ".staging-20260701T122000Z",
      ])
    #expect(try folder.latest() == "20260701T121000Z")
    #expect(
      try folder.names("products") == [
        ".lock", "20260701T120000Z", "20260701T121000Z", "latest",
      ])
    #expect(try publisher.recover().isEmpty)
  }

  @Test(
    "only a time in the form of our folders names a cycle",
    arguments: [
      ("20260701T120000Z", true), ("2026-07-01T12:00", false), ("2026-07-01 12:00", false),
      ("20260701T2000+08", false), ("20260701T200000 ", false), ("20260732T120000Z", false),
      ("20260701T120000Z2", false), ("", false),
    ])
  func cycleNames(_ name: String, _ isCycle: Bool) {
    #expect(CyclePublisher.isCycleName(name) == isCycle)
  }

  @Test("recovery of a folder that is not there yet does nothing")
  func nothingToRecover() throws {
    #expect(try publisher.recover().isEmpty)
  }

  @Test("a reader who opens the folder while it is replaced again and again never sees a mix")
  func readers() async throws {
    try publish(time, "0")
    let products = folder.products
    let writer = publisher
    let time = time
    async let writing: Void = {
      for round in 1...150 {
        _ = try writer.publish(time) { staging throws(Fault) in
          try staging.write("\(round)", to: "a.txt")
          try staging.write("\(round)", to: "b.txt")
          try staging.write("\(round)", to: Manifest.fileName)
        }
      }
    }()
    var mixes = 0
    var absences = 0
    for round in 0..<600 {
      let name = round % 2 == 0 ? "/latest" : "/20260701T120000Z"
      let handle = open(products + name, O_RDONLY | O_DIRECTORY)
      guard handle >= 0 else {
        absences += 1
        continue
      }
      defer { close(handle) }
      let first = Reader.text("a.txt", in: handle)
      let second = Reader.text(Manifest.fileName, in: handle)
      // A reader may lose a folder that was replaced twice meanwhile; it never gets two versions.
      if let first, let second, first != second { mixes += 1 }
    }
    try await writing
    #expect(mixes == 0)
    #expect(absences == 0)
  }
}

private enum Reader {
  static func text(_ name: String, in folder: Int32) -> String? {
    let file = openat(folder, name, O_RDONLY)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var bytes = [UInt8](repeating: 0, count: 64)
    let count = read(file, &bytes, bytes.count)
    return count >= 0 ? String(decoding: bytes.prefix(count), as: UTF8.self) : nil
  }
}
