public import Hydromet

/// The rain of a gauge beside that of a witness over many hours.
public struct RatioEvidence: Sendable, Hashable {
  public enum Witness: String, Sendable, Hashable, Codable {
    case neighbours
    case radar
  }

  public let witness: Witness
  /// Hours in which one of the two had rain.
  public let pairs: Int
  /// Rain events, apart by at least six hours.
  public let events: Int
  /// The middle of the ratios gauge over witness.
  public let ratio: Double
  /// How many standard errors the middle lies from one; negative below.
  public let score: Double
  /// Ratio of the newer half over ratio of the older half.
  public let drift: Double
  /// Sum of the gauge and of the witness over the pairs, tenths.
  public let gaugeTenths: Int
  public let witnessTenths: Int

  /// Nil without a pair.
  ///
  /// An hour counts where gauge and witness together have at least a millimetre, so that neither of
  /// the two decides alone which hours count; a quarter of a millimetre is added to both, so that an
  /// hour without rain has a ratio too. Hours of one event are not independent: the standard error
  /// is that of half as many, and never less than that of four values per event.
  init?(_ hours: some Sequence<StationHistory.Hour>, against witness: Witness) {
    var logarithms: [Double] = []
    var events = 0
    var last: Timestamp?
    var gauge = 0
    var other = 0
    for hour in hours {
      let value = witness == .neighbours ? hour.neighbours : hour.radar
      guard hour.gauge >= 0, value >= 0, hour.gauge + value >= 10 else { continue }
      logarithms.append(
        Numbers.logarithm((Double(hour.gauge) + 2.5) / (Double(value) + 2.5)))
      gauge += Int(hour.gauge)
      other += Int(value)
      if last.map({ hour.end.seconds(since: $0) > 21_600 }) ?? true { events += 1 }
      last = hour.end
    }
    guard let middle = Numbers.median(logarithms) else { return nil }
    let deviations = logarithms.map { abs($0 - middle) }
    let spread = max(0.25, 1.4826 * (Numbers.median(deviations) ?? 0))
    let independent = min(Double(logarithms.count) / 2, 4 * Double(events))
    let half = logarithms.count / 2
    let older = Numbers.median(Array(logarithms[..<half])) ?? middle
    let newer = Numbers.median(Array(logarithms[half...])) ?? middle
    self.witness = witness
    pairs = logarithms.count
    self.events = events
    ratio = Numbers.exponential(middle)
    score = middle / (1.2533 * spread / max(1, independent).squareRoot())
    drift = Numbers.exponential(newer - older)
    gaugeTenths = gauge
    witnessTenths = other
  }
}

/// What the memory of a station says.
public struct LongFindings: Sendable, Hashable {
  /// Against the neighbours and against the radar, where there are pairs.
  public let ratios: [RatioEvidence]
  /// Persistent faults.
  public let reasons: QualityReasons
  /// Hours by which the station's clock seems to be late (positive) or early; nil where it is right.
  public let clockOffsetHours: Int?
  /// Correlation with the witness at that offset and at none.
  public let clockCorrelation: (offset: Double, none: Double)?

  public static func == (a: LongFindings, b: LongFindings) -> Bool {
    a.ratios == b.ratios && a.reasons == b.reasons && a.clockOffsetHours == b.clockOffsetHours
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(ratios)
    hasher.combine(reasons)
    hasher.combine(clockOffsetHours)
  }

  /// - Parameter grossMean: the mean logarithm of the ratio to the neighbours where the network finds it
  ///   gross; nil elsewhere.
  ///   - isExplained: whether single neighbours had as little (true) or as much (false) over the same hours:
  ///   asked where a gross factor is found against the neighbours.
  init(
    _ history: StationHistory, rules: QualityRules, grossMean: Double? = nil,
    isExplained: (_ isLow: Bool) -> Bool = { _ in false }
  ) {
    var reasons: QualityReasons = []
    let ratios = [RatioEvidence.Witness.neighbours, .radar].compactMap {
      RatioEvidence(history.hours, against: $0)
    }
    let clock = ClockOffset(history)
    if let clock, clock.hours != 0 {
      reasons.insert(.clockOffset)
      clockOffsetHours = clock.hours
      clockCorrelation = (clock.correlation, clock.atNone)
    } else {
      clockOffsetHours = nil
      clockCorrelation = nil
      let solid = ratios.filter { $0.pairs >= rules.ratioPairs && $0.events >= rules.ratioEvents }
      let isLow = { (evidence: RatioEvidence) in
        evidence.ratio <= rules.underRatio && evidence.score <= -rules.ratioThreshold
      }
      let isHigh = { (evidence: RatioEvidence) in
        evidence.ratio >= rules.overRatio && evidence.score >= rules.ratioThreshold
      }
      // A factor of two and a half is no weather, however short the time.
      let gross = ratios.first {
        $0.pairs >= 6 && abs($0.score) >= 5 && abs(Numbers.logarithm($0.ratio)) >= 0.92
          && ($0.witness == .radar || !isExplained($0.ratio < 1))
      }
      // One witness may convict where the other does not acquit.
      if solid.contains(where: isLow), solid.allSatisfy({ $0.ratio < 0.95 }) {
        reasons.insert(.underMeasuring)
      } else if solid.contains(where: isHigh), solid.allSatisfy({ $0.ratio > 1.1 }) {
        reasons.insert(.overMeasuring)
      } else if let gross {
        reasons.insert(gross.ratio < 1 ? .underMeasuring : .overMeasuring)
      } else if let grossMean, !isExplained(grossMean < 0) {
        reasons.insert(grossMean < 0 ? .underMeasuring : .overMeasuring)
      }
      let isDecimal = ratios.contains { evidence in
        [10, 25.4, 0.1, 1 / 25.4].contains { factor in
          evidence.ratio > 0.75 * factor && evidence.ratio < 1.33 * factor
        }
      }
      if isDecimal, !reasons.isEmpty { reasons.insert(.scale) }
    }
    self.ratios = ratios
    self.reasons = reasons
  }
}

/// The offset at which a station's hours fit its witnesses best.
struct ClockOffset {
  let hours: Int
  let correlation: Double
  let atNone: Double

  static let reach = 12
  /// The chance at any of the lags below which a meeting of wet hours is none. In a day of showers 39 of 96
  /// clocks that are wrong are found, with a hundredth 30; 3 of 1,500 sound ones are accused, and none.
  private static let chance = 0.05
  /// Square root of tenths above which an hour is wet: two tenths and more.
  private static let wet = 1.4

  /// Nil where there is too little rain to tell.
  ///
  /// An offset is believed where the hours fit well there (0.7 at the least), badly where they stand
  /// (at most 0.5, and 0.3 less than there), and an hour more or less of natural delay between places
  /// is not one: offsets of one hour need a difference of 0.45. Of the lags that are tried the best fits by
  /// chance where it rains in few hours: the wet hours must meet there so often that drawing hours blindly
  /// would do so at any of the lags less than once in twenty times.
  init?(_ history: StationHistory) {
    let hours = history.hours
    guard let since = history.since, let until = history.until else { return nil }
    let reach = since.secondsSince1970 / 3600...until.secondsSince1970 / 3600
    let hasRadar = hours.count { $0.radar > 0 } >= hours.count { $0.neighbours > 0 }
    var gauge: [Int64: Double] = [:]
    var witness: [Int64: Double] = [:]
    for hour in hours {
      let index = hour.end.secondsSince1970 / 3600
      gauge[index] = hour.gauge >= 0 ? Double(hour.gauge).squareRoot() : .nan
      let value = hasRadar ? hour.radar : hour.neighbours
      witness[index] = value >= 0 ? Double(value).squareRoot() : .nan
    }
    let wetGauge = gauge.values.count { $0 > ClockOffset.wet }
    let wetWitness = witness.values.count { $0 > ClockOffset.wet }
    guard wetGauge >= 5, wetWitness >= 5 else { return nil }
    let indices = Set(gauge.keys).union(witness.keys).sorted()
    var correlations: [Int: Double] = [:]
    var meetings: [Int: Meetings] = [:]
    for lag in -ClockOffset.reach...ClockOffset.reach {
      var pairs: [(Double, Double)] = []
      var seen: Set<Int64> = []
      var met = Meetings()
      // Pairs (g(t + lag), w(t)); an hour that is not in the memory was dry for both.
      for index in indices {
        for t in [index, index - Int64(lag)]
        where reach.contains(t) && reach.contains(t + Int64(lag)) && seen.insert(t).inserted {
          let g = gauge[t + Int64(lag)] ?? 0
          let w = witness[t] ?? 0
          if g.isNaN || w.isNaN { continue }
          pairs.append((g, w))
          met.add(g > ClockOffset.wet, w > ClockOffset.wet)
        }
      }
      let dry = max(0, reach.count - abs(lag) - seen.count)
      correlations[lag] = Numbers.correlation(pairs, zeros: dry)
      met.hours += dry
      meetings[lag] = met
    }
    guard let none = correlations[0],
      let best = correlations.max(by: {
        ($0.value, -abs($0.key), $0.key) < ($1.value, -abs($1.key), $1.key)
      })
    else { return nil }
    atNone = none
    correlation = best.value
    let gain = best.value - none
    let isOffset =
      best.key != 0 && best.value >= 0.7 && none <= 0.5 && gain >= (abs(best.key) == 1 ? 0.45 : 0.3)
      && (meetings[best.key]?.chance ?? 1) * Double(2 * ClockOffset.reach + 1) < ClockOffset.chance
    self.hours = isOffset ? best.key : 0
  }
}

/// How often the wet hours of two series meet.
struct Meetings {
  var hours = 0
  private(set) var first = 0
  private(set) var second = 0
  private(set) var both = 0

  mutating func add(_ isFirstWet: Bool, _ isSecondWet: Bool) {
    hours += 1
    if isFirstWet { first += 1 }
    if isSecondWet { second += 1 }
    if isFirstWet && isSecondWet { both += 1 }
  }

  /// The chance of as many meetings or more where the wet hours of either were drawn blindly
  /// (hypergeometric distribution).
  var chance: Double {
    let least = max(0, first + second - hours)
    let most = min(first, second)
    guard both > least, most > least else { return 1 }
    // Shares of the most likely sum relative to the first term; the terms follow from one another.
    var logarithm = 0.0
    var logarithms = [0.0]
    for k in least..<most {
      let up = Double(first - k) * Double(second - k)
      let down = Double(k + 1) * Double(hours - first - second + k + 1)
      logarithm += Numbers.logarithm(up) - Numbers.logarithm(down)
      logarithms.append(logarithm)
    }
    let largest = logarithms.max() ?? 0
    var all = 0.0
    var tail = 0.0
    for (index, term) in logarithms.enumerated() {
      let share = Numbers.exponential(term - largest)
      all += share
      if index + least >= both { tail += share }
    }
    return all > 0 ? tail / all : 1
  }
}
