import CLanes

/// Holds the depths of units against thresholds: units x durations x levels.
///
/// - Parameters:
///   - depths: shape [duration, unit], micrometres, the least that is known to have fallen; −1
///     where nothing is known. Rows of `units` numbers, a multiple of sixteen.
///   - known: shape [duration, unit]; 0 where the depth is only a lower bound.
///   - thresholds: shape [duration, level, unit], micrometres; the largest number where there is no
///     rule.
///   - skipsDry: whether no rule asks for less than a micrometre, so that units that are known to be
///     dry need not be held against theirs.
///   - wanted: units to judge, from a multiple of sixteen to a multiple of sixteen.
///   - reached: for each unit the highest level that was reached, counted from 1; 0 for none.
///   - open: for each unit the highest level that cannot be excluded because its depth is only a
///     lower bound; 0 for none.
@inline(never)
public func judgeLevels(
  _ depths: UnsafePointer<Int32>, _ known: UnsafePointer<UInt8>,
  _ thresholds: UnsafePointer<Int32>, units: Int, durations: Int, levels: Int,
  skipsDry: Bool, wanted: Range<Int>, _ reached: UnsafeMutablePointer<UInt8>,
  _ open: UnsafeMutablePointer<UInt8>
) {
  let noRule = fr_i32_all(.max)
  var unit = wanted.lowerBound
  while unit < wanted.upperBound {
    var best = fr_i32_zero()
    var doubt = fr_i32_zero()
    for duration in 0..<durations {
      let depth = fr_load_i32(depths + (duration &* units &+ unit))
      let isKnown = fr_positive(fr_load_u8(known + (duration &* units &+ unit)))
      if skipsDry, fr_any(fr_or(depth, fr_and_not(fr_i32_all(-1), isKnown))) == 0 { continue }
      for level in 0..<levels {
        let limit = fr_load_i32(
          thresholds + ((duration &* levels &+ level) &* units &+ unit))
        let hasRule = fr_and_not(fr_i32_all(-1), fr_at_least(limit, noRule))
        let isReached = fr_and(fr_at_least(depth, limit), hasRule)
        let number = fr_i32_all(Int32(truncatingIfNeeded: level &+ 1))
        best = fr_larger(best, fr_and(number, isReached))
        let isOpen = fr_and_not(fr_and_not(hasRule, isReached), isKnown)
        doubt = fr_larger(doubt, fr_and(number, isOpen))
      }
    }
    fr_store_u8(reached + unit, best)
    fr_store_u8(open + unit, doubt)
    unit &+= 16
  }
}
