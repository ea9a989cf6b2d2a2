import Pipeline
import Synchronization

/// How many requests one token may make: a bucket that holds a sixth of a minute's share, at least ten,
/// and fills evenly.
final class RateLimit: Sendable {
  private struct Bucket {
    var level: Double
    var at: Double
  }

  private let perSecond: Double
  private let capacity: Double
  private let clock: any Clock
  private let buckets = Mutex<[String: Bucket]>([:])

  init(perMinute: Int, clock: any Clock) {
    perSecond = Double(perMinute) / 60
    capacity = max(10, Double(perMinute) / 6)
    self.clock = clock
  }

  /// Takes one request of the share of a holder.
  ///
  /// - Returns: seconds after which to try again; nil where the request may go on.
  func take(_ holder: String) -> Int? {
    let now = clock.monotonicSeconds
    return buckets.withLock { buckets in
      if buckets.count > RateLimit.mostHolders { buckets.removeAll() }
      var bucket = buckets[holder] ?? Bucket(level: capacity, at: now)
      bucket.level = min(capacity, bucket.level + max(0, now - bucket.at) * perSecond)
      bucket.at = now
      defer { buckets[holder] = bucket }
      guard bucket.level >= 1 else {
        return Int(((1 - bucket.level) / perSecond).rounded(.up))
      }
      bucket.level -= 1
      return nil
    }
  }

  private static let mostHolders = 100_000
}
