import CLanes
import Hydromet
import Kernels

/// Regions that are to be summed over so many windows each, with room for what comes out.
final class WindowList {
  static let size = 256

  /// Windows of each region.
  let width: Int
  private(set) var count = 0
  let regions: UnsafeMutablePointer<Int32>
  /// Shape [region, window]; so are the numbers below.
  let windows: UnsafeMutablePointer<Int32>
  let sums: UnsafeMutablePointer<UInt64>
  let largest: UnsafeMutablePointer<Int32>
  let totals: UnsafeMutablePointer<UInt64>
  let inverses: UnsafeMutablePointer<Double>
  let means: UnsafeMutablePointer<Int32>

  init(width: Int) {
    let room = WindowList.size * width
    self.width = width
    regions = .allocate(capacity: WindowList.size)
    windows = .allocate(capacity: room)
    sums = .allocate(capacity: room)
    largest = .allocate(capacity: room)
    totals = .allocate(capacity: room)
    inverses = .allocate(capacity: room)
    means = .allocate(capacity: room)
  }

  deinit {
    regions.deallocate()
    windows.deallocate()
    sums.deallocate()
    largest.deallocate()
    totals.deallocate()
    inverses.deallocate()
    means.deallocate()
  }

  var isFull: Bool { count == WindowList.size }

  /// Adds a region with the lowest windows of a mask, at least one; one of them twice where they are
  /// too few.
  ///
  /// - Returns: the windows that are left.
  func add(_ region: Int, _ windows: UInt32) -> UInt32 {
    var left = windows
    var window = left.trailingZeroBitCount
    regions[count] = Int32(truncatingIfNeeded: region)
    for place in 0..<width {
      if left != 0 { window = left.trailingZeroBitCount }
      left &= left &- (left == 0 ? 0 : 1)
      self.windows[count &* width &+ place] = Int32(truncatingIfNeeded: window)
    }
    count &+= 1
    return left
  }

  func empty() { count = 0 }
}

extension PlanePass {
  /// Lists the regions that are to be looked at, each with its own windows, and sets those without rain.
  ///
  /// - Parameter wanted: windows that lack no frame, a bit for each.
  func list(_ range: Range<Int>, _ wanted: UInt32, _ scratch: inout Scratch) {
    scratch.hasListed = true
    let (ones, threes) = (scratch.ones, scratch.threes)
    for i in 0..<range.count {
      let due = scratch.changed[i] & ~scratch.gaps[i] & wanted
      if due == 0 { continue }
      let region = range.lowerBound &+ i
      var wet = due & scratch.rain[i]
      var dry = due & ~wet
      while dry != 0 {
        set(region, dry.trailingZeroBitCount, mean: 0, largest: 0)
        dry &= dry &- 1
      }
      while wet & (wet &- (wet == 0 ? 0 : 1)) != 0 {
        wet = threes.add(region, wet)
        if threes.isFull { set(threes) }
      }
      if wet != 0 {
        _ = ones.add(region, wet)
        if ones.isFull { set(ones) }
      }
    }
  }

  /// Sums what is listed, and sets it.
  func setListed(_ scratch: inout Scratch) {
    guard scratch.hasListed else { return }
    set(scratch.threes)
    set(scratch.ones)
  }

  private func set(_ list: WindowList) {
    guard list.count > 0 else { return }
    defer { list.empty() }
    sum(list)
    let count = list.count * list.width
    var areUsual = true
    for i in 0..<list.count {
      let region = Int(list.regions[i])
      let (total, inverse) = (totals[region], inverses[region])
      areUsual = areUsual && total > 0
      for at in i &* list.width..<(i &+ 1) &* list.width {
        list.totals[at] = total
        list.inverses[at] = inverse
        areUsual = areUsual && list.largest[at] < RegionWeights.largestExactDepth
      }
    }
    guard areUsual else { return setOneByOne(list) }
    // Whole eights; the room is one of them.
    for at in count..<(count + 7) / 8 * 8 {
      (list.sums[at], list.totals[at], list.inverses[at]) = (0, 1, 1)
    }
    kernel.roundMeans(
      list.sums, list.totals, list.inverses, count: (count + 7) / 8 * 8, list.means)
    for i in 0..<list.count {
      let region = Int(list.regions[i])
      for at in i &* list.width..<(i &+ 1) &* list.width {
        set(region, Int(list.windows[at]), mean: list.means[at], largest: list.largest[at])
      }
    }
  }

  private func sum(_ list: WindowList) {
    places.cells.withUnsafeBufferPointer { cells in
      guard let cells = cells.baseAddress else { return }
      if list.width == 1 {
        kernel.sumListed(
          weights, cells, planes.depths(0), plane: planes.planeCells, stride: planes.stride,
          list.regions, list.windows, count: list.count, list.sums, list.largest)
      } else {
        kernel.sumListedThree(
          weights, cells, planes.depths(0), plane: planes.planeCells, stride: planes.stride,
          list.regions, list.windows, count: list.count, list.sums, list.largest)
      }
    }
  }

  /// Regions of which some has no cells, or a depth that no rain has.
  private func setOneByOne(_ list: WindowList) {
    for at in 0..<list.count * list.width {
      let region = Int(list.regions[at / list.width])
      let window = Int(list.windows[at])
      let total = totals[region]
      if list.largest[at] >= RegionWeights.largestExactDepth || total == 0 {
        setExactly(region, window)
        continue
      }
      let mean = PlanePass.quotient(
        list.sums[at] &+ total / 2, by: total, inverse: inverses[region])
      set(region, window, mean: mean, largest: list.largest[at])
    }
  }
}
