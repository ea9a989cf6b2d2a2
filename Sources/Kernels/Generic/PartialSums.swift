public import CLanes

/// Sums and largest values of regions where cells may lack some or all of their frames.
///
/// - Parameters:
///   - values: not negative where a cell has a frame; whatever they are elsewhere does not count.
///   - counts: one number for each cell, turned into frames received by `rule`.
///   - sums: one for each wanted region; its sum is right where `largest` stays below 2^24.
@inline(never)
public func sumPartial(
  _ weights: fr_weights, _ values: UnsafePointer<Int32>, _ counts: UnsafePointer<UInt16>,
  _ rule: fr_frame_rule, stride: Int, _ regions: UnsafePointer<Int32>, count: Int,
  _ sums: UnsafeMutablePointer<fr_partial_sums>
) {
  let nothing = fr_i32_all(-1)
  for i in 0..<count {
    let region = Int(regions[i])
    var total = fr_u64_zero()
    var present = fr_u64_zero()
    var arrived = fr_u64_zero()
    var top = nothing
    for p in list(weights.patch_offsets, region) {
      let at = cell(weights.patches[p], stride)
      let w = fr_load_u32(weights.weights + p &* 16)
      let frames = fr_frames(fr_load_patch_counts(counts + at, stride), rule)
      let hasData = fr_and(fr_positive(frames), fr_counts(w))
      let v = fr_and(fr_load_patch(values + at, stride), hasData)
      total = fr_add_products(total, w, v)
      present = fr_add_all_u32(present, fr_only(w, hasData))
      arrived = fr_add_products(arrived, w, frames)
      top = fr_larger(top, fr_select(hasData, v, nothing))
    }
    var result = fr_partial_sums(
      sum: fr_sum(total), weight: fr_sum(present), received: fr_sum(arrived),
      largest: fr_largest(top))
    for s in list(weights.strip_offsets, region) {
      let start = cell(weights.strips[s], stride)
      let length = Int(weights.strip_lengths[s])
      total = fr_u64_zero()
      arrived = fr_u64_zero()
      top = nothing
      var cells = fr_i32_zero()
      var done = 0
      while done < length {
        // The last sixteen cells overlap those before them; only the new ones count.
        let isWhole = done &+ 16 <= length
        let at = isWhole ? start &+ done : start &+ (length &- 16)
        let wanted = fr_last_lanes(isWhole ? 16 : UInt32(length &- done))
        let frames = fr_and(fr_frames(fr_load_counts(counts + at), rule), wanted)
        let hasData = fr_positive(frames)
        let v = fr_and(fr_load_i32(values + at), hasData)
        total = fr_add_all(total, v)
        arrived = fr_add_all(arrived, frames)
        cells = fr_subtract(cells, hasData)
        top = fr_larger(top, fr_select(hasData, v, nothing))
        done &+= 16
      }
      let w = UInt64(weights.strip_weights[s])
      result.sum &+= fr_sum(total) &* w
      result.received &+= fr_sum(arrived) &* w
      result.weight &+= UInt64(UInt32(bitPattern: fr_sum_i32(cells))) &* w
      result.largest = max(result.largest, fr_largest(top))
    }
    sums[i] = result
  }
}

/// Σ weight of the cells of regions that have a frame and whose value is at or above a threshold.
///
/// - Parameter areas: one number for each wanted region.
@inline(never)
public func weighPartialAtOrAbove(
  _ weights: fr_weights, _ values: UnsafePointer<Int32>, _ counts: UnsafePointer<UInt16>,
  _ rule: fr_frame_rule, stride: Int, threshold: Int32, _ regions: UnsafePointer<Int32>,
  count: Int, _ areas: UnsafeMutablePointer<UInt64>
) {
  let limit = fr_i32_all(threshold)
  for i in 0..<count {
    let region = Int(regions[i])
    var total = fr_u64_zero()
    for p in list(weights.patch_offsets, region) {
      let at = cell(weights.patches[p], stride)
      let w = fr_load_u32(weights.weights + p &* 16)
      let frames = fr_frames(fr_load_patch_counts(counts + at, stride), rule)
      let reached = fr_at_least(fr_load_patch(values + at, stride), limit)
      total = fr_add_all_u32(total, fr_only(w, fr_and(reached, fr_positive(frames))))
    }
    var sum = fr_sum(total)
    for s in list(weights.strip_offsets, region) {
      let start = cell(weights.strips[s], stride)
      let length = Int(weights.strip_lengths[s])
      var cells = fr_i32_zero()
      var done = 0
      while done < length {
        let isWhole = done &+ 16 <= length
        let at = isWhole ? start &+ done : start &+ (length &- 16)
        let wanted = fr_last_lanes(isWhole ? 16 : UInt32(length &- done))
        let hasData = fr_positive(fr_frames(fr_load_counts(counts + at), rule))
        let reached = fr_at_least(fr_load_i32(values + at), limit)
        cells = fr_subtract(cells, fr_and(fr_and(reached, hasData), wanted))
        done &+= 16
      }
      sum &+= UInt64(UInt32(bitPattern: fr_sum_i32(cells))) &* UInt64(weights.strip_weights[s])
    }
    areas[i] = sum
  }
}
