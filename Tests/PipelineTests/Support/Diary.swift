import Logging
import Synchronization

/// Keeps what is logged.
final class Diary: LogHandler, Sendable {
  private let lines = Mutex<[String]>([])

  /// The lines that hold these words, in their order.
  func lines(with words: String) -> [String] {
    lines.withLock { $0.filter { $0.contains(words) } }
  }

  subscript(metadataKey _: String) -> Logger.Metadata.Value? {
    get { nil }
    set {}
  }
  var metadata: Logger.Metadata {
    get { [:] }
    set {}
  }
  var logLevel: Logger.Level {
    get { .info }
    set {}
  }

  func log(event: LogEvent) { lines.withLock { $0.append("\(event.message)") } }
}
