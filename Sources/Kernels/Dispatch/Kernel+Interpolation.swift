public import CLanes
import KernelAVX2
import KernelAVX512
import KernelGeneric

extension Kernel {
  @inline(__always)
  public func addKriging(
    _ near: fr_neighbourhood, _ cellX: UnsafePointer<Float>, _ cellY: UnsafePointer<Float>,
    _ drift: UnsafePointer<Float>, _ share: UnsafePointer<Float>, count: Int,
    _ scratch: UnsafeMutablePointer<Float>, _ estimates: UnsafeMutablePointer<Float>,
    _ variances: UnsafeMutablePointer<Float>, _ nearest: UnsafeMutablePointer<Float>
  ) {
    switch instructionSet {
    case .baseline:
      KernelGeneric.addKriging(
        near, cellX, cellY, drift, share, count: count, scratch, estimates, variances, nearest)
    case .avx2:
      KernelAVX2.addKriging(
        near, cellX, cellY, drift, share, count: count, scratch, estimates, variances, nearest)
    case .avx512:
      KernelAVX512.addKriging(
        near, cellX, cellY, drift, share, count: count, scratch, estimates, variances, nearest)
    }
  }

  @inline(__always)
  public func addInverseDistance(
    _ near: fr_neighbourhood, _ cellX: UnsafePointer<Float>, _ cellY: UnsafePointer<Float>,
    _ share: UnsafePointer<Float>, softening: Float, count: Int,
    _ first: UnsafeMutablePointer<Float>, _ second: UnsafeMutablePointer<Float>,
    _ nearest: UnsafeMutablePointer<Float>
  ) {
    switch instructionSet {
    case .baseline:
      KernelGeneric.addInverseDistance(
        near, cellX, cellY, share, softening: softening, count: count, first, second, nearest)
    case .avx2:
      KernelAVX2.addInverseDistance(
        near, cellX, cellY, share, softening: softening, count: count, first, second, nearest)
    case .avx512:
      KernelAVX512.addInverseDistance(
        near, cellX, cellY, share, softening: softening, count: count, first, second, nearest)
    }
  }
}
