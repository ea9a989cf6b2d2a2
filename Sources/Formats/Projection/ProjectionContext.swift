import CPROJ

/// One PROJ context: owns the library's memory for one thread at a time and keeps what PROJ says
/// about errors instead of letting it reach standard error.
final class ProjectionContext {
  let pointer: OpaquePointer
  private let messages = MessageLog()

  /// - Returns: nil where PROJ has no memory left.
  init?() {
    guard let pointer = proj_context_create() else { return nil }
    self.pointer = pointer
    proj_context_set_enable_network(pointer, 0)
    proj_log_level(pointer, PJ_LOG_ERROR)
    proj_log_func(pointer, Unmanaged.passUnretained(messages).toOpaque(), recordProjectionMessage)
  }

  deinit {
    proj_context_destroy(pointer)
  }

  /// What PROJ said since the last call, in its own words.
  func takeMessage() -> String {
    defer { messages.lines.removeAll() }
    if let last = messages.lines.last { return last }
    let number = proj_context_errno(pointer)
    guard number != 0, let text = proj_context_errno_string(pointer, number) else {
      return "no reason given"
    }
    return String(cString: text)
  }
}

private final class MessageLog {
  var lines: [String] = []
}

/// PROJ calls this on the thread that uses the context.
private func recordProjectionMessage(
  _ log: UnsafeMutableRawPointer?, _ level: Int32, _ text: UnsafePointer<CChar>?
) {
  guard let log, let text else { return }
  let messages = Unmanaged<MessageLog>.fromOpaque(log).takeUnretainedValue()
  if messages.lines.count < 100 { messages.lines.append(String(cString: text)) }
}

/// A PROJ object with the context that it lives in.
final class ProjectionObject {
  let context: ProjectionContext
  let pointer: OpaquePointer

  /// Takes ownership of `pointer`; nil stays nil.
  init?(_ pointer: OpaquePointer?, in context: ProjectionContext) {
    guard let pointer else { return nil }
    self.context = context
    self.pointer = pointer
  }

  deinit {
    proj_destroy(pointer)
  }
}
