import Hydromet
import Kernels

/// Where regions lie in the planes of rolling sums over their grid.
struct PlanePlaces: Sendable {
  /// The tiles of each region.
  let boxes: [TileBox]
  /// Where each patch begins in a plane, and zeros for the kernel that looks ahead.
  let cells: [UInt32]
  /// 1 over the sum of the weights of each region.
  let inverses: [Double]
  /// Whether the grid covers all of each region.
  let isInside: [Bool]
  /// Whether every region of a batch has cells.
  let isWhole: [Bool]
  /// Whether, besides, the grid covers all of every region of a batch.
  let isPlain: [Bool]

  init(_ weights: RegionWeights) {
    boxes = TileBox.boxes(of: weights)
    let stride = UInt32(SumPlanes.stride(of: weights.geometry))
    let layout = weights.layout
    var cells = [UInt32](inLargePages: 0, count: layout.patches + Kernel.spareCells)
    let patches = weights.numbers(at: layout.patchPlaces, layout.patches, UInt32.self)
    for (patch, place) in patches.enumerated() {
      cells[patch] = (place >> 16) * stride + (place & 0xFFFF)
    }
    self.cells = cells
    inverses = weights.totals.map { $0 > 0 ? 1 / Double($0) : 0 }
    isInside = weights.gridShares.map { $0 >= 1 }
    let totals = weights.totals
    let isInside = self.isInside
    isWhole = Swift.stride(from: 0, to: totals.count, by: RegionBatch.size).map { first in
      totals[first..<min(first + RegionBatch.size, totals.count)].allSatisfy { $0 > 0 }
    }
    let isWhole = self.isWhole
    isPlain = isWhole.indices.map { batch in
      let first = batch * RegionBatch.size
      return isWhole[batch]
        && isInside[first..<min(first + RegionBatch.size, isInside.count)].allSatisfy { $0 }
    }
  }
}

/// The tiles (see `DepthTiles`) that the cells of a region lie in, and their parts; the first ones for
/// a region without cells.
struct TileBox: Sendable {
  private var firstRow: UInt16 = 0
  private var lastRow: UInt16 = 0
  /// Columns of parts.
  private var firstColumn: UInt16 = 0
  private var lastColumn: UInt16 = 0

  var rows: ClosedRange<Int> { Int(firstRow)...Int(lastRow) }
  /// Columns of tiles.
  var columns: ClosedRange<Int> {
    Int(firstColumn) / DepthTiles.parts...Int(lastColumn) / DepthTiles.parts
  }

  /// The union of the masks of these parts of tiles, in a grid with so many parts a row.
  @inline(__always)
  func union(ofParts masks: UnsafePointer<UInt32>, columns: Int) -> UInt32 {
    union(of: masks, from: Int(firstColumn), to: Int(lastColumn), columns: columns)
  }

  /// The union of the masks of these tiles, in a grid with so many tiles a row.
  @inline(__always)
  func union(ofTiles masks: UnsafePointer<UInt64>, columns: Int) -> UInt64 {
    union(
      of: masks, from: Int(firstColumn) / DepthTiles.parts, to: Int(lastColumn) / DepthTiles.parts,
      columns: columns)
  }

  @inline(__always)
  private func union<Mask: FixedWidthInteger>(
    of masks: UnsafePointer<Mask>, from first: Int, to last: Int, columns: Int
  ) -> Mask {
    let north = masks + Int(firstRow) &* columns
    let south = masks + Int(lastRow) &* columns
    // Most regions lie in at most two by two of them.
    if lastRow &- firstRow <= 1, last &- first <= 1 {
      return north[first] | north[last] | south[first] | south[last]
    }
    var union: Mask = 0
    var row = north
    while row <= south {
      var column = first
      while column <= last {
        union |= row[column]
        column &+= 1
      }
      row += columns
    }
    return union
  }

  /// The boxes of all regions. A patch counts with all its cells, those without weight too.
  static func boxes(of weights: RegionWeights) -> [TileBox] {
    let layout = weights.layout
    let (lastRow, lastColumn) = (weights.geometry.rows - 1, weights.geometry.columns - 1)
    let offsets = weights.numbers(at: layout.patchOffsets, layout.regions + 1, UInt32.self)
    let places = weights.numbers(at: layout.patchPlaces, layout.patches, UInt32.self)
    return (0..<layout.regions).map { region in
      var span = CellSpan()
      for patch in Int(offsets[region])..<Int(offsets[region + 1]) {
        let row = Int(places[patch] >> 16)
        let column = Int(places[patch] & 0xFFFF)
        span.add(
          rows: row...min(row + 1, lastRow),
          columns: column...min(column + PatchPacker.patchColumns - 1, lastColumn))
      }
      weights.forEachStrip(of: region) { row, columns, _ in
        span.add(rows: row...row, columns: columns.lowerBound...(columns.upperBound - 1))
      }
      return TileBox(span)
    }
  }

  private init(_ span: CellSpan) {
    guard let rows = span.rows, let columns = span.columns else { return }
    firstRow = UInt16(rows.lowerBound / DepthTiles.rows)
    lastRow = UInt16(rows.upperBound / DepthTiles.rows)
    firstColumn = UInt16(columns.lowerBound / DepthTiles.partColumns)
    lastColumn = UInt16(columns.upperBound / DepthTiles.partColumns)
  }
}

/// The rows and columns that some cells span.
private struct CellSpan {
  var rows: ClosedRange<Int>?
  var columns: ClosedRange<Int>?

  mutating func add(rows more: ClosedRange<Int>, columns further: ClosedRange<Int>) {
    rows = CellSpan.joined(rows, more)
    columns = CellSpan.joined(columns, further)
  }

  private static func joined(_ a: ClosedRange<Int>?, _ b: ClosedRange<Int>) -> ClosedRange<Int> {
    guard let a else { return b }
    return min(a.lowerBound, b.lowerBound)...max(a.upperBound, b.upperBound)
  }
}
