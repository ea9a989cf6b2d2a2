import Glibc
import Hydromet

/// Files that are there whole or not at all.
enum FileDrop {
  static func makeFolder(_ path: String) throws(Fault) {
    var made = path.hasPrefix("/") ? "/" : ""
    for part in path.split(separator: "/") {
      made += made.isEmpty || made.hasSuffix("/") ? String(part) : "/\(part)"
      if mkdir(made, 0o750) != 0, errno != EEXIST { throw cannotWrite(made) }
    }
  }

  /// Writes beside, flushes, renames. Only the owner and the group read it.
  static func write(_ bytes: [UInt8], to path: String, mode: mode_t = 0o640) throws(Fault) {
    let beside = "\(path).part"
    let file = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
    guard file >= 0 else { throw cannotWrite(beside) }
    var rest = bytes[...]
    var isWhole = true
    while !rest.isEmpty, isWhole {
      let count = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      if count <= 0 { isWhole = false } else { rest = rest.dropFirst(count) }
    }
    isWhole = isWhole && fsync(file) == 0
    close(file)
    guard isWhole, rename(beside, path) == 0 else {
      let fault = cannotWrite(path)
      unlink(beside)
      throw fault
    }
    let folder = String(path.prefix(upTo: path.lastIndex(of: "/") ?? path.startIndex))
    let directory = open(folder.isEmpty ? "." : folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    if directory >= 0 {
      fsync(directory)
      close(directory)
    }
  }

  /// Adds a line to a file; it is on the disk when this returns.
  static func append(_ line: String, to path: String) throws(Fault) {
    let file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw cannotWrite(path) }
    defer { close(file) }
    let bytes = Array((line + "\n").utf8)
    let count = bytes.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
    guard count == bytes.count, fsync(file) == 0 else { throw cannotWrite(path) }
  }

  /// A name of a file from a key: letters, digits and hyphens.
  static func name(_ key: String) -> String {
    String(
      key.map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") ? $0 : "_" }.prefix(100))
  }

  private static func cannotWrite(_ path: String) -> Fault {
    Fault(
      errno == ENOSPC ? "disk_full" : "cannot_write", at: .init(path),
      "cannot be written: \(String(cString: strerror(errno)))",
      remedy: "check the free space and who may write there")
  }
}

extension FileDrop {
  static func read(_ path: String) -> [UInt8]? {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var bytes: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = Glibc.read(file, &block, block.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { return nil }
      if count == 0 { return bytes }
      bytes += block[..<count]
    }
  }

  static func remove(_ path: String) { unlink(path) }
}
