import Accumulate
import Archive
import Districts
import Hydromet

/// The rolling sums of the gauges, from what the ledger knows of their readings.
final class GaugeHistory {
  private let workspace: Workspace
  private let feeds: [Feed]
  private let windows: [TimeSpan]

  init(_ workspace: Workspace) {
    self.workspace = workspace
    let configuration = workspace.district.configuration
    feeds = configuration.feeds.filter { $0.kind == .stations }
    windows = configuration.windows
  }

  private var longest: Int { windows.map(\.seconds).max() ?? 0 }

  /// Sums of every station of the district, in its order, whether or not it reported.
  ///
  /// A station that reports through several feeds is summed from the first of them that has it.
  func rainfall(at time: Timestamp, asKnown known: Timestamp?) throws(Fault) -> [GaugeRainfall] {
    var sumsOfStation: [String: [Accumulation]] = [:]
    var step = windows.map(\.seconds).min() ?? 600
    for feed in feeds {
      step = feed.step.seconds
      let sums = try GaugeSums(stepSeconds: feed.step.seconds, windows: windows)
      let readings = try workspace.ledger.readings(
        feed: feed.name, element: .rain, in: Period(end: time, seconds: longest), asKnown: known)
      for (station, own) in Dictionary(grouping: readings, by: \.station)
      where sumsOfStation[station] == nil {
        sumsOfStation[station] = sums.sums(of: own, at: time)
      }
    }
    return workspace.district.description.stations.map { station in
      GaugeRainfall(
        station: station.id, sums: sumsOfStation[station.id] ?? nothing(at: time, step: step))
    }
  }

  func evidence(
    _ feed: Feed, at time: Timestamp, asKnown known: Timestamp?
  ) throws(Fault) -> FeedEvidence {
    let reach = Period(end: time, seconds: longest)
    let newest = try workspace.ledger.newestData(feed: feed.name, atOrBefore: time, asKnown: known)
    let expectedNewest = time.floored(toSeconds: feed.step.seconds)
    let stations = Set(workspace.district.description.stations.map(\.id))
    let last = try workspace.ledger.readings(
      feed: feed.name, element: .rain, in: Period(end: time, seconds: feed.step.seconds),
      asKnown: known)
    let reporting = Set(last.filter { $0.tenths != nil }.map(\.station)).intersection(stations)
    let state = FeedState(
      feed: feed.name, newest: newest,
      coverage: Coverage(received: reporting.count, expected: stations.count),
      isLate: newest.map { $0 < expectedNewest } ?? true)
    let inputs = try workspace.ledger.inputs(feed: feed.name, in: reach, asKnown: known)
    return FeedEvidence(state: state, inputs: inputs)
  }

  private func nothing(at time: Timestamp, step: Int) -> [Accumulation] {
    windows.map { window in
      Accumulation(
        period: Period(end: time, seconds: window.seconds), depth: nil,
        coverage: Coverage(received: 0, expected: window.seconds / step))
    }
  }
}
