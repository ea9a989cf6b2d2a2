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

  var network: StationNetwork { control.network }

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
    /// The numbers of every station, in the order of the stations.
    let health: [StationHealth]
  }

  /// The memory of weeks that a cycle begins with.
  struct Memory {
    let histories: [String: StationHistory]
    /// Hours that end later are not in it yet; nil where it holds none.
    let until: Timestamp?
    /// Stations whose rain fits another cell of the grid better than their own.
    var doubtedPlaces: Set<String> = []

    static let none = Memory(histories: [:], until: nil)
  }

  /// The rain that stations reported, each from the first feed that has it, and the step of that feed.
  func readings(
    in period: Period, asKnown known: Timestamp?
  ) throws(Fault) -> (readings: [GaugeReading], stepOf: [String: Int]) {
    var stepOf: [String: Int] = [:]
    var readings: [GaugeReading] = []
    for feed in feeds {
      let own = try workspace.ledger.readings(
        feed: feed.name, element: .rain, in: period, asKnown: known)
      let before = stepOf
      for reading in own where before[reading.station] == nil {
        stepOf[reading.station] = feed.step.seconds
        readings.append(reading)
      }
    }
    return (readings, stepOf)
  }

  /// Judges readings beside the radar. A grid that lies the wrong way round is no witness.
  func judge(
    _ readings: [GaugeReading], _ radar: [RadarAtGauges.Look], _ memory: Memory,
    edits: [ManualEdit] = [], now: Timestamp? = nil
  ) -> (result: QualityControl.Result, turn: OrientationAudit.Turn) {
    var context = QualityControl.Context()
    context.radar = radar.map(\.samples)
    context.histories = memory.histories
    context.remembersAfter = memory.until
    context.doubtedPlaces = memory.doubtedPlaces
    context.edits = edits
    context.now = now
    let result = control.judge(readings, context)
    let turn =
      RadarAtGauges.orientation(radar, hours: result.hours) {
        QualityControl.hourEnd(of: $0, among: readings)
      }?.turn ?? .none
    guard turn != .none else { return (result, turn) }
    context.radar = []
    return (control.judge(readings, context), turn)
  }

  /// Judges the readings of a cycle and sums what can be believed.
  ///
  /// A station that reports through several feeds is judged and summed from the first that has it.
  ///
  /// - Parameters:
  ///   - radar: the frames as the stations see them.
  ///   - memory: what weeks showed; the cycle looks back to its end at the least.
  func observe(
    at time: Timestamp, asKnown known: Timestamp?, radar: [RadarAtGauges.Look],
    memory: Memory = .none
  ) throws(Fault) -> Observation {
    let reach = max(
      workspace.inputReachSeconds, min(memory.until.map { time.seconds(since: $0) } ?? 0, 86_400))
    let (readings, stepOf) = try self.readings(
      in: Period(end: time, seconds: reach), asKnown: known)
    let last = feeds.last?.step.seconds ?? windows.map(\.seconds).min() ?? 600
    let (result, turn) = judge(readings, radar, memory, edits: edits(), now: time)
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
      rainfall: rainfall, verdicts: verdicts, turn: turn, judged: result.judged,
      health: result.stations)
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
    let reach = Period(end: time, seconds: workspace.inputReachSeconds)
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
