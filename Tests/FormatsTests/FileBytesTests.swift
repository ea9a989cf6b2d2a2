import Formats
import Foundation
import Hydromet
import Testing

@Suite("Files as bytes")
struct FileBytesTests {
  private let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent("freshet-bytes-\(UUID().uuidString)").path

  private func code(_ path: String, limit: Int = 100) -> String? {
    do {
      _ = try FileBytes.read(path: path, limit: limit)
      return nil
    } catch {
      return error.code
    }
  }

  @Test("what is written is read, and a second writing replaces the first whole")
  func roundTrip() throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let path = folder + "/雨.csv"
    for bytes in [Array(0...255), [], [7]] as [[UInt8]] {
      try FileBytes.write(bytes, path: path)
      #expect(try FileBytes.read(path: path, limit: 256) == bytes)
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["雨.csv"])
  }

  @Test("a file that could not be made whole leaves what was there, and nothing beside it")
  func replacing() throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let path = folder + "/雨.nc"
    try FileBytes.write([1], path: path)
    try FileManager.default.createSymbolicLink(atPath: folder + "/link", withDestinationPath: path)
    let full = Fault("disk_full", "the disk is full", remedy: "make room")
    let fault = #expect(throws: Fault.self) {
      try FileBytes.replace(path) { draft throws(Fault) in
        try FileBytes.write([2], path: draft)
        throw full
      }
    }
    #expect(fault == full)
    #expect(try FileBytes.read(path: path, limit: 9) == [1])
    try FileBytes.replace(folder + "/link") { draft throws(Fault) in
      try FileBytes.write([3], path: draft)
    }
    #expect(try FileBytes.read(path: path, limit: 9) == [3])
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == ["link", "雨.nc"])
    for other in [folder, "/dev/null"] {
      let fault = #expect(throws: Fault.self) {
        try FileBytes.replace(other) { _ throws(Fault) in }
      }
      #expect(fault?.code == "not_a_file")
    }
  }

  @Test("what is no file, too large or not there is a fault and never blocks")
  func refusals() throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let path = folder + "/a"
    try FileBytes.write([1, 2, 3], path: path)
    #expect(code(path, limit: 2) == "file_too_large")
    #expect(code(folder) == "not_a_file")
    #expect(code(folder + "/none") == "no_such_file")
    #expect(code("a\u{0}b") == "bad_path")
    let pipe = folder + "/pipe"
    #expect(mkfifo(pipe, 0o600) == 0)
    #expect(code(pipe) == "not_a_file")
    #expect(throws: Fault.self) { try FileBytes.write([1], path: folder + "/none/a") }
  }
}
