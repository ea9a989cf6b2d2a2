import Glibc

/// What the kernel reports about watched folders (inotify).
final class FolderNotices {
  enum Kind {
    /// Somebody closed the file after writing, or moved it here: it is complete.
    case completed
    /// Somebody writes.
    case written
    /// A folder appeared, went or changed its place, or reports were lost: look at everything.
    case upset
  }

  struct Notice {
    let kind: Kind
    /// The watch that it is about; nil where reports were lost.
    let watch: Int32?
    let name: String
  }

  let descriptor: Int32

  /// - Returns: nil where the system has no more of them.
  init?() {
    descriptor = inotify_init1(Int32(IN_CLOEXEC) | Int32(IN_NONBLOCK))
    guard descriptor >= 0 else { return nil }
  }

  deinit {
    close(descriptor)
  }

  /// Watches a folder; watching it again gives the same number.
  ///
  /// - Returns: nil where it cannot be watched.
  func watch(_ folder: String) -> Int32? {
    let mask =
      IN_CLOSE_WRITE | IN_MODIFY | IN_MOVED_TO | IN_CREATE | IN_DELETE_SELF | IN_MOVE_SELF
    let number = inotify_add_watch(descriptor, folder, UInt32(mask) | UInt32(IN_ONLYDIR))
    return number >= 0 ? number : nil
  }

  func forget(_ watch: Int32) {
    inotify_rm_watch(descriptor, watch)
  }

  /// Everything that has been reported since the last call, in its order.
  func take() -> [Notice] {
    var notices: [Notice] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = read(descriptor, &buffer, buffer.count)
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { return notices }
      notices += FolderNotices.parse(buffer[..<count])
    }
  }

  /// An event is four 32-bit numbers (watch, kind, cookie, length of the name) and the name, filled
  /// up with zeros.
  private static func parse(_ bytes: ArraySlice<UInt8>) -> [Notice] {
    let header = MemoryLayout<inotify_event>.size
    var notices: [Notice] = []
    var position = bytes.startIndex
    while position + header <= bytes.endIndex {
      let (watch, mask, length) = bytes.withUnsafeBytes { buffer in
        let offset = position - bytes.startIndex
        return (
          buffer.loadUnaligned(fromByteOffset: offset, as: Int32.self),
          Int(buffer.loadUnaligned(fromByteOffset: offset + 4, as: UInt32.self)),
          Int(buffer.loadUnaligned(fromByteOffset: offset + 12, as: UInt32.self))
        )
      }
      let start = position + header
      position = start + length
      guard position <= bytes.endIndex else { return notices }
      let name = String(decoding: bytes[start..<position].prefix { $0 != 0 }, as: UTF8.self)
      if let kind = kind(mask) {
        notices.append(Notice(kind: kind, watch: watch >= 0 ? watch : nil, name: name))
      }
    }
    return notices
  }

  private static func kind(_ mask: Int) -> Kind? {
    let upsetting = [IN_Q_OVERFLOW, IN_IGNORED, IN_DELETE_SELF, IN_MOVE_SELF, IN_ISDIR]
    if upsetting.contains(where: { mask & Int($0) != 0 }) { return .upset }
    if mask & Int(IN_CLOSE_WRITE) != 0 || mask & Int(IN_MOVED_TO) != 0 { return .completed }
    return mask & Int(IN_MODIFY) != 0 ? .written : nil
  }
}
