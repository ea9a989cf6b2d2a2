import Archive
import Areal
import Districts
import Hydromet

/// The rain of every unit in every frame of the longest window: what joins fallen and expected rain of
/// windows that end ahead, whose fallen part is no window of its own.
final class FallenRainKeeper {
  private let workspace: Workspace
  private let feed: Feed
  private let fields: UnitFields
  private var kept: [Timestamp: (storeName: String, field: UnitField)] = [:]
  private var unreadable: DamagedFrames

  /// Nil where the district has no grid feed.
  init?(_ workspace: Workspace, fields: UnitFields) {
    let feeds = workspace.district.configuration.feeds
    guard let feed = feeds.first(where: { $0.kind == .grid }), feed.step.seconds > 0 else {
      return nil
    }
    self.workspace = workspace
    self.feed = feed
    self.fields = fields
    unreadable = DamagedFrames(workspace.frames)
  }

  /// The rain that ends at a data time; nil while no grid was ever accepted.
  func rain(at time: Timestamp, asKnown known: Timestamp?) throws(Fault) -> FallenRain? {
    guard let grid = try workspace.ledger.grid(feed: feed.name) else { return nil }
    let end = time.floored(toSeconds: feed.step.seconds)
    let reach = Period(end: end, seconds: workspace.reachSeconds)
    var current: [Timestamp: (storeName: String, field: UnitField)] = [:]
    for frame in try workspace.ledger.frames(feed: feed.name, in: reach, asKnown: known)
    where frame.geometryHash == grid.hash && frame.period.seconds == feed.step.seconds {
      let moment = frame.period.end
      if let old = kept[moment], old.storeName == frame.storeName {
        current[moment] = old
      } else if let field = try read(frame, grid) {
        current[moment] = (frame.storeName, field)
      }
    }
    kept = current
    return FallenRain(
      end: end, step: feed.step.seconds, steps: reach.seconds / feed.step.seconds,
      units: fields.count, frames: current.mapValues(\.field))
  }

  /// A frame that cannot be read counts as one that never came; `GridSums` names it.
  private func read(_ frame: StoredFrame, _ grid: GridGeometry) throws(Fault) -> UnitField? {
    guard !unreadable.contains(frame.storeName) else { return nil }
    let field: DepthField
    do throws(Fault) {
      field = try workspace.frames.read(frame.storeName, geometry: grid)
    } catch {
      guard unreadable.note(frame.storeName, error) else { throw error }
      return nil
    }
    return try fields.values(of: field)
  }
}

/// Sums of every unit over the steps that end at one time.
struct FallenRain: Sendable {
  let step: Int
  private let units: Int
  private let steps: Int
  /// Shape [step, unit]: the sum of so many newest frames, micrometres, and of their known shares.
  private var depths: [Int32]
  private var known: [Float]

  init(end: Timestamp, step: Int, steps: Int, units: Int, frames: [Timestamp: UnitField]) {
    self.step = step
    self.units = units
    self.steps = steps
    depths = [Int32](repeating: 0, count: units * (steps + 1))
    known = [Float](repeating: 0, count: units * (steps + 1))
    for number in 0..<steps {
      let (row, next) = (number * units, (number + 1) * units)
      guard let field = frames[end - number * step], field.depths.count == units else {
        for unit in 0..<units {
          depths[next + unit] = depths[row + unit]
          known[next + unit] = known[row + unit]
        }
        continue
      }
      for unit in 0..<units {
        depths[next + unit] = Int32(
          clamping: Int64(depths[row + unit]) + Int64(field.depths[unit]))
        known[next + unit] = known[row + unit] + field.known[unit]
      }
    }
  }

  /// The rain of a unit over the newest seconds, whole steps, and the share of it that is known.
  func rain(_ place: Int, seconds: Int) -> (depth: Depth, known: Double) {
    let count = (seconds + step - 1) / step
    guard count > 0 else { return (.zero, 1) }
    let row = min(count, steps) * units + place
    guard place >= 0, place < units, depths.indices.contains(row) else { return (.zero, 0) }
    return (Depth(micrometres: depths[row]), Double(known[row]) / Double(count))
  }
}
