import Glibc
import Synchronization

/// Whether SIGTERM or SIGINT was given.
public enum StopSignal {
  private static let flag = Atomic<Bool>(false)

  public static var wasGiven: Bool { flag.load(ordering: .relaxed) }

  public static func watch() {
    for number in [SIGTERM, SIGINT] {
      signal(number) { _ in StopSignal.flag.store(true, ordering: .relaxed) }
    }
  }

  /// Blocks until one of them comes.
  public static func wait() {
    watch()
    while !wasGiven { poll(nil, 0, 100) }
  }
}
