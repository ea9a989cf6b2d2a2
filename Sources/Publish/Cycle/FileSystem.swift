import CLinux
import Glibc
import Hydromet

/// Calls to the file system with faults in words. Nothing here follows a symbolic link when it removes.
enum FileSystem {
  static func fault(_ code: String, _ path: String, _ action: String, _ number: Int32) -> Fault {
    let remedy =
      switch number {
      case ENOSPC, EDQUOT: "free space on this disk; what was published before is untouched"
      case EACCES, EPERM, EROFS: "give the user of this program the right to write here"
      default: "check the disk and the path"
      }
    return Fault(
      code, at: .init(path), "cannot \(action): \(String(cString: strerror(number)))",
      remedy: remedy)
  }

  /// Makes a folder and those above it.
  static func makeFolder(_ path: String) throws(Fault) {
    var made = path.hasPrefix("/") ? "/" : ""
    for part in path.split(separator: "/") {
      made += made.isEmpty || made.hasSuffix("/") ? String(part) : "/" + part
      if mkdir(made, 0o755) != 0, errno != EEXIST {
        throw fault("cannot_make_folder", made, "make the folder", errno)
      }
    }
  }

  static func write(_ bytes: [UInt8], to path: String, flushing: Bool) throws(Fault) {
    let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard file >= 0 else { throw fault("cannot_write", path, "create the file", errno) }
    var problem: Int32 = 0
    bytes.withUnsafeBytes { buffer in
      var done = 0
      while done < buffer.count {
        let count = Glibc.write(file, buffer.baseAddress! + done, buffer.count - done)
        if count > 0 {
          done += count
        } else if count == 0 || errno != EINTR {
          problem = count == 0 ? ENOSPC : errno
          return
        }
      }
    }
    if problem == 0, flushing, fsync(file) != 0 { problem = errno }
    if close(file) != 0, problem == 0 { problem = errno }
    guard problem == 0 else { throw fault("cannot_write", path, "write the file", problem) }
  }

  static func read(_ path: String) throws(Fault) -> [UInt8] {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw fault("cannot_read", path, "open the file", errno) }
    defer { close(file) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = chunk.withUnsafeMutableBytes { Glibc.read(file, $0.baseAddress, $0.count) }
      if count == 0 { return bytes }
      if count > 0 {
        bytes.append(contentsOf: chunk[..<count])
      } else if errno != EINTR {
        throw fault("cannot_read", path, "read the file", errno)
      }
    }
  }

  /// Brings a file or a folder's list of names to the disk.
  static func flush(_ path: String) throws(Fault) {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw fault("cannot_flush", path, "open it", errno) }
    defer { close(file) }
    guard fsync(file) == 0 else { throw fault("cannot_flush", path, "flush it", errno) }
  }

  static func rename(_ from: String, to: String) throws(Fault) {
    guard Glibc.rename(from, to) == 0 else {
      throw fault("cannot_rename", to, "rename \(from) to it", errno)
    }
  }

  /// Swaps two names in one step: no reader ever finds either of them missing.
  static func exchange(_ a: String, _ b: String) throws(Fault) {
    if fr_exchange_names(a, b) == 0 { return }
    let number = errno
    guard number == EINVAL || number == ENOSYS else {
      throw fault("cannot_rename", b, "exchange it with \(a)", number)
    }
    throw Fault(
      "no_exchange", at: .init(b), "this file system cannot exchange two folders in one step",
      remedy: "put the products folder on a local disk (ext4, xfs, btrfs, tmpfs)")
  }

  /// The permission bits of a file; nil where there is none.
  static func permissions(_ path: String) -> UInt32? {
    var status = stat()
    return stat(path, &status) == 0 ? status.st_mode & 0o7777 : nil
  }

  static func exists(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0
  }

  static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  static func makeLink(_ path: String, to target: String) throws(Fault) {
    guard symlink(target, path) == 0 else {
      throw fault("cannot_link", path, "make the link", errno)
    }
  }

  static func target(ofLink path: String) -> String? {
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = buffer.withUnsafeMutableBytes {
      readlink(path, $0.baseAddress!.assumingMemoryBound(to: CChar.self), $0.count)
    }
    guard count > 0, count < buffer.count else { return nil }
    return String(decoding: buffer[..<count], as: UTF8.self)
  }

  /// Names in a folder, sorted by their bytes; without `.` and `..`.
  static func names(in path: String) throws(Fault) -> [String] {
    guard let folder = opendir(path) else {
      throw fault("cannot_read", path, "list the folder", errno)
    }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// Removes a file, a link or a folder with all that is in it; nothing where there is none.
  static func remove(_ path: String) throws(Fault) {
    var status = stat()
    guard lstat(path, &status) == 0 else { return }
    if status.st_mode & S_IFMT == S_IFDIR {
      for name in try names(in: path) { try remove(path + "/" + name) }
      guard rmdir(path) == 0 else { throw fault("cannot_remove", path, "remove it", errno) }
    } else {
      guard unlink(path) == 0 else { throw fault("cannot_remove", path, "remove it", errno) }
    }
  }
}

/// Holds the products folder for one writer at a time, between processes and within one.
final class FolderLock {
  private let file: Int32

  /// Waits until no other writer is publishing; the system lets go when a process dies.
  init(_ path: String) throws(Fault) {
    file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard file >= 0 else { throw FileSystem.fault("cannot_lock", path, "open the lock", errno) }
    while flock(file, LOCK_EX) != 0 {
      // The descriptor is closed by `deinit`, also where this initializer throws.
      guard errno == EINTR else { throw FileSystem.fault("cannot_lock", path, "lock it", errno) }
    }
  }

  deinit { close(file) }
}
