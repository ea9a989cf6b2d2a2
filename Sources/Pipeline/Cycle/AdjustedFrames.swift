import Accumulate
import Archive
import Districts
import Estimate
import Formats
import Hydromet
import Quality

/// The frames of the rain grid as gauges put them right, step by step.
///
/// Every step is merged with what is known of it, and rests on the steps before it: they carry the
/// mean-field bias and the skill of the methods. A chain serves six hours and begins three hours before
/// them with nothing, so that a step depends on known data alone and a replay gives the same bytes as the
/// service did. A late gauge or frame changes the keys of its step and of those after it in the chain; the
/// sums then exchange those frames.
///
/// Where the radar has no data a cell stays missing, unless a gauge stands within five kilometres: a field
/// drawn between far gauges must not prove that nothing fell.
final class AdjustedFrames {
  private let workspace: Workspace
  private let feed: Feed
  private let settings: MergeSettings
  private var memory: StepMemory<MergedStep>
  private let settingsText: String
  private var places: (geometry: GridGeometry, points: [Point?])?

  /// Time that one chain serves.
  private static let span = 6 * 3600
  /// Time before it in which the chain warms up.
  private static let warmUp = 3 * 3600
  /// How far before the oldest frame of the sums data still matter.
  static let reachSeconds = span + warmUp + StepGauges.patience
  /// A gauge stands for cells without radar as far as this, km.
  private static let fillReach: Float = 5
  private static let radarAlone = CodedText("none", chinese: "无", english: "none")

  /// Nil where the district takes the frames as they come.
  init?(_ workspace: Workspace, feed: Feed) {
    let configuration = workspace.district.configuration
    guard let choice = MergeChoice(configuration.estimateMethod) else { return nil }
    self.workspace = workspace
    self.feed = feed
    var settings = MergeSettings(choice: choice)
    settings.reach = configuration.estimateReach
    settings.keepsRadar = true
    settings.refusesTurnedRadar = !configuration.estimateUsesTurnedRadar
    self.settings = settings
    memory = StepMemory(folder: "\(workspace.stateFolder)/estimate", feed: "merged")
    let stations = workspace.district.description.stations.map {
      "\($0.id) \($0.place.longitude) \($0.place.latitude)"
    }
    settingsText =
      "\(choice.name) \(settings.reach) \(settings.refusesTurnedRadar) \(feed.step.text) \(stations)"
  }

  /// Merged frames that could not be read back so far.
  var losses: Int { memory.losses }

  /// The versions of the frames as far back as sums and soil rest on them, and how the newest was merged.
  ///
  /// - Parameters:
  ///   - stored: as they came, or with the rain between them; also of the time before that the chains rest
  ///     on.
  ///   - judged: readings of the same time; those that are doubted are not merged in.
  ///   - turn: which way round the radar lies by the gauges of these hours.
  func versions(
    of stored: [Timestamp: FrameVersion], on geometry: GridGeometry, at time: Timestamp,
    gauges judged: [JudgedReading], turn: OrientationAudit.Turn,
    raw: (FrameVersion) throws(Fault) -> DepthField
  ) throws(Fault) -> (frames: [Timestamp: FrameVersion], summary: EstimateSummary?) {
    let gauges = try StepGauges(
      judged, of: workspace.district.description.stations, stepSeconds: feed.step.seconds)
    let ends = stored.keys.sorted()
    let oldest = time - workspace.changedReachSeconds
    var frames: [Timestamp: FrameVersion] = [:]
    var newest: EstimateSummary?
    var used: Set<StepKey> = []
    for (start, last) in spans(ends) where last > oldest {
      var key = StepKey(settings: "\(settingsText) \(turn.rawValue)")
      var state: MergeState?
      for end in ends where end > start - AdjustedFrames.warmUp && end <= last {
        guard let frame = stored[end] else { continue }
        let measured = gauges.depths(endingAt: end)
        let absent = gauges.expected(at: end) - gauges.arrived(at: end)
        key = key.next(frame, gauges: measured, absent: absent)
        used.insert(key)
        let step = try self.step(key, frame, measured, absent, geometry, turn, state, raw)
        state = step.state
        guard end > start, end > oldest else { continue }
        frames[end] =
          step.storeName.map { FrameVersion(frame: frame.frame, name: $0, source: .merged) }
          ?? frame
        newest = step.summary
      }
    }
    memory.forget(allBut: used)
    return (frames, newest)
  }

  /// A merged frame. One that is gone or damaged is forgotten, so that its step is merged again.
  func field(_ name: String, on geometry: GridGeometry) throws(Fault) -> DepthField {
    try memory.field(name, on: geometry)
  }

  /// The starts of the chains' times that have frames, with their last moments.
  private func spans(_ ends: [Timestamp]) -> [(start: Timestamp, last: Timestamp)] {
    var spans: [(start: Timestamp, last: Timestamp)] = []
    for end in ends {
      // A period that ends where a span starts belongs to the span before.
      let start = (end - 1).floored(toSeconds: AdjustedFrames.span)
      if spans.last?.start != start { spans.append((start, start + AdjustedFrames.span)) }
    }
    return spans
  }

  private func step(
    _ key: StepKey, _ frame: FrameVersion, _ measured: [(station: Int, micrometres: Int32)],
    _ absent: Int, _ geometry: GridGeometry, _ turn: OrientationAudit.Turn,
    _ state: MergeState?,
    _ raw: (FrameVersion) throws(Fault) -> DepthField
  ) throws(Fault) -> MergedStep {
    if let known = memory.step(key, on: geometry) { return known }
    let field = try raw(frame)
    let points = try self.points(on: geometry)
    let stations = workspace.district.description.stations
    let gauges = measured.compactMap { gauge in
      points[gauge.station].map {
        MergeGauge(
          station: stations[gauge.station].id, place: $0,
          depth: Depth(micrometres: gauge.micrometres))
      }
    }
    let merged = Merge(settings, workers: Parallel.workers).run(
      MergeInput(
        geometry: geometry, period: frame.frame.period, radar: field, gauges: gauges,
        turn: AdjustedFrames.reasons(turn), state: state))
    let isRefused = merged.report.reasons.contains(.radarRefused)
    let adjusted = AdjustedFrames.published(merged, over: isRefused ? nil : field)
    let storeName = adjusted == field ? nil : try memory.write(adjusted)
    let step = MergedStep(
      state: merged.state,
      summary: AdjustedFrames.summary(merged.report, absent: absent),
      storeName: storeName)
    try memory.keep(step, key)
    return step
  }

  /// The merged field, missing where neither the radar nor a gauge nearby has seen anything.
  ///
  /// - Parameter radar: nil where it was refused.
  private static func published(_ merged: MergedRain, over radar: DepthField?) -> DepthField {
    var cells = merged.field.micrometres
    guard radar?.tiles.hasGaps ?? true else { return merged.field }
    let seen = radar?.micrometres
    for cell in cells.indices
    where (seen.map { $0[cell] < 0 } ?? true) && merged.distance[cell] > fillReach {
      cells[cell] = DepthField.missing
    }
    return DepthField(
      geometry: merged.field.geometry, period: merged.field.period, micrometres: cells)
  }

  private static func reasons(_ turn: OrientationAudit.Turn) -> [MergeReason] {
    switch turn {
    case .none: []
    case .rowsUpsideDown: [.rowsUpsideDown]
    case .columnsMirrored: [.columnsReversed]
    case .both: [.rowsUpsideDown, .columnsReversed]
    }
  }

  private func points(on geometry: GridGeometry) throws(Fault) -> [Point?] {
    if let places, places.geometry == geometry { return places.points }
    let transform = try CoordinateTransform(from: "OGC:CRS84", to: geometry.projection)
    let points = workspace.district.description.stations.map {
      transform.transform(Point(x: $0.place.longitude, y: $0.place.latitude))
    }
    places = (geometry, points)
    return points
  }

  private static func summary(_ report: MergeReport, absent: Int)
    -> EstimateSummary
  {
    func scores(_ scores: MergeScores?) -> EstimateScores? {
      scores.map {
        EstimateScores(
          count: $0.count, rmse: $0.rmse, mae: $0.mae, correlation: $0.correlation,
          biasRatio: $0.biasRatio)
      }
    }
    return EstimateSummary(
      period: report.period, asked: report.asked,
      method: report.method.map {
        CodedText($0.rawValue, chinese: $0.chineseName, english: $0.rawValue)
      } ?? radarAlone,
      status: CodedText(
        report.status.rawValue, chinese: report.status.chineseText,
        english: report.status.englishText),
      reasons: report.reasons.map {
        CodedText($0.rawValue, chinese: $0.chineseText, english: $0.englishText)
      }, pass: absent > 0 ? .early : .late, gaugeCount: report.gaugeCount,
      expectedGauges: report.gaugeCount + max(0, absent), pairCount: report.pairCount,
      wetPairs: report.wetPairs, bias: report.bias, biasAgeSeconds: report.biasAgeSeconds,
      cappedCells: report.cappedCells, radarScores: scores(report.radarScores),
      methodScores: scores(report.methodScores),
      gauges: report.stations.map {
        EstimateSummary.Gauge(
          station: $0.station, gauge: $0.gauge, radar: $0.radar, estimate: $0.estimate,
          leftOut: $0.leftOut)
      })
  }
}
