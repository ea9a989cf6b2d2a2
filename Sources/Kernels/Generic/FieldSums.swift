public import CLanes

/// Sums and largest values of regions over a field of floats, where a missing value is NaN.
///
/// Products and sums are taken in Double, sixteen cells at a time, in the stored order.
///
/// - Parameter sums: one for each wanted region; `largest` is −∞ where no cell has data.
@inline(never)
public func sumField(
  _ weights: fr_weights, _ values: UnsafePointer<Float>, stride: Int,
  _ regions: UnsafePointer<Int32>, count: Int, _ sums: UnsafeMutablePointer<fr_field_sums>
) {
  let nothing = fr_f32_all(-.infinity)
  for i in 0..<count {
    let region = Int(regions[i])
    var total = fr_f64_zero()
    var present = fr_u64_zero()
    var top = nothing
    for p in list(weights.patch_offsets, region) {
      let v = fr_load_patch_f32(values + cell(weights.patches[p], stride), stride)
      let w = fr_load_u32(weights.weights + p &* 16)
      let hasData = fr_and(fr_known(v), fr_counts(w))
      total = fr_add_products_f64(total, w, fr_only_f32(v, hasData))
      present = fr_add_all_u32(present, fr_only(w, hasData))
      top = fr_larger_f32(top, fr_select_f32(hasData, v, nothing))
    }
    var result = fr_field_sums(
      sum: fr_sum_f64(total), weight: fr_sum(present), largest: fr_largest_f32(top))
    for s in list(weights.strip_offsets, region) {
      let start = cell(weights.strips[s], stride)
      let length = Int(weights.strip_lengths[s])
      total = fr_f64_zero()
      top = nothing
      var cells = fr_i32_zero()
      var done = 0
      while done < length {
        let isWhole = done &+ 16 <= length
        let at = isWhole ? start &+ done : start &+ (length &- 16)
        let wanted = fr_last_lanes(isWhole ? 16 : UInt32(length &- done))
        let v = fr_load_f32(values + at)
        let hasData = fr_and(fr_known(v), wanted)
        total = fr_add_all_f64(total, fr_only_f32(v, hasData))
        cells = fr_subtract(cells, hasData)
        top = fr_larger_f32(top, fr_select_f32(hasData, v, nothing))
        done &+= 16
      }
      let w = weights.strip_weights[s]
      result.sum += fr_sum_f64(total) * Double(w)
      result.weight &+= UInt64(UInt32(bitPattern: fr_sum_i32(cells))) &* UInt64(w)
      let largest = fr_largest_f32(top)
      result.largest = largest > result.largest ? largest : result.largest
    }
    sums[i] = result
  }
}

/// Σ weight of the cells of regions whose value is known and at or above a threshold.
///
/// - Parameter areas: one number for each wanted region.
@inline(never)
public func weighFieldAtOrAbove(
  _ weights: fr_weights, _ values: UnsafePointer<Float>, stride: Int, threshold: Float,
  _ regions: UnsafePointer<Int32>, count: Int, _ areas: UnsafeMutablePointer<UInt64>
) {
  let limit = fr_f32_all(threshold)
  for i in 0..<count {
    let region = Int(regions[i])
    var total = fr_u64_zero()
    for p in list(weights.patch_offsets, region) {
      let v = fr_load_patch_f32(values + cell(weights.patches[p], stride), stride)
      let w = fr_load_u32(weights.weights + p &* 16)
      total = fr_add_all_u32(total, fr_only(w, fr_at_least_f32(v, limit)))
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
        let reached = fr_at_least_f32(fr_load_f32(values + at), limit)
        cells = fr_subtract(cells, fr_and(reached, wanted))
        done &+= 16
      }
      sum &+= UInt64(UInt32(bitPattern: fr_sum_i32(cells))) &* UInt64(weights.strip_weights[s])
    }
    areas[i] = sum
  }
}
