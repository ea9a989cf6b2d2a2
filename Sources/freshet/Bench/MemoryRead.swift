import Pipeline

/// Reads a large piece of memory from one end to the other, on all processors: what this machine's
/// memory can give.
final class MemoryRead {
  let bytes: Int
  private let words: UnsafeMutableBufferPointer<UInt64>

  init(bytes: Int) {
    self.bytes = bytes
    words = .allocate(capacity: bytes / 8)
    words.initialize(repeating: 1)
  }

  deinit {
    words.deallocate()
  }

  /// - Returns: the sum of what was read.
  func read() -> UInt64 {
    let words = UnsafeBufferPointer(words)
    let parts = Parallel.map(Parallel.ranges(of: words.count, minimumLength: 1 << 16)) { range in
      var sums = SIMD8<UInt64>.zero
      var other = sums
      let raw = UnsafeRawBufferPointer(words)
      var at = range.lowerBound * 8
      while at + 128 <= range.upperBound * 8 {
        sums &+= raw.loadUnaligned(fromByteOffset: at, as: SIMD8<UInt64>.self)
        other &+= raw.loadUnaligned(fromByteOffset: at + 64, as: SIMD8<UInt64>.self)
        at += 128
      }
      return (sums &+ other).wrappedSum()
    }
    var total: UInt64 = 0
    for case .success(let sum) in parts { total &+= sum }
    return total
  }
}
