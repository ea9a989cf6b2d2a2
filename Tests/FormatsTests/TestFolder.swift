import Foundation

/// A folder of its own for one test, removed with the object.
final class TestFolder {
  let path: String

  init() throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("freshet-formats-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    path = folder.path
  }

  deinit {
    try? FileManager.default.removeItem(atPath: path)
  }

  func file(_ name: String) -> String { "\(path)/\(name)" }

  /// Writes the bytes and returns the path.
  @discardableResult
  func write(_ bytes: [UInt8], _ name: String) throws -> String {
    try Data(bytes).write(to: URL(fileURLWithPath: file(name)))
    return file(name)
  }

  @discardableResult
  func write(_ text: String, _ name: String) throws -> String {
    try write(Array(text.utf8), name)
  }

  func read(_ name: String) throws -> [UInt8] {
    try Array(Data(contentsOf: URL(fileURLWithPath: file(name))))
  }

  /// Renames a file over another in one step.
  func move(_ name: String, to other: String) throws {
    guard rename(file(name), file(other)) == 0 else { throw CocoaError(.fileWriteUnknown) }
  }
}

/// Real files that are not part of the repository: the folder `FRESHET_DATA`, else `../shared/data`.
enum RealData {
  static let folder: String =
    ProcessInfo.processInfo.environment["FRESHET_DATA"]
    ?? URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().path + "/shared/data"

  static func path(_ name: String) -> String { "\(folder)/\(name)" }

  static let isPresent = FileManager.default.fileExists(atPath: path("polygons"))
  static let absence = "skipped: no real data in FRESHET_DATA or ../shared/data"
}
