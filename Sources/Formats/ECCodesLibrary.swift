import CECCodes
import Hydromet
import Synchronization

/// ecCodes: one call at a time in the whole process, for Debian builds it without locks of its own; silent.
enum ECCodesLibrary {
  private static let lock = Mutex<Void>(())
  private static let silenced: Void = {
    codes_context_set_logging_proc(codes_context_get_default(), keepQuiet)
  }()

  /// Runs `body` while no other thread is inside the library.
  static func alone<Value: Sendable>(
    _ body: () throws(Fault) -> Value
  ) throws(Fault) -> Value {
    let result = lock.withLock { _ in
      silenced
      return Result { () throws(Fault) in try body() }
    }
    return try result.get()
  }

  /// The library's words for an error.
  static func words(_ code: Int32) -> String {
    codes_get_error_message(code).map { String(cString: $0) } ?? "error \(code)"
  }
}

/// ecCodes calls this instead of printing.
private func keepQuiet(
  _ context: OpaquePointer?, _ level: Int32, _ message: UnsafePointer<CChar>?
) {}
