import Foundation

/// A folder of its own for one test of grids, removed with the object.
final class GridTestFolder {
  let path: String

  init() throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("freshet-grids-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    path = folder.path
  }

  deinit {
    for name in (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? [] {
      if let bytes = try? read(name) { Seeds.keep(bytes, name) }
    }
    try? FileManager.default.removeItem(atPath: path)
  }

  func file(_ name: String) -> String { "\(path)/\(name)" }

  @discardableResult
  func write(_ bytes: [UInt8], _ name: String) throws -> String {
    Seeds.keep(bytes, name)
    try Data(bytes).write(to: URL(fileURLWithPath: file(name)))
    return file(name)
  }

  func read(_ name: String) throws -> [UInt8] {
    try Array(Data(contentsOf: URL(fileURLWithPath: file(name))))
  }
}

/// Real grids that are not part of the repository: the folder `FRESHET_DATA`, else `../shared/data`.
enum RealGrids {
  static let folder: String =
    ProcessInfo.processInfo.environment["FRESHET_DATA"]
    ?? URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path
    + "/shared/data"

  static func path(_ name: String) -> String { "\(folder)/\(name)" }

  static func files(in name: String, ending: String = ".nc") -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: path(name))) ?? [])
      .filter { $0.hasSuffix(ending) }.sorted().map { path("\(name)/\($0)") }
  }

  /// A table of facts, one dictionary a line.
  static func table(_ name: String) throws -> [[String: String]] {
    let bytes = try Data(contentsOf: URL(fileURLWithPath: path(name)))
    let lines = String(decoding: bytes, as: UTF8.self).split { $0.isNewline }
    let split = { (line: Substring) in
      line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    guard let names = lines.first.map(split) else { return [] }
    return lines.dropFirst().map { line in
      Dictionary(zip(names, split(line)), uniquingKeysWith: { first, _ in first })
    }
  }

  static let isPresent = FileManager.default.fileExists(atPath: path("radar"))
  static let absence = "skipped: no real data in FRESHET_DATA or ../shared/data"
}
