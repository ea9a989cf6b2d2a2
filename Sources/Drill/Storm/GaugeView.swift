import Hydromet

/// What the gauges make of the rain: whole tips of a tenth of a millimetre, and the faults that
/// gauges have.
struct GaugeView: Sendable {
  /// What is wrong with a gauge.
  enum Ailment: Sendable, Hashable {
    /// Leaves in the funnel: nothing is measured.
    case blocked
    /// The same value in every report from a period on.
    case stuck(from: Int)
    /// Seven tenths of the rain.
    case measuresTooLittle
    /// No report at all while the line is down, from the first to the last of these periods.
    case silent(ClosedRange<Int>)
    /// Reports come two periods late while the line is slow.
    case late(ClosedRange<Int>)
    /// The gauge is switched off for service: reports without rain.
    case inService(ClosedRange<Int>)
  }

  let stations: [Station]
  /// By the number of the station.
  let ailments: [Int: Ailment]
  /// A report of no rain that a correction puts right; nil where the storm is too short for one.
  let wrongReport: (station: Int, period: Int)?
  /// Tips of each station up to the end of each period, tenths of a millimetre; [period][station].
  private let tips: [[Int32]]
  /// Tips of each hour of the lead-in; [hour][station].
  private let leadTips: [[Int32]]

  /// - Parameters:
  ///   - depths: micrometres that fell at each station in each period; [period][station].
  ///   - leadDepths: the same for each hour of the lead-in.
  init(stations: [Station], depths: [[Int64]], leadDepths: [[Int64]], seed: UInt64) {
    self.stations = stations
    let totals = stations.indices.map { station in depths.reduce(0) { $0 + $1[station] } }
    ailments = GaugeView.ailments(totals: totals, periods: depths.count, seed: seed)
    var fallen = stations.map { _ in Int64(0) }
    var chance = SplitMix64(seed: seed, subject: "gauge catch")
    let catches = stations.map { _ in Int64(chance.integer(960...1020)) }
    let ailments = ailments
    func caught(_ depth: Int64, at station: Int) -> Int64 {
      depth * (ailments[station] == .measuresTooLittle ? 700 : catches[station]) / 1000
    }
    tips = depths.map { depths in
      for station in stations.indices { fallen[station] += caught(depths[station], at: station) }
      return fallen.map { Int32(clamping: $0 / 100) }
    }
    leadTips = leadDepths.map { depths in
      depths.indices.map { Int32(clamping: caught(depths[$0], at: $0) / 100) }
    }
    wrongReport = GaugeView.wrongReport(totals: totals, depths: depths, healthy: ailments)
  }

  /// The wettest period of the wettest gauge without a fault.
  private static func wrongReport(
    totals: [Int64], depths: [[Int64]], healthy ailments: [Int: Ailment]
  ) -> (station: Int, period: Int)? {
    guard !ailments.isEmpty,
      let station = totals.indices.filter({ ailments[$0] == nil }).max(by: {
        totals[$0] < totals[$1]
      }), let period = depths.indices.max(by: { depths[$0][station] < depths[$1][station] })
    else { return nil }
    return (station, period)
  }

  /// Faults go to gauges with much rain, where they matter.
  private static func ailments(
    totals: [Int64], periods: Int, seed: UInt64
  ) -> [Int: Ailment] {
    let wettest = totals.indices.sorted {
      totals[$0] != totals[$1] ? totals[$0] > totals[$1] : $0 < $1
    }
    guard wettest.count >= 12, periods >= 24 else { return [:] }
    var chance = SplitMix64(seed: seed, subject: "gauge faults")
    func spell(_ low: Double, _ high: Double, _ length: Int) -> ClosedRange<Int> {
      let first = Int(chance.number(low, high) * Double(periods))
      return first...min(first + length - 1, periods - 1)
    }
    return [
      wettest[1]: .blocked,
      wettest[wettest.count / 2]: .stuck(from: periods / 2),
      wettest[3]: .measuresTooLittle,
      wettest[6]: .silent(spell(0.22, 0.3, 9)),
      wettest[wettest.count / 3]: .silent(spell(0.2, 0.7, 20)),
      wettest[8]: .late(spell(0.22, 0.34, 6)),
      wettest[10]: .late(spell(0.3, 0.6, 4)),
      wettest[wettest.count - 2]: .inService(spell(0.4, 0.6, 12)),
    ]
  }

  /// Rain that a gauge reports for a period, tenths; nil where it reports none.
  func rain(station: Int, period: Int) -> Int32? {
    switch ailments[station] {
    case .blocked: return 0
    case .stuck(let first) where period >= first: return 4
    case .inService(let spell) where spell.contains(period): return nil
    default:
      return tips[period][station] - (period > 0 ? tips[period - 1][station] : 0)
    }
  }

  /// Rain of an hour of the lead-in, tenths.
  func leadRain(station: Int, hour: Int) -> Int32 {
    ailments[station] == .blocked ? 0 : leadTips[hour][station]
  }

  /// Whether a report of a period arrives, and how many periods late.
  func delay(station: Int, period: Int) -> Int? {
    switch ailments[station] {
    case .silent(let spell) where spell.contains(period): nil
    case .late(let spell) where spell.contains(period): 2
    default: 0
    }
  }

  /// Rain of the hour up to the end of a period, tenths.
  func hourlyTips(station: Int, period: Int, periodsPerHour: Int) -> Int32 {
    let before = period - periodsPerHour
    return tips[period][station] - (before >= 0 ? tips[before][station] : 0)
  }
}
