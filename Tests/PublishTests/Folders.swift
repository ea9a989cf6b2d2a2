import Foundation
import Hydromet

/// A folder of its own for one test, removed with it.
final class TemporaryFolder {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.path + "/freshet-publish-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  var products: String { path + "/products" }

  func text(_ name: String) throws -> String {
    try String(contentsOfFile: path + "/" + name, encoding: .utf8)
  }

  func bytes(_ name: String) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: path + "/" + name))
  }

  func names(_ name: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: path + "/" + name).sorted()
  }

  /// Every file below a folder, or below the folder that a link names, with its bytes.
  func files(_ name: String) throws -> [String: Data] {
    var files: [String: Data] = [:]
    let root = URL(fileURLWithPath: path + "/" + name).resolvingSymlinksInPath().path
    for file in try FileManager.default.subpathsOfDirectory(atPath: root) {
      var isFolder: ObjCBool = false
      let full = root + "/" + file
      if FileManager.default.fileExists(atPath: full, isDirectory: &isFolder), !isFolder.boolValue {
        files[file] = try Data(contentsOf: URL(fileURLWithPath: full))
      }
    }
    return files
  }

  func latest() throws -> String {
    try FileManager.default.destinationOfSymbolicLink(atPath: products + "/latest")
  }
}

/// Whether the fonts that maps need are installed; tests that draw say so when they are skipped.
enum Fonts {
  static let areInstalled = FileManager.default.fileExists(
    atPath: "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")
  static let note = "skipped: the Debian package fonts-noto-cjk is not installed"
}
