/// Hands parts of work out, possibly to several threads at once. Whoever uses it gets the same result
/// for any number of them.
public struct Workers: Sendable {
  public typealias Run = @Sendable (_ parts: Int, _ body: (Int) -> Void) -> Void

  /// Threads that may be busy at the same time.
  public let count: Int
  private let run: Run

  /// - Parameter run: calls `body` with each number from 0 to before `parts`, and returns when all
  ///   calls have.
  public init(count: Int, run: @escaping Run) {
    self.count = max(1, count)
    self.run = run
  }

  /// One thread.
  public static let one = Workers(count: 1) { parts, body in
    for part in 0..<parts { body(part) }
  }

  /// Cuts `0..<length` into ranges, at multiples of `step`, many for each thread so that none waits
  /// for one with more to do.
  public func forEachRange(
    of length: Int, step: Int = 1, partsPerThread: Int = 64, _ body: (Range<Int>) -> Void
  ) {
    let steps = (length + step - 1) / step
    let parts = max(1, min(steps, count == 1 ? 1 : count * partsPerThread))
    guard parts > 1 else { return body(0..<length) }
    run(parts) { part in
      let start = steps * part / parts * step
      let end = min(length, steps * (part + 1) / parts * step)
      if start < end { body(start..<end) }
    }
  }
}
