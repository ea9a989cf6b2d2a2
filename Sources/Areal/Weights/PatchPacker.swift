import Hydromet

/// Turns lists of weights into whole-number weights of patches and strips.
struct PatchPacker {
  /// Runs at least so long become strips; shorter ones are cheaper in patches.
  private static let shortestStrip = 40
  static let patchColumns = 8

  private let rows: Int
  private let columns: Int
  /// Weights of the two rows at hand, by column; zeros between two pairs of rows.
  private var upper: [UInt32]
  private var lower: [UInt32]
  /// Columns of the two rows that may hold a weight.
  private var touched = 0..<0

  private(set) var patchOffsets: [UInt32] = [0]
  private(set) var patches: [UInt32] = []
  private(set) var weights: [UInt32] = []
  private(set) var stripOffsets: [UInt32] = [0]
  private(set) var strips: [UInt32] = []
  private(set) var stripLengths: [UInt32] = []
  private(set) var stripWeights: [UInt32] = []
  private(set) var totals: [UInt64] = []
  private(set) var exponents: [Int32] = []

  init(rows: Int, columns: Int) {
    self.rows = rows
    self.columns = columns
    upper = Array(repeating: 0, count: columns + PatchPacker.patchColumns)
    lower = upper
  }

  /// The most patches: 16 GiB of weights.
  static let mostPatches = 1 << 28

  /// Packs the next region.
  ///
  /// - Throws: `Fault` `too_large` where there would be more patches than can be kept.
  mutating func pack(_ lists: WeightLists, region: Int) throws(Fault) {
    guard patches.count <= PatchPacker.mostPatches, strips.count <= PatchPacker.mostPatches else {
      throw Fault(
        "too_large", "the regions touch more than \(PatchPacker.mostPatches * 16) cells",
        remedy: "split the regions, or use a coarser grid")
    }
    let largest = lists.largestWeight(of: region)
    let exponent = PatchPacker.exponent(largest: largest, sum: lists.gridArea(of: region))
    let scale = Double(sign: .plus, exponent: Int(exponent), significand: 1)
    exponents.append(exponent)
    totals.append(0)
    var cell = lists.cellOffsets[region]
    var run = lists.runOffsets[region]
    let cellEnd = lists.cellOffsets[region + 1]
    let runEnd = lists.runOffsets[region + 1]
    while cell < cellEnd || run < runEnd {
      let cellRow = cell < cellEnd ? Int(lists.cells[cell]) / columns : .max
      let runRow = run < runEnd ? Int(lists.runStarts[run]) / columns : .max
      let row = min(cellRow, runRow)
      let nextRows = (row + 2) * columns
      while cell < cellEnd, Int(lists.cells[cell]) < nextRows {
        let offset = Int(lists.cells[cell]) - row * columns
        put(
          row: offset / columns, column: offset % columns, count: 1,
          PatchPacker.whole(lists.cellWeights[cell] * scale))
        cell += 1
      }
      while run < runEnd, Int(lists.runStarts[run]) < nextRows {
        let offset = Int(lists.runStarts[run]) - row * columns
        let weight = PatchPacker.whole(lists.runWeights[run] * scale)
        let length = Int(lists.runLengths[run])
        if length >= PatchPacker.shortestStrip {
          addStrip(row: row + offset / columns, column: offset % columns, length, weight)
        } else {
          put(row: offset / columns, column: offset % columns, count: length, weight)
        }
        run += 1
      }
      flush(row: row)
    }
    patchOffsets.append(UInt32(patches.count))
    stripOffsets.append(UInt32(strips.count))
  }

  /// The finest unit, 2^−exponent, in which every weight stays below 2^31 and their sum below 2^39.
  private static func exponent(largest: Double, sum: Double) -> Int32 {
    guard largest > 0, sum.isFinite else { return 0 }
    // Areas of sixty and more zeros are as good as none; beyond 2^±900 a scale would not be a number.
    let fine = min(max(min(30 - Int(largest.exponent), 38 - Int(sum.exponent)), -900), 900)
    let scaled = Double(sign: .plus, exponent: fine, significand: largest)
    // Rounding may carry the largest weight over its bound.
    return Int32(clamping: scaled >= 2_147_483_647 ? fine - 1 : fine)
  }

  /// A cell that is touched at all counts at least one unit, so that its value counts as the largest.
  private static func whole(_ weight: Double) -> UInt32 {
    weight < 2_147_483_647 ? UInt32(max(weight.rounded(), 1)) : 2_147_483_647
  }

  private mutating func put(row: Int, column: Int, count: Int, _ weight: UInt32) {
    for i in column..<column + count {
      if row == 0 { upper[i] = weight } else { lower[i] = weight }
    }
    totals[totals.count - 1] += UInt64(weight) * UInt64(count)
    touched =
      touched.isEmpty
      ? column..<column + count
      : min(touched.lowerBound, column)..<max(touched.upperBound, column + count)
  }

  private mutating func addStrip(row: Int, column: Int, _ length: Int, _ weight: UInt32) {
    strips.append(UInt32(row << 16 | column))
    stripLengths.append(UInt32(length))
    stripWeights.append(weight)
    totals[totals.count - 1] += UInt64(weight) * UInt64(length)
  }

  /// Writes the patches of the two rows at hand. A patch stays inside the grid: near its southern and
  /// eastern edge it begins earlier, and what it covers for the second time has the weight 0.
  private mutating func flush(row: Int) {
    let width = PatchPacker.patchColumns
    let isLastRow = row + 1 >= rows && rows > 1
    var column = touched.lowerBound
    while column < touched.upperBound {
      if upper[column] == 0, lower[column] == 0 {
        column += 1
        continue
      }
      let start = max(0, min(column, columns - width))
      patches.append(UInt32((isLastRow ? row - 1 : row) << 16 | start))
      let nothing = repeatElement(UInt32(0), count: width)
      if isLastRow {
        weights += nothing
        weights += upper[start..<start + width]
      } else {
        weights += upper[start..<start + width]
        weights += lower[start..<start + width]
      }
      for i in start..<start + width {
        upper[i] = 0
        lower[i] = 0
      }
      column = start + width
    }
    touched = 0..<0
  }
}
