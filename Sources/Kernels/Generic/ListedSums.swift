public import CLanes

/// Entries of a list from the one at hand to the one that is asked for from memory.
@inline(__always)
private var entriesAhead: Int { 16 }

/// Sums and largest values of listed regions, each over one plane of its own; every cell has every
/// frame.
///
/// - Parameters:
///   - cells: where each patch begins in a plane.
///   - values: not negative; the first plane.
///   - plane: cells from one plane to the next.
///   - windows: for each entry the plane it is summed over.
///   - count: entries, in an order that walks through memory.
///   - sums: for each entry Σ weight × value, right where `largest` stays below 2^24.
///   - largest: for each entry the region's largest value; 0 for a region without cells.
@inline(never)
public func sumListed(
  _ weights: fr_weights, _ cells: UnsafePointer<UInt32>, _ values: UnsafePointer<Int32>,
  plane: Int, stride: Int, _ regions: UnsafePointer<Int32>, _ windows: UnsafePointer<Int32>,
  count: Int, _ sums: UnsafeMutablePointer<UInt64>, _ largest: UnsafeMutablePointer<Int32>
) {
  guard let patchWeights = weights.weights, let offsets = weights.patch_offsets else { return }
  for i in 0..<count {
    let region = Int(regions[i])
    let first = values + Int(windows[i]) &* plane
    let later = min(i &+ entriesAhead, count &- 1)
    let laterFirst = values + Int(windows[later]) &* plane
    let laterRegion = Int(regions[later])
    let laterLast = max(Int(offsets[laterRegion &+ 1]) &- 1, 0)
    var tally = RegionTally()
    let end = Int(offsets[region &+ 1])
    var p = Int(offsets[region])
    var next = Int(offsets[laterRegion])
    while p < end {
      next = min(next, laterLast)
      let w = fr_load_u32(patchWeights + p &* 16)
      fr_prefetch_near(patchWeights + next &* 16)
      let ahead = Int(cells[next])
      tally.add(fr_load_patch(first + Int(cells[p]), stride), w, fr_counts(w))
      fr_prefetch(laterFirst + ahead)
      fr_prefetch(laterFirst + (ahead &+ stride))
      p &+= 1
      next &+= 1
    }
    sums[i] = tally.sum(weights, region: region, first, stride)
    largest[i] = fr_largest(tally.top)
  }
}

/// The same over three planes of each entry at once, so that weights and places are looked up once for
/// all.
///
/// - Parameters:
///   - windows: for each entry three planes, which may be the same; so are `sums` and `largest`.
@inline(never)
public func sumListedThree(
  _ weights: fr_weights, _ cells: UnsafePointer<UInt32>, _ values: UnsafePointer<Int32>,
  plane: Int, stride: Int, _ regions: UnsafePointer<Int32>, _ windows: UnsafePointer<Int32>,
  count: Int, _ sums: UnsafeMutablePointer<UInt64>, _ largest: UnsafeMutablePointer<Int32>
) {
  guard let patchWeights = weights.weights, let offsets = weights.patch_offsets,
    let stripOffsets = weights.strip_offsets
  else { return }
  for i in 0..<count {
    let region = Int(regions[i])
    let first = values + Int(windows[3 &* i]) &* plane
    let second = values + Int(windows[3 &* i &+ 1]) &* plane
    let third = values + Int(windows[3 &* i &+ 2]) &* plane
    let later = min(i &+ entriesAhead, count &- 1)
    let laterFirst = values + Int(windows[3 &* later]) &* plane
    let laterSecond = values + Int(windows[3 &* later &+ 1]) &* plane
    let laterThird = values + Int(windows[3 &* later &+ 2]) &* plane
    let laterRegion = Int(regions[later])
    let laterLast = max(Int(offsets[laterRegion &+ 1]) &- 1, 0)
    var a = RegionTally()
    var b = RegionTally()
    var c = RegionTally()
    let end = Int(offsets[region &+ 1])
    var p = Int(offsets[region])
    var next = Int(offsets[laterRegion])
    while p < end {
      next = min(next, laterLast)
      let at = Int(cells[p])
      let w = fr_load_u32(patchWeights + p &* 16)
      fr_prefetch_near(patchWeights + next &* 16)
      let counts = fr_counts(w)
      let ahead = Int(cells[next])
      a.add(fr_load_patch(first + at, stride), w, counts)
      fr_prefetch(laterFirst + ahead)
      fr_prefetch(laterFirst + (ahead &+ stride))
      b.add(fr_load_patch(second + at, stride), w, counts)
      fr_prefetch(laterSecond + ahead)
      fr_prefetch(laterSecond + (ahead &+ stride))
      c.add(fr_load_patch(third + at, stride), w, counts)
      fr_prefetch(laterThird + ahead)
      fr_prefetch(laterThird + (ahead &+ stride))
      p &+= 1
      next &+= 1
    }
    let at = 3 &* i
    if stripOffsets[region] < stripOffsets[region &+ 1] {
      sums[at] = a.sum(weights, region: region, first, stride)
      sums[at &+ 1] = b.sum(weights, region: region, second, stride)
      sums[at &+ 2] = c.sum(weights, region: region, third, stride)
    } else {
      sums[at] = fr_sum(a.total)
      sums[at &+ 1] = fr_sum(b.total)
      sums[at &+ 2] = fr_sum(c.total)
    }
    largest[at] = fr_largest(a.top)
    largest[at &+ 1] = fr_largest(b.top)
    largest[at &+ 2] = fr_largest(c.top)
  }
}
