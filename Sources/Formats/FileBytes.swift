import Glibc
public import Hydromet

/// Whole files as bytes.
public enum FileBytes {
  /// Reads a file of at most `limit` bytes.
  ///
  /// - Throws: a fault where it does not exist, is no regular file (a pipe would block for ever), is
  ///   larger, or cannot be read.
  public static func read(path: String, limit: Int) throws(Fault) -> [UInt8] {
    guard !path.utf8.contains(0) else {
      throw Fault("bad_path", "the path holds a NUL byte", remedy: "correct the path")
    }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw fault(path, errno) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw fault(path, errno) }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw Fault(
        "not_a_file", at: .init(path), "this is a folder or a device, a file is expected",
        remedy: "name a file")
    }
    guard status.st_size <= limit else {
      throw Fault(
        "file_too_large", at: .init(path),
        "the file has \(status.st_size) bytes, at most \(limit) are read", remedy: "split the file")
    }
    return try content(descriptor, path: path, expected: max(0, Int(status.st_size)), limit: limit)
  }

  /// Reads to the end, which may lie elsewhere than the size said a moment ago.
  private static func content(
    _ descriptor: Int32, path: String, expected: Int, limit: Int
  ) throws(Fault) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: expected + 1)
    var count = 0
    while true {
      if count == bytes.count {
        guard count <= limit else {
          throw Fault(
            "file_too_large", at: .init(path), "the file grew beyond \(limit) bytes",
            remedy: "split the file, and move it into the folder only once it is whole")
        }
        bytes.append(contentsOf: repeatElement(0, count: min(count, 1_048_576)))
      }
      let space = bytes.count - count
      let received = bytes.withUnsafeMutableBytes { buffer in
        Glibc.read(descriptor, buffer.baseAddress.map { $0 + count }, space)
      }
      if received < 0, errno == EINTR { continue }
      guard received >= 0 else { throw fault(path, errno) }
      if received == 0 { break }
      count += received
    }
    bytes.removeSubrange(count...)
    return bytes
  }

  /// Writes a new file, or replaces the file of that name in one step.
  public static func write(_ bytes: [UInt8], path: String) throws(Fault) {
    let draft = path + ".tmp"
    let descriptor = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw fault(draft, errno) }
    var written = 0
    var failure: Int32 = 0
    while written < bytes.count, failure == 0 {
      let count = bytes.withUnsafeBytes { buffer in
        Glibc.write(
          descriptor, buffer.baseAddress.map { $0 + written }, bytes.count - written)
      }
      if count >= 0 {
        written += count
      } else if errno != EINTR {
        failure = errno
      }
    }
    if failure == 0, fsync(descriptor) != 0 { failure = errno }
    if close(descriptor) != 0, failure == 0 { failure = errno }
    if failure == 0, rename(draft, path) != 0 { failure = errno }
    guard failure == 0 else {
      unlink(draft)
      throw fault(path, failure)
    }
  }

  /// Lets a file be made beside its name and puts it there in one step once it is whole and on the disk. Of a
  /// file that could not be made nothing stays, and the one that was there before is untouched.
  ///
  /// - Parameter make: gets the name to write to.
  /// - Throws: what `make` throws; `not_a_file` for a folder, a device or a pipe, which cannot be replaced; a
  ///   fault of the disk.
  public static func replace(
    _ path: String, by make: (_ draft: String) throws(Fault) -> Void
  ) throws(Fault) {
    let resolved = realpath(path, nil)
    defer { free(resolved) }
    let target = resolved.map { String(cString: $0) } ?? path
    var status = stat()
    if stat(target, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
      throw Fault(
        "not_a_file", at: .init(path), "this is a folder, a device or a pipe",
        remedy: "name a file that may be replaced")
    }
    let draft = "\(target).\(getpid()).tmp"
    do {
      try make(draft)
      try flush(draft)
    } catch {
      unlink(draft)
      throw error
    }
    guard rename(draft, target) == 0 else {
      let code = errno
      unlink(draft)
      throw fault(path, code)
    }
  }

  private static func flush(_ path: String) throws(Fault) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw fault(path, errno) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw fault(path, errno) }
  }

  private static func fault(_ path: String, _ code: Int32) -> Fault {
    let reason = strerror(code).map { String(cString: $0) } ?? "error \(code)"
    switch code {
    case ENOENT:
      return Fault(
        "no_such_file", at: .init(path), "the file does not exist", remedy: "check the path")
    case EACCES, EPERM:
      return Fault(
        "no_permission", at: .init(path), reason.lowercased(),
        remedy: "give the user that runs freshet the right to this file")
    default:
      return Fault(
        "file_error", at: .init(path), reason.lowercased(), remedy: "check the path and the disk")
    }
  }
}

extension FileBytes {
  /// The first bytes of a file and its size.
  ///
  /// - Throws: a fault where it does not exist, is no regular file, or cannot be read.
  public static func head(
    of path: String, count: Int
  ) throws(Fault) -> (bytes: [UInt8], size: Int) {
    let file = try FileHead(path: path)
    return (file.read(at: 0, count: min(count, file.size)), file.size)
  }
}
