import Foundation

/// What the tests' writers make, kept in the folder that `FRESHET_SEEDS` names: the seeds of
/// `scripts/fuzz`. Without that variable nothing is kept.
enum Seeds {
  private static let folder = ProcessInfo.processInfo.environment["FRESHET_SEEDS"]
  private static let largest = 65_536
  /// Files that tests damage on purpose are left to the fuzzer.
  private static let damaged = ["damaged", "short", "cut"]

  static func keep(_ bytes: [UInt8], _ name: String = "") {
    guard let folder, (1...largest).contains(bytes.count),
      !damaged.contains(where: name.hasPrefix)
    else { return }
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    let path = "\(folder)/\(String(hash, radix: 16))"
    if !FileManager.default.fileExists(atPath: path) {
      _ = FileManager.default.createFile(atPath: path, contents: Data(bytes))
    }
  }
}
