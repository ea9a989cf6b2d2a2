/// The cells of one field while it is made, shape [rows, columns]. Threads write different rows.
final class CellPlanes: @unchecked Sendable {
  let count: Int
  /// Micrometres, `DepthField.missing` where nothing is known.
  let estimate: UnsafeMutablePointer<Int32>
  /// Micrometres; `DepthField.missing` where it is not known.
  let standardError: UnsafeMutablePointer<Int32>
  /// Raw values of `RainSource`.
  let source: UnsafeMutablePointer<UInt8>
  /// To the nearest gauge, km; infinite without one.
  let distance: UnsafeMutablePointer<Float>

  init(count: Int) {
    self.count = count
    estimate = .allocate(capacity: count)
    estimate.initialize(repeating: .min, count: count)
    standardError = .allocate(capacity: count)
    standardError.initialize(repeating: .min, count: count)
    source = .allocate(capacity: count)
    source.initialize(repeating: 0, count: count)
    distance = .allocate(capacity: count)
    distance.initialize(repeating: .infinity, count: count)
  }

  deinit {
    estimate.deallocate()
    standardError.deallocate()
    source.deallocate()
    distance.deallocate()
  }
}

/// What the rain of a cell rests on.
public enum RainSource: UInt8, Sendable, CaseIterable {
  case none = 0
  case gauges = 1
  case radar = 2
  case both = 3
}
