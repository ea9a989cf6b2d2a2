import Archive
import Areal
import Districts
import Hydromet
import Runoff

/// Mean rain of every step over every basin, from the frames of the step.
final class BasinRains {
  /// One step of the past: what its rain was made from.
  struct Step {
    let end: Timestamp
    let identity: String
    /// Empty where the rain is kept, or where there is none.
    var frames: [FrameVersion] = []
  }

  private let workspace: Workspace
  private let feed: Feed
  private let step: Int
  private let regions: [Region]
  private var weights: RegionWeights?
  private var unreadable: DamagedFrames
  /// Frames as they are summed; nil where they are taken as they came.
  var changed: ChangedFrames?

  init(_ workspace: Workspace, feed: Feed, step: Int) {
    self.workspace = workspace
    self.feed = feed
    self.step = step
    unreadable = DamagedFrames(workspace.frames)
    regions = workspace.district.description.basins.map {
      Region(id: $0.id, geometry: $0.geometry)
    }
  }

  /// Frames that make a whole step.
  var framesPerStep: Int { step / feed.step.seconds }

  /// How often a frame could not be read back so far.
  var damages: Int { unreadable.count }

  /// What is summed of a stored frame.
  func version(of frame: StoredFrame) -> FrameVersion {
    if let version = changed?.versions[frame.period.end], version.frame == frame { return version }
    return FrameVersion(frame: frame)
  }

  func isUnreadable(_ frame: StoredFrame) -> Bool { unreadable.contains(frame.storeName) }

  /// Hash of the basins and of the grid.
  func key(of grid: GridGeometry) -> String {
    let basins = workspace.district.description.basins.map {
      "\($0.id) \($0.areaSquareKilometres.bitPattern)"
    }
    return Fingerprint(of: "\(grid.hash)\n\(basins.joined(separator: "\n"))".utf8).sha256
  }

  /// In whole micrometres what fell on each basin at the least, and in ten-thousandths the share that
  /// is known.
  func record(
    of own: Step, on grid: GridGeometry, _ key: String
  ) throws(Fault) -> BasinRainRecord {
    var depth = [Int64](repeating: 0, count: regions.count)
    var known = [Double](repeating: 0, count: regions.count)
    for frame in own.frames {
      let areal = try weights(on: grid).statistics(of: try sum(frame, grid))
      for (basin, rain) in areal.enumerated() {
        depth[basin] += Int64(rain.meanLowerBound?.micrometres ?? 0)
        known[basin] += rain.validShare * rain.gridShare
      }
    }
    let expected = Double(step / feed.step.seconds)
    var bytes: [UInt8] = []
    for basin in regions.indices {
      let micrometres = UInt32(min(max(depth[basin], 0), 9_999_000))
      let share = UInt16(min(max(known[basin] / expected, 0), 1) * 10_000 + 1e-6)
      for shift in [0, 8, 16, 24] { bytes.append(UInt8(truncatingIfNeeded: micrometres >> shift)) }
      for shift in [0, 8] { bytes.append(UInt8(truncatingIfNeeded: share >> shift)) }
    }
    return BasinRainRecord(stepEnd: own.end, identity: own.identity, basins: key, bytes: bytes)
  }

  /// The rain that a record holds.
  func rain(_ record: BasinRainRecord) -> BasinRain {
    let basins = regions.count
    guard record.bytes.count == 6 * basins else { return .missing(basins: basins) }
    var rain = BasinRain.missing(basins: basins)
    for basin in 0..<basins {
      let start = 6 * basin
      let depth = (0..<4).reduce(UInt32(0)) {
        $0 | UInt32(record.bytes[start + $1]) << UInt32(8 * $1)
      }
      let share = UInt16(record.bytes[start + 4]) | UInt16(record.bytes[start + 5]) << 8
      rain.depth[basin] = Double(min(depth, 9_999_000)) / 1000
      rain.knownShare[basin] = Double(min(share, 10_000)) / 10_000
    }
    return rain
  }

  private func weights(on grid: GridGeometry) throws(Fault) -> RegionWeights {
    if let weights, weights.geometry == grid { return weights }
    let made = try workspace.weights.weights(
      of: regions, crs: UnitRain.crs, on: grid, kind: .area)
    weights = made
    return made
  }

  private func sum(_ frame: FrameVersion, _ grid: GridGeometry) throws(Fault) -> AccumulationField {
    try field(frame, grid).asSum
  }

  /// A frame as it is summed, or as it was stored; a stored one that cannot be read back is
  /// remembered as such.
  func field(_ version: FrameVersion, _ grid: GridGeometry) throws(Fault) -> DepthField {
    if version.isChanged, let field = try changed?.load(version) { return field }
    let frame = version.frame
    do throws(Fault) {
      return try workspace.frames.read(frame.storeName, geometry: grid)
    } catch {
      _ = unreadable.note(frame.storeName, error)
      throw error
    }
  }
}

extension DepthField {
  /// The field as a sum of one frame.
  var asSum: AccumulationField {
    let cells = micrometres
    return AccumulationField(
      geometry: geometry, period: period, expectedFrames: 1,
      micrometres: cells.map { max($0, 0) }, receivedFrames: cells.map { $0 < 0 ? 0 : 1 })
  }
}
