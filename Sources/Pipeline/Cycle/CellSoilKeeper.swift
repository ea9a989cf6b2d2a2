import Archive
import Districts
import Hydromet
import Runoff

/// The soil of cells, carried on beside that of the basins: by the same steps, with chains of its own.
final class CellSoilKeeper {
  typealias Link = StateChain<CellSoilState>.Link

  private let workspace: Workspace
  private let block: Int
  private let step: Int
  /// Of the grid that was looked at last.
  private var prepared: (cells: SoilCells, states: StateChain<CellSoilState>)?
  /// The soil that was worked out last.
  private var newest: CellSoilState?
  /// How wet townships were step after step, where a threshold of one asks.
  private var trace = SoilTrace()
  private let traced: Bool

  /// States are larger than those of basins, and saved every six hours.
  private static let savedEvery = 21_600

  /// Nil where the district does not ask for the soil of cells.
  init?(_ workspace: Workspace, step: Int) {
    guard let block = workspace.district.configuration.soilCells else { return nil }
    self.workspace = workspace
    self.block = block
    self.step = step
    traced = workspace.district.thresholds.contains {
      $0.unitKind == .township && $0.wetness != .any
    }
  }

  /// Whether a threshold of a township asks for the soil of its cells.
  var hasTownships: Bool { traced }

  /// The newest saved state from before a horizon, on a grid.
  func base(
    on grid: GridGeometry, before horizon: Timestamp, _ known: Timestamp?
  ) throws(Fault) -> Link? {
    if prepared?.cells.grid != grid {
      let cells = try SoilCells(workspace, on: grid, block: block, step: step)
      let model = cells.model
      prepared = (
        cells,
        StateChain(
          workspace.ledger, .cells, savedEvery: CellSoilKeeper.savedEvery, step: step,
          isOwn: { (try? model.check($0)) != nil })
      )
    }
    return try prepared?.states.base(before: horizon, known)
  }

  func start(at origin: Timestamp) -> Link? {
    guard let model = prepared?.cells.model else { return nil }
    let chain = "cells \(CellSoilState.version) \(model.fingerprint) \(origin.secondsSince1970)"
    return Link(
      time: origin, chain: Fingerprint(of: chain.utf8).sha256, state: model.start(at: origin))
  }

  /// The soil after the last of the steps.
  ///
  /// Steps with frames give each cell its own rain. Where only the rain of the basins is left or was
  /// given, as before the first frame, each cell gets that of its basin, and the chain says so.
  ///
  /// - Parameters:
  ///   - reach: states so long before the last step are saved still.
  ///   - history: so many steps before the newest thresholds may ask about.
  ///   - keeps: whether states are saved for later runs.
  func soil(
    of steps: [BasinRains.Step], from base: Link, reach: Int, history: Int, known: Timestamp?,
    keeps: Bool, rains: StepRains
  ) throws(Fault) -> (soil: CellSoil, townships: UnitTrace)? {
    guard let cells = prepared?.cells, var states = prepared?.states else { return nil }
    let chains = StateChain<CellSoilState>.chains(
      of: steps.lazy.map { own in
        own.frames.isEmpty && !own.identity.isEmpty ? "\(own.identity) of basins" : own.identity
      }, from: base)
    let target = steps.last?.end ?? base.time
    let oldest = max(0, steps.count - 1 - history)
    let coverage = workspace.district.configuration.minimumCoverage
    func note(_ index: Int, _ state: CellSoilState) {
      guard traced, index >= 0 else { return }
      trace.note(
        steps[index].end, chains[index], cells.saturations(state, minimumCoverage: coverage))
    }
    var (state, done) = try states.newest(
      of: steps[...], chains, from: base, limit: 2 * reach / states.savedEvery + 2)
    var unsaved: [StateCheckpoint] = []
    while done < steps.count {
      let own = steps[done]
      try cells.model.advance(
        &state, rain: try rain(own, cells, rains), workers: Parallel.workers)
      if done >= oldest { note(done, state) }
      let isSaved = states.isSaved(own.end) && own.end > target - 2 * reach
      if isSaved || done == steps.count - 1 {
        states.remember(Link(time: own.end, chain: chains[done], state: state))
      }
      if isSaved && keeps {
        unsaved.append(
          StateCheckpoint(
            time: own.end, chain: chains[done], known: known ?? target, bytes: state.bytes))
      }
      done += 1
    }
    states.forget(before: target - reach)
    if traced, let missing = trace.missing(of: steps, chains, from: oldest) {
      var (before, passed) = try states.newest(
        of: steps[...missing.lowerBound], chains, from: base,
        limit: 2 * reach / states.savedEvery + 2)
      note(passed - 1, before)
      for index in passed..<max(missing.upperBound + 1, passed) {
        try cells.model.advance(
          &before, rain: try rain(steps[index], cells, rains), workers: Parallel.workers)
        note(index, before)
      }
    }
    trace.forget(before: target - (history + 1) * step)
    prepared = (cells, states)
    if keeps { try workspace.ledger.keep(unsaved, of: .cells) }
    newest = state
    let townships = UnitTrace(
      units: traced ? cells.townships : [],
      rows: traced ? trace.rows(of: steps[min(oldest, steps.count)...]) : [])
    return (cells.soil(state), townships)
  }

  /// What the cells will be to every unit after each step of expected rain, which every cell gets as its
  /// basin does.
  func ahead(_ rain: ArraySlice<BasinRain>) throws(Fault) -> [[UnitPlace: UnitCellSoil]] {
    guard let cells = prepared?.cells, var state = newest else { return [] }
    var rows: [[UnitPlace: UnitCellSoil]] = []
    for own in rain {
      try cells.model.advance(
        &state, rain: cells.rain(spreading: own), workers: Parallel.workers)
      rows.append(
        Dictionary(
          cells.soil(state).units.map { (UnitPlace(kind: $0.kind, unit: $0.unit), $0) },
          uniquingKeysWith: { first, _ in first }))
    }
    return rows
  }

  private func rain(
    _ own: BasinRains.Step, _ cells: SoilCells, _ rains: StepRains
  ) throws(Fault) -> BasinRain {
    guard own.frames.isEmpty else {
      var fields: [DepthField] = []
      for frame in own.frames { fields.append(try rains.rains.field(frame, cells.grid)) }
      return cells.rain(of: fields, expected: rains.rains.framesPerStep)
    }
    guard !own.identity.isEmpty else { return .missing(basins: cells.model.cells.count) }
    return cells.rain(spreading: try rains.rain(of: own))
  }
}
