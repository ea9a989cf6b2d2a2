public import CLanes
import KernelAVX2
import KernelAVX512
import KernelGeneric

/// The hot loops, in the instruction set of choice. The functions are described where they are
/// written, in `Sources/Kernels/Generic`; they trust their pointers and counts.
public struct Kernel: Sendable {
  public let instructionSet: InstructionSet

  /// How many places a list for `sumCompleteThree` must have beyond its patches.
  public static var spareCells: Int { KernelGeneric.lookAhead }

  /// The kernels of this processor.
  public static let chosen = Kernel(checked: .chosen)

  /// - Returns: nil where the processor does not have the instruction set.
  public init?(_ instructionSet: InstructionSet) {
    guard InstructionSet.available.contains(instructionSet) else { return nil }
    self.instructionSet = instructionSet
  }

  private init(checked: InstructionSet) {
    instructionSet = checked
  }
}

extension Kernel {
  @inline(__always)
  public func sumComplete(
    _ weights: fr_weights, _ values: UnsafePointer<Int32>, stride: Int,
    _ regions: UnsafePointer<Int32>, count: Int, _ sums: UnsafeMutablePointer<UInt64>,
    _ largest: UnsafeMutablePointer<Int32>
  ) {
    switch instructionSet {
    case .baseline:
      KernelGeneric.sumComplete(
        weights, values, stride: stride, regions, count: count, sums, largest)
    case .avx2:
      KernelAVX2.sumComplete(weights, values, stride: stride, regions, count: count, sums, largest)
    case .avx512:
      KernelAVX512.sumComplete(
        weights, values, stride: stride, regions, count: count, sums, largest)
    }
  }

  @inline(__always)
  public func sumOnly(
    _ weights: fr_weights, _ cells: UnsafePointer<UInt32>, _ values: UnsafePointer<Int32>,
    stride: Int, _ regions: UnsafePointer<Int32>, count: Int, _ sums: UnsafeMutablePointer<UInt64>
  ) -> Int32 {
    switch instructionSet {
    case .baseline:
      KernelGeneric.sumOnly(
        weights, cells, values, stride: stride, regions, count: count, sums)
    case .avx2:
      KernelAVX2.sumOnly(weights, cells, values, stride: stride, regions, count: count, sums)
    case .avx512:
      KernelAVX512.sumOnly(weights, cells, values, stride: stride, regions, count: count, sums)
    }
  }

  @inline(__always)
  public func sumCompleteThree(
    _ weights: fr_weights, _ cells: UnsafePointer<UInt32>, _ values: UnsafePointer<Int32>,
    plane: Int, stride: Int, _ regions: UnsafePointer<Int32>, count: Int, room: Int,
    _ sums: UnsafeMutablePointer<UInt64>, _ largest: UnsafeMutablePointer<Int32>
  ) {
    switch instructionSet {
    case .baseline:
      KernelGeneric.sumCompleteThree(
        weights, cells, values, plane: plane, stride: stride, regions, count: count, room: room,
        sums,
        largest)
    case .avx2:
      KernelAVX2.sumCompleteThree(
        weights, cells, values, plane: plane, stride: stride, regions, count: count, room: room,
        sums,
        largest)
    case .avx512:
      KernelAVX512.sumCompleteThree(
        weights, cells, values, plane: plane, stride: stride, regions, count: count, room: room,
        sums,
        largest)
    }
  }

  @inline(__always)
  public func sumListed(
    _ weights: fr_weights, _ cells: UnsafePointer<UInt32>, _ values: UnsafePointer<Int32>,
    plane: Int, stride: Int, _ regions: UnsafePointer<Int32>, _ windows: UnsafePointer<Int32>,
    count: Int, _ sums: UnsafeMutablePointer<UInt64>, _ largest: UnsafeMutablePointer<Int32>
  ) {
    switch instructionSet {
    case .baseline:
      KernelGeneric.sumListed(
        weights, cells, values, plane: plane, stride: stride, regions, windows, count: count, sums,
        largest)
    case .avx2:
      KernelAVX2.sumListed(
        weights, cells, values, plane: plane, stride: stride, regions, windows, count: count, sums,
        largest)
    case .avx512:
      KernelAVX512.sumListed(
        weights, cells, values, plane: plane, stride: stride, regions, windows, count: count, sums,
        largest)
    }
  }

  @inline(__always)
  public func sumListedThree(
    _ weights: fr_weights, _ cells: UnsafePointer<UInt32>, _ values: UnsafePointer<Int32>,
    plane: Int, stride: Int, _ regions: UnsafePointer<Int32>, _ windows: UnsafePointer<Int32>,
    count: Int, _ sums: UnsafeMutablePointer<UInt64>, _ largest: UnsafeMutablePointer<Int32>
  ) {
    switch instructionSet {
    case .baseline:
      KernelGeneric.sumListedThree(
        weights, cells, values, plane: plane, stride: stride, regions, windows, count: count, sums,
        largest)
    case .avx2:
      KernelAVX2.sumListedThree(
        weights, cells, values, plane: plane, stride: stride, regions, windows, count: count, sums,
        largest)
    case .avx512:
      KernelAVX512.sumListedThree(
        weights, cells, values, plane: plane, stride: stride, regions, windows, count: count, sums,
        largest)
    }
  }

  @inline(__always)
  public func weighAtOrAbove(
    _ weights: fr_weights, _ values: UnsafePointer<Int32>, stride: Int, threshold: Int32,
    _ regions: UnsafePointer<Int32>, count: Int, _ areas: UnsafeMutablePointer<UInt64>
  ) {
    switch instructionSet {
    case .baseline:
      KernelGeneric.weighAtOrAbove(
        weights, values, stride: stride, threshold: threshold, regions, count: count, areas)
    case .avx2:
      KernelAVX2.weighAtOrAbove(
        weights, values, stride: stride, threshold: threshold, regions, count: count, areas)
    case .avx512:
      KernelAVX512.weighAtOrAbove(
        weights, values, stride: stride, threshold: threshold, regions, count: count, areas)
    }
  }

  @inline(__always)
  public func sumPartial(
    _ weights: fr_weights, _ values: UnsafePointer<Int32>, _ counts: UnsafePointer<UInt16>,
    _ rule: fr_frame_rule, stride: Int, _ regions: UnsafePointer<Int32>, count: Int,
    _ sums: UnsafeMutablePointer<fr_partial_sums>
  ) {
    switch instructionSet {
    case .baseline:
      KernelGeneric.sumPartial(
        weights, values, counts, rule, stride: stride, regions, count: count, sums)
    case .avx2:
      KernelAVX2.sumPartial(
        weights, values, counts, rule, stride: stride, regions, count: count, sums)
    case .avx512:
      KernelAVX512.sumPartial(
        weights, values, counts, rule, stride: stride, regions, count: count, sums)
    }
  }

  @inline(__always)
  public func weighPartialAtOrAbove(
    _ weights: fr_weights, _ values: UnsafePointer<Int32>, _ counts: UnsafePointer<UInt16>,
    _ rule: fr_frame_rule, stride: Int, threshold: Int32, _ regions: UnsafePointer<Int32>,
    count: Int, _ areas: UnsafeMutablePointer<UInt64>
  ) {
    switch instructionSet {
    case .baseline:
      KernelGeneric.weighPartialAtOrAbove(
        weights, values, counts, rule, stride: stride, threshold: threshold, regions, count: count,
        areas)
    case .avx2:
      KernelAVX2.weighPartialAtOrAbove(
        weights, values, counts, rule, stride: stride, threshold: threshold, regions, count: count,
        areas)
    case .avx512:
      KernelAVX512.weighPartialAtOrAbove(
        weights, values, counts, rule, stride: stride, threshold: threshold, regions, count: count,
        areas)
    }
  }

  @inline(__always)
  public func sumField(
    _ weights: fr_weights, _ values: UnsafePointer<Float>, stride: Int,
    _ regions: UnsafePointer<Int32>, count: Int, _ sums: UnsafeMutablePointer<fr_field_sums>
  ) {
    switch instructionSet {
    case .baseline:
      KernelGeneric.sumField(weights, values, stride: stride, regions, count: count, sums)
    case .avx2: KernelAVX2.sumField(weights, values, stride: stride, regions, count: count, sums)
    case .avx512:
      KernelAVX512.sumField(weights, values, stride: stride, regions, count: count, sums)
    }
  }

  @inline(__always)
  public func weighFieldAtOrAbove(
    _ weights: fr_weights, _ values: UnsafePointer<Float>, stride: Int, threshold: Float,
    _ regions: UnsafePointer<Int32>, count: Int, _ areas: UnsafeMutablePointer<UInt64>
  ) {
    switch instructionSet {
    case .baseline:
      KernelGeneric.weighFieldAtOrAbove(
        weights, values, stride: stride, threshold: threshold, regions, count: count, areas)
    case .avx2:
      KernelAVX2.weighFieldAtOrAbove(
        weights, values, stride: stride, threshold: threshold, regions, count: count, areas)
    case .avx512:
      KernelAVX512.weighFieldAtOrAbove(
        weights, values, stride: stride, threshold: threshold, regions, count: count, areas)
    }
  }

  @inline(__always)
  public func slideTile(
    _ sums: UnsafeMutablePointer<Int32>, stride: Int, rows: Int, entering: UnsafePointer<Int32>?,
    leaving: UnsafePointer<Int32>?
  ) -> UInt8 {
    switch instructionSet {
    case .baseline:
      KernelGeneric.slideTile(
        sums, stride: stride, rows: rows, entering: entering, leaving: leaving)
    case .avx2:
      KernelAVX2.slideTile(sums, stride: stride, rows: rows, entering: entering, leaving: leaving)
    case .avx512:
      KernelAVX512.slideTile(sums, stride: stride, rows: rows, entering: entering, leaving: leaving)
    }
  }

  @inline(__always)
  public func slideGaps(
    _ missing: UnsafeMutablePointer<UInt16>, stride: Int, rows: Int,
    entering: UnsafePointer<Int32>?, leaving: UnsafePointer<Int32>?
  ) {
    switch instructionSet {
    case .baseline:
      KernelGeneric.slideGaps(
        missing, stride: stride, rows: rows, entering: entering, leaving: leaving)
    case .avx2:
      KernelAVX2.slideGaps(
        missing, stride: stride, rows: rows, entering: entering, leaving: leaving)
    case .avx512:
      KernelAVX512.slideGaps(
        missing, stride: stride, rows: rows, entering: entering, leaving: leaving)
    }
  }

  @inline(__always)
  public func judgeLevels(
    _ depths: UnsafePointer<Int32>, _ known: UnsafePointer<UInt8>,
    _ thresholds: UnsafePointer<Int32>, units: Int, durations: Int, levels: Int, skipsDry: Bool,
    wanted: Range<Int>,
    _ reached: UnsafeMutablePointer<UInt8>, _ open: UnsafeMutablePointer<UInt8>
  ) {
    switch instructionSet {
    case .baseline:
      KernelGeneric.judgeLevels(
        depths, known, thresholds, units: units, durations: durations, levels: levels,
        skipsDry: skipsDry, wanted: wanted, reached, open)
    case .avx2:
      KernelAVX2.judgeLevels(
        depths, known, thresholds, units: units, durations: durations, levels: levels,
        skipsDry: skipsDry, wanted: wanted, reached, open)
    case .avx512:
      KernelAVX512.judgeLevels(
        depths, known, thresholds, units: units, durations: durations, levels: levels,
        skipsDry: skipsDry, wanted: wanted, reached, open)
    }
  }

  @inline(__always)
  public func convertDepths(
    _ values: UnsafePointer<Float>, scale: Double, count: Int,
    _ depths: UnsafeMutablePointer<Int32>
  ) {
    switch instructionSet {
    case .baseline: KernelGeneric.convertDepths(values, scale: scale, count: count, depths)
    case .avx2: KernelAVX2.convertDepths(values, scale: scale, count: count, depths)
    case .avx512: KernelAVX512.convertDepths(values, scale: scale, count: count, depths)
    }
  }

  @inline(__always)
  public func roundMeans(
    _ sums: UnsafePointer<UInt64>, _ totals: UnsafePointer<UInt64>,
    _ inverses: UnsafePointer<Double>, count: Int, _ means: UnsafeMutablePointer<Int32>
  ) {
    switch instructionSet {
    case .baseline: KernelGeneric.roundMeans(sums, totals, inverses, count: count, means)
    case .avx2: KernelAVX2.roundMeans(sums, totals, inverses, count: count, means)
    case .avx512: KernelAVX512.roundMeans(sums, totals, inverses, count: count, means)
    }
  }

  @inline(__always)
  public func findLargest(_ numbers: UnsafePointer<Int32>, count: Int) -> Int32 {
    switch instructionSet {
    case .baseline: KernelGeneric.findLargest(numbers, count: count)
    case .avx2: KernelAVX2.findLargest(numbers, count: count)
    case .avx512: KernelAVX512.findLargest(numbers, count: count)
    }
  }
}
