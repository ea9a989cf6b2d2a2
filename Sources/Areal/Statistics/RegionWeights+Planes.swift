import CLanes
public import Hydromet
public import Kernels

extension RegionWeights {
  /// Fills a table with the areal rain of all regions over all windows of rolling sums.
  ///
  /// A region whose tiles are all dry in a window has the mean 0 and the largest cell 0 there without
  /// a look at its cells; `skipsDryParts` is for the proof that this changes nothing.
  ///
  /// - Parameter table: of as many regions and windows.
  /// - Throws: `Fault` `other_grid`, `bad_region_range` for a table of another shape.
  public func fill(
    _ table: inout ArealRainTable, from planes: SumPlanes, kernel: Kernel = .chosen,
    workers: Workers = .one, skipsDryParts: Bool = true
  ) throws(Fault) {
    try check(planes.geometry, values: planes.geometry.cellCount)
    guard table.regionCount == regionCount, table.windowCount == planes.windows.count else {
      throw Fault(
        "bad_region_range",
        "a table of \(table.regionCount) regions and \(table.windowCount) windows was given for "
          + "\(regionCount) regions and \(planes.windows.count) windows",
        remedy: "make the table for these weights and windows")
    }
    let padded = table.paddedRegions
    table.withColumns { columns in
      withWeights { weights in
        let pass = PlanePass(
          regions: self, weights: weights, planes: planes, kernel: kernel, columns: columns,
          padded: padded, skipsDryParts: skipsDryParts)
        workers.forEachRange(of: regionCount, step: RegionBatch.size) { range in
          var scratch = PlanePass.Scratch()
          for start in stride(from: range.lowerBound, to: range.upperBound, by: RegionBatch.size) {
            pass.fill(start..<min(start + RegionBatch.size, range.upperBound), &scratch)
          }
        }
      }
    }
  }

  /// Areal rain of one window of one region from a table, with the share above given depths.
  public func accumulation(
    of region: Int, window: Int, in planes: SumPlanes, thresholds: [Depth] = []
  ) -> ArealAccumulation {
    withWeights { weights in
      let batch = RegionBatch(numbers: [Int32(region)])
      let view = AccumulationView(planes, window: window, weights: weights)
      let sums = view.sums(of: batch).map { exact($0, region, view) }
      let areas = view.areas(of: batch, thresholds).map { $0[0] }
      return accumulation(
        region, sums[0], areas,
        Period(end: planes.end, seconds: planes.windows[window].seconds), expected: view.expected)
    }
  }
}

extension AccumulationView {
  /// A window of rolling sums.
  init(_ planes: SumPlanes, window: Int, weights: fr_weights, kernel: Kernel = .chosen) {
    let rule = planes.frameRule(window)
    self.init(
      kernel: kernel, weights: weights, depths: planes.depths(window), counts: planes.gaps(window),
      stride: planes.stride, rule: rule, expected: max(Int(rule.expected), 1))
  }
}

/// One pass over regions and windows.
private struct PlanePass {
  let regions: RegionWeights
  let weights: fr_weights
  let planes: SumPlanes
  let kernel: Kernel
  let columns: ArealColumns
  let padded: Int
  let skipsDryParts: Bool

  /// Lists of one batch, made once a thread.
  struct Scratch {
    var rain = [UInt32](repeating: 0, count: RegionBatch.size)
    var gaps = [UInt32](repeating: 0, count: RegionBatch.size)
    var active = [Int32](repeating: 0, count: RegionBatch.size)
    var sums = [UInt64](repeating: 0, count: RegionBatch.size)
    var largest = [Int32](repeating: 0, count: RegionBatch.size)
    var partial = [PartialSums](repeating: PartialSums(), count: RegionBatch.size)
  }

  func fill(_ range: Range<Int>, _ scratch: inout Scratch) {
    var anyRain: UInt32 = 0
    var anyGaps: UInt32 = 0
    for region in range {
      let box = regions.tileBoxes[region]
      var activity = planes.activity(rows: box.rows, columns: box.columns)
      if !skipsDryParts { activity.rain = .max }
      let sticksOut = regions.area(of: region).share < 1
      let gaps = sticksOut ? UInt32.max : activity.gaps
      scratch.rain[region - range.lowerBound] = activity.rain
      scratch.gaps[region - range.lowerBound] = gaps
      anyRain |= activity.rain
      anyGaps |= gaps
    }
    for window in planes.windows.indices {
      let bit: UInt32 = window < 32 ? 1 << UInt32(window) : .max
      let isWhole = planes.absentFrames[window] == 0
      let batch = window * (padded / RegionBatch.size) + range.lowerBound / RegionBatch.size
      let isPlain = isWhole && (anyRain | anyGaps) & bit == 0
      if isPlain, columns.isPlain[batch] { continue }
      columns.isPlain[batch] = isPlain
      setDry(range, window)
      if isPlain { continue }
      fillComplete(range, window, bit: isWhole ? bit : 0, &scratch)
      fillPartial(range, window, bit: isWhole ? bit : .max, isWhole: isWhole, &scratch)
    }
  }

  private func setDry(_ range: Range<Int>, _ window: Int) {
    let start = window * padded + range.lowerBound
    (columns.mean + start).update(repeating: 0, count: range.count)
    (columns.leastMean + start).update(repeating: 0, count: range.count)
    (columns.largest + start).update(repeating: 0, count: range.count)
    (columns.isComplete + start).update(repeating: 1, count: range.count)
    (columns.validShare + start).update(repeating: 1, count: range.count)
  }

  /// Regions with rain of which every cell has every frame.
  private func fillComplete(
    _ range: Range<Int>, _ window: Int, bit: UInt32, _ scratch: inout Scratch
  ) {
    var count = 0
    for i in 0..<range.count where scratch.rain[i] & ~scratch.gaps[i] & bit != 0 {
      scratch.active[count] = Int32(range.lowerBound + i)
      count += 1
    }
    guard count > 0 else { return }
    scratch.active.withUnsafeBufferPointer { active in
      scratch.sums.withUnsafeMutableBufferPointer { sums in
        scratch.largest.withUnsafeMutableBufferPointer { largest in
          guard let active = active.baseAddress, let sums = sums.baseAddress,
            let largest = largest.baseAddress
          else { return }
          kernel.sumComplete(
            weights, planes.depths(window), stride: planes.stride, active, count: count, sums,
            largest)
        }
      }
    }
    for i in 0..<count {
      let region = Int(scratch.active[i])
      let at = window * padded + region
      let total = regions.totals[region]
      guard scratch.largest[i] < RegionWeights.largestExactDepth, total > 0 else {
        setExactly(region, window)
        continue
      }
      let mean = Int32(truncatingIfNeeded: (scratch.sums[i] &+ total / 2) / total)
      columns.mean[at] = mean
      columns.leastMean[at] = mean
      columns.largest[at] = scratch.largest[i]
    }
  }

  /// Regions with gaps, and all regions where a frame of the window never came.
  private func fillPartial(
    _ range: Range<Int>, _ window: Int, bit: UInt32, isWhole: Bool, _ scratch: inout Scratch
  ) {
    var count = 0
    for i in 0..<range.count where !isWhole || scratch.gaps[i] & bit != 0 {
      scratch.active[count] = Int32(range.lowerBound + i)
      count += 1
    }
    guard count > 0 else { return }
    let view = AccumulationView(planes, window: window, weights: weights, kernel: kernel)
    scratch.active.withUnsafeBufferPointer { active in
      scratch.partial.withUnsafeMutableBufferPointer { sums in
        guard let active = active.baseAddress, let sums = sums.baseAddress else { return }
        kernel.sumPartial(
          weights, view.depths, view.counts, view.rule, stride: view.stride, active, count: count,
          sums)
      }
    }
    for i in 0..<count {
      let region = Int(scratch.active[i])
      set(region, window, regions.exact(scratch.partial[i], region, view), view)
    }
  }

  private func setExactly(_ region: Int, _ window: Int) {
    let view = AccumulationView(planes, window: window, weights: weights, kernel: kernel)
    let batch = RegionBatch(numbers: [Int32(region)])
    for sums in view.sums(of: batch) {
      set(region, window, regions.exact(sums, region, view), view)
    }
  }

  private func set(_ region: Int, _ window: Int, _ sums: ExactSums, _ view: AccumulationView) {
    let at = window * padded + region
    let own = regions.accumulation(
      region, sums, [], Period(end: planes.end, seconds: planes.windows[window].seconds),
      expected: view.expected)
    columns.mean[at] = own.mean?.micrometres ?? -1
    columns.leastMean[at] = own.meanLowerBound?.micrometres ?? -1
    columns.largest[at] = own.maximum?.micrometres ?? -1
    columns.isComplete[at] = own.validShare >= 1 && own.gridShare >= 1 ? 1 : 0
    columns.validShare[at] = own.validShare
  }
}

extension RegionWeights {
  /// Bytes that filling a table must touch: under each window the tiles with rain or gaps that lie
  /// under a region, once; and the weights of the regions there.
  public func touchedBytes(in planes: SumPlanes, skipsDryParts: Bool = true) -> Int {
    var bytes = 0
    var tiles: Set<Int> = []
    let offsets = numbers(at: layout.patchOffsets, regionCount + 1, UInt32.self)
    for region in 0..<regionCount {
      let box = tileBoxes[region]
      let activity = planes.activity(rows: box.rows, columns: box.columns)
      guard !skipsDryParts || activity.rain | activity.gaps != 0 else { continue }
      bytes += Int(offsets[region + 1] - offsets[region]) * 68
      for row in box.rows {
        for column in box.columns { tiles.insert(row * planes.tileColumns + column) }
      }
    }
    for tile in tiles {
      let (row, column) = (tile / planes.tileColumns, tile % planes.tileColumns)
      let activity = planes.activity(rows: row...row, columns: column...column)
      let windows =
        skipsDryParts
        ? (activity.rain | activity.gaps).nonzeroBitCount : planes.windows.count
      bytes += DepthTiles.cells * 4 * windows + DepthTiles.cells * 2 * activity.gaps.nonzeroBitCount
    }
    return bytes
  }
}
