import Dispatch
public import Kernels
import Synchronization

/// Work on all processors whose results do not depend on how many there are.
public enum Parallel {
  /// Cuts `0..<count` into at most as many ranges as there are processors.
  public static func ranges(of count: Int, minimumLength: Int) -> [Range<Int>] {
    guard count > 0 else { return [] }
    let processors = max(1, ProcessorCount.online)
    let parts = max(1, min(processors, count / max(1, minimumLength)))
    return (0..<parts).map { part in (count * part / parts)..<(count * (part + 1) / parts) }
  }

  /// All processors, for the stages.
  public static let workers = workers(threads: ProcessorCount.online)

  /// So many threads at the most.
  public static func workers(threads: Int) -> Workers {
    guard threads > 1 else { return .one }
    return Workers(count: threads) { parts, body in
      withoutActuallyEscaping(body) { body in
        let work = UncheckedParts(body: body)
        guard threads < ProcessorCount.online else {
          return DispatchQueue.concurrentPerform(iterations: parts) { work.body($0) }
        }
        DispatchQueue.concurrentPerform(iterations: min(threads, parts)) { thread in
          for part in stride(from: thread, to: parts, by: threads) { work.body(part) }
        }
      }
    }
  }

  /// Parts of one piece of work that touch nothing in common but what they only read.
  private struct UncheckedParts: @unchecked Sendable {
    let body: (Int) -> Void
  }

  /// The results of every item, in order.
  public static func map<Item: Sendable, Value: Sendable, Failure: Error>(
    _ items: [Item], _ body: (Item) throws(Failure) -> Value
  ) -> [Result<Value, Failure>] {
    let results = Mutex([Result<Value, Failure>?](repeating: nil, count: items.count))
    withoutActuallyEscaping(body) { body in
      let work = UncheckedBody(body: body)
      DispatchQueue.concurrentPerform(iterations: items.count) { index in
        let result = Result { () throws(Failure) in try work.body(items[index]) }
        results.withLock { $0[index] = result }
      }
    }
    return results.withLock { $0 }.compactMap { $0 }
  }

  /// The closure is called from several threads at once; `map` waits for all of them, and callers
  /// only read what they capture.
  private struct UncheckedBody<Item, Value, Failure: Error>: @unchecked Sendable {
    let body: (Item) throws(Failure) -> Value
  }
}
