import Accumulate
import Hydromet
import Quality

/// What gauges measured in every step of a stretch of time, as far as it is known and fit for merging.
struct StepGauges {
  private let stepSeconds: Int
  /// Station and depth by the end of the step, in the order of the stations.
  private var depths: [Timestamp: [(station: Int, micrometres: Int32)]] = [:]
  /// Stations that reported by the end of the step, whether or not they are believed.
  private var arrivals: [Timestamp: Int] = [:]
  /// Ends of the steps that each station reported, in order.
  private var reported: [[Timestamp]]

  /// A gauge that has not reported for so long is not waited for.
  static let patience = 6 * 3600

  /// - Parameter judged: each station from one feed.
  init(
    _ judged: [JudgedReading], of stations: [Station], stepSeconds: Int
  ) throws(Fault) {
    self.stepSeconds = stepSeconds
    reported = stations.map { _ in [] }
    let numbers = Dictionary(
      stations.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
    let sums = try GaugeSums(
      stepSeconds: stepSeconds, windows: [TimeSpan(seconds: stepSeconds)])
    let byStation = Dictionary(grouping: judged, by: \.reading.station)
    for (station, own) in byStation.sorted(by: { $0.key < $1.key }) {
      guard let number = numbers[station] else { continue }
      add(own, of: number, sums)
    }
    for end in depths.keys { depths[end]?.sort { $0.station < $1.station } }
  }

  private mutating func add(_ judged: [JudgedReading], of station: Int, _ sums: GaugeSums) {
    var inStep: [Timestamp: [GaugeReading]] = [:]
    var arrived: Set<Timestamp> = []
    for entry in judged where entry.reading.tenths != nil && entry.reading.period.seconds > 0 {
      let reading = entry.graded
      let end = (reading.period.end + (stepSeconds - 1)).floored(toSeconds: stepSeconds)
      guard reading.period.start >= end - stepSeconds else { continue }
      arrived.insert(end)
      if entry.verdict.isFitForMerging { inStep[end, default: []].append(reading) }
    }
    reported[station] = arrived.sorted()
    for end in arrived { arrivals[end, default: 0] += 1 }
    for (end, own) in inStep.sorted(by: { $0.key < $1.key }) {
      guard let sum = sums.sums(of: own, at: end).first, sum.coverage.isComplete,
        let depth = sum.depth
      else { continue }
      depths[end, default: []].append((station, depth.micrometres))
    }
  }

  func depths(endingAt end: Timestamp) -> [(station: Int, micrometres: Int32)] {
    depths[end] ?? []
  }

  /// Gauges that reported in a step.
  func arrived(at end: Timestamp) -> Int { arrivals[end] ?? 0 }

  /// Gauges that reported in the hours up to the end of a step.
  func expected(at end: Timestamp) -> Int {
    reported.count { times in
      var low = 0
      var high = times.count
      while low < high {
        let middle = (low + high) / 2
        if times[middle] <= end { low = middle + 1 } else { high = middle }
      }
      return low > 0 && times[low - 1] > end - StepGauges.patience
    }
  }
}
