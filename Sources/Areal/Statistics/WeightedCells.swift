/// Values of grid cells that a region is averaged over.
protocol CellValues {
  /// The value of a cell; NaN where it has no data.
  func value(_ cell: Int) -> Double
  /// Parts of the value that arrived, up to `expectedParts`.
  func parts(_ cell: Int) -> Int
  /// Parts that make a complete value, at least 1.
  var expectedParts: Int { get }
}

/// A field of floats: a value is there or not.
struct FloatValues: CellValues {
  private let values: UnsafeBufferPointer<Float>

  init(_ values: UnsafeBufferPointer<Float>) {
    self.values = values
  }

  @inline(__always) func value(_ cell: Int) -> Double { Double(values[cell]) }
  @inline(__always) func parts(_ cell: Int) -> Int { 1 }
  var expectedParts: Int { 1 }
}

/// Sums of frames: a value is there when at least one frame is.
struct FrameSums: CellValues {
  private let micrometres: UnsafeBufferPointer<Int32>
  private let received: UnsafeBufferPointer<UInt16>
  let expectedParts: Int

  init(
    _ micrometres: UnsafeBufferPointer<Int32>, _ received: UnsafeBufferPointer<UInt16>,
    _ expectedFrames: Int
  ) {
    self.micrometres = micrometres
    self.received = received
    expectedParts = max(expectedFrames, 1)
  }

  @inline(__always) func value(_ cell: Int) -> Double {
    received[cell] > 0 ? Double(micrometres[cell]) : .nan
  }
  @inline(__always) func parts(_ cell: Int) -> Int { min(Int(received[cell]), expectedParts) }
}

/// What a region's cells add up to.
struct RegionSums {
  /// Σ w·v over the cells with data.
  var weighted = 0.0
  /// Σ w over the cells with data.
  var weight = 0.0
  /// Σ w over the cells with data, each times the share of its parts that arrived.
  var complete = 0.0
  var maximum = -Double.infinity
  /// Σ w of the cells with data at or above each threshold.
  var above: [Double] = []

  /// Nil where no cell has data.
  var mean: Double? { weight > 0 ? weighted / weight : nil }
  var shares: [Double]? { weight > 0 ? above.map { min($0 / weight, 1) } : nil }
}

/// The weights of `RegionWeights` as pointers, for the loops over cells. Every index in them has been
/// checked against the grid when they were built or decoded.
struct WeightedCells {
  let cellOffsets: UnsafeBufferPointer<Int>
  let runOffsets: UnsafeBufferPointer<Int>
  let cells: UnsafeBufferPointer<Int32>
  let cellWeights: UnsafeBufferPointer<Double>
  let runStarts: UnsafeBufferPointer<Int32>
  let runLengths: UnsafeBufferPointer<Int32>
  let runWeights: UnsafeBufferPointer<Double>

  /// Adds up a region: first its partly covered cells, then its runs, in the stored order.
  @inline(__always)
  func sums(
    of region: Int, _ values: some CellValues, thresholds: [Double]
  ) -> RegionSums {
    var sums = RegionSums()
    let expected = values.expectedParts
    for i in cellOffsets[region]..<cellOffsets[region + 1] {
      let cell = Int(cells[i])
      let weight = cellWeights[i]
      let value = values.value(cell)
      guard value == value else { continue }
      sums.weighted += weight * value
      sums.weight += weight
      sums.maximum = value > sums.maximum ? value : sums.maximum
      let parts = values.parts(cell)
      sums.complete +=
        parts == expected ? weight : weight * (Double(parts) / Double(expected))
    }
    for i in runOffsets[region]..<runOffsets[region + 1] {
      let start = Int(runStarts[i])
      var total = 0.0
      var count = 0
      var parts = 0
      for cell in start..<start + Int(runLengths[i]) {
        let value = values.value(cell)
        guard value == value else { continue }
        total += value
        count += 1
        sums.maximum = value > sums.maximum ? value : sums.maximum
        parts += values.parts(cell)
      }
      let weight = runWeights[i]
      sums.weighted += weight * total
      sums.weight += weight * Double(count)
      // A run with all its parts gives exactly weight × length.
      sums.complete += weight * (Double(parts) / Double(expected))
    }
    if !thresholds.isEmpty {
      sums.above = thresholds.map { area(of: region, values, atOrAbove: $0) }
    }
    return sums
  }

  /// Σ w of a region's cells with data at or above a threshold.
  @inline(never)
  private func area(
    of region: Int, _ values: some CellValues, atOrAbove threshold: Double
  ) -> Double {
    var area = 0.0
    for i in cellOffsets[region]..<cellOffsets[region + 1]
    where values.value(Int(cells[i])) >= threshold {
      area += cellWeights[i]
    }
    for i in runOffsets[region]..<runOffsets[region + 1] {
      let start = Int(runStarts[i])
      var count = 0
      for cell in start..<start + Int(runLengths[i]) where values.value(cell) >= threshold {
        count += 1
      }
      area += runWeights[i] * Double(count)
    }
    return area
  }
}

extension RegionWeights {
  /// Lends the weights to a body as pointers.
  func withCells<Result>(_ body: (WeightedCells) -> Result) -> Result {
    cellOffsets.withUnsafeBufferPointer { cellOffsets in
      runOffsets.withUnsafeBufferPointer { runOffsets in
        cells.withUnsafeBufferPointer { cells in
          cellWeights.withUnsafeBufferPointer { cellWeights in
            runStarts.withUnsafeBufferPointer { runStarts in
              runLengths.withUnsafeBufferPointer { runLengths in
                runWeights.withUnsafeBufferPointer { runWeights in
                  body(
                    WeightedCells(
                      cellOffsets: cellOffsets, runOffsets: runOffsets, cells: cells,
                      cellWeights: cellWeights, runStarts: runStarts, runLengths: runLengths,
                      runWeights: runWeights))
                }
              }
            }
          }
        }
      }
    }
  }
}
