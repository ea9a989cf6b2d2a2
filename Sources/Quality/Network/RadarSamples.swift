public import Hydromet

/// The radar at one station over one period, micrometres; negative where there is no data.
public struct RadarSample: Sendable, Hashable, Codable {
  /// The cell that holds the station.
  public let own: Int32
  /// The least of the cells that touch it, itself included; negative where one of them has no data.
  public let least: Int32
  /// The largest of the cells at most two away; of those that have data.
  public let largest: Int32

  public init(own: Int32, least: Int32, largest: Int32) {
    self.own = own
    self.least = least
    self.largest = largest
  }

  public static let missing = RadarSample(own: -1, least: -1, largest: -1)
}

/// The radar at every station over one period.
public struct RadarSamples: Sendable, Hashable {
  public let period: Period
  /// In the order of the stations.
  public let samples: [RadarSample]

  public init(period: Period, samples: [RadarSample]) {
    self.period = period
    self.samples = samples
  }

  /// Looks at a frame around every station.
  ///
  /// - Parameters:
  ///   - field: depths over one period.
  ///   - cells: row and column of each station; nil for one outside the grid.
  public init(_ field: DepthField, cells: [GridCell?]) {
    let geometry = field.geometry
    let tiles = field.isHeld ? field.tiles : nil
    self.init(
      period: field.period,
      samples: cells.map { cell in
        guard let cell, let tiles, cell.row >= 0, cell.row < geometry.rows,
          cell.column >= 0, cell.column < geometry.columns
        else { return .missing }
        return RadarSamples.sample(tiles, geometry, cell)
      })
  }

  private static func sample(
    _ tiles: DepthTiles, _ geometry: GridGeometry, _ cell: GridCell
  ) -> RadarSample {
    var least = Int32.max
    var largest: Int32 = -1
    for row in max(0, cell.row - 2)...min(geometry.rows - 1, cell.row + 2) {
      for column in max(0, cell.column - 2)...min(geometry.columns - 1, cell.column + 2) {
        let depth = tiles.depth(row: row, column: column)
        largest = max(largest, depth)
        if abs(row - cell.row) <= 1, abs(column - cell.column) <= 1 { least = min(least, depth) }
      }
    }
    return RadarSample(
      own: max(-1, tiles.depth(row: cell.row, column: cell.column)), least: max(-1, least),
      largest: largest)
  }
}

/// Row and column of a cell.
public struct GridCell: Sendable, Hashable {
  public let row: Int
  public let column: Int

  public init(row: Int, column: Int) {
    self.row = row
    self.column = column
  }
}

/// What the radar saw at a station over a block, tenths of a millimetre.
public struct RadarBlock: Sendable {
  public let own: Double
  /// At the least anywhere around the station, cell by cell and frame by frame; negative where some
  /// of it is not known.
  public let least: Double
  /// At the most anywhere around the station.
  public let largest: Double

  public init(own: Double, least: Double, largest: Double) {
    self.own = own
    self.least = least
    self.largest = largest
  }
}

/// The radar at the stations, put together over blocks.
struct RadarRecord {
  private let frames: [RadarSamples]
  private let longest: Int

  /// - Parameter frames: in any order; of two for one period the first counts.
  init(_ frames: [RadarSamples]) {
    var seen: Set<Period> = []
    let kept = frames.filter { $0.period.seconds > 0 && seen.insert($0.period).inserted }
    self.frames = kept.sorted {
      ($0.period.end, $0.period.seconds) < ($1.period.end, $1.period.seconds)
    }
    longest = kept.map(\.period.seconds).max() ?? 0
  }

  var isEmpty: Bool { frames.isEmpty }

  /// Frames that lie in a block and do not overlap, and the seconds they cover.
  func frames(in period: Period) -> (frames: [RadarSamples], seconds: Int) {
    var chosen: [RadarSamples] = []
    var covered = 0
    var reached = period.start
    var index = firstFrame(endingAfter: period.start)
    while index < frames.count, frames[index].period.end <= period.end {
      let frame = frames[index]
      if frame.period.start >= reached {
        chosen.append(frame)
        covered += frame.period.seconds
        reached = frame.period.end
      }
      index += 1
    }
    return (chosen, covered)
  }

  private func firstFrame(endingAfter time: Timestamp) -> Int {
    var low = 0
    var high = frames.count
    while low < high {
      let middle = (low + high) / 2
      if frames[middle].period.end > time { high = middle } else { low = middle + 1 }
    }
    return low
  }

  /// The radar of one station over chosen frames; nil where more than a tenth of the block is not
  /// known.
  static func block(
    of station: Int, _ chosen: (frames: [RadarSamples], seconds: Int), seconds: Int
  ) -> RadarBlock? {
    var own: Int64 = 0
    var least: Int64 = 0
    var largest: Int64 = 0
    var known = 0
    var isBounded = true
    for frame in chosen.frames where station < frame.samples.count {
      let sample = frame.samples[station]
      guard sample.own >= 0 else { continue }
      own += Int64(sample.own)
      largest += Int64(max(0, sample.largest))
      if sample.least < 0 { isBounded = false } else { least += Int64(sample.least) }
      known += frame.period.seconds
    }
    guard known > 0, Double(known) >= 0.9 * Double(seconds) else { return nil }
    return RadarBlock(
      own: Double(own) / 100, least: isBounded ? Double(least) / 100 : -1,
      largest: Double(largest) / 100)
  }
}
