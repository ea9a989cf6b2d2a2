public import Hydromet

/// An event that did harm at a unit: what thresholds are for.
public struct HarmEvent: Sendable, Hashable {
  public let unitKind: UnitKind
  public let unit: String
  public let hazard: Hazard
  public let start: Timestamp
  public let end: Timestamp

  public init(
    unitKind: UnitKind, unit: String, hazard: Hazard, start: Timestamp, end: Timestamp
  ) {
    self.unitKind = unitKind
    self.unit = unit
    self.hazard = hazard
    self.start = start
    self.end = end
  }
}

/// Rain near a threshold: cycles in which its rain had a good part of it, never far apart.
public struct RainEpisode: Sendable, Hashable {
  public let start: Timestamp
  public private(set) var end: Timestamp
  /// The largest rain over the threshold.
  public private(set) var peak: Double

  fileprivate mutating func extend(to time: Timestamp, ratio: Double) {
    end = time
    peak = max(peak, ratio)
  }
}

/// How one threshold did against what happened.
///
/// Rain of at least 0.3 of the threshold makes an episode; cycles less than twelve hours apart belong to one.
/// An event is hit where an episode that reached the threshold touches it, looked at from six hours
/// before its start to its end; an episode that reached it and touches no event is a false alarm.
/// Events without rain that is wholly known are not tested, and counted apart.
public struct ThresholdRecord: Sendable {
  public static let episodeShare = 0.3
  public static let episodeGap = TimeSpan.hours(12)
  public static let before = TimeSpan.hours(6)

  private var episodes: [RainEpisode] = []
  /// Times of cycles without wholly known rain, and of all cycles.
  private var gaps: [Timestamp] = []
  private var first: Timestamp?
  private var last: Timestamp?

  public init() {}

  /// Takes in one cycle; cycles come in the order of time.
  ///
  /// - Parameters:
  ///   - ratio: rain over threshold; nil where nothing is known.
  ///   - isComplete: whether the rain is wholly known, else the ratio is a lower bound.
  public mutating func add(_ time: Timestamp, ratio: Double?, isComplete: Bool) {
    if first == nil { first = time }
    last = time
    if !isComplete || ratio == nil { gaps.append(time) }
    guard let ratio, ratio >= ThresholdRecord.episodeShare else { return }
    if let open = episodes.indices.last,
      time.seconds(since: episodes[open].end) < ThresholdRecord.episodeGap.seconds
    {
      episodes[open].extend(to: time, ratio: ratio)
    } else {
      episodes.append(RainEpisode(start: time, end: time, peak: ratio))
    }
  }

  /// One year by the Beijing calendar.
  public struct Year: Sendable, Hashable {
    public let year: Int
    public let score: Contingency
    public let untested: Int
  }

  /// The score of each year with a cycle or an event, at `factor` times the threshold.
  public func years(_ events: [HarmEvent], factor: Double = 1) -> [Year] {
    var scores: [Int: Contingency] = [:]
    var untested: [Int: Int] = [:]
    if let first, let last {
      for year in ThresholdRecord.year(first)...ThresholdRecord.year(last) {
        scores[year] = Contingency()
      }
    }
    let alarms = episodes.filter { $0.peak >= factor }
    for event in events {
      let year = ThresholdRecord.year(event.start)
      let window = ThresholdRecord.window(event)
      if alarms.contains(where: { ThresholdRecord.touches($0, window) }) {
        scores[year, default: Contingency()].hits += 1
      } else if isTested(window) {
        scores[year, default: Contingency()].misses += 1
      } else {
        untested[year, default: 0] += 1
      }
    }
    for alarm in alarms
    where !events.contains(where: {
      ThresholdRecord.touches(alarm, ThresholdRecord.window($0))
    }) {
      scores[ThresholdRecord.year(alarm.start), default: Contingency()].falseAlarms += 1
    }
    return Set(scores.keys).union(untested.keys).sorted().map { year in
      Year(
        year: year, score: scores[year] ?? Contingency(), untested: untested[year] ?? 0)
    }
  }

  public func total(_ events: [HarmEvent], factor: Double = 1) -> Contingency {
    years(events, factor: factor).reduce(Contingency()) { $0 + $1.score }
  }

  /// The factor on the threshold, in steps of 0.05 from 0.3 to 2, with the largest critical success
  /// index; of equals the one nearest to 1. Nil without an event that could be tested.
  public func bestFactor(_ events: [HarmEvent]) -> (factor: Double, score: Contingency)? {
    let now = total(events)
    guard now.hits + now.misses > 0 else { return nil }
    var best = (hundredths: 100, score: now)
    for hundredths in stride(from: 30, through: 200, by: 5) {
      let score = total(events, factor: Double(hundredths) / 100)
      let a = score.criticalSuccess ?? 0
      let b = best.score.criticalSuccess ?? 0
      let isNearer = abs(hundredths - 100) < abs(best.hundredths - 100)
      if a > b || (a == b && isNearer) { best = (hundredths, score) }
    }
    return (Double(best.hundredths) / 100, best.score)
  }

  private func isTested(_ window: (start: Timestamp, end: Timestamp)) -> Bool {
    guard let first, let last, first <= window.start, last >= window.end else { return false }
    return !gaps.contains { $0 >= window.start && $0 <= window.end }
  }

  private static func window(_ event: HarmEvent) -> (start: Timestamp, end: Timestamp) {
    (event.start - before.seconds, event.end)
  }

  private static func touches(
    _ episode: RainEpisode, _ window: (start: Timestamp, end: Timestamp)
  ) -> Bool {
    episode.end >= window.start && episode.start <= window.end
  }

  private static func year(_ time: Timestamp) -> Int { BeijingTime.civil(time).year }
}
