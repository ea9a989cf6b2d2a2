import CLanes
import Hydromet
import Kernels

typealias FieldSums = fr_field_sums
typealias PartialSums = fr_partial_sums

/// A field of floats under the weights, as the kernels read it.
struct FieldView {
  let kernel: Kernel
  let weights: fr_weights
  let values: UnsafePointer<Float>
  let stride: Int

  func sums(of batch: RegionBatch) -> [FieldSums] {
    let count = batch.numbers.count
    return [FieldSums](unsafeUninitializedCapacity: count) { sums, initialized in
      guard let base = sums.baseAddress else { return }
      base.initialize(repeating: FieldSums(), count: count)
      batch.numbers.withUnsafeBufferPointer { numbers in
        guard let numbers = numbers.baseAddress else { return }
        kernel.sumField(weights, values, stride: stride, numbers, count: count, base)
      }
      initialized = count
    }
  }

  /// For each threshold, Σ weight of the cells at or above it, of each region.
  func areas(of batch: RegionBatch, _ thresholds: [Double]) -> [[UInt64]] {
    thresholds.map { threshold in
      batch.areas { numbers, count, areas in
        kernel.weighFieldAtOrAbove(
          weights, values, stride: stride, threshold: FieldView.least(atOrAbove: threshold),
          numbers, count: count, areas)
      }
    }
  }

  /// The least float that is not below a number: a float is at or above the one if and only if it is
  /// at or above the other.
  private static func least(atOrAbove threshold: Double) -> Float {
    let float = Float(threshold)
    return Double(float) < threshold ? float.nextUp : float
  }
}

/// A grid of sums under the weights, as the kernels read it.
struct AccumulationView {
  let kernel: Kernel
  let weights: fr_weights
  let depths: UnsafePointer<Int32>
  let counts: UnsafePointer<UInt16>
  let stride: Int
  let rule: fr_frame_rule
  /// Frames that make a complete sum, at least 1.
  let expected: Int

  /// A grid of received frames.
  init(
    kernel: Kernel, weights: fr_weights, depths: UnsafePointer<Int32>,
    counts: UnsafePointer<UInt16>, stride: Int, expectedFrames: Int
  ) {
    let expected = min(max(expectedFrames, 1), 65_535)
    self.init(
      kernel: kernel, weights: weights, depths: depths, counts: counts, stride: stride,
      rule: fr_frame_rule(base: 0, mask: -1, negates: 0, expected: Int32(expected)),
      expected: expected)
  }

  init(
    kernel: Kernel, weights: fr_weights, depths: UnsafePointer<Int32>,
    counts: UnsafePointer<UInt16>, stride: Int, rule: fr_frame_rule, expected: Int
  ) {
    self.kernel = kernel
    self.weights = weights
    self.depths = depths
    self.counts = counts
    self.stride = stride
    self.rule = rule
    self.expected = expected
  }

  func sums(of batch: RegionBatch) -> [PartialSums] {
    let count = batch.numbers.count
    return [PartialSums](unsafeUninitializedCapacity: count) { sums, initialized in
      guard let base = sums.baseAddress else { return }
      base.initialize(repeating: PartialSums(), count: count)
      batch.numbers.withUnsafeBufferPointer { numbers in
        guard let numbers = numbers.baseAddress else { return }
        kernel.sumPartial(
          weights, depths, counts, rule, stride: stride, numbers, count: count, base)
      }
      initialized = count
    }
  }

  /// For each threshold, Σ weight of the cells at or above it, of each region.
  func areas(of batch: RegionBatch, _ thresholds: [Depth]) -> [[UInt64]] {
    thresholds.map { threshold in
      batch.areas { numbers, count, areas in
        kernel.weighPartialAtOrAbove(
          weights, depths, counts, rule, stride: stride, threshold: threshold.micrometres, numbers,
          count: count, areas)
      }
    }
  }

  /// Whether a cell has any frame.
  func hasData(_ row: Int, _ column: Int) -> Bool {
    let count = Int32(counts[row * stride + column]) & rule.mask
    return rule.base + (rule.negates == 0 ? count : -count) > 0
  }
}

extension RegionBatch {
  /// One whole number for each region, written by `body`.
  func areas(
    _ body: (UnsafePointer<Int32>, Int, UnsafeMutablePointer<UInt64>) -> Void
  ) -> [UInt64] {
    var areas = [UInt64](repeating: 0, count: numbers.count)
    areas.withUnsafeMutableBufferPointer { areas in
      numbers.withUnsafeBufferPointer { numbers in
        guard let areas = areas.baseAddress, let regions = numbers.baseAddress else { return }
        body(regions, numbers.count, areas)
      }
    }
    return areas
  }
}
