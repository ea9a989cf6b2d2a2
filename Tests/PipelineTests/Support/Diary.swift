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

  /// Keeps what the message is about before its words: `station=G1 …`.
  func log(event: LogEvent) {
    let subjects = (event.metadata ?? [:]).sorted { $0.key < $1.key }.map {
      "\($0.key)=\($0.value)"
    }
    lines.withLock { $0.append((subjects + ["\(event.message)"]).joined(separator: " ")) }
  }
}
