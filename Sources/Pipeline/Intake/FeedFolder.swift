import District
import Glibc
import Hydromet

/// The files that wait in a feed's folder.
enum FeedFolder {
  /// Names of files that fit the feed's pattern, sorted; files being written (`.name`, `*.tmp`,
  /// `*.part`) are left out.
  static func files(of feed: Feed, in workspace: Workspace) throws(Fault) -> [String] {
    let path = workspace.path(feed.folder)
    guard let folder = opendir(path) else {
      if errno == ENOENT { return [] }
      throw Fault(
        "unreadable_folder", at: .init(path),
        "the folder of feed \(feed.name) cannot be read: \(String(cString: strerror(errno)))",
        remedy: "check the folder and who may read it")
    }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      guard isComplete(name), fnmatch(feed.pattern, name, FNM_PERIOD) == 0 else { continue }
      if isFile("\(path)/\(name)") { names.append(name) }
    }
    return names.sorted()
  }

  private static func isComplete(_ name: String) -> Bool {
    !name.hasPrefix(".") && !name.hasSuffix(".tmp") && !name.hasSuffix(".part")
  }

  private static func isFile(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }
}
