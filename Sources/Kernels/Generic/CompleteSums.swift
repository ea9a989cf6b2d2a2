public import CLanes

/// Patches from the one at hand to the one that is asked for from memory: as many as are worked off
/// while memory answers. A list of places ends with so many more.
@inline(__always)
public var lookAhead: Int { 128 }

/// What one region adds up to over one plane.
struct RegionTally {
  var total = fr_u64_zero()
  var top = fr_i32_zero()

  @inline(__always)
  mutating func add(_ v: fr_i32x16, _ w: fr_u32x16, _ counts: fr_i32x16) {
    total = fr_add_products(total, w, v)
    top = fr_larger_where(counts, top, v)
  }

  /// Adds the strips of a region to what its patches gave.
  @inline(__always)
  mutating func sum(
    _ weights: fr_weights, region: Int, _ values: UnsafePointer<Int32>, _ stride: Int
  ) -> UInt64 {
    var sum = fr_sum(total)
    for s in list(weights.strip_offsets, region) {
      let start = values + cell(weights.strips[s], stride)
      let length = Int(weights.strip_lengths[s])
      var row = fr_u64_zero()
      var done = 0
      while done &+ 16 <= length {
        let v = fr_load_i32(start + done)
        row = fr_add_all(row, v)
        top = fr_larger(top, v)
        done &+= 16
      }
      if done < length {
        let v = fr_and(
          fr_load_i32(start + (length &- 16)), fr_last_lanes(UInt32(length &- done)))
        row = fr_add_all(row, v)
        top = fr_larger(top, v)
      }
      sum &+= fr_sum(row) &* UInt64(weights.strip_weights[s])
    }
    return sum
  }
}

/// Sums and largest values of regions where every cell has every frame.
///
/// - Parameters:
///   - values: not negative; `stride` of them a row.
///   - regions: the regions wanted, `count` of them, in rising order.
///   - sums: for each wanted region Σ weight × value, right where `largest` stays below 2^24.
///   - largest: for each wanted region its largest value; 0 for a region without cells.
@inline(never)
public func sumComplete(
  _ weights: fr_weights, _ values: UnsafePointer<Int32>, stride: Int,
  _ regions: UnsafePointer<Int32>, count: Int, _ sums: UnsafeMutablePointer<UInt64>,
  _ largest: UnsafeMutablePointer<Int32>
) {
  for i in 0..<count {
    let region = Int(regions[i])
    var tally = RegionTally()
    for p in list(weights.patch_offsets, region) {
      let w = fr_load_u32(weights.weights + p &* 16)
      tally.add(
        fr_load_patch(values + cell(weights.patches[p], stride), stride), w, fr_counts(w))
    }
    sums[i] = tally.sum(weights, region: region, values, stride)
    largest[i] = fr_largest(tally.top)
  }
}

/// Sums alone, where nobody asks for the largest values.
///
/// - Parameters:
///   - cells: where each patch begins in the plane.
///   - sums: for each wanted region Σ weight × value, right where the answer stays below 2^24.
/// - Returns: all values looked at, or-ed together; never less than the largest of them.
@inline(never)
public func sumOnly(
  _ weights: fr_weights, _ cells: UnsafePointer<UInt32>, _ values: UnsafePointer<Int32>,
  stride: Int, _ regions: UnsafePointer<Int32>, count: Int, _ sums: UnsafeMutablePointer<UInt64>
) -> Int32 {
  guard let patchWeights = weights.weights, let offsets = weights.patch_offsets,
    let stripOffsets = weights.strip_offsets
  else { return 0 }
  var seen = fr_i32_zero()
  for i in 0..<count {
    let region = Int(regions[i])
    var total = fr_u64_zero()
    let end = Int(offsets[region &+ 1])
    var p = Int(offsets[region])
    while p < end {
      let w = fr_load_u32(patchWeights + p &* 16)
      let v = fr_load_patch(values + Int(cells[p]), stride)
      total = fr_add_products(total, w, v)
      seen = fr_or(seen, v)
      p &+= 1
    }
    if stripOffsets[region] < stripOffsets[region &+ 1] {
      var tally = RegionTally()
      tally.total = total
      sums[i] = tally.sum(weights, region: region, values, stride)
      seen = fr_or(seen, tally.top)
    } else {
      sums[i] = fr_sum(total)
    }
  }
  return fr_all_bits(seen)
}

/// The same over three planes at once, so that weights and places are looked up once for all.
///
/// - Parameters:
///   - cells: where each patch begins in a plane.
///   - plane: cells from one plane to the next.
///   - sums: shape [plane, wanted region], rows of `room` numbers; so is `largest`.
@inline(never)
public func sumCompleteThree(
  _ weights: fr_weights, _ cells: UnsafePointer<UInt32>, _ values: UnsafePointer<Int32>,
  plane: Int, stride: Int, _ regions: UnsafePointer<Int32>, count: Int, room: Int,
  _ sums: UnsafeMutablePointer<UInt64>, _ largest: UnsafeMutablePointer<Int32>
) {
  guard count > 0, let patchWeights = weights.weights, let offsets = weights.patch_offsets,
    let stripOffsets = weights.strip_offsets
  else { return }
  let second = values + plane
  let third = second + plane
  for i in 0..<count {
    let region = Int(regions[i])
    var a = RegionTally()
    var b = RegionTally()
    var c = RegionTally()
    let end = Int(offsets[region &+ 1])
    var p = Int(offsets[region])
    while p < end {
      let at = Int(cells[p])
      let w = fr_load_u32(patchWeights + p &* 16)
      fr_prefetch_near(patchWeights + (p &+ 32) &* 16)
      let counts = fr_counts(w)
      let ahead = Int(cells[p &+ lookAhead])
      a.add(fr_load_patch(values + at, stride), w, counts)
      fr_prefetch(values + ahead)
      fr_prefetch(values + (ahead &+ stride))
      b.add(fr_load_patch(second + at, stride), w, counts)
      fr_prefetch(second + ahead)
      fr_prefetch(second + (ahead &+ stride))
      c.add(fr_load_patch(third + at, stride), w, counts)
      fr_prefetch(third + ahead)
      fr_prefetch(third + (ahead &+ stride))
      p &+= 1
    }
    if stripOffsets[region] < stripOffsets[region &+ 1] {
      sums[i] = a.sum(weights, region: region, values, stride)
      sums[room &+ i] = b.sum(weights, region: region, second, stride)
      sums[2 &* room &+ i] = c.sum(weights, region: region, third, stride)
    } else {
      sums[i] = fr_sum(a.total)
      sums[room &+ i] = fr_sum(b.total)
      sums[2 &* room &+ i] = fr_sum(c.total)
    }
    largest[i] = fr_largest(a.top)
    largest[room &+ i] = fr_largest(b.top)
    largest[2 &* room &+ i] = fr_largest(c.top)
  }
}

/// Σ weight of the cells of regions whose value is at or above a threshold.
///
/// - Parameter areas: one number for each wanted region.
@inline(never)
public func weighAtOrAbove(
  _ weights: fr_weights, _ values: UnsafePointer<Int32>, stride: Int, threshold: Int32,
  _ regions: UnsafePointer<Int32>, count: Int, _ areas: UnsafeMutablePointer<UInt64>
) {
  let limit = fr_i32_all(threshold)
  for i in 0..<count {
    let region = Int(regions[i])
    var total = fr_u64_zero()
    for p in list(weights.patch_offsets, region) {
      let v = fr_load_patch(values + cell(weights.patches[p], stride), stride)
      let w = fr_load_u32(weights.weights + p &* 16)
      total = fr_add_all_u32(total, fr_only(w, fr_at_least(v, limit)))
    }
    var sum = fr_sum(total)
    for s in list(weights.strip_offsets, region) {
      let start = values + cell(weights.strips[s], stride)
      let length = Int(weights.strip_lengths[s])
      var cells = fr_i32_zero()
      var done = 0
      while done &+ 16 <= length {
        cells = fr_subtract(cells, fr_at_least(fr_load_i32(start + done), limit))
        done &+= 16
      }
      if done < length {
        let reached = fr_at_least(fr_load_i32(start + (length &- 16)), limit)
        cells = fr_subtract(cells, fr_and(reached, fr_last_lanes(UInt32(length &- done))))
      }
      sum &+= UInt64(UInt32(bitPattern: fr_sum_i32(cells))) &* UInt64(weights.strip_weights[s])
    }
    areas[i] = sum
  }
}
