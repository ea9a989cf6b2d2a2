import Dispatch
import Glibc
import Hydromet
import Synchronization

/// Numbered pieces of work that several threads take in order.
final class PieceQueue: Sendable {
  private let count: Int
  private let next = Atomic<Int>(0)
  private let failure = Mutex<(piece: Int, fault: Fault)?>(nil)

  init(count: Int) {
    self.count = count
  }

  /// The next piece; nil when there is none.
  func take() -> Int? {
    let piece = next.wrappingAdd(1, ordering: .relaxed).oldValue
    return piece < count ? piece : nil
  }

  /// Ends the work. Pieces before this one were taken before it, so that the fault of the first
  /// faulty piece is kept, with any number of threads.
  func fail(_ piece: Int, _ fault: Fault) {
    next.store(count, ordering: .relaxed)
    failure.withLock { kept in
      if kept.map({ piece < $0.piece }) ?? true { kept = (piece, fault) }
    }
  }

  /// Runs `work` on so many threads and waits for all of them.
  func run(threads: Int, _ work: @Sendable () -> Void) throws(Fault) {
    let threads = max(1, min(threads, count, ReadingThreads.most))
    if threads == 1 {
      work()
    } else {
      DispatchQueue.concurrentPerform(iterations: threads) { _ in work() }
    }
    if let failure = failure.withLock({ $0 }) { throw failure.fault }
  }
}

/// How many threads one reading of a file takes where nobody says.
public enum ReadingThreads {
  static let most = 64
  private static let limit = Atomic<Int>(most)

  /// The processors of the machine, or fewer where `limit(to:)` said so.
  public static var standard: Int {
    max(1, min(sysconf(Int32(_SC_NPROCESSORS_ONLN)), limit.load(ordering: .relaxed)))
  }

  /// Bounds the threads of every reading in this process: for processes of which several read at once.
  public static func limit(to threads: Int) {
    limit.store(max(1, min(threads, most)), ordering: .relaxed)
  }
}
