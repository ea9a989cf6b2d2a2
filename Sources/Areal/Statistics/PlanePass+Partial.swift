import CLanes
import Hydromet
import Kernels

extension PlanePass {
  /// Regions with gaps, and all regions where a frame of the window never came.
  func fillPartial(
    _ range: Range<Int>, _ window: Int, isWhole: Bool, _ scratch: inout Scratch
  ) {
    var count = 0
    let bit = bit(window)
    for i in 0..<range.count
    where scratch.changed[i] & bit != 0 && (!isWhole || scratch.gaps[i] & bit != 0) {
      scratch.active[count] = Int32(range.lowerBound + i)
      count += 1
    }
    guard count > 0 else { return }
    let view = AccumulationView(planes, window: window, weights: weights, kernel: kernel)
    scratch.active.withUnsafeBufferPointer { active in
      scratch.partial.withUnsafeMutableBufferPointer { sums in
        guard let active = active.baseAddress, let sums = sums.baseAddress else { return }
        kernel.sumPartial(
          weights, view.depths, view.counts, view.rule, stride: view.stride, active, count: count,
          sums)
      }
    }
    for i in 0..<count {
      let region = Int(scratch.active[i])
      set(region, window, regions.exact(scratch.partial[i], region, view), view)
    }
  }

  func setExactly(_ region: Int, _ window: Int) {
    let view = AccumulationView(planes, window: window, weights: weights, kernel: kernel)
    let batch = RegionBatch(numbers: [Int32(region)])
    for sums in view.sums(of: batch) {
      set(region, window, regions.exact(sums, region, view), view)
    }
  }

  func set(_ region: Int, _ window: Int, _ sums: ExactSums, _ view: AccumulationView) {
    let at = window * padded + region
    let own = regions.accumulation(
      region, sums, [], Period(end: planes.end, seconds: planes.windows[window].seconds),
      expected: view.expected)
    columns.mean[at] = own.mean?.micrometres ?? -1
    columns.leastMean[at] = own.meanLowerBound?.micrometres ?? -1
    if let tops = columns.largest { tops[at] = own.maximum?.micrometres ?? -1 }
    columns.known[at] = own.validShare >= 1 && own.gridShare >= 1 ? 1 : 0
    columns.validShare[at] = own.validShare
  }
}
