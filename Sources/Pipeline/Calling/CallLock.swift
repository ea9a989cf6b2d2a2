import Glibc

/// A lock that the system takes away when a process ends, however it ends: by it the next process knows
/// at once that the one before it is gone. One thread at a time.
final class CallLock: @unchecked Sendable {
  private let path: String
  private var file: Int32 = -1

  init(_ path: String) {
    self.path = path
  }

  deinit { release() }

  /// - Returns: whether this process has it now.
  func take() -> Bool {
    if file >= 0 { return true }
    let opened = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard opened >= 0 else { return false }
    guard flock(opened, LOCK_EX | LOCK_NB) == 0 else {
      close(opened)
      return false
    }
    file = opened
    return true
  }

  func release() {
    guard file >= 0 else { return }
    close(file)
    file = -1
  }
}
