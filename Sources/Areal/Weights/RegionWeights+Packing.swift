import Hydromet

extension RegionWeights {
  /// - Parameter lists: indices that lie inside the grid, of each region by row and column.
  /// - Throws: `Fault` `too_large`.
  init(_ geometry: GridGeometry, _ kind: WeightKind, _ lists: WeightLists) throws(Fault) {
    var packer = PatchPacker(rows: geometry.rows, columns: geometry.columns)
    for region in 0..<lists.regionCount { try packer.pack(lists, region: region) }
    let gridAreas = (0..<lists.regionCount).map { lists.gridArea(of: $0) }
    guard
      let layout = WeightLayout(
        regions: lists.regionCount, patches: packer.patches.count, strips: packer.strips.count)
    else {
      throw Fault(
        "too_large", "\(lists.regionCount) regions have too many cells to be numbered",
        remedy: "split the regions, or use a coarser grid")
    }
    self.init(geometry, kind, layout) { file in
      file.put(lists.regionAreas, at: layout.regionAreas)
      file.put(gridAreas, at: layout.gridAreas)
      file.put(lists.gridShares, at: layout.gridShares)
      file.put(packer.totals, at: layout.totals)
      file.put(packer.exponents, at: layout.exponents)
      file.put(packer.patchOffsets, at: layout.patchOffsets)
      file.put(packer.stripOffsets, at: layout.stripOffsets)
      file.put(packer.patches, at: layout.patchPlaces)
      file.put(packer.strips, at: layout.stripPlaces)
      file.put(packer.stripLengths, at: layout.stripLengths)
      file.put(packer.stripWeights, at: layout.stripWeights)
      file.put(packer.weights, at: layout.patchWeights)
    }
  }

  /// The weights of several lists of regions on one grid as one, in their order: the way to build
  /// them in parallel. Nil where grids or kinds differ, where there is none, and where they are too
  /// many to be numbered.
  public init?(joining lists: [RegionWeights]) {
    guard let first = lists.first,
      lists.allSatisfy({ $0.geometry == first.geometry && $0.kind == first.kind }),
      let layout = WeightLayout(
        regions: lists.reduce(0) { $0 + $1.layout.regions },
        patches: lists.reduce(0) { $0 + $1.layout.patches },
        strips: lists.reduce(0) { $0 + $1.layout.strips })
    else { return nil }
    self.init(first.geometry, first.kind, layout) { file in
      var done = (regions: 0, patches: 0, strips: 0)
      for list in lists {
        list.copy(into: file, layout, after: done)
        done.regions += list.layout.regions
        done.patches += list.layout.patches
        done.strips += list.layout.strips
      }
    }
  }

  private init(
    _ geometry: GridGeometry, _ kind: WeightKind, _ layout: WeightLayout,
    fill: (UnsafeMutableRawBufferPointer) -> Void
  ) {
    let weights = RegionWeights(
      geometry, kind, layout, WeightBytes(count: layout.byteCount, fill: fill))
    self = weights.withPlaces()
  }

  /// Copies all parts behind what other lists have written, and shifts the offsets.
  private func copy(
    into file: UnsafeMutableRawBufferPointer, _ target: WeightLayout,
    after done: (regions: Int, patches: Int, strips: Int)
  ) {
    func copy(_ from: Int, _ to: Int, each size: Int, _ count: Int, after done: Int) {
      guard count > 0 else { return }
      UnsafeMutableRawBufferPointer(rebasing: file[(to + done * size)...])
        .copyMemory(
          from: UnsafeRawBufferPointer(rebasing: storage.bytes[from..<from + count * size]))
    }
    let (r, p, s) = (layout.regions, layout.patches, layout.strips)
    copy(layout.regionAreas, target.regionAreas, each: 8, r, after: done.regions)
    copy(layout.gridAreas, target.gridAreas, each: 8, r, after: done.regions)
    copy(layout.gridShares, target.gridShares, each: 8, r, after: done.regions)
    copy(layout.totals, target.totals, each: 8, r, after: done.regions)
    copy(layout.exponents, target.exponents, each: 4, r, after: done.regions)
    copy(layout.patchPlaces, target.patchPlaces, each: 4, p, after: done.patches)
    copy(layout.patchWeights, target.patchWeights, each: 64, p, after: done.patches)
    copy(layout.stripPlaces, target.stripPlaces, each: 4, s, after: done.strips)
    copy(layout.stripLengths, target.stripLengths, each: 4, s, after: done.strips)
    copy(layout.stripWeights, target.stripWeights, each: 4, s, after: done.strips)
    let patchOffsets = numbers(at: layout.patchOffsets, r + 1, UInt32.self)
    let stripOffsets = numbers(at: layout.stripOffsets, r + 1, UInt32.self)
    file.put(
      patchOffsets.map { $0 + UInt32(done.patches) },
      at: target.patchOffsets + 4 * done.regions)
    file.put(
      stripOffsets.map { $0 + UInt32(done.strips) }, at: target.stripOffsets + 4 * done.regions)
  }
}

extension UnsafeMutableRawBufferPointer {
  /// Writes numbers at an offset with room for all of them.
  fileprivate func put<Number: BitwiseCopyable>(_ numbers: [Number], at offset: Int) {
    numbers.withUnsafeBytes {
      guard !$0.isEmpty else { return }
      UnsafeMutableRawBufferPointer(rebasing: self[offset...]).copyMemory(from: $0)
    }
  }
}
