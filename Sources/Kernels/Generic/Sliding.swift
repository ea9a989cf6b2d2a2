import CLanes

/// Adds an entering tile of a frame to sums and takes a leaving one out.
///
/// A tile has sixteen rows of 64 cells; a negative value is a missing one and adds nothing. Sums wrap
/// around; the caller keeps them from doing so.
///
/// - Parameters:
///   - sums: the tile's first cell, `stride` cells a row, `rows` rows.
///   - entering: nil adds nothing.
///   - leaving: nil takes nothing.
/// - Returns: a bit for each sixteen columns in which some sum changed, the westernmost lowest.
@inline(never)
public func slideTile(
  _ sums: UnsafeMutablePointer<Int32>, stride: Int, rows: Int, entering: UnsafePointer<Int32>?,
  leaving: UnsafePointer<Int32>?
) -> UInt8 {
  let zero = fr_i32_zero()
  var changed: UInt8 = 0
  for row in 0..<rows {
    let target = sums + row &* stride
    for block in 0..<4 {
      let at = block &* 16
      var change = zero
      if let entering {
        change = fr_larger(fr_load_i32(entering + (row &* 64 &+ at)), zero)
      }
      if let leaving {
        change = fr_subtract(change, fr_larger(fr_load_i32(leaving + (row &* 64 &+ at)), zero))
      }
      // Sums that stay as they are are not even fetched.
      if fr_any(change) != 0 {
        fr_store_i32(target + at, fr_add(fr_load_i32(target + at), change))
        changed |= 1 &<< UInt8(truncatingIfNeeded: block)
      }
    }
  }
  return changed
}

/// Counts the missing cells of an entering tile and takes those of a leaving one out; see `slideTile`.
@inline(never)
public func slideGaps(
  _ missing: UnsafeMutablePointer<UInt16>, stride: Int, rows: Int,
  entering: UnsafePointer<Int32>?, leaving: UnsafePointer<Int32>?
) {
  for row in 0..<rows {
    let target = missing + row &* stride
    for block in 0..<4 {
      let at = block &* 16
      var v = fr_load_counts(target + at)
      if let entering {
        v = fr_subtract(v, fr_negative(fr_load_i32(entering + (row &* 64 &+ at))))
      }
      if let leaving {
        v = fr_add(v, fr_negative(fr_load_i32(leaving + (row &* 64 &+ at))))
      }
      fr_store_u16(target + at, v)
    }
  }
}
