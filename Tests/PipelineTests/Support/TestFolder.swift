import Foundation

/// Folders of tests, and comparisons of whole trees.
enum TestFolder {
  static func fresh(_ name: String) -> String {
    FileManager.default.temporaryDirectory
      .appendingPathComponent("freshet-\(name)-\(UUID().uuidString)").path
  }

  /// Every file below a folder with its bytes; names that begin with a dot are left out.
  static func files(below folder: String) throws -> [String: Data] {
    var result: [String: Data] = [:]
    for name in try FileManager.default.subpathsOfDirectory(atPath: folder) {
      guard !name.split(separator: "/").contains(where: { $0.hasPrefix(".") }) else { continue }
      var isFolder: ObjCBool = false
      let path = "\(folder)/\(name)"
      guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder),
        !isFolder.boolValue
      else { continue }
      if name.hasPrefix("latest/") { continue }
      result[name] = try Data(contentsOf: URL(fileURLWithPath: path))
    }
    return result
  }

  /// The names of files that two trees do not have in common, byte for byte.
  static func differences(_ a: String, _ b: String) throws -> [String] {
    let first = try files(below: a)
    let second = try files(below: b)
    return Set(first.keys).union(second.keys).filter { first[$0] != second[$0] }.sorted()
  }
}

/// The folder of public data files that tests on real data read; nil where it is not there.
enum RealData {
  static let folder: String? = {
    let stated = ProcessInfo.processInfo.environment["FRESHET_DATA"]
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    let usual = root.appendingPathComponent("../shared/data").standardizedFileURL.path
    let path = stated ?? usual
    return FileManager.default.fileExists(atPath: path) ? path : nil
  }()

  static let isThere = folder != nil

  static func path(_ file: String) -> String { "\(folder ?? "")/\(file)" }
}
