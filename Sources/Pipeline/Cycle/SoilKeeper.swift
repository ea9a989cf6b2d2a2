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
  let workspace: Workspace
  let feed: Feed
  let model: HydrologyModel
  let step: Int
  let rains: BasinRains
  let earlier: EarlierRainSteps?
  private let cells: CellSoilKeeper?
  private let evaporation: EvaporationKeeper?
  private var trace = SoilTrace()
  /// How many days before the last one the triggering indices of the district ask for.
  let indexDays: Int
  /// Whether some rule is a line over the soil water index.
  private let hasLines: Bool
  private var states: StateChain<HydrologyState>

  /// Rain on the basins is kept for so long: states are worked out from it when parameters change.
  static let keptRainSeconds = 400 * 86_400
  /// Flow is worked out so far ahead.
  private static let aheadSeconds = 86_400
  private typealias Link = StateChain<HydrologyState>.Link

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
    rains = BasinRains(workspace, feed: feed, step: step)
    indexDays = min(SoilKeeper.indexDays(district.rules), 30)
    hasLines = district.rules.flatMap(\.condition.leaves).contains {
      if case .soilRainLine = $0 { return true }
      return false
    }
    let model = try HydrologyModel(
      district.basinParameters, downstream: district.description.basins.map(\.downstream),
      step: TimeSpan(seconds: step))
    self.model = model
    earlier = EarlierRainSteps(
      district.earlierRain, basins: district.description.basins.map(\.id), step: step)
    states = StateChain(
      workspace.ledger, .basins,
      savedEvery: district.description.basins.count > 2000 ? 21_600 : 3600, step: step,
      isOwn: { (try? model.check($0)) != nil })
    cells = CellSoilKeeper(workspace, step: step)
    evaporation = EvaporationKeeper(workspace)
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
  ///   - changed: frames as they are summed; those that it does not hold are read as they came.
  ///   - expected: the rain to come; nil where nothing is forecast.
  func hydrology(
    at time: Timestamp, asKnown known: Timestamp?, keeps: Bool, changed: ChangedFrames? = nil,
    expected: ExpectedRain? = nil, fields: UnitFields? = nil
  ) throws(Fault) -> (Hydrology, SoilHistory) {
    rains.changed = changed
    defer { rains.changed = nil }
    while true {
      let damagesBefore = rains.damages
      do throws(Fault) {
        let target = time.floored(toSeconds: step)
        let stepsAhead = expected == nil ? 0 : neededAhead
        guard let present = try present(at: target, known, keeps, stepsAhead) else {
          return (.none, .none)
        }
        let rain = ahead(expected, fields, dataTime: time, from: present.state.time)
        let history = SoilHistory(
          basins: model.parameters.map(\.basin), step: step, dataTime: time,
          newest: present.state.time, earlier: present.earlier,
          later: try later(from: present.state, rain), days: present.days,
          byCells: present.townships, pages: [present.evaporation])
        return (try words(for: present.state, rain, present.cells), history)
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
  ) throws(Fault) -> SoilAhead {
    var moisture = model.antecedent(of: state)
    var tanks = hasLines ? model.tanks(of: state) : []
    var ahead = SoilAhead()
    let ofCells =
      hasLines || cells?.hasTownships == true
      ? try cells?.ahead(rain.prefix(neededAhead)) ?? [] : []
    for (number, own) in rain.prefix(neededAhead).enumerated() {
      try model.advance(&moisture, rain: own)
      var row = SoilAhead.Step(saturations: model.knownSaturations(moisture))
      if hasLines {
        for basin in tanks.indices {
          tanks[basin].pass(TimeSpan(seconds: step), rain: own.depth[basin])
        }
        row.indices = tanks.map(\.index)
        row.gapShares = moisture.gapShare
      }
      if ofCells.indices.contains(number) { row.cells = ofCells[number] }
      ahead.steps.append(row)
    }
    return ahead
  }

  /// Steps ahead that windows may end in.
  private var neededAhead: Int {
    workspace.district.configuration.longestEvacuation.seconds / step + 1
  }

  private func words(
    for state: HydrologyState, _ rain: [BasinRain], _ cells: CellSoil?
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
      guidance: guidance, version: HydrologyState.version, cells: cells)
  }

  // MARK: States

  /// The states of one time and what they say of the time before it.
  private struct Present {
    let state: HydrologyState
    /// How wet the basins were at the newest step and at those before it.
    let earlier: [[Float]]
    let days: EarlierDays
    /// Nil where cells have no soil.
    let cells: CellSoil?
    let townships: UnitTrace
    let evaporation: CyclePage
  }

  /// Nil where there is no rain on record.
  private func present(
    at target: Timestamp, _ known: Timestamp?, _ keeps: Bool, _ stepsAhead: Int
  ) throws(Fault) -> Present? {
    guard let course = try course(to: target, known) else { return nil }
    let (state, unsaved) = try carryOn(course, known, keeps)
    let oldest = max(0, course.steps.count - 1 - historySteps)
    try traceMoisture(of: course, from: oldest)
    let soilOfCells = try soilOfCells(course, known, keeps)
    if keeps { try workspace.ledger.keep(course.rain.made, unsaved) }
    return Present(
      state: state, earlier: trace.rows(of: course.steps[oldest...]),
      days: try earlierDays(
        before: target, course.rain.kept, course.rain.key, ahead: stepsAhead),
      cells: soilOfCells?.soil, townships: soilOfCells?.townships ?? .none,
      evaporation: EvaporationKeeper.page(
        from: max(course.base.time, target - reach), to: target, course.days))
  }

  /// From the newest saved states before the horizon, or from the first rain on record.
  private func course(to target: Timestamp, _ known: Timestamp?) throws(Fault) -> SoilCourse? {
    guard let grid = try workspace.ledger.grid(feed: feed.name) else { return nil }
    let horizon = target - reach
    let saved = try states.base(before: horizon, known)
    let savedCells = try cells?.base(on: grid, before: horizon, known)
    // From the first rain on record where a kind of state is not saved yet.
    let first =
      saved == nil || (cells != nil && savedCells == nil)
      ? target - SoilKeeper.keptRainSeconds : min(horizon, savedCells?.time ?? horizon)
    let frames = try recentSteps(from: first, to: target, grid, known)
    let recent = saved == nil ? frames : frames.filter { $0.key > horizon }
    let base: Link
    if let saved {
      base = saved
    } else {
      guard let origin = try origin(before: horizon, frames) else { return nil }
      base = start(at: origin)
    }
    var baseOfCells = savedCells
    if let cells, baseOfCells == nil, let origin = try origin(before: horizon, frames) {
      baseOfCells = cells.start(at: origin)
    }
    let past = Period(start: min(base.time, baseOfCells?.time ?? base.time), end: target)
    let rain = StepRains(
      rains, earlier: earlier, on: grid, saved: try workspace.ledger.basinRain(in: past))
    return SoilCourse(
      to: target, horizon: horizon, base: base, baseOfCells: baseOfCells, frames: frames,
      rain: rain, steps: path(from: base.time, to: target, horizon, recent, rain.kept),
      days: try evaporation?.days(from: base.time, to: target, asKnown: known) ?? [:])
  }

  /// The state after the last step, and those on the way that are to be saved.
  private func carryOn(
    _ course: SoilCourse, _ known: Timestamp?, _ keeps: Bool
  ) throws(Fault) -> (HydrologyState, unsaved: [StateCheckpoint]) {
    var (state, done) = try newest(of: course.steps[...], course)
    var unsaved: [StateCheckpoint] = []
    while done < course.steps.count {
      let own = course.steps[done]
      let chain = course.chains[done]
      try model.advance(
        &state, rain: try course.rain.rain(of: own), evaporation: course.evaporation(of: own),
        workers: Parallel.workers)
      trace.note(own.end, chain, model.knownSaturations(model.antecedent(of: state)))
      let isSaved = states.isSaved(own.end) && own.end > course.horizon - reach
      if isSaved || done == course.steps.count - 1 {
        states.remember(Link(time: own.end, chain: chain, state: state))
      }
      if isSaved && keeps {
        unsaved.append(
          StateCheckpoint(
            time: own.end, chain: chain, known: known ?? course.target, bytes: state.bytes))
      }
      done += 1
    }
    states.forget(before: course.horizon)
    return (state, unsaved)
  }

  /// Works out how wet the basins were at the steps that thresholds may ask about, where carrying on the
  /// states did not pass them.
  private func traceMoisture(of course: SoilCourse, from oldest: Int) throws(Fault) {
    let (steps, chains) = (course.steps, course.chains)
    if let missing = trace.missing(of: steps, chains, from: oldest) {
      let (before, passed) = try newest(of: steps[...missing.lowerBound], course)
      var moisture = model.antecedent(of: before)
      if passed > 0 {
        trace.note(steps[passed - 1].end, chains[passed - 1], model.knownSaturations(moisture))
      }
      for index in passed..<max(missing.upperBound + 1, passed) {
        try model.advance(&moisture, rain: try course.rain.rain(of: steps[index]))
        trace.note(steps[index].end, chains[index], model.knownSaturations(moisture))
      }
    }
    trace.forget(before: course.target - (historySteps + 1) * step)
  }

  private func soilOfCells(
    _ course: SoilCourse, _ known: Timestamp?, _ keeps: Bool
  ) throws(Fault) -> (soil: CellSoil, townships: UnitTrace)? {
    guard let cells, let base = course.baseOfCells else { return nil }
    let steps = path(
      from: base.time, to: course.target, course.horizon, course.frames, course.rain.kept)
    return try cells.soil(
      of: steps, from: base, reach: reach, history: historySteps, known: known, keeps: keeps,
      rains: course.rain)
  }

  private func newest(
    of steps: ArraySlice<BasinRains.Step>, _ course: SoilCourse
  ) throws(Fault) -> (HydrologyState, Int) {
    try states.newest(
      of: steps, course.chains, from: course.base, limit: reach / states.savedEvery + 2)
  }

  /// The time from which states are worked out where none is saved: before the first rain on record,
  /// and as long before the first frame as earlier rain was given, at most as long as rain is kept.
  private func origin(
    before horizon: Timestamp, _ frames: [Timestamp: BasinRains.Step]
  ) throws(Fault) -> Timestamp? {
    var first = frames.keys.min()
    if let reach = try workspace.ledger.basinRainReach(), reach.first <= horizon {
      first = min(first ?? reach.first, reach.first)
    }
    guard let first else { return nil }
    guard let given = earlier?.firstEnd, given < first else { return first - step }
    return max(given, first - SoilKeeper.keptRainSeconds) - step
  }

  private func start(at origin: Timestamp) -> Link {
    let chain = "\(HydrologyState.version) \(model.fingerprint) \(origin.secondsSince1970)"
    return Link(
      time: origin, chain: Fingerprint(of: chain.utf8).sha256, state: model.start(at: origin))
  }

  private func path(
    from start: Timestamp, to target: Timestamp, _ horizon: Timestamp,
    _ recent: [Timestamp: BasinRains.Step], _ kept: [Timestamp: BasinRainRecord]
  ) -> [BasinRains.Step] {
    var steps: [BasinRains.Step] = []
    var end = start + step
    while end <= target {
      let old = end <= horizon ? kept[end]?.identity : nil
      let given = (old ?? "").isEmpty ? earlier?.identity(of: end) : old
      steps.append(recent[end] ?? BasinRains.Step(end: end, identity: given ?? ""))
      end = end + step
    }
    return steps
  }
}
