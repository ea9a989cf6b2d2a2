public import Hydromet

/// Antecedent rainfall 前期影响雨量: Pa(t+1) = K (Pa(t) + P(t)), never above Wm.
///
/// With runoff known, what ran off did not stay: Pa(t+1) = K (Pa(t) + P(t) − R(t)). A step shorter
/// than a day takes K to the power of its share of a day and the cap at each step, so that a day of
/// even rain-free steps leaves exactly what the daily form leaves.
public struct AntecedentRainfall: Sendable, Hashable {
  public let parameters: AntecedentParameters
  /// What one step leaves.
  public let recession: Double
  public let step: TimeSpan

  /// - Parameter step: 24 h for the daily form, at most 24 h.
  /// - Throws: `bad_antecedent` for K outside 0…1, Wm of 0 or less, a step of 0 or more than a day.
  public init(_ parameters: AntecedentParameters, step: TimeSpan) throws(Fault) {
    guard parameters.dailyRecession > 0, parameters.dailyRecession < 1, parameters.capacity > 0,
      parameters.capacity < 10_000, step.seconds > 0, step.seconds <= 86_400
    else {
      throw Fault(
        "bad_antecedent",
        "antecedent rainfall with K \(parameters.dailyRecession), Wm \(parameters.capacity) mm and "
          + "steps of \(step.text)",
        remedy: "give 0 < K < 1, Wm above 0 mm and steps of at most a day")
    }
    self.parameters = parameters
    self.step = step
    recession = Elementary.pow(parameters.dailyRecession, Double(step.seconds) / 86_400)
  }

  /// Pa after a step with `rain` and, where it is known, `runoff`, both mm.
  public func after(_ before: Double, rain: Double, runoff: Double = 0) -> Double {
    min(max(recession * (before + rain - runoff), 0), parameters.capacity)
  }

  /// Where nothing is known of the past: half of Wm.
  public var start: Double { 0.5 * parameters.capacity }

  /// K = 1 − Em / Wm from the daily evaporation capacity, mm.
  public static func dailyRecession(evaporation: Double, capacity: Double) -> Double {
    1 - evaporation / capacity
  }
}

/// Antecedent rainfall day by day, with days that have a name.
public struct DailyAntecedent: Sendable, Hashable {
  public struct Day: Sendable, Hashable {
    /// The end of the day: 08:00 or 20:00 Beijing time.
    public let end: Timestamp
    /// Pa at the end of the day, mm.
    public let depth: Double
    /// Share of what Pa remembers that is not known, 0…1.
    public let gapShare: Double
  }

  /// Pa at the end of every day from the first day with data on.
  ///
  /// A day counts with the rain that is known of it; its unknown part enters the gap share.
  ///
  /// - Parameters:
  ///   - rain: depths by periods that lie within one day each, in any order, mm; nil where missing.
  ///   - start: Pa before the first day, mm; nil for half of Wm, all of it unknown.
  /// - Throws: `bad_antecedent`, `period_across_days`.
  public static func series(
    rain: [(period: Period, depth: Double?)], parameters: AntecedentParameters,
    start: Double? = nil
  ) throws(Fault) -> [Day] {
    let daily = try AntecedentRainfall(parameters, step: .hours(24))
    var days: [Timestamp: (sum: Double, known: Int)] = [:]
    for (period, depth) in rain.sorted(by: { $0.period.end < $1.period.end }) {
      let begin = parameters.day.latest(atOrBefore: period.start)
      guard period.end <= begin + 86_400, period.seconds > 0 else {
        throw Fault(
          "period_across_days",
          "rain of the \(period.seconds / 60) min to \(period.end.iso8601) lies in two days of "
            + parameters.day.rawValue,
          remedy: "give rain of shorter periods, or the other day boundary")
      }
      guard let depth, depth >= 0 else { continue }
      let old = days[begin + 86_400] ?? (0, 0)
      days[begin + 86_400] = (old.sum + depth, old.known + period.seconds)
    }
    guard let first = rain.map(\.period.start).min(), let last = rain.map(\.period.end).max()
    else { return [] }
    var result: [Day] = []
    var depth = start ?? daily.start
    var gap = start == nil ? 1.0 : 0
    var end = parameters.day.latest(atOrBefore: first) + 86_400
    while end - 86_400 < last, result.count < 1_000_000 {
      let day = days[end] ?? (0, 0)
      depth = daily.after(depth, rain: day.sum)
      let unknown = 1 - min(Double(day.known) / 86_400, 1)
      gap = GapMemory.after(gap, recession: daily.recession, unknown: unknown)
      result.append(Day(end: end, depth: depth, gapShare: gap))
      end = end + 86_400
    }
    return result
  }
}

/// How much of what a fading memory holds is not known.
enum GapMemory {
  /// - Parameter unknown: share of the step's rain that is not known, 0…1.
  static func after(_ before: Double, recession: Double, unknown: Double) -> Double {
    min(max(recession * before + (1 - recession) * unknown, 0), 1)
  }
}
