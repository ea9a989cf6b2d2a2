/// How a row of a PNG image was written as differences (ISO/IEC 15948, clause 9).
///
/// Most of a picture of rain is one number over and over: four numbers are looked at together, and where
/// nothing differs from what is left of them and above them they are written as they are.
enum PNGRowFilter: UInt8 {
  case none = 0
  case sub = 1
  case up = 2
  case average = 3
  case paeth = 4

  /// Rows of numbers of two bytes, the high one first; each byte is filtered for itself.
  ///
  /// - Parameter above: the row above as numbers.
  func undo16(
    _ bytes: UnsafePointer<UInt8>, _ above: UnsafePointer<UInt16>,
    _ numbers: UnsafeMutablePointer<UInt16>, _ count: Int
  ) {
    switch self {
    case .none:
      for i in 0..<count { numbers[i] = PNGRowFilter.pair(bytes, i) }
    case .up:
      for i in 0..<count {
        numbers[i] = PNGRowFilter.sum(above[i], PNGRowFilter.pair(bytes, i))
      }
    case .sub:
      PNGRowFilter.undo(bytes, above, numbers, count, needsAbove: false) { left, _, _ in left }
    case .average:
      PNGRowFilter.undo(bytes, above, numbers, count, needsAbove: true) { left, up, _ in
        PNGRowFilter.mean(left, up)
      }
    case .paeth:
      PNGRowFilter.undo(bytes, above, numbers, count, needsAbove: true) { left, up, corner in
        PNGRowFilter.nearest(left >> 8, up >> 8, corner >> 8) << 8
          | PNGRowFilter.nearest(left & 0xFF, up & 0xFF, corner & 0xFF)
      }
    }
  }

  /// - Parameters:
  ///   - needsAbove: whether the guess looks at the row above; it is then `left` where left, up and corner
  ///     are one number, and else wherever `left` is known.
  ///   - guess: of left, up and corner.
  @inline(__always)
  private static func undo(
    _ bytes: UnsafePointer<UInt8>, _ above: UnsafePointer<UInt16>,
    _ numbers: UnsafeMutablePointer<UInt16>, _ count: Int, needsAbove: Bool,
    _ guess: (_ left: UInt16, _ up: UInt16, _ corner: UInt16) -> UInt16
  ) {
    var left: UInt16 = 0
    var corner: UInt16 = 0
    var i = 0
    while i < count {
      if i + 4 <= count,
        UnsafeRawPointer(bytes + 2 * i).loadUnaligned(as: UInt64.self) == 0
      {
        let flat = UInt64(left) &* 0x0001_0001_0001_0001
        let ups = UnsafeRawPointer(above + i).loadUnaligned(as: UInt64.self)
        if !needsAbove || (ups == flat && corner == left) {
          UnsafeMutableRawPointer(numbers + i).storeBytes(of: flat, as: UInt64.self)
          if needsAbove { corner = left }
          i += 4
          continue
        }
      }
      let up = above[i]
      left = sum(guess(left, up, corner), pair(bytes, i))
      corner = up
      numbers[i] = left
      i += 1
    }
  }

  /// Rows of numbers of one byte.
  func undo8(
    _ bytes: UnsafePointer<UInt8>, _ above: UnsafePointer<UInt16>,
    _ numbers: UnsafeMutablePointer<UInt16>, _ count: Int
  ) {
    var left: UInt16 = 0
    var corner: UInt16 = 0
    for i in 0..<count {
      let up = above[i]
      let guess: UInt16
      switch self {
      case .none: guess = 0
      case .sub: guess = left
      case .up: guess = up
      case .average: guess = (left + up) / 2
      case .paeth: guess = PNGRowFilter.nearest(left, up, corner)
      }
      left = (guess + UInt16(bytes[i])) & 0xFF
      corner = up
      numbers[i] = left
    }
  }

  @inline(__always)
  private static func pair(_ bytes: UnsafePointer<UInt8>, _ i: Int) -> UInt16 {
    UInt16(bytes[2 * i]) << 8 | UInt16(bytes[2 * i + 1])
  }

  /// Sums of the high bytes and of the low bytes, each without a carry.
  @inline(__always)
  private static func sum(_ a: UInt16, _ b: UInt16) -> UInt16 {
    ((a & 0xFF00) &+ (b & 0xFF00)) | ((a & 0xFF) &+ (b & 0xFF)) & 0xFF
  }

  /// Means of the high bytes and of the low bytes, rounded down.
  @inline(__always)
  private static func mean(_ a: UInt16, _ b: UInt16) -> UInt16 {
    let high = ((a >> 8) &+ (b >> 8)) >> 1
    let low = ((a & 0xFF) &+ (b & 0xFF)) >> 1
    return high << 8 | low
  }

  /// Paeth's predictor: which of left, up and corner comes nearest to left + up − corner.
  @inline(__always)
  private static func nearest(_ a: UInt16, _ b: UInt16, _ c: UInt16) -> UInt16 {
    let (left, up, corner) = (Int32(a), Int32(b), Int32(c))
    let toLeft = abs(up - corner)
    let toUp = abs(left - corner)
    let toCorner = abs(left + up - 2 * corner)
    if toLeft <= toUp, toLeft <= toCorner { return a }
    return toUp <= toCorner ? b : c
  }
}
