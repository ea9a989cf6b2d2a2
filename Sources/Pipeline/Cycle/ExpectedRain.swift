import Archive
import Districts
import Hydromet

/// Rain that a forecast expects at every unit from a data time on.
struct ExpectedRain: Sendable {
  let source: ExpectedRainSource
  /// Of the sums, seconds.
  let step: Int
  let steps: Int
  private let units: Int
  /// Shape [unit, step]: sum of the first steps, micrometres; what is not known counts as none.
  private var sums: [Int32]
  /// Of each unit the steps from the data time on that are known without a gap.
  private var known: [Int32]

  /// - Parameters:
  ///   - fields: of every frame that `pieces` names.
  ///   - minimumCoverage: share of a unit that has to be known.
  init(
    _ source: ExpectedRainSource, time: Timestamp, step: Int, steps: Int, units: Int,
    pieces: ForecastPieces, fields: [Int: UnitField], minimumCoverage: Double
  ) {
    self.source = source
    self.step = step
    self.steps = steps
    self.units = units
    sums = [Int32](repeating: 0, count: units * (steps + 1))
    known = [Int32](repeating: Int32(steps), count: units)
    var totals = [Double](repeating: 0, count: units)
    for number in 0..<steps {
      let own = Period(end: time + (number + 1) * step, seconds: step)
      var covered = 0
      var unknown = [Bool](repeating: false, count: units)
      for (span, piece) in pieces.pieces {
        let seconds = ForecastPieces.overlap(span, own)
        guard seconds > 0, let field = fields[piece.frame] else { continue }
        covered += seconds
        let share = Double(seconds) / Double(piece.period.seconds)
        let less = piece.less.flatMap { fields[$0] }
        for unit in 0..<units {
          let before = less.map { Double($0.depths[unit]) } ?? 0
          totals[unit] += max(Double(field.depths[unit]) - before, 0) * share
          let isKnown =
            Double(field.known[unit]) >= minimumCoverage - 1e-6
            && less.map { Double($0.known[unit]) >= minimumCoverage - 1e-6 } ?? true
          if !isKnown { unknown[unit] = true }
        }
      }
      for unit in 0..<units {
        if covered < step || unknown[unit] { known[unit] = min(known[unit], Int32(number)) }
        sums[unit * (steps + 1) + number + 1] = Int32(clamping: Int64(totals[unit].rounded()))
      }
    }
  }

  /// The rain of a unit between two moments, seconds after the data time, as far as it is known.
  ///
  /// Between steps the rain of a step is even.
  func rain(_ place: Int, from: Int, to: Int) -> (depth: Depth, isKnown: Bool) {
    guard place >= 0, place < units, to > from else { return (.zero, to <= from) }
    let depth = sum(place, to) - sum(place, from)
    return (
      Depth(micrometres: Int32(clamping: Int64(depth.rounded()))),
      to <= Int(known[place]) * step
    )
  }

  private func sum(_ place: Int, _ seconds: Int) -> Double {
    let seconds = max(0, min(seconds, steps * step))
    let (number, rest) = (seconds / step, seconds % step)
    let first = place * (steps + 1) + number
    guard rest > 0, number < steps else { return Double(sums[first]) }
    return Double(sums[first])
      + (Double(sums[first + 1]) - Double(sums[first])) * Double(rest) / Double(step)
  }
}

/// Finds the forecast of a cycle: of the issues that are known and not too old the newest that reaches
/// as far ahead as people need to leave, else the newest.
final class ExpectedRainKeeper {
  private let workspace: Workspace
  private let feed: Feed
  private let fields: UnitFields
  private var kept: [String: UnitField] = [:]
  private let step: Int

  /// Rain is looked for so far ahead: as far as flow is.
  static let reach = 86_400

  /// Nil where the district has no feed of forecasts.
  init?(_ workspace: Workspace, fields: UnitFields) {
    let feeds = workspace.district.configuration.feeds
    guard let feed = feeds.first(where: { $0.kind == .forecast }) else { return nil }
    self.workspace = workspace
    self.feed = feed
    self.fields = fields
    step = max(feeds.first { $0.kind == .grid }?.step.seconds ?? 600, 60)
  }

  /// Steps in which windows that end ahead are looked at.
  var stepSeconds: Int { step }

  func rain(at time: Timestamp, asKnown known: Timestamp?) throws(Fault) -> ExpectedRain? {
    let wanted = Period(end: time + ExpectedRainKeeper.reach, seconds: ExpectedRainKeeper.reach)
    guard let chosen = try issue(at: time, asKnown: known) else { return nil }
    let (issued, frames) = chosen
    let pieces = ForecastPieces(frames.map(\.period), in: wanted)
    guard !pieces.pieces.isEmpty else { return nil }
    var values: [Int: UnitField] = [:]
    var names: Set<String> = []
    for (_, piece) in pieces.pieces {
      for index in [piece.frame, piece.less].compactMap({ $0 }) where values[index] == nil {
        values[index] = try field(of: frames[index])
        names.insert(frames[index].storeName)
      }
    }
    kept = kept.filter { names.contains($0.key) }
    let used = values.keys.sorted().map { frames[$0] }
    let source = ExpectedRainSource(
      feed: feed.name, issued: issued, until: pieces.pieces.last?.span.end ?? time,
      inputs: inputs(of: used))
    return ExpectedRain(
      source, time: time, step: step, steps: ExpectedRainKeeper.reach / step, units: fields.count,
      pieces: pieces, fields: values,
      minimumCoverage: workspace.district.configuration.minimumCoverage)
  }

  private func issue(
    at time: Timestamp, asKnown known: Timestamp?
  ) throws(Fault) -> (Timestamp, [StoredFrame])? {
    let needed = Period(
      end: time + workspace.district.configuration.longestEvacuation.seconds,
      seconds: workspace.district.configuration.longestEvacuation.seconds)
    let oldest = Period(end: time, seconds: feed.oldest.seconds + 1)
    var newest: (Timestamp, [StoredFrame])?
    for issued in try workspace.ledger.forecastIssues(feed: feed.name, in: oldest, asKnown: known) {
      let frames = try workspace.ledger.frames(feed: feed.name, issued: issued, asKnown: known)
      let pieces = ForecastPieces(frames.map(\.period), in: needed)
      if pieces.covered(needed) == needed.seconds { return (issued, frames) }
      if newest == nil, pieces.covered(needed) > 0 { newest = (issued, frames) }
    }
    return newest
  }

  private func field(of frame: StoredFrame) throws(Fault) -> UnitField {
    if let field = kept[frame.storeName] { return field }
    var made = UnitField(
      depths: [Int32](repeating: 0, count: fields.count),
      known: [Float](repeating: 0, count: fields.count))
    if let grid = try workspace.ledger.geometry(hash: frame.geometryHash) {
      do throws(Fault) {
        made = try fields.values(of: try workspace.frames.read(frame.storeName, geometry: grid))
      } catch {
        // A frame that is gone is rain that is not known.
        guard ["frame_missing", "frame_damaged"].contains(error.code) else { throw error }
      }
    }
    kept[frame.storeName] = made
    return made
  }

  private func inputs(of frames: [StoredFrame]) -> [CycleInput] {
    var inputs: [Int64: CycleInput] = [:]
    for frame in frames {
      inputs[frame.file] = CycleInput(
        feed: feed.name, name: frame.fileName, hash: frame.fileHash, dataTime: frame.period.end)
    }
    return inputs.values.sorted { ($0.dataTime, $0.name) < ($1.dataTime, $1.name) }
  }

  /// What the feed has to offer: the newest issue, and how much of the time people need it covers.
  func evidence(_ rain: ExpectedRain?, at time: Timestamp) -> FeedEvidence {
    let needed = workspace.district.configuration.longestEvacuation.seconds
    let until = rain?.source.until.seconds(since: time) ?? 0
    let state = FeedState(
      feed: feed.name, newest: rain?.source.issued,
      coverage: Coverage(
        received: max(0, min(until, needed)) / step, expected: max(needed / step, 1)),
      coverageSpan: nil, isLate: rain == nil)
    return FeedEvidence(state: state, inputs: rain?.source.inputs ?? [])
  }
}
