import Archive
import Districts
import Hydromet
import Runoff

/// The soil and the rivers of a district, carried on from cycle to cycle.
///
/// A state is what all rain up to its time makes of the start, and has a chain: the hash of the model
/// and of the frames of every step. A cycle looks which frames are known now, works out the chain, and
/// carries on the newest state whose chain it is: after a late frame that is one from before it. Frames
/// older than the reach are not looked at again; what they gave is kept as rain on the basins.
final class SoilKeeper {
  private let workspace: Workspace
  private let feed: Feed
  private let model: HydrologyModel
  private let step: Int
  private let rains: BasinRains
  private var trace = SoilTrace()
  /// How many days before the last one the triggering indices of the district ask for.
  private let indexDays: Int
  /// States of this run with their chains, oldest first.
  private var memory: [Link] = []

  /// Rain on the basins is kept for so long: states are worked out from it when parameters change.
  static let keptRainSeconds = 400 * 86_400
  /// Flow is worked out so far ahead.
  private static let aheadSeconds = 86_400
  /// States at multiples of this are saved and remembered, seconds.
  private let savedEvery: Int

  private struct Link {
    let time: Timestamp
    let chain: String
    let state: HydrologyState
  }

  /// Nil where the district has no basins, or no grid feed with steps of at most an hour.
  init?(_ workspace: Workspace) throws(Fault) {
    let district = workspace.district
    guard !district.description.basins.isEmpty,
      let feed = district.configuration.feeds.first(where: { $0.kind == .grid }),
      feed.step.seconds > 0, feed.step.seconds <= 3600
    else { return nil }
    self.workspace = workspace
    self.feed = feed
    step = feed.step.seconds * ((600 + feed.step.seconds - 1) / feed.step.seconds)
    savedEvery = district.description.basins.count > 2000 ? 21_600 : 3600
    rains = BasinRains(workspace, feed: feed, step: step)
    indexDays = min(SoilKeeper.indexDays(district.rules), 30)
    model = try HydrologyModel(
      district.basinParameters, downstream: district.description.basins.map(\.downstream),
      step: TimeSpan(seconds: step))
  }

  private static func indexDays(_ rules: [RainRule]) -> Int {
    rules.flatMap(\.condition.leaves).reduce(0) { most, leaf in
      if case .triggeringIndex(let index) = leaf { return max(most, index.days) }
      return most
    }
  }

  /// How far back late frames are taken in.
  private var reach: Int { (workspace.soilReachSeconds + step - 1) / step * step }

  /// Soil, flow and critical rain at a time, and how wet the basins were before; nothing while there is
  /// no rain on record.
  ///
  /// - Parameters:
  ///   - keeps: whether rain and states are saved for later runs.
  ///   - merged: frames as gauges put them right; those that it does not hold are read as they came.
  ///   - expected: the rain to come; nil where nothing is forecast.
  func hydrology(
    at time: Timestamp, asKnown known: Timestamp?, keeps: Bool, merged: MergedFrames? = nil,
    expected: ExpectedRain? = nil, fields: UnitFields? = nil
  ) throws(Fault) -> (Hydrology, SoilHistory) {
    rains.merged = merged
    defer { rains.merged = nil }
    while true {
      let damagesBefore = rains.damages
      do throws(Fault) {
        let target = time.floored(toSeconds: step)
        guard let (state, earlier, days) = try state(at: target, known, keeps) else {
          return (.none, .none)
        }
        let rain = ahead(expected, fields, dataTime: time, from: state.time)
        let history = SoilHistory(
          basins: model.parameters.map(\.basin), step: step, dataTime: time, newest: state.time,
          earlier: earlier, later: try later(from: state, rain), days: days)
        return (try words(for: state, rain), history)
      } catch {
        // A damaged frame counts as one that never came.
        guard rains.damages > damagesBefore else { throw error }
      }
    }
  }

  /// Steps before the newest that thresholds may ask about: those of the longest window.
  private var historySteps: Int { (workspace.reachSeconds + step - 1) / step }

  /// The expected rain on every basin, step after step from a state on.
  private func ahead(
    _ expected: ExpectedRain?, _ fields: UnitFields?, dataTime: Timestamp, from start: Timestamp
  ) -> [BasinRain] {
    guard let expected, let fields else { return [] }
    let places = fields.places()
    let basins = model.parameters.map { places[UnitPlace(kind: .basin, unit: $0.basin)] ?? -1 }
    let offset = start.seconds(since: dataTime)
    return (0..<(SoilKeeper.aheadSeconds / step)).map { number in
      let from = offset + number * step
      let rain = basins.map {
        expected.rain($0, from: max(from, 0), to: max(from + step, 0))
      }
      return BasinRain(
        depth: rain.map { min(max($0.depth.millimetres, 0), 9999) },
        knownShare: rain.map { $0.isKnown ? 1 : 0 })
    }
  }

  /// How wet the basins will be with the expected rain, as far as people look ahead.
  private func later(
    from state: HydrologyState, _ rain: [BasinRain]
  ) throws(Fault) -> [[Float]] {
    var moisture = model.antecedent(of: state)
    var rows: [[Float]] = []
    let needed = workspace.district.configuration.longestEvacuation.seconds / step + 1
    for step in rain.prefix(needed) {
      try model.advance(&moisture, rain: step)
      rows.append(model.knownSaturations(moisture))
    }
    return rows
  }

  private func words(
    for state: HydrologyState, _ rain: [BasinRain]
  ) throws(Fault) -> Hydrology {
    let flow = try model.forecast(
      from: state, steps: SoilKeeper.aheadSeconds / step, expected: rain.map(\.depth),
      workers: Parallel.workers)
    let durations = workspace.district.configuration.windows.filter {
      $0.seconds <= 72 * 3600 && $0.seconds >= step
    }
    // Guidance is worked back from the water on its way, without any more rain.
    let guidance = try model.guidance(
      from: state, durations: durations, base: rain.isEmpty ? flow : nil, workers: Parallel.workers)
    return Hydrology(
      soil: model.soil(state),
      flow: model.forecasts(
        flow, from: state, basis: rain.isEmpty ? .observedOnly : .withExpectedRain),
      guidance: guidance, version: HydrologyState.version)
  }

  // MARK: States

  private func state(
    at target: Timestamp, _ known: Timestamp?, _ keeps: Bool
  ) throws(Fault) -> (HydrologyState, earlier: [[Float]], days: [[Depth?]])? {
    guard let grid = try workspace.ledger.grid(feed: feed.name) else { return nil }
    let horizon = target - reach
    let recent: [Timestamp: BasinRains.Step]
    let base: Link
    if let saved = try savedBase(before: horizon, known) {
      base = saved
      recent = try recentSteps(from: horizon, to: target, grid, known)
    } else {
      recent = try recentSteps(from: target - SoilKeeper.keptRainSeconds, to: target, grid, known)
      guard let start = try start(before: horizon, recent) else { return nil }
      base = start
    }
    let key = rains.key(of: grid)
    var kept: [Timestamp: BasinRainRecord] = [:]
    for record in try workspace.ledger.basinRain(in: Period(start: base.time, end: target))
    where record.basins == key {
      kept[record.stepEnd] = record
    }
    let steps = path(from: base.time, to: target, horizon, recent, kept)
    var chains: [String] = []
    var chain = base.chain
    for step in steps {
      chain = Fingerprint(of: "\(chain) \(step.identity)".utf8).sha256
      chains.append(chain)
    }
    var records: [BasinRainRecord] = []
    func record(_ own: BasinRains.Step) throws(Fault) -> BasinRainRecord {
      if let old = kept[own.end], old.identity == own.identity { return old }
      let made = try rains.record(of: own, on: grid, key)
      kept[own.end] = made
      records.append(made)
      return made
    }
    let (start, done) = try newest(of: steps[...], chains, base)
    var state = start
    var saved: [SoilCheckpoint] = []
    for index in done..<steps.count {
      let own = steps[index]
      try model.advance(
        &state, rain: rains.rain(try record(own)), workers: Parallel.workers)
      trace.note(own.end, chains[index], model.knownSaturations(model.antecedent(of: state)))
      let isSaved =
        own.end.secondsSince1970 % Int64(savedEvery) == 0 && own.end > horizon - reach
      if isSaved || index == steps.count - 1 {
        remember(Link(time: own.end, chain: chains[index], state: state))
      }
      if isSaved && keeps {
        saved.append(
          SoilCheckpoint(
            time: own.end, chain: chains[index], known: known ?? target, bytes: state.bytes))
      }
    }
    forget(before: horizon)
    let first = max(0, steps.count - 1 - historySteps)
    if let missing = trace.missing(of: steps, chains, from: first) {
      let (before, passed) = try newest(of: steps[...missing.lowerBound], chains, base)
      var moisture = model.antecedent(of: before)
      if passed > 0 {
        trace.note(steps[passed - 1].end, chains[passed - 1], model.knownSaturations(moisture))
      }
      for index in passed..<max(missing.upperBound + 1, passed) {
        try model.advance(&moisture, rain: rains.rain(try record(steps[index])))
        trace.note(steps[index].end, chains[index], model.knownSaturations(moisture))
      }
    }
    trace.forget(before: target - (historySteps + 1) * step)
    if keeps { try workspace.ledger.keep(records, saved) }
    return (
      state, trace.rows(of: steps[first...]), try earlierDays(before: target, kept, key)
    )
  }

  /// Of each basin the rain of the days before the last one, as many as a rule asks for: its mean as the
  /// states have taken it in; nil for a day that is not known. Nothing where no rule asks.
  private func earlierDays(
    before target: Timestamp, _ kept: [Timestamp: BasinRainRecord], _ key: String
  ) throws(Fault) -> [[Depth?]] {
    guard indexDays > 0, 86_400 % step == 0 else { return [] }
    var records = kept
    let past = Period(end: target, seconds: (indexDays + 1) * 86_400)
    for record in try workspace.ledger.basinRain(in: past)
    where record.basins == key && records[record.stepEnd] == nil {
      records[record.stepEnd] = record
    }
    let basins = model.basinCount
    let steps = 86_400 / step
    let least = workspace.district.configuration.minimumCoverage - 1e-6
    var days = [[Depth?]](repeating: [], count: basins)
    for day in 1...indexDays {
      var depth = [Double](repeating: 0, count: basins)
      var share = [Double](repeating: 0, count: basins)
      for number in 0..<steps {
        guard let record = records[target - day * 86_400 - number * step] else { continue }
        let rain = rains.rain(record)
        for basin in 0..<basins {
          depth[basin] += rain.depth[basin]
          share[basin] += rain.knownShare[basin]
        }
      }
      for basin in 0..<basins {
        let isKnown = share[basin] / Double(steps) >= least
        days[basin].append(isKnown ? Depth(millimetres: depth[basin]) : nil)
      }
    }
    return days
  }

  /// The steps within reach that have frames, by their end.
  private func recentSteps(
    from horizon: Timestamp, to target: Timestamp, _ grid: GridGeometry, _ known: Timestamp?
  ) throws(Fault) -> [Timestamp: BasinRains.Step] {
    let stored = try workspace.ledger.frames(
      feed: feed.name, in: Period(start: horizon, end: target), asKnown: known)
    var frames: [Timestamp: [FrameVersion]] = [:]
    for frame in stored
    where !rains.isUnreadable(frame) && frame.geometryHash == grid.hash
      && frame.period.seconds == feed.step.seconds
      && frame.period.end.floored(toSeconds: feed.step.seconds) == frame.period.end
    {
      frames[(frame.period.end + step - 1).floored(toSeconds: step), default: []].append(
        rains.version(of: frame))
    }
    return frames.mapValues { own in
      let text = own.map { "\($0.frame.period.end.secondsSince1970) \($0.identity)" }
      return BasinRains.Step(
        end: (own[0].frame.period.end + step - 1).floored(toSeconds: step),
        identity: Fingerprint(of: text.joined(separator: "\n").utf8).sha256, frames: own)
    }
  }

  /// The newest state from before the reach.
  private func savedBase(before horizon: Timestamp, _ known: Timestamp?) throws(Fault) -> Link? {
    if let link = memory.last(where: { $0.time <= horizon }) { return link }
    for saved in try workspace.ledger.soilStates(atOrBefore: horizon, asKnown: known, limit: 3) {
      if let state = usable(saved) {
        return Link(time: saved.time, chain: saved.chain, state: state)
      }
    }
    return nil
  }

  /// The start before the first rain on record.
  private func start(
    before horizon: Timestamp, _ recent: [Timestamp: BasinRains.Step]
  ) throws(Fault) -> Link? {
    var first = recent.keys.min()
    if let reach = try workspace.ledger.basinRainReach(), reach.first <= horizon {
      first = min(first ?? reach.first, reach.first)
    }
    guard let first else { return nil }
    let origin = first - step
    let chain = "\(HydrologyState.version) \(model.fingerprint) \(origin.secondsSince1970)"
    return Link(
      time: origin, chain: Fingerprint(of: chain.utf8).sha256, state: model.start(at: origin))
  }

  /// A saved state that is whole and of this model.
  private func usable(_ saved: SoilCheckpoint) -> HydrologyState? {
    guard let state = try? HydrologyState(bytes: saved.bytes), state.time == saved.time,
      (try? model.check(state)) != nil
    else { return nil }
    return state
  }

  private func path(
    from start: Timestamp, to target: Timestamp, _ horizon: Timestamp,
    _ recent: [Timestamp: BasinRains.Step], _ kept: [Timestamp: BasinRainRecord]
  ) -> [BasinRains.Step] {
    var steps: [BasinRains.Step] = []
    var end = start + step
    while end <= target {
      let old = end <= horizon ? kept[end]?.identity : nil
      steps.append(recent[end] ?? BasinRains.Step(end: end, identity: old ?? ""))
      end = end + step
    }
    return steps
  }

  /// The newest known state on the way, and how many steps lie before it.
  private func newest(
    of steps: ArraySlice<BasinRains.Step>, _ chains: [String], _ base: Link
  ) throws(Fault) -> (HydrologyState, Int) {
    guard let last = steps.last else { return (base.state, 0) }
    func index(_ time: Timestamp) -> Int { time.seconds(since: base.time) / step - 1 }
    for link in memory.reversed() where link.time <= last.end && link.time > base.time {
      if chains[index(link.time)] == link.chain { return (link.state, index(link.time) + 1) }
    }
    let limit = reach / savedEvery + 2
    for saved in try workspace.ledger.soilStates(atOrBefore: last.end, limit: limit)
    where saved.time > base.time && saved.time.seconds(since: base.time) % step == 0 {
      guard chains[index(saved.time)] == saved.chain, let state = usable(saved) else { continue }
      return (state, index(saved.time) + 1)
    }
    return (base.state, 0)
  }

  private func remember(_ link: Link) {
    memory.removeAll { $0.time >= link.time }
    memory.append(link)
  }

  /// Keeps the newest states, those of every sixth hour, and one from before the reach.
  private func forget(before horizon: Timestamp) {
    let newest = memory.count
    var kept: [Link] = []
    for (index, link) in memory.enumerated()
    where index + 3 >= newest || link.time.secondsSince1970 % 21_600 == 0 {
      kept.append(link)
    }
    if let first = kept.lastIndex(where: { $0.time <= horizon }) { kept.removeFirst(first) }
    memory = kept
  }
}
