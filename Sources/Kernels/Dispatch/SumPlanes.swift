import CLanes
public import Hydromet

/// The memory of rolling sums: for every window a plane of sums and, once a cell lacked data, a plane
/// of counts of what is missing.
///
/// Memory that was never written to takes no room, and tiles without rain are never touched. A plane
/// has 4 bytes a cell for sums and 2 for gaps: `windows × cells × 6` bytes at the most.
///
/// A sum is held in 32 bits as long as the largest depths of a tile's frames together fit; a tile where
/// they do not is kept in 64 bits beside the plane, where the largest depth stands for what is larger.
public final class SumPlanes: @unchecked Sendable {
  public let geometry: GridGeometry
  /// The windows, each once, shortest first.
  public let windows: [TimeSpan]
  /// Frames that make a complete sum, of each window.
  public let expectedFrames: [Int]
  /// Frames of each window that never came.
  public internal(set) var absentFrames: [Int]
  /// The end of all windows.
  public internal(set) var end: Timestamp

  /// Cells from one row to the next: a multiple of a tile's columns.
  public let stride: Int
  /// Cells from one plane to the next.
  public let planeCells: Int
  public let tileRows: Int
  public let tileColumns: Int
  let sums: UnsafeMutablePointer<Int32>
  private(set) var missing: UnsafeMutablePointer<UInt16>?
  /// For each tile and window the frames with rain, and those with gaps.
  let rainFrames: UnsafeMutablePointer<UInt16>
  let gapFrames: UnsafeMutablePointer<UInt16>
  /// For each tile and window the sum of its frames' largest depths.
  let bounds: UnsafeMutablePointer<UInt64>
  /// For each tile a bit for each window with rain in the low half, with gaps in the high half.
  let masks: UnsafeMutablePointer<UInt64>
  /// For each tile and window the revision that changed it last; one more for each window as a whole.
  let stamps: UnsafeMutablePointer<UInt64>
  /// For each tile and window the parts that the latest change touched, a bit for each.
  let changedParts: UnsafeMutablePointer<UInt8>
  /// For each row of tiles what does not fit into 32 bits, by tile and window.
  let wide: UnsafeMutablePointer<[Int: [UInt64]]>
  /// Changes so far, counted from 1: the revision of the sums.
  public internal(set) var revision: UInt64 = 1
  /// Sums of one lineage have one history of revisions; a copy has a lineage of its own.
  public let lineage = Lineage()

  public final class Lineage: Sendable {}

  /// More windows than bits are treated as if all had rain and gaps.
  static let maskedWindows = 32

  /// Cells from one row to the next in the planes over a grid.
  public static func stride(of geometry: GridGeometry) -> Int {
    (geometry.columns + DepthTiles.columns - 1) / DepthTiles.columns * DepthTiles.columns
  }

  /// Sums of nothing. Nil where the memory cannot be had.
  public init?(
    geometry: GridGeometry, windows: [TimeSpan], expectedFrames: [Int], end: Timestamp
  ) {
    self.geometry = geometry
    self.windows = windows
    self.expectedFrames = expectedFrames
    self.end = end
    absentFrames = expectedFrames
    tileRows = (geometry.rows + DepthTiles.rows - 1) / DepthTiles.rows
    tileColumns = (geometry.columns + DepthTiles.columns - 1) / DepthTiles.columns
    stride = SumPlanes.stride(of: geometry)
    // One row more, so that a patch of the last row can be read.
    planeCells = (tileRows * DepthTiles.rows + 1) * stride
    let tiles = max(1, tileRows * tileColumns)
    let states = tiles * max(1, windows.count)
    // One piece for everything that is kept of tiles.
    guard let sums = fr_map_zeroed(planeCells * windows.count * 4),
      let tables = fr_map_zeroed(SumPlanes.tableBytes(tiles: tiles, windows: windows.count))
    else { return nil }
    self.sums = sums.assumingMemoryBound(to: Int32.self)
    self.tables = tables
    bounds = tables.assumingMemoryBound(to: UInt64.self)
    stamps = bounds + states
    masks = stamps + states + windows.count
    rainFrames = UnsafeMutableRawPointer(masks + tiles).assumingMemoryBound(to: UInt16.self)
    gapFrames = rainFrames + states
    changedParts = UnsafeMutableRawPointer(gapFrames + states).assumingMemoryBound(to: UInt8.self)
    wide = .allocate(capacity: max(1, tileRows))
    wide.initialize(repeating: [:], count: max(1, tileRows))
  }

  private let tables: UnsafeMutableRawPointer

  /// Room for bounds, stamps, masks, counts and changed parts.
  private static func tableBytes(tiles: Int, windows: Int) -> Int {
    let states = tiles * max(1, windows)
    return states * (8 + 8 + 2 + 2 + 1) + tiles * 8 + windows * 8
  }

  deinit {
    let tiles = max(1, tileRows * tileColumns)
    fr_unmap(sums, planeCells * windows.count * 4)
    fr_unmap(missing, planeCells * windows.count * 2)
    fr_unmap(tables, SumPlanes.tableBytes(tiles: tiles, windows: windows.count))
    wide.deinitialize(count: max(1, tileRows))
    wide.deallocate()
  }

  /// Makes room for gaps. Nothing happens where there is room.
  ///
  /// - Returns: false where the memory cannot be had.
  func makeRoomForGaps() -> Bool {
    if missing == nil {
      missing = fr_map_zeroed(planeCells * windows.count * 2)?
        .assumingMemoryBound(to: UInt16.self)
    }
    return missing != nil
  }

  /// The same sums in memory of their own. Nil where it cannot be had.
  public func copy() -> SumPlanes? {
    guard
      let other = SumPlanes(
        geometry: geometry, windows: windows, expectedFrames: expectedFrames, end: end)
    else { return nil }
    other.absentFrames = absentFrames
    let states = tileRows * tileColumns * windows.count
    other.sums.update(from: sums, count: planeCells * windows.count)
    if let missing {
      guard other.makeRoomForGaps() else { return nil }
      other.missing?.update(from: missing, count: planeCells * windows.count)
    }
    other.rainFrames.update(from: rainFrames, count: states)
    other.gapFrames.update(from: gapFrames, count: states)
    other.bounds.update(from: bounds, count: states)
    other.masks.update(from: masks, count: tileRows * tileColumns)
    other.wide.update(from: wide, count: max(1, tileRows))
    return other
  }

  /// The sums of one window: shape [rows, columns].
  public func field(_ window: Int) -> AccumulationField {
    let (rows, columns) = (geometry.rows, geometry.columns)
    var depths: [Int32] = []
    var frames: [UInt16] = []
    depths.reserveCapacity(rows * columns)
    frames.reserveCapacity(rows * columns)
    let present = UInt16(clamping: expectedFrames[window] - absentFrames[window])
    for row in 0..<rows {
      let start = window * planeCells + row * stride
      depths += UnsafeBufferPointer(start: sums + start, count: columns)
      if let missing {
        frames += UnsafeBufferPointer(start: missing + start, count: columns).lazy
          .map { present &- $0 }
      } else {
        frames += repeatElement(present, count: columns)
      }
    }
    return AccumulationField(
      geometry: geometry, period: Period(end: end, seconds: windows[window].seconds),
      expectedFrames: expectedFrames[window], micrometres: depths, receivedFrames: frames)
  }
}
