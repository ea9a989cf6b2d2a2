import Glibc
public import Hydromet

/// Where "now" comes from. Only the service asks; cycles are given their data time.
public protocol Clock: Sendable {
  /// The wall clock: when something became known.
  var now: Timestamp { get }
  /// Seconds that never run backwards: for waiting and for time limits.
  var monotonicSeconds: Double { get }
}

/// The clocks of this machine.
public struct SystemClock: Clock {
  public init() {}

  public var now: Timestamp {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Timestamp(secondsSince1970: Int64(time.tv_sec))
  }

  public var monotonicSeconds: Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}
