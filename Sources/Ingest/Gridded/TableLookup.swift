/// Looks stored numbers of 8 or 16 bits up in a table of all of them, and notes what came out.
struct TableLookup {
  /// Cells without data so far.
  private(set) var missing = 0
  private var signs: UInt32 = 0

  /// Whether any cell had its sign bit set.
  var hasSign: Bool { signs >> 31 == 1 }

  @inline(__always)
  mutating func decode<Bits: FixedWidthInteger & UnsignedInteger>(
    _ stored: StoredRectangle, _: Bits.Type, _ table: UnsafePointer<Float>,
    _ cells: UnsafeMutablePointer<Float>, _ stride: Int
  ) {
    // Blocks of this type are aligned for it.
    let first = stored.first.assumingMemoryBound(to: Bits.self)
    for row in 0..<stored.rows {
      let line = first + row * stored.rowStride
      let target = cells + row * stride
      if stored.columnStride == 1 {
        decode(line, stored.columns, table, target)
      } else {
        for column in 0..<stored.columns {
          put(table[Int(line[column * stored.columnStride])], target + column)
        }
      }
    }
  }

  /// Numbers that lie side by side, sixteen at a time: most rain is none, and most sixteens are equal.
  @inline(__always)
  private mutating func decode<Bits: FixedWidthInteger & UnsignedInteger>(
    _ line: UnsafePointer<Bits>, _ count: Int, _ table: UnsafePointer<Float>,
    _ target: UnsafeMutablePointer<Float>
  ) {
    var allBits = SIMD16<UInt32>.zero
    var missingCells = SIMD16<UInt32>.zero
    var place = 0
    while place &+ 16 <= count {
      let cells = UnsafeMutableRawPointer(target + place)
      if TableLookup.areEqual(line + place) {
        let value = table[Int(line[place])]
        cells.storeBytes(of: SIMD16(repeating: value), as: SIMD16<Float>.self)
        signs |= value.bitPattern
        if value.isNaN { missing &+= 16 }
      } else {
        for lane in place..<(place &+ 16) { target[lane] = table[Int(line[lane])] }
        let bits = cells.loadUnaligned(as: SIMD16<UInt32>.self)
        allBits |= bits
        // Only NaN (and infinity, which is no depth) carries into the highest bit.
        missingCells &+= ((bits & 0x7FFF_FFFF) &+ 0x0080_0000) &>> 31
      }
      place &+= 16
    }
    while place < count {
      put(table[Int(line[place])], target + place)
      place &+= 1
    }
    for lane in 0..<16 {
      signs |= allBits[lane]
      missing &+= Int(missingCells[lane])
    }
  }

  @inline(__always)
  private mutating func put(_ value: Float, _ cell: UnsafeMutablePointer<Float>) {
    cell.pointee = value
    signs |= value.bitPattern
    if value.isNaN { missing &+= 1 }
  }

  /// Whether sixteen numbers are the same.
  @inline(__always)
  private static func areEqual<Bits: FixedWidthInteger & UnsignedInteger>(
    _ numbers: UnsafePointer<Bits>
  ) -> Bool {
    let words = UnsafeRawPointer(numbers)
    let ones: UInt64 = Bits.bitWidth == 8 ? 0x0101_0101_0101_0101 : 0x0001_0001_0001_0001
    let expected = UInt64(truncatingIfNeeded: numbers[0]) &* ones
    var difference: UInt64 = 0
    for word in 0..<(2 &* MemoryLayout<Bits>.size) {
      difference |= words.loadUnaligned(fromByteOffset: word &* 8, as: UInt64.self) ^ expected
    }
    return difference == 0
  }
}
