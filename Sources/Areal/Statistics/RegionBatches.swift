/// Goes through regions in batches whose weights and results stay near the processor.
struct RegionBatch {
  static let size = 256

  /// The regions of the batch, for the kernels.
  let numbers: [Int32]

  static func forEach(of regions: Range<Int>, _ body: (RegionBatch) -> Void) {
    var start = regions.lowerBound
    while start < regions.upperBound {
      let end = min(start + size, regions.upperBound)
      body(RegionBatch(numbers: (start..<end).map { Int32($0) }))
      start = end
    }
  }
}

/// A grid of numbers that every patch can be read from.
///
/// A grid of one row or of fewer than eight columns is copied into a larger one of fill values.
func withPatchReadable<Number, Result>(
  _ values: UnsafeBufferPointer<Number>, rows: Int, columns: Int, fill: Number,
  _ body: (_ values: UnsafePointer<Number>, _ stride: Int) throws -> Result
) rethrows -> Result? {
  guard let base = values.baseAddress else { return nil }
  if rows >= 2, columns >= PatchPacker.patchColumns { return try body(base, columns) }
  let stride = max(columns, PatchPacker.patchColumns)
  var copy = [Number](repeating: fill, count: stride * (rows + 1))
  for row in 0..<rows {
    for column in 0..<columns { copy[row * stride + column] = values[row * columns + column] }
  }
  return try copy.withUnsafeBufferPointer { copy in
    try copy.baseAddress.map { try body($0, stride) }
  }
}
