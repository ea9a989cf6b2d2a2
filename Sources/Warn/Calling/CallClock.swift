public import Hydromet

/// The clock by which callers wait: it starts at the wall clock's time or where it was last seen,
/// whichever is later, and from then on follows a monotonic clock.
///
/// A wait is therefore as long as it was meant to be whatever happens to the wall clock while Freshet
/// runs; and across a restart a clock that was set back makes no wait longer than it was.
public struct CallClock: Sendable {
  private let base: Timestamp
  private let started: Double

  /// - Parameters:
  ///   - lastSeen: the time of this clock when it was last written down; nil the first time.
  ///   - monotonicSeconds: the monotonic clock now.
  public init(wall: Timestamp, lastSeen: Timestamp?, monotonicSeconds: Double) {
    base = lastSeen.map { max($0, wall) } ?? wall
    started = monotonicSeconds
  }

  public func now(monotonicSeconds: Double) -> Timestamp {
    let elapsed = max(0, min(monotonicSeconds - started, 1e10))
    return base + Int(elapsed)
  }
}
