import Foundation

/// A folder that goes away with the test.
final class TestFolder {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "freshet-calls-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func write(_ name: String, _ text: String, executable: Bool = false) throws -> String {
    let whole = "\(path)/\(name)"
    try text.write(toFile: whole, atomically: true, encoding: .utf8)
    if executable {
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: whole)
    }
    return whole
  }
}
