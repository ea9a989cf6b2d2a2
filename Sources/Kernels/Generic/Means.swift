import CLanes

/// Means from sums, rounded half up once.
///
/// - Parameters:
///   - sums: Σ weight × micrometres of depths below 2^24.
///   - totals: Σ weight, at least 1.
///   - inverses: 1 over each total.
///   - count: a multiple of eight.
@inline(never)
public func roundMeans(
  _ sums: UnsafePointer<UInt64>, _ totals: UnsafePointer<UInt64>,
  _ inverses: UnsafePointer<Double>, count: Int, _ means: UnsafeMutablePointer<Int32>
) {
  var done = 0
  while done < count {
    fr_store_quotients(means + done, sums + done, totals + done, inverses + done)
    done &+= 8
  }
}

/// The largest of so many numbers, a multiple of sixteen.
@inline(never)
public func findLargest(_ numbers: UnsafePointer<Int32>, count: Int) -> Int32 {
  var top = fr_i32_all(.min)
  var done = 0
  while done < count {
    top = fr_larger(top, fr_load_i32(numbers + done))
    done &+= 16
  }
  return fr_largest(top)
}
