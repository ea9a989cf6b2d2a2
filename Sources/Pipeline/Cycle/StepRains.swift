import Archive
import Hydromet
import Runoff

/// The rain of steps on the basins: as it was kept, as it was given, or summed from frames.
final class StepRains {
  let rains: BasinRains
  /// Of the frames.
  let grid: GridGeometry
  /// Hash of the basins and of the grid.
  let key: String
  private let earlier: EarlierRainSteps?
  /// By the end of their step.
  private(set) var kept: [Timestamp: BasinRainRecord] = [:]
  /// What was summed here, to be saved.
  private(set) var made: [BasinRainRecord] = []

  /// - Parameter saved: what the ledger has, also of other basins and grids.
  init(
    _ rains: BasinRains, earlier: EarlierRainSteps?, on grid: GridGeometry,
    saved: [BasinRainRecord]
  ) {
    self.rains = rains
    self.earlier = earlier
    self.grid = grid
    let key = rains.key(of: grid)
    self.key = key
    for record in saved where record.basins == key { kept[record.stepEnd] = record }
  }

  /// - Throws: what reading a frame throws.
  func rain(of own: BasinRains.Step) throws(Fault) -> BasinRain {
    if let old = kept[own.end], old.identity == own.identity { return rains.rain(old) }
    if own.frames.isEmpty, !own.identity.isEmpty, let rain = earlier?.rain(of: own.end) {
      return rain
    }
    let record = try rains.record(of: own, on: grid, key)
    kept[own.end] = record
    made.append(record)
    return rains.rain(record)
  }
}
