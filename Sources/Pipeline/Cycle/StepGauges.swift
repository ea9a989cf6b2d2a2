import Accumulate
import Hydromet
import Quality

/// What gauges measured in every step of a stretch of time, as far as it is known and fit for merging.
struct StepGauges {
  private let stepSeconds: Int
  /// Station and depth by the end of the step, in the order of the stations.
  private var depths: [Timestamp: [(station: Int, micrometres: Int32)]] = [:]
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
    for entry in judged where entry.verdict.isFitForMerging && entry.reading.period.seconds > 0 {
      let reading = entry.graded
      let end = (reading.period.end + (stepSeconds - 1)).floored(toSeconds: stepSeconds)
      guard reading.period.start >= end - stepSeconds else { continue }
      inStep[end, default: []].append(reading)
    }
    for (end, own) in inStep.sorted(by: { $0.key < $1.key }) {
      guard let sum = sums.sums(of: own, at: end).first, sum.coverage.isComplete,
        let depth = sum.depth
      else { continue }
      reported[station].append(end)
      depths[end, default: []].append((station, depth.micrometres))
    }
  }

  func depths(endingAt end: Timestamp) -> [(station: Int, micrometres: Int32)] {
    depths[end] ?? []
  }

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
