public import CLanes

/// Adds what one neighbourhood of gauges says of so many cells by kriging, each cell with a share.
///
/// The estimate of a cell is constant + slope (drift − origin) + Σ covariance × weight; its variance is
/// that of universal kriging for a sill of 1, without the nugget of the cell itself.
///
/// - Parameters:
///   - drift: of each cell; any finite number where the trend has no slope.
///   - share: what the neighbourhood counts in each cell.
///   - count: cells, a multiple of sixteen.
///   - scratch: sixteen numbers for every gauge.
///   - nearest: lowered to the squared distance of the nearest gauge, km².
@inline(never)
public func addKriging(
  _ near: fr_neighbourhood, _ cellX: UnsafePointer<Float>, _ cellY: UnsafePointer<Float>,
  _ drift: UnsafePointer<Float>, _ share: UnsafePointer<Float>, count: Int,
  _ scratch: UnsafeMutablePointer<Float>, _ estimates: UnsafeMutablePointer<Float>,
  _ variances: UnsafeMutablePointer<Float>, _ nearest: UnsafeMutablePointer<Float>
) {
  let gauges = Int(near.count)
  let inverseRange = fr_f32_all(near.inverse_range)
  let sill = fr_f32_all(near.sill)
  var done = 0
  while done < count {
    let x = fr_load_f32(cellX + done)
    let y = fr_load_f32(cellY + done)
    let beyond = fr_load_f32(drift + done) - fr_f32_all(near.origin)
    var closest = fr_load_f32(nearest + done)
    var total = fr_f32_all(near.constant) + beyond * fr_f32_all(near.slope)
    var constantGap = fr_f32_all(1)
    var driftGap = beyond
    for j in 0..<gauges {
      let dx = x - fr_f32_all(near.x[j])
      let dy = y - fr_f32_all(near.y[j])
      let squared = dx * dx + dy * dy
      closest = fr_smaller_f32(closest, squared)
      let covariance = fr_decay(fr_root(squared) * inverseRange) * sill
      fr_store_f32(scratch + j &* 16, covariance)
      total = total + covariance * fr_f32_all(near.weights[j])
      constantGap = constantGap - covariance * fr_f32_all(near.gain[j])
      driftGap = driftGap - covariance * fr_f32_all(near.gain[gauges &+ j])
    }
    var variance = sill
    for i in 0..<gauges {
      var inner = fr_f32_all(0)
      let row = near.inverse + i &* gauges
      for j in 0...i {
        inner = inner + fr_load_f32(scratch + j &* 16) * fr_f32_all(row[j])
      }
      variance = variance - inner * fr_load_f32(scratch + i &* 16)
    }
    variance = variance + constantGap * constantGap * fr_f32_all(near.trend_constant)
    variance = variance + constantGap * driftGap * fr_f32_all(near.trend_both)
    variance = variance + driftGap * driftGap * fr_f32_all(near.trend_slope)
    let part = fr_load_f32(share + done)
    fr_store_f32(estimates + done, fr_load_f32(estimates + done) + part * total)
    fr_store_f32(
      variances + done,
      fr_load_f32(variances + done) + part * fr_larger_f32(variance, fr_f32_all(0)))
    fr_store_f32(nearest + done, closest)
    done &+= 16
  }
}

/// Adds what one neighbourhood of gauges says of so many cells by inverse squared distances, each cell
/// with a share: of two values of every gauge at once.
///
/// - Parameters:
///   - softening: added to squared distances, km², above 0.
///   - count: cells, a multiple of sixteen.
///   - nearest: lowered to the squared distance of the nearest gauge, km².
@inline(never)
public func addInverseDistance(
  _ near: fr_neighbourhood, _ cellX: UnsafePointer<Float>, _ cellY: UnsafePointer<Float>,
  _ share: UnsafePointer<Float>, softening: Float, count: Int,
  _ first: UnsafeMutablePointer<Float>, _ second: UnsafeMutablePointer<Float>,
  _ nearest: UnsafeMutablePointer<Float>
) {
  let gauges = Int(near.count)
  let soft = fr_f32_all(softening)
  var done = 0
  while done < count {
    let x = fr_load_f32(cellX + done)
    let y = fr_load_f32(cellY + done)
    var closest = fr_load_f32(nearest + done)
    var weights = fr_f32_all(0)
    var sum = fr_f32_all(0)
    var other = fr_f32_all(0)
    for j in 0..<gauges {
      let dx = x - fr_f32_all(near.x[j])
      let dy = y - fr_f32_all(near.y[j])
      let squared = dx * dx + dy * dy
      closest = fr_smaller_f32(closest, squared)
      let weight = fr_f32_all(1) / (squared + soft)
      weights = weights + weight
      sum = sum + weight * fr_f32_all(near.weights[j])
      other = other + weight * fr_f32_all(near.others[j])
    }
    let part = fr_load_f32(share + done) / weights
    fr_store_f32(first + done, fr_load_f32(first + done) + part * sum)
    fr_store_f32(second + done, fr_load_f32(second + done) + part * other)
    fr_store_f32(nearest + done, closest)
    done &+= 16
  }
}
