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
          places.boxes.withUnsafeBufferPointer { boxes in
            guard let changes = changes.baseAddress, let totals = totals.baseAddress,
              let inverses = inverses.baseAddress, let boxes = boxes.baseAddress
            else { return }
            withWeights { weights in
              let pass = PlanePass(
                regions: self, places: places, weights: weights, planes: planes, kernel: kernel,
                columns: columns, changes: changes, boxes: boxes, totals: totals,
                inverses: inverses, padded: padded, looksAtDry: thoroughness == .all)
              workers.forEachRange(of: regionCount, step: 4 * RegionBatch.size) { range in
                pass.fillBatches(of: range)
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
  /// Notes for each part of each tile the windows whose regions are to be looked at.
  fileprivate mutating func findChanges(
    in planes: SumPlanes, under weights: WeightBytes,
    _ thoroughness: RegionWeights.Thoroughness
  ) {
    let parts = planes.tileRows * planes.tileColumns * DepthTiles.parts
    if changes.count != parts { changes = [UInt32](repeating: .max, count: parts) }
    let isContinued =
      thoroughness == .changes && self.weights === weights && filled?.lineage === planes.lineage
    if isContinued, let filled {
      planes.findChanges(since: filled.revision, &changes)
    } else {
      for part in changes.indices { changes[part] = .max }
    }
    self.weights = weights
    filled = (planes.lineage, planes.revision)
  }
}
