import Accumulate
import Archive
import Districts
import Hydromet
import Quality

/// The rolling sums of the gauges, from what the ledger knows of their readings.
final class GaugeHistory {
  private let workspace: Workspace
  private let feeds: [Feed]
  private let windows: [TimeSpan]
  private let control: QualityControl

  init(_ workspace: Workspace) {
    self.workspace = workspace
    let configuration = workspace.district.configuration
    feeds = configuration.feeds.filter { $0.kind == .stations }
    windows = configuration.windows
    control = QualityControl(
      StationNetwork(workspace.district.description.stations, workers: Parallel.workers),
      workers: Parallel.workers)
  }

  private var longest: Int { windows.map(\.seconds).max() ?? 0 }

  /// What the gauges of a cycle say, and how far they can be believed.
  struct Observation {
    /// Every station of the district, in its order, whether or not it reported.
    let rainfall: [GaugeRainfall]
    let verdicts: [StationVerdict]
    /// How the grid would have to be turned to fit the gauges.
    let turn: OrientationAudit.Turn
    /// The readings with their verdicts, as far back as the cycle looks.
    let judged: [JudgedReading]
  }

  /// Judges the readings of a cycle and sums what can be believed.
  ///
  /// A station that reports through several feeds is judged and summed from the first that has it.
  ///
  /// A grid that lies the wrong way round is no witness.
  ///
  /// - Parameter radar: the frames as the stations see them.
  func observe(
    at time: Timestamp, asKnown known: Timestamp?, radar: [RadarAtGauges.Look]
  ) throws(Fault) -> Observation {
    var stepOf: [String: Int] = [:]
    var readings: [GaugeReading] = []
    var last = windows.map(\.seconds).min() ?? 600
    for feed in feeds {
      last = feed.step.seconds
      let own = try workspace.ledger.readings(
        feed: feed.name, element: .rain, in: Period(end: time, seconds: workspace.reachSeconds),
        asKnown: known)
      let before = stepOf
      for reading in own where before[reading.station] == nil {
        stepOf[reading.station] = feed.step.seconds
        readings.append(reading)
      }
    }
    var context = QualityControl.Context()
    context.radar = radar.map(\.samples)
    context.edits = edits()
    context.now = time
    var result = control.judge(readings, context)
    let turn =
      RadarAtGauges.orientation(radar, hours: result.hours) {
        QualityControl.hourEnd(of: $0, among: readings)
      }?.turn ?? .none
    if turn != .none {
      context.radar = []
      result = control.judge(readings, context)
    }
    let byStation = Dictionary(grouping: result.judged, by: \.reading.station)
    var sums: [Int: GaugeSums] = [:]
    for feed in feeds where sums[feed.step.seconds] == nil {
      sums[feed.step.seconds] = try GaugeSums(stepSeconds: feed.step.seconds, windows: windows)
    }
    let stations = workspace.district.description.stations
    let rainfall = stations.map { station in
      GaugeRainfall(
        station: station.id,
        sums: stepOf[station.id].flatMap { sums[$0] }?.sums(
          of: (byStation[station.id] ?? []).map(\.graded), at: time)
          ?? nothing(at: time, step: last),
        contradictions: GaugeHistory.contradictions(byStation[station.id] ?? []))
    }
    let oldest = time - longest
    let verdicts = stations.map { station in
      GaugeHistory.verdict(
        station.id,
        (byStation[station.id] ?? []).filter { $0.reading.period.end > oldest },
        result.edits.filter { $0.station == station.id })
    }
    return Observation(
      rainfall: rainfall, verdicts: verdicts, turn: turn, judged: result.judged)
  }

  /// Totals of a station that disagree with its shorter readings, as it sent them.
  private static func contradictions(_ judged: [JudgedReading]) -> [RainConsistency.Contradiction] {
    let length = judged.first?.reading.period.seconds
    guard judged.contains(where: { $0.reading.period.seconds != length }) else { return [] }
    return RainConsistency.contradictions(in: judged.map(\.reading))
  }

  private static func verdict(
    _ station: String, _ judged: [JudgedReading], _ edits: [ManualEdit]
  ) -> StationVerdict {
    var counts = VerdictCounts()
    var reasons = QualityReasons()
    for entry in judged {
      counts.count(entry.verdict)
      reasons.formUnion(QualityReasons(entry.verdict.reasons.against))
    }
    let newest = judged.filter { $0.reading.tenths != nil }.max {
      ($0.reading.period.end, -$0.reading.period.seconds)
        < ($1.reading.period.end, -$1.reading.period.seconds)
    }
    return StationVerdict(
      station: station, newest: newest?.verdict, newestEnd: newest?.reading.period.end,
      counts: counts, reasons: reasons,
      edits: edits.map {
        "\($0.code.rawValue) by \($0.author) until \($0.expires.iso8601): \($0.reason)"
      })
  }

  /// Why people's decisions could not be read for the last cycle; nil where they could.
  private(set) var editsFault: Fault?

  /// People's decisions in the district's folder. A file that is not whole counts for nothing, and
  /// stops no cycle: `editsFault` tells.
  private func edits() -> [ManualEdit] {
    editsFault = nil
    do throws(Fault) {
      return try ManualEditTable.read(path: workspace.path(ManualEditTable.districtFile))
    } catch {
      if error.code != "no_such_file" { editsFault = error }
      return []
    }
  }

  func evidence(
    _ feed: Feed, at time: Timestamp, asKnown known: Timestamp?
  ) throws(Fault) -> FeedEvidence {
    let reach = Period(end: time, seconds: workspace.reachSeconds)
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
