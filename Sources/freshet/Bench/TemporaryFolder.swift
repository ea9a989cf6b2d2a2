import Foundation
import Glibc
import Hydromet

/// A folder for the files of a benchmark, which is removed at the end.
struct TemporaryFolder {
  let path: String

  init() throws(Fault) {
    let parent = ProcessInfo.processInfo.environment["TMPDIR"] ?? "/tmp"
    // `mkdtemp` fills in the last six letters.
    let letters = String(repeating: "X", count: 6)
    var template = Array("\(parent)/freshet-bench.\(letters)".utf8CString)
    guard mkdtemp(&template) != nil else {
      throw Fault(
        "cannot_make_folder", at: .init(parent),
        "cannot make a folder: \(String(cString: strerror(errno)))",
        remedy: "set TMPDIR to a folder with free space")
    }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// Makes a folder below this one.
  func makeFolder(_ name: String) throws {
    try FileManager.default.createDirectory(
      atPath: "\(path)/\(name)", withIntermediateDirectories: true)
  }

  func remove() {
    try? FileManager.default.removeItem(atPath: path)
  }

  /// Runs a body with a new folder, which is gone afterwards, whatever happens.
  static func with<Value>(_ body: (TemporaryFolder) throws -> Value) throws -> Value {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    return try body(folder)
  }
}
