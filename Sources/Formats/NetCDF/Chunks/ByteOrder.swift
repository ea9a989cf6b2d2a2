/// Puts the bytes of numbers together.
enum ByteOrder {
  /// Undoes HDF5's shuffle: first all first bytes of the numbers, then all second ones, …
  ///
  /// - Parameter highestFirst: the first of these planes has the highest bytes (stored big-endian).
  static func gather(
    _ planes: UnsafeRawPointer, into target: UnsafeMutableRawPointer, count: Int, width: Int,
    highestFirst: Bool
  ) {
    let plane = { (significance: Int) -> UnsafePointer<UInt8> in
      let place = highestFirst ? width - 1 - significance : significance
      return (planes + place * count).assumingMemoryBound(to: UInt8.self)
    }
    switch width {
    case 2: gather2(plane(0), plane(1), target.assumingMemoryBound(to: UInt16.self), count)
    case 4:
      gather4(
        plane(0), plane(1), plane(2), plane(3), target.assumingMemoryBound(to: UInt32.self), count)
    case 8:
      let numbers = target.assumingMemoryBound(to: UInt64.self)
      let low = (plane(0), plane(1), plane(2), plane(3))
      let high = (plane(4), plane(5), plane(6), plane(7))
      for i in 0..<count {
        let l = word(low.0[i], low.1[i], low.2[i], low.3[i])
        let h = word(high.0[i], high.1[i], high.2[i], high.3[i])
        numbers[i] = UInt64(l) | UInt64(h) << 32
      }
    default: target.copyMemory(from: planes, byteCount: count * width)
    }
  }

  private static func gather2(
    _ low: UnsafePointer<UInt8>, _ high: UnsafePointer<UInt8>,
    _ numbers: UnsafeMutablePointer<UInt16>, _ count: Int
  ) {
    for i in 0..<count { numbers[i] = UInt16(low[i]) | UInt16(high[i]) &<< 8 }
  }

  private static func gather4(
    _ a: UnsafePointer<UInt8>, _ b: UnsafePointer<UInt8>, _ c: UnsafePointer<UInt8>,
    _ d: UnsafePointer<UInt8>, _ numbers: UnsafeMutablePointer<UInt32>, _ count: Int
  ) {
    for i in 0..<count { numbers[i] = word(a[i], b[i], c[i], d[i]) }
  }

  @inline(__always)
  private static func word(_ a: UInt8, _ b: UInt8, _ c: UInt8, _ d: UInt8) -> UInt32 {
    UInt32(a) | UInt32(b) &<< 8 | UInt32(c) &<< 16 | UInt32(d) &<< 24
  }

  /// Turns the byte order of every number.
  static func swap(
    _ source: UnsafeRawPointer, into target: UnsafeMutableRawPointer, count: Int, width: Int
  ) {
    switch width {
    case 2: swap(source, target, count, UInt16.self)
    case 4: swap(source, target, count, UInt32.self)
    case 8: swap(source, target, count, UInt64.self)
    default: target.copyMemory(from: source, byteCount: count * width)
    }
  }

  @inline(__always)
  private static func swap<Word: FixedWidthInteger>(
    _ source: UnsafeRawPointer, _ target: UnsafeMutableRawPointer, _ count: Int, _: Word.Type
  ) {
    // The buffers come from `malloc`.
    let from = source.assumingMemoryBound(to: Word.self)
    let to = target.assumingMemoryBound(to: Word.self)
    for i in 0..<count { to[i] = from[i].byteSwapped }
  }
}
