public import CLanes

/// Sums and largest values of regions where every cell has every frame.
///
/// - Parameters:
///   - values: not negative; `stride` of them a row.
///   - regions: the regions wanted, `count` of them.
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
    var total = fr_u64_zero()
    var top = fr_i32_zero()
    for p in list(weights.patch_offsets, region) {
      let v = fr_load_patch(values + cell(weights.patches[p], stride), stride)
      let w = fr_load_u32(weights.weights + p &* 16)
      total = fr_add_products(total, w, v)
      top = fr_larger(top, fr_and(v, fr_counts(w)))
    }
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
    sums[i] = sum
    largest[i] = fr_largest(top)
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
