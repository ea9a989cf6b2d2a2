import Glibc

/// A pattern for paths below a feed's folder: `*.nc`, or `*/Z_RADR_*.bin` for folders by day.
///
/// Each part between slashes is a shell pattern for one name (`*`, `?`, `[a-z]`). Names that begin
/// with a dot, and names that senders use while they write (`.tmp`, `.part`, `.filepart` and their
/// like, `~` at the end), match nothing.
struct FilePattern {
  private let parts: [String]

  init(_ text: String) {
    parts = text.split(separator: "/").map(String.init)
  }

  /// Folders between the feed's folder and its files.
  var depth: Int { max(0, parts.count - 1) }

  /// Endings that senders and editors give to files which are not finished.
  private static let unfinished = [
    ".tmp", ".temp", ".part", ".partial", ".filepart", ".crdownload", ".uploading", ".writing",
    ".lock", ".swp", "~",
  ]

  /// Whether every name matches: folders beside the files are then nothing to wonder at.
  var takesEverything: Bool { parts == ["*"] }

  /// Whether a name may stand at a depth of a path; 0 is directly below the feed's folder.
  func matches(_ name: String, depth: Int) -> Bool {
    guard depth < parts.count, !name.hasPrefix(".") else { return false }
    if FilePattern.unfinished.contains(where: { name.hasSuffix($0) }) { return false }
    return fnmatch(parts[depth], name, 0) == 0
  }
}

/// The look of a file from outside; as long as it is the same, nobody has written it or changed who
/// may read it.
struct FileStamp: Hashable {
  let inode: UInt64
  let size: Int64
  /// Time of the last write, nanoseconds.
  let modified: Int64
  /// Time of the last change of its bytes, rights or links, nanoseconds.
  let changed: Int64

  /// - Returns: nil where there is no ordinary file.
  init?(path: String) {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    inode = UInt64(status.st_ino)
    size = Int64(status.st_size)
    modified = FileStamp.nanoseconds(status.st_mtim)
    changed = FileStamp.nanoseconds(status.st_ctim)
  }

  private static func nanoseconds(_ time: timespec) -> Int64 {
    Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
  }
}

/// The names in one folder.
struct FolderListing {
  let folders: [String]
  let others: [String]
  /// Names that are not UTF-8, as far as they can be shown.
  let unreadable: [String]

  /// - Returns: nil where the folder cannot be read; `errno` says why.
  init?(of path: String) {
    guard let stream = opendir(path) else { return nil }
    defer { closedir(stream) }
    var folders: [String] = []
    var others: [String] = []
    var unreadable: [String] = []
    while let entry = readdir(stream) {
      let offset = MemoryLayout<dirent>.offset(of: \.d_name) ?? 19
      let bytes = (UnsafeRawPointer(entry) + offset).assumingMemoryBound(to: CChar.self)
      guard let name = String(validatingCString: bytes) else {
        unreadable.append(String(cString: bytes))
        continue
      }
      if name.hasPrefix(".") { continue }
      if FolderListing.isFolder(entry.pointee.d_type, "\(path)/\(name)") {
        folders.append(name)
      } else {
        others.append(name)
      }
    }
    self.folders = folders.sorted()
    self.others = others.sorted()
    self.unreadable = unreadable.sorted()
  }

  private static func isFolder(_ type: UInt8, _ path: String) -> Bool {
    if Int(type) == Int(DT_DIR) { return true }
    guard Int(type) == Int(DT_LNK) || Int(type) == Int(DT_UNKNOWN) else { return false }
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }
}
