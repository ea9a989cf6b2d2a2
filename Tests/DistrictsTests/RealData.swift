import Foundation

/// The folder of public data files that tests on real data read; nil where it is not there.
enum RealData {
  static let folder: String? = {
    let stated = ProcessInfo.processInfo.environment["FRESHET_DATA"]
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let usual = root.appendingPathComponent("../shared/data").standardizedFileURL.path
    let path = stated ?? usual
    return FileManager.default.fileExists(atPath: path) ? path : nil
  }()

  static let isThere = folder != nil

  static func path(_ file: String) -> String { "\(folder ?? "")/\(file)" }
}

/// A folder that is removed with the value.
final class ScratchFolder {
  let path: String

  init() {
    path =
      FileManager.default.temporaryDirectory
      .appendingPathComponent("freshet-new-\(UUID().uuidString)").path
  }

  deinit {
    try? FileManager.default.removeItem(atPath: path)
  }
}
