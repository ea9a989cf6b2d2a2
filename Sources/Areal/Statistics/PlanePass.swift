import CLanes
import Hydromet
import Kernels

/// One pass over regions and windows.
struct PlanePass {
  let regions: RegionWeights
  let places: PlanePlaces
  let weights: fr_weights
  let planes: SumPlanes
  let kernel: Kernel
  let columns: ArealColumns
  /// For each part of each tile the windows that are to be looked at, a bit for each.
  let changes: UnsafePointer<UInt32>
  let boxes: UnsafePointer<TileBox>
  /// Of each region: the sum of its weights, and 1 over it.
  let totals: UnsafePointer<UInt64>
  let inverses: UnsafePointer<Double>
  let padded: Int
  let looksAtDry: Bool

  /// Windows that the kernel takes at once.
  static let together = 3

  /// The bit of a window in the masks of activity; all bits where there are more windows than bits.
  func bit(_ window: Int) -> UInt32 {
    planes.windows.count <= 32 ? 1 << UInt32(window) : .max
  }

  /// Fills the rows of some regions, a batch at a time.
  func fillBatches(of regions: Range<Int>) {
    var scratch = Scratch()
    var start = regions.lowerBound
    while start < regions.upperBound {
      let end = min(start + RegionBatch.size, regions.upperBound)
      fill(start..<end, &scratch)
      start = end
    }
    setListed(&scratch)
  }

  private func fill(_ range: Range<Int>, _ scratch: inout Scratch) {
    if looksAtDry, range.count == RegionBatch.size, fillPlain(range, &scratch) { return }
    let anyChange = note(range, &scratch)
    if anyChange == 0 { return }
    var listed: UInt32 = 0
    var first = 0
    while first < planes.windows.count {
      let last = min(first + PlanePass.together, planes.windows.count)
      let whole = (first..<last).reduce(UInt32(0)) {
        planes.absentFrames[$1] == 0 ? $0 | bit($1) : $0
      }
      let group = (first..<last).reduce(UInt32(0)) { $0 | bit($1) }
      if takesTogether
        || scratch.isMostlyActive(range.count, group & whole & anyChange)
      {
        fillComplete(range, first..<last, whole & anyChange, &scratch)
      } else {
        listed |= whole & anyChange
      }
      for window in first..<last where anyChange & bit(window) != 0 {
        fillPartial(range, window, isWhole: whole & bit(window) != 0, &scratch)
      }
      first = last
    }
    if listed != 0 { list(range, listed, &scratch) }
  }

  /// Whether regions are never listed window by window.
  private var takesTogether: Bool { planes.windows.count > 32 || columns.largest == nil }

  /// Notes what changed for each region, and where there is rain and gaps.
  ///
  /// - Returns: what changed for any of them.
  private func note(_ range: Range<Int>, _ scratch: inout Scratch) -> UInt32 {
    let isInside = places.isInside
    if looksAtDry, !planes.hasGaps {
      for i in 0..<range.count {
        scratch.changed[i] = .max
        scratch.rain[i] = .max
        scratch.gaps[i] = isInside[range.lowerBound + i] ? 0 : .max
      }
      return .max
    }
    var anyChange: UInt32 = 0
    let tileColumns = planes.tileColumns
    let masks = planes.activityMasks
    for region in range {
      let box = boxes[region]
      let changed = box.union(ofParts: changes, columns: tileColumns &* DepthTiles.parts)
      anyChange |= changed
      let i = region - range.lowerBound
      scratch.changed[i] = changed
      if changed == 0 { continue }
      let activity = masks.map { box.union(ofTiles: $0, columns: tileColumns) } ?? .max
      scratch.rain[i] = looksAtDry ? .max : UInt32(truncatingIfNeeded: activity)
      scratch.gaps[i] = isInside[region] ? UInt32(truncatingIfNeeded: activity >> 32) : .max
    }
    return anyChange
  }
}

extension PlanePass {
  /// Lists of one batch, made once a thread.
  struct Scratch {
    var changed = [UInt32](repeating: 0, count: RegionBatch.size)
    var rain = [UInt32](repeating: 0, count: RegionBatch.size)
    var gaps = [UInt32](repeating: 0, count: RegionBatch.size)
    var active = [Int32](repeating: 0, count: RegionBatch.size)
    var sums = [UInt64](repeating: 0, count: RegionBatch.size * together)
    var largest = [Int32](repeating: 0, count: RegionBatch.size * together)
    var partial = [PartialSums](repeating: PartialSums(), count: RegionBatch.size)
    /// Regions to be summed over one window, and over three.
    var hasListed = false
    lazy var ones = WindowList(width: 1)
    lazy var threes = WindowList(width: together)

    /// Whether most of the first regions changed, have rain and lack nothing in the windows of a mask:
    /// so many that looking at all together costs less than listing those.
    func isMostlyActive(_ count: Int, _ bits: UInt32) -> Bool {
      var active = 0
      for i in 0..<count { active &+= (changed[i] & rain[i] & ~gaps[i] & bits).nonzeroBitCount }
      return 4 &* active >= 3 &* count &* bits.nonzeroBitCount
    }

    /// Whether every one of the first regions changed, has rain and lacks nothing in the windows of a
    /// mask.
    func isActiveThroughout(_ count: Int, _ bits: UInt32) -> Bool {
      var common = bits
      for i in 0..<count { common &= changed[i] & rain[i] & ~gaps[i] }
      return common == bits
    }

    /// The active regions, the gaps of all, and the sums and largest depths of one window.
    @inline(__always)
    func withRow<Result>(
      _ first: Int,
      _ body: (
        UnsafePointer<Int32>, UnsafePointer<UInt32>, UnsafePointer<UInt64>, UnsafePointer<Int32>
      ) -> Result
    ) -> Result? {
      active.withUnsafeBufferPointer { active in
        gaps.withUnsafeBufferPointer { gaps in
          sums.withUnsafeBufferPointer { sums in
            largest.withUnsafeBufferPointer { largest in
              guard let active = active.baseAddress, let gaps = gaps.baseAddress,
                let sums = sums.baseAddress, let largest = largest.baseAddress
              else { return nil }
              return body(active, gaps, sums + first, largest + first)
            }
          }
        }
      }
    }
  }
}
