/// What one cell has received: the sum of its depths and the number of frames behind it, in one word.
///
/// The low 48 bits hold micrometres, the high 16 bits frames. 65,535 frames of the largest depth,
/// 2,147,483,647 µm, stay below 2^47, so the sum never reaches into the count. Words are added and
/// subtracted with wrap-around, therefore taking a frame out undoes putting it in exactly, in any
/// order. A negative depth is no data (`DepthField.missing` is one) and adds nothing.
enum CellTally {
  /// The most frames that one cell can count.
  static let largestCount = 65_535

  /// The word that one depth adds.
  @inline(__always)
  static func word(_ micrometres: Int32) -> UInt64 {
    let absent = UInt64(bitPattern: Int64(micrometres >> 31))
    return (UInt64(UInt32(bitPattern: micrometres)) | (1 << 48)) & ~absent
  }

  /// The sum, or the largest depth where it does not fit.
  @inline(__always)
  static func micrometres(_ word: UInt64) -> Int32 {
    Int32(truncatingIfNeeded: min(word & ((1 << 48) - 1), UInt64(Int32.max)))
  }

  @inline(__always)
  static func frames(_ word: UInt64) -> UInt16 {
    UInt16(truncatingIfNeeded: word >> 48)
  }
}

/// Loops over the cells of one grid. Every buffer has at least the stated number of cells.
enum CellLoops {
  /// `tallies[i] += entering[i] - leaving[i]`; a frame that is absent adds or takes nothing.
  static func slide(
    _ tallies: UnsafeMutablePointer<UInt64>, entering: UnsafePointer<Int32>?,
    leaving: UnsafePointer<Int32>?, cells: Int
  ) {
    switch (entering, leaving) {
    case (nil, nil): return
    case (let entering?, nil):
      for i in 0..<cells { tallies[i] &+= CellTally.word(entering[i]) }
    case (nil, let leaving?):
      for i in 0..<cells { tallies[i] &-= CellTally.word(leaving[i]) }
    case (let entering?, let leaving?):
      for i in 0..<cells {
        tallies[i] &+= CellTally.word(entering[i]) &- CellTally.word(leaving[i])
      }
    }
  }

  /// A number that tells the contents of two frames apart: values weighted by their place.
  static func fingerprint(_ values: [Int32]) -> UInt64 {
    values.withUnsafeBufferPointer { values in
      var total: UInt64 = 0
      var weight: UInt32 = 2_654_435_761
      for value in values {
        total &+= UInt64(UInt32(bitPattern: value)) &* UInt64(weight)
        weight &+= 2_654_435_762
      }
      return total
    }
  }
}
