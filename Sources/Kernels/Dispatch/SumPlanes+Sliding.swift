public import Hydromet

extension SumPlanes {
  /// One window's change: what enters it and what leaves it; nil for a frame that never came.
  public struct Change {
    public let window: Int
    public let entering: DepthTiles?
    public let leaving: DepthTiles?

    public init(window: Int, entering: DepthTiles?, leaving: DepthTiles?) {
      self.window = window
      self.entering = entering
      self.leaving = leaving
    }
  }

  /// Adds what enters and takes out what leaves, in one pass over the tiles that either of them has.
  ///
  /// - Parameters:
  ///   - changes: each window at most once; frames of this grid.
  ///   - end: the end of the windows from now on.
  /// - Returns: false where memory for gaps cannot be had; nothing is changed then.
  public func apply(
    _ changes: [Change], end: Timestamp, kernel: Kernel = .chosen, workers: Workers = .one
  ) -> Bool {
    let hasGaps = changes.contains {
      $0.entering?.hasGaps ?? false || $0.leaving?.hasGaps ?? false
    }
    if hasGaps, !makeRoomForGaps() { return false }
    revision += 1
    for change in changes where (change.entering == nil) != (change.leaving == nil) {
      absentFrames[change.window] += change.entering == nil ? 1 : -1
      windowStamps[change.window] = revision
    }
    self.end = end
    let pointers = ChangeList(changes)
    workers.forEachRange(of: tileRows) { rows in
      for row in rows {
        for column in 0..<tileColumns {
          slide(row: row, column: column, pointers, kernel)
        }
      }
    }
    withExtendedLifetime(changes) {}
    return true
  }

  private func slide(row: Int, column: Int, _ changes: ChangeList, _ kernel: Kernel) {
    let tile = row * tileColumns + column
    var isChanged = false
    for change in changes.items {
      let entering = change.entering.content(tile)
      let leaving = change.leaving.content(tile)
      if entering.isEmpty, leaving.isEmpty { continue }
      isChanged = true
      let state = tile * windows.count + change.window
      var parts: UInt8 = 0
      if entering.contains(.rain) || leaving.contains(.rain) {
        parts = slideRain(row: row, column: column, state, change, tile, kernel)
      }
      if entering.contains(.gaps) || leaving.contains(.gaps),
        !(entering.contains(.void) && leaving.contains(.void))
      {
        slideGaps(row: row, column: column, change, tile, kernel)
        parts = SumPlanes.allParts
      }
      rainFrames[state] &+= (entering.contains(.rain) ? 1 : 0) &- (leaving.contains(.rain) ? 1 : 0)
      gapFrames[state] &+= (entering.contains(.gaps) ? 1 : 0) &- (leaving.contains(.gaps) ? 1 : 0)
      if parts != 0 {
        stamps[state] = revision
        changedParts[state] = parts
      }
    }
    if isChanged { updateMask(tile) }
  }

  private static let allParts = UInt8(1 << DepthTiles.parts - 1)

  private var windowStamps: UnsafeMutablePointer<UInt64> {
    stamps + max(1, tileRows * tileColumns) * max(1, windows.count)
  }

  /// For each part of each tile the windows that changed after a revision, a bit for each.
  ///
  /// What two and more changes did to a tile counts for all of its parts.
  ///
  /// - Parameter changes: `DepthTiles.parts` numbers for each tile.
  public func findChanges(
    since revision: UInt64, _ changes: inout [UInt32]
  ) {
    guard windows.count <= SumPlanes.maskedWindows else {
      for part in changes.indices { changes[part] = .max }
      return
    }
    var whole: UInt32 = 0
    for window in windows.indices where windowStamps[window] > revision {
      whole |= 1 << UInt32(window)
    }
    changes.withUnsafeMutableBufferPointer { changes in
      for tile in 0..<min(changes.count / DepthTiles.parts, tileRows * tileColumns) {
        var masks = SIMD4<UInt32>(repeating: whole)
        for window in 0..<windows.count {
          let state = tile &* windows.count &+ window
          guard stamps[state] > revision else { continue }
          let parts =
            stamps[state] == revision &+ 1 ? changedParts[state] : SumPlanes.allParts
          let bits = SIMD4<UInt32>(repeating: UInt32(parts)) & SIMD4(1, 2, 4, 8)
          masks.replace(
            with: masks | SIMD4(repeating: 1 << UInt32(window)), where: bits .!= SIMD4.zero)
        }
        for part in 0..<DepthTiles.parts { changes[tile &* DepthTiles.parts &+ part] = masks[part] }
      }
    }
  }

  private func updateMask(_ tile: Int) {
    guard windows.count <= SumPlanes.maskedWindows else { return }
    var mask: UInt64 = 0
    for window in 0..<windows.count {
      if rainFrames[tile * windows.count + window] > 0 { mask |= 1 << UInt64(window) }
      if gapFrames[tile * windows.count + window] > 0 { mask |= 1 << UInt64(32 + window) }
    }
    masks[tile] = mask
  }

  /// - Returns: the parts in which some sum changed.
  private func slideRain(
    row: Int, column: Int, _ state: Int, _ change: ChangeList.Item, _ tile: Int, _ kernel: Kernel
  ) -> UInt8 {
    let first = sums + (change.window * planeCells + corner(row, column))
    let before = bounds[state]
    let after =
      before &+ UInt64(change.entering.largest(tile)) &- UInt64(change.leaving.largest(tile))
    bounds[state] = after
    let limit = UInt64(Int32.max)
    if before <= limit, after <= limit {
      return kernel.slideTile(
        first, stride: stride, rows: DepthTiles.rows, entering: change.entering.depths(tile),
        leaving: change.leaving.depths(tile))
    }
    slideWide(row: row, state, first, change, tile, isStillWide: after > limit)
    return SumPlanes.allParts
  }

  /// The way for depths that no rain has: exact in 64 bits, and the largest depth in the plane.
  private func slideWide(
    row: Int, _ state: Int, _ first: UnsafeMutablePointer<Int32>, _ change: ChangeList.Item,
    _ tile: Int, isStillWide: Bool
  ) {
    let entering = change.entering.depths(tile)
    let leaving = change.leaving.depths(tile)
    var exact =
      wide[row][state]
      ?? (0..<DepthTiles.cells).map {
        UInt64(
          UInt32(bitPattern: first[$0 / DepthTiles.columns * stride + $0 % DepthTiles.columns]))
      }
    for i in 0..<DepthTiles.cells {
      exact[i] &+= UInt64(max(entering?[i] ?? 0, 0))
      exact[i] &-= UInt64(max(leaving?[i] ?? 0, 0))
      first[i / DepthTiles.columns * stride + i % DepthTiles.columns] = Int32(clamping: exact[i])
    }
    wide[row][state] = isStillWide ? exact : nil
  }

  private func slideGaps(
    row: Int, column: Int, _ change: ChangeList.Item, _ tile: Int, _ kernel: Kernel
  ) {
    guard let missing else { return }
    SumPlanes.voidTile.withUnsafeBufferPointer { void in
      func gaps(_ frame: TilePointers) -> UnsafePointer<Int32>? {
        let content = frame.content(tile)
        guard content.contains(.gaps) else { return nil }
        return content.contains(.void) ? void.baseAddress : frame.depths(tile)
      }
      kernel.slideGaps(
        missing + (change.window * planeCells + corner(row, column)), stride: stride,
        rows: DepthTiles.rows, entering: gaps(change.entering), leaving: gaps(change.leaving))
    }
  }

  private func corner(_ row: Int, _ column: Int) -> Int {
    row * DepthTiles.rows * stride + column * DepthTiles.columns
  }

  private static let voidTile = [Int32](repeating: DepthField.missing, count: DepthTiles.cells)
}

/// Changes with the addresses of their frames' tiles, so that threads need not count references.
/// Valid as long as the frames are.
private struct ChangeList: @unchecked Sendable {
  struct Item {
    let window: Int
    let entering: TilePointers
    let leaving: TilePointers
  }

  let items: [Item]
  private let frames: [DepthTiles]

  init(_ changes: [SumPlanes.Change]) {
    items = changes.map {
      Item(
        window: $0.window, entering: TilePointers($0.entering), leaving: TilePointers($0.leaving))
    }
    frames = changes.flatMap { [$0.entering, $0.leaving].compactMap { $0 } }
  }
}

/// The tiles of a frame as addresses; a frame that never came has none.
private struct TilePointers {
  private let contents: UnsafePointer<DepthTiles.Content>?
  private let tops: UnsafePointer<Int32>?
  private let slots: UnsafePointer<Int32>?
  private let values: UnsafePointer<Int32>?

  init(_ tiles: DepthTiles?) {
    contents = tiles?.contents
    tops = tiles?.largest
    slots = tiles?.slots
    values = tiles?.values
  }

  @inline(__always)
  func content(_ tile: Int) -> DepthTiles.Content { contents?[tile] ?? [] }

  @inline(__always)
  func largest(_ tile: Int) -> UInt32 { UInt32(bitPattern: tops?[tile] ?? 0) }

  /// Nil for a tile that is dry or void.
  @inline(__always)
  func depths(_ tile: Int) -> UnsafePointer<Int32>? {
    guard let slot = slots?[tile], slot >= 0, let values else { return nil }
    return values + Int(slot) * DepthTiles.cells
  }
}
