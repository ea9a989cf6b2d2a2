import CLanes

/// Turns values into whole micrometres, as `DepthField.micrometres` does one at a time.
///
/// - Parameters:
///   - scale: micrometres that a value of 1 is worth.
///   - depths: room for `count` numbers; −2³¹ where there is no depth.
@inline(never)
public func convertDepths(
  _ values: UnsafePointer<Float>, scale: Double, count: Int,
  _ depths: UnsafeMutablePointer<Int32>
) {
  var done = 0
  while done &+ 8 <= count {
    fr_store_depths(depths + done, values + done, scale)
    done &+= 8
  }
  while done < count {
    let depth = Double(values[done]) * scale
    if depth > -0.5, depth < 2_147_483_646.5 {
      let whole = fr_truncated(depth > 0 ? depth : 0)
      depths[done] = depth - Double(whole) >= 0.5 ? whole &+ 1 : whole
    } else {
      depths[done] = .min
    }
    done &+= 1
  }
}
