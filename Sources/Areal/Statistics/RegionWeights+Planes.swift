import CLanes
public import Hydromet
public import Kernels

extension RegionWeights {
  /// What a pass over rolling sums looks at. All give the same table, bit for bit.
  public enum Thoroughness: Sendable {
    /// What changed since the table was filled last, if it was filled from these sums; else `wet`.
    case changes
    /// Every region; one whose tiles are all dry has no rain without a look at its cells.
    case wet
    /// Every cell of every region: for the proof that the others change nothing.
    case all
  }

  /// Fills a table with the areal rain of all regions over all windows of rolling sums.
  ///
  /// - Parameter table: of as many regions and windows. It keeps what it was filled from in mind.
  /// - Throws: `Fault` `other_grid`, `bad_region_range` for a table of another shape.
  public func fill(
    _ table: inout ArealRainTable, from planes: SumPlanes, kernel: Kernel = .chosen,
    workers: Workers = .one, _ thoroughness: Thoroughness = .changes
  ) throws(Fault) {
    try check(planes.geometry, values: planes.geometry.cellCount)
    guard table.regionCount == regionCount, table.windowCount == planes.windows.count else {
      throw Fault(
        "bad_region_range",
        "a table of \(table.regionCount) regions and \(table.windowCount) windows was given for "
          + "\(regionCount) regions and \(planes.windows.count) windows",
        remedy: "make the table for these weights and windows")
    }
    guard let places else { return }
    let padded = table.paddedRegions
    table.findChanges(in: planes, under: storage, thoroughness)
    let changes = table.changes
    table.withColumns { columns in
      changes.withUnsafeBufferPointer { changes in
        places.inverses.withUnsafeBufferPointer { inverses in
          guard let changes = changes.baseAddress, let totals = totals.baseAddress,
            let inverses = inverses.baseAddress
          else { return }
          withWeights { weights in
            let pass = PlanePass(
              regions: self, places: places, weights: weights, planes: planes, kernel: kernel,
              columns: columns, changes: changes, totals: totals, inverses: inverses,
              padded: padded, looksAtDry: thoroughness == .all)
            workers.forEachRange(of: regionCount, step: 4 * RegionBatch.size) { range in
              var scratch = PlanePass.Scratch()
              for start in stride(
                from: range.lowerBound, to: range.upperBound, by: RegionBatch.size)
              {
                pass.fill(start..<min(start + RegionBatch.size, range.upperBound), &scratch)
              }
            }
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

extension ArealRainTable {
  /// Notes for each tile the windows whose regions are to be looked at.
  fileprivate mutating func findChanges(
    in planes: SumPlanes, under weights: WeightBytes,
    _ thoroughness: RegionWeights.Thoroughness
  ) {
    let tiles = planes.tileRows * planes.tileColumns
    if changes.count != tiles { changes = [UInt32](repeating: .max, count: tiles) }
    let isContinued =
      thoroughness == .changes && self.weights === weights && filled?.lineage === planes.lineage
    if isContinued, let filled {
      planes.findChanges(since: filled.revision, &changes)
    } else {
      for tile in changes.indices { changes[tile] = .max }
    }
    self.weights = weights
    filled = (planes.lineage, planes.revision)
  }
}

/// One pass over regions and windows.
private struct PlanePass {
  let regions: RegionWeights
  let places: PlanePlaces
  let weights: fr_weights
  let planes: SumPlanes
  let kernel: Kernel
  let columns: ArealColumns
  let changes: UnsafePointer<UInt32>
  /// Of each region: the sum of its weights, and 1 over it.
  let totals: UnsafePointer<UInt64>
  let inverses: UnsafePointer<Double>
  let padded: Int
  let looksAtDry: Bool

  /// Windows that the kernel takes at once.
  static let together = 3

  /// Lists of one batch, made once a thread.
  struct Scratch {
    var changed = [UInt32](repeating: 0, count: RegionBatch.size)
    var rain = [UInt32](repeating: 0, count: RegionBatch.size)
    var gaps = [UInt32](repeating: 0, count: RegionBatch.size)
    var active = [Int32](repeating: 0, count: RegionBatch.size)
    var sums = [UInt64](repeating: 0, count: RegionBatch.size * together)
    var largest = [Int32](repeating: 0, count: RegionBatch.size * together)
    var partial = [PartialSums](repeating: PartialSums(), count: RegionBatch.size)

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

  /// The bit of a window in the masks of activity; all bits where there are more windows than bits.
  private func bit(_ window: Int) -> UInt32 {
    planes.windows.count <= 32 ? 1 << UInt32(window) : .max
  }

  func fill(_ range: Range<Int>, _ scratch: inout Scratch) {
    let anyChange = note(range, &scratch)
    if anyChange == 0 { return }
    var first = 0
    while first < planes.windows.count {
      let last = min(first + PlanePass.together, planes.windows.count)
      let whole = (first..<last).reduce(UInt32(0)) {
        planes.absentFrames[$1] == 0 ? $0 | bit($1) : $0
      }
      fillComplete(range, first..<last, whole & anyChange, &scratch)
      for window in first..<last where anyChange & bit(window) != 0 {
        fillPartial(range, window, isWhole: whole & bit(window) != 0, &scratch)
      }
      first = last
    }
  }

  /// Notes for each region of a batch what changed and where there is rain and where gaps.
  ///
  /// - Returns: what changed for any of them.
  private func note(_ range: Range<Int>, _ scratch: inout Scratch) -> UInt32 {
    if looksAtDry, !planes.hasGaps {
      for i in 0..<range.count {
        scratch.changed[i] = .max
        scratch.rain[i] = .max
        scratch.gaps[i] = places.isInside[range.lowerBound + i] ? 0 : .max
      }
      return .max
    }
    var anyChange: UInt32 = 0
    for region in range {
      let box = places.boxes[region]
      let changed = box.union(of: changes, columns: planes.tileColumns)
      anyChange |= changed
      let i = region - range.lowerBound
      scratch.changed[i] = changed
      if changed == 0 { continue }
      let activity = planes.activity(rows: box.rows, columns: box.columns)
      scratch.rain[i] = looksAtDry ? .max : activity.rain
      scratch.gaps[i] = places.isInside[region] ? activity.gaps : .max
    }
    return anyChange
  }

  /// Regions of which every cell has every frame.
  ///
  /// - Parameter wanted: the windows that changed and lack no frame.
  private func fillComplete(
    _ range: Range<Int>, _ windows: Range<Int>, _ wanted: UInt32, _ scratch: inout Scratch
  ) {
    let bits = windows.reduce(UInt32(0)) { $0 | bit($1) } & wanted
    if bits == 0 { return }
    let count = findActive(range, windows, bits, &scratch)
    if count == 0 { return }
    sum(windows, count, &scratch)
    for window in windows where wanted & bit(window) != 0 {
      if count == RegionBatch.size, setWhole(range, window, windows.lowerBound, &scratch) {
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
  /// - Returns: false, and nothing is set, for a batch in which some region needs a closer look.
  private func setWhole(
    _ range: Range<Int>, _ window: Int, _ first: Int, _ scratch: inout Scratch
  ) -> Bool {
    let size = RegionBatch.size
    let row = (window - first) * size
    let at = window * padded + range.lowerBound
    let gaps = scratch.gaps.reduce(UInt32(0), |)
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
  private func set(_ region: Int, _ window: Int, mean: Int32, largest: Int32) {
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
  private static func quotient(_ sum: UInt64, by total: UInt64, inverse: Double) -> Int32 {
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

  /// Regions with gaps, and all regions where a frame of the window never came.
  private func fillPartial(
    _ range: Range<Int>, _ window: Int, isWhole: Bool, _ scratch: inout Scratch
  ) {
    var count = 0
    let bit = bit(window)
    for i in 0..<range.count
    where scratch.changed[i] & bit != 0 && (!isWhole || scratch.gaps[i] & bit != 0) {
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
    if let tops = columns.largest { tops[at] = own.maximum?.micrometres ?? -1 }
    columns.known[at] = own.validShare >= 1 && own.gridShare >= 1 ? 1 : 0
    columns.validShare[at] = own.validShare
  }
}

extension RegionWeights {
  /// Bytes that filling a table must touch: under each window the tiles with rain or gaps that lie
  /// under a region, once; the weights of the regions there, once; and three depths of each.
  public func touchedBytes(in planes: SumPlanes, _ thoroughness: Thoroughness = .wet) -> Int {
    let skipsDryParts = thoroughness != .all
    var bytes = 0
    var tiles: Set<Int> = []
    let offsets = numbers(at: layout.patchOffsets, regionCount + 1, UInt32.self)
    for (region, box) in (places?.boxes ?? []).enumerated() {
      let activity = planes.activity(rows: box.rows, columns: box.columns)
      guard !skipsDryParts || activity.rain | activity.gaps != 0 else { continue }
      bytes += Int(offsets[region + 1] - offsets[region]) * 68
      bytes +=
        12
        * (skipsDryParts ? (activity.rain | activity.gaps).nonzeroBitCount : planes.windows.count)
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
