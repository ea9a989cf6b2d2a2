import Glibc
import Hydromet

/// Puts originals away. They are moved, never deleted, and never onto one another.
enum OriginalKeeper {
  /// Moves a file into a folder of the same file system.
  ///
  /// - Parameter id: the ledger's number of the file, which makes a name unique where it is taken.
  /// - Returns: where the file is now.
  static func move(_ path: String, to folder: String, id: Int64) throws(Fault) -> String {
    guard mkdir(folder, 0o777) == 0 || errno == EEXIST else { throw cannotMove(path, folder) }
    let name = path.split(separator: "/").last.map(String.init) ?? "file"
    var target = "\(folder)/\(name)"
    if access(target, F_OK) == 0 { target = "\(folder)/\(id)-\(name)" }
    guard rename(path, target) == 0 else { throw cannotMove(path, folder) }
    return target
  }

  /// Whether the file is where originals are put: it was read once more from there.
  static func isKept(_ path: String, in folder: String) -> Bool {
    let parent = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    guard let own = realpath(parent, nil), let kept = realpath(folder, nil) else { return false }
    defer {
      free(own)
      free(kept)
    }
    return strcmp(own, kept) == 0
  }

  private static func cannotMove(_ path: String, _ folder: String) -> Fault {
    Fault(
      "cannot_move", at: .init(path),
      "cannot be moved to \(folder): \(String(cString: strerror(errno)))",
      remedy: "make `move_to` a folder on the same file system that the service may write")
  }
}
