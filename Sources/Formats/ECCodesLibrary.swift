import CECCodes
import Glibc
import Hydromet
import Synchronization

/// ecCodes: one call at a time in the whole process, for Debian builds it without locks of its own; silent.
public enum ECCodesLibrary {
  private static let lock = Mutex<Void>(())
  private static let silenced: Void = {
    codes_context_set_logging_proc(codes_context_get_default(), keepQuiet)
  }()

  private static let ending: Void = {
    let context = codes_context_get_default()
    codes_context_set_memory_proc(context, allocate, release, enlarge)
    codes_context_set_persistent_memory_proc(context, allocate, release)
    codes_context_set_buffer_memory_proc(context, allocate, release, enlarge)
  }()

  /// Has this process end, with words on standard error and code 12, where ecCodes gets no more memory. The
  /// library would go on without it and crash in ways that look like damage. For processes that may end.
  public static func endProcessWithoutMemory() {
    lock.withLock { _ in ending }
  }

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

private func allocate(_ context: OpaquePointer?, _ count: Int) -> UnsafeMutableRawPointer? {
  guard let memory = malloc(max(1, count)) else { noMemory() }
  return memory
}

private func enlarge(
  _ context: OpaquePointer?, _ memory: UnsafeMutableRawPointer?, _ count: Int
) -> UnsafeMutableRawPointer? {
  guard let larger = realloc(memory, max(1, count)) else { noMemory() }
  return larger
}

private func release(_ context: OpaquePointer?, _ memory: UnsafeMutableRawPointer?) {
  free(memory)
}

private func noMemory() -> Never {
  let words: StaticString = "ecCodes cannot allocate more memory\n"
  _ = write(STDERR_FILENO, words.utf8Start, words.utf8CodeUnitCount)
  _exit(12)
}
