import CLanes
import Hydromet
import Kernels

extension PlanePass {
  /// Regions of which every cell has every frame.
  ///
  /// - Parameter wanted: the windows that changed and lack no frame.
  func fillComplete(
    _ range: Range<Int>, _ windows: Range<Int>, _ wanted: UInt32, _ scratch: inout Scratch
  ) {
    let bits = windows.reduce(UInt32(0)) { $0 | bit($1) } & wanted
    if bits == 0 { return }
    let count = findActive(range, windows, bits, &scratch)
    if count == 0 { return }
    sum(windows, count, &scratch)
    for window in windows where wanted & bit(window) != 0 {
      if count == RegionBatch.size,
        setWhole(
          range, window, windows.lowerBound, gaps: scratch.gaps.reduce(UInt32(0), |), &scratch)
      {
        continue
      }
      let first = (window - windows.lowerBound) * RegionBatch.size
      _ = scratch.withRow(first) { active, gaps, sums, tops in
        for i in 0..<count {
          let region = Int(active[i])
          if gaps[region &- range.lowerBound] & bit(window) != 0 { continue }
          let total = totals[region]
          if tops[i] >= RegionWeights.largestExactDepth || total == 0 {
            setExactly(region, window)
            continue
          }
          let mean = PlanePass.quotient(
            sums[i] &+ total / 2, by: total, inverse: inverses[region])
          set(region, window, mean: mean, largest: tops[i])
        }
      }
    }
  }

  /// A whole batch of which every cell is looked at and has every frame of every window.
  ///
  /// - Returns: false for a batch that needs a closer look.
  func fillPlain(_ range: Range<Int>, _ scratch: inout Scratch) -> Bool {
    guard !planes.hasGaps, places.isPlain[range.lowerBound / RegionBatch.size],
      planes.absentFrames.allSatisfy({ $0 == 0 })
    else { return false }
    for i in 0..<range.count {
      scratch.active[i] = Int32(truncatingIfNeeded: range.lowerBound &+ i)
    }
    var first = 0
    while first < planes.windows.count {
      let windows = first..<min(first + PlanePass.together, planes.windows.count)
      sum(windows, range.count, &scratch)
      for window in windows where !setWhole(range, window, first, gaps: 0, &scratch) {
        return false
      }
      first = windows.upperBound
    }
    return true
  }

  /// Lists the regions that are to be looked at, and sets those without rain.
  ///
  /// - Returns: how many are listed.
  private func findActive(
    _ range: Range<Int>, _ windows: Range<Int>, _ bits: UInt32, _ scratch: inout Scratch
  ) -> Int {
    if scratch.isActiveThroughout(range.count, bits) {
      for i in 0..<range.count {
        scratch.active[i] = Int32(truncatingIfNeeded: range.lowerBound &+ i)
      }
      return range.count
    }
    var count = 0
    for i in 0..<range.count {
      let changed = scratch.changed[i] & ~scratch.gaps[i] & bits
      if changed == 0 { continue }
      if changed & scratch.rain[i] != 0 {
        scratch.active[count] = Int32(range.lowerBound + i)
        count += 1
      } else {
        for window in windows where changed & bit(window) != 0 {
          set(range.lowerBound + i, window, mean: 0, largest: 0)
        }
      }
    }
    return count
  }

  /// A whole batch of which everything is known, sixteen regions at a time.
  ///
  /// - Parameters:
  ///   - first: the first of the windows that were summed together.
  ///   - gaps: the windows in which some region lacks something, a bit for each.
  /// - Returns: false, and nothing is set, for a batch in which some region needs a closer look.
  private func setWhole(
    _ range: Range<Int>, _ window: Int, _ first: Int, gaps: UInt32, _ scratch: inout Scratch
  ) -> Bool {
    let size = RegionBatch.size
    let row = (window - first) * size
    let at = window * padded + range.lowerBound
    if gaps & bit(window) != 0 || !places.isWhole[range.lowerBound / size] { return false }
    let isSet: Bool? = scratch.withRow(row) { _, _, sums, tops in
      guard kernel.findLargest(tops, count: size) < RegionWeights.largestExactDepth else {
        return false
      }
      let means = columns.mean + at
      kernel.roundMeans(
        sums, totals + range.lowerBound, inverses + range.lowerBound, count: size, means)
      (columns.leastMean + at).update(from: means, count: size)
      if let largest = columns.largest { (largest + at).update(from: tops, count: size) }
      var isKnown: UInt8 = 1
      for i in at..<at + size { isKnown &= columns.known[i] }
      for i in at..<at + size where isKnown == 0 {
        columns.known[i] = 1
        columns.validShare[i] = 1
      }
      return true
    }
    return isSet ?? false
  }

  /// A region of which everything is known.
  @inline(__always)
  func set(_ region: Int, _ window: Int, mean: Int32, largest: Int32) {
    let at = window * padded + region
    columns.mean[at] = mean
    columns.leastMean[at] = mean
    if let tops = columns.largest { tops[at] = largest }
    if columns.known[at] == 0 {
      columns.known[at] = 1
      columns.validShare[at] = 1
    }
  }

  /// A whole quotient below 2^31: the product with the inverse is at most one off.
  @inline(__always)
  static func quotient(_ sum: UInt64, by total: UInt64, inverse: Double) -> Int32 {
    // Both stay below 2^63, and signed numbers convert in one instruction everywhere.
    var quotient = UInt64(
      truncatingIfNeeded: Int64(Double(Int64(truncatingIfNeeded: sum)) * inverse))
    let product = quotient &* total
    if product > sum {
      quotient &-= 1
    } else if sum &- product >= total {
      quotient &+= 1
    }
    return Int32(truncatingIfNeeded: quotient)
  }

  /// The sums of the active regions of a batch over up to three windows. Where largest values are not
  /// kept, a number stands for them that is not smaller.
  private func sum(_ windows: Range<Int>, _ count: Int, _ scratch: inout Scratch) {
    let first = planes.depths(windows.lowerBound)
    places.cells.withUnsafeBufferPointer { cells in
      scratch.active.withUnsafeBufferPointer { active in
        scratch.sums.withUnsafeMutableBufferPointer { sums in
          scratch.largest.withUnsafeMutableBufferPointer { largest in
            guard let active = active.baseAddress, let sums = sums.baseAddress,
              let largest = largest.baseAddress, let cells = cells.baseAddress
            else { return }
            if columns.largest == nil {
              for window in windows {
                let row = (window - windows.lowerBound) * RegionBatch.size
                let bound = kernel.sumOnly(
                  weights, cells, planes.depths(window), stride: planes.stride, active,
                  count: count, sums + row)
                (largest + row).update(repeating: bound, count: RegionBatch.size)
              }
              return
            }
            if windows.count == PlanePass.together {
              kernel.sumCompleteThree(
                weights, cells, first, plane: planes.planeCells, stride: planes.stride, active,
                count: count, room: RegionBatch.size, sums, largest)
              return
            }
            for window in windows {
              let row = (window - windows.lowerBound) * RegionBatch.size
              kernel.sumComplete(
                weights, planes.depths(window), stride: planes.stride, active, count: count,
                sums + row, largest + row)
            }
          }
        }
      }
    }
  }
}
