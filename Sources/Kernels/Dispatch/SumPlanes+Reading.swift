public import CLanes
public import Hydromet

extension SumPlanes {
  /// The sums of one window, `stride` cells a row.
  public func depths(_ window: Int) -> UnsafePointer<Int32> {
    UnsafePointer(sums + window * planeCells)
  }

  /// Frames that each cell of one window lacks besides those that never came. While no cell does, any
  /// memory of the size, which `frameRule` leaves out.
  public func gaps(_ window: Int) -> UnsafePointer<UInt16> {
    guard let missing else {
      return UnsafeRawPointer(depths(window)).assumingMemoryBound(to: UInt16.self)
    }
    return UnsafePointer(missing + window * planeCells)
  }

  /// The sum of one cell; no depth where no frame has data for it.
  public func sum(_ window: Int, row: Int, column: Int) -> (depth: Depth?, coverage: Coverage) {
    let at = window * planeCells + row * stride + column
    let received =
      expectedFrames[window] - absentFrames[window] - Int(missing.map { $0[at] } ?? 0)
    return (
      received > 0 ? Depth(micrometres: sums[at]) : nil,
      Coverage(received: received, expected: expectedFrames[window])
    )
  }

  /// Whether any cell ever lacked data.
  public var hasGaps: Bool { missing != nil }

  /// How `gaps` become frames received.
  public func frameRule(_ window: Int) -> fr_frame_rule {
    fr_frame_rule(
      base: Int32(clamping: expectedFrames[window] - absentFrames[window]),
      mask: missing == nil ? 0 : -1, negates: -1,
      expected: Int32(clamping: expectedFrames[window]))
  }

  /// For each tile the windows with rain in the low half and those with gaps in the high half, a bit for
  /// each; nil where there are more windows than bits.
  public var activityMasks: UnsafePointer<UInt64>? {
    windows.count <= SumPlanes.maskedWindows ? UnsafePointer(masks) : nil
  }

  /// The windows with rain and those with gaps in a block of tiles, a bit for each window.
  @inline(__always)
  public func activity(
    rows: ClosedRange<Int>, columns: ClosedRange<Int>
  ) -> (rain: UInt32, gaps: UInt32) {
    guard windows.count <= SumPlanes.maskedWindows else { return (.max, .max) }
    var mask: UInt64 = 0
    var row = rows.lowerBound
    while row <= rows.upperBound {
      var tile = row &* tileColumns &+ columns.lowerBound
      let end = row &* tileColumns &+ columns.upperBound
      while tile <= end {
        mask |= masks[tile]
        tile &+= 1
      }
      row &+= 1
    }
    return (UInt32(truncatingIfNeeded: mask), UInt32(truncatingIfNeeded: mask >> 32))
  }

  /// Bytes of planes whose tiles have rain or gaps in some window: what a pass over all sums touches.
  public var activeBytes: Int {
    var bytes = 0
    for state in 0..<tileRows * tileColumns * windows.count {
      if rainFrames[state] > 0 || gapFrames[state] > 0 { bytes += DepthTiles.cells * 4 }
      if gapFrames[state] > 0 { bytes += DepthTiles.cells * 2 }
    }
    return bytes
  }
}
