import Glibc

/// A box of a variable's numbers as they are stored: of the variable's type, in the byte order of this
/// machine, neither unpacked nor masked.
///
/// Valid only while the closure runs that receives it.
public struct StoredBlock {
  /// Where the box begins in the variable, one number per dimension.
  public let start: [Int]
  /// Its lengths.
  public let count: [Int]
  /// Numbers between neighbours along each dimension; 1 along the last.
  public let strides: [Int]
  /// The first number of the box. Row-major, with `strides`.
  public let first: UnsafeRawPointer
  /// Bytes of one number: 1, 2, 4 or 8.
  public let width: Int
  /// Whether all numbers of the box have the same bytes.
  public let isUniform: Bool

  /// - Parameter isWholeUniform: whether all numbers in memory around the box are known to be the same.
  init(
    start: [Int], count: [Int], strides: [Int], first: UnsafeRawPointer, width: Int,
    isWholeUniform: Bool = false
  ) {
    self.start = start
    self.count = count
    self.strides = strides
    self.first = first
    self.width = width
    isUniform =
      isWholeUniform
      || StoredBlock.isUniform(first, count: count, strides: strides, width: width)
  }

  private static func isUniform(
    _ first: UnsafeRawPointer, count: [Int], strides: [Int], width: Int
  ) -> Bool {
    guard let length = count.last else { return true }
    let line = (length - 1) * width
    if memcmp(first, first + width, line) != 0 { return false }
    var isSame = true
    forEachLine(count: count, strides: strides, strides) { offset, _ in
      isSame = isSame && (offset == 0 || memcmp(first, first + offset * width, line + width) == 0)
    }
    return isSame
  }

  /// Calls `body` for each line along the last dimension.
  ///
  /// - Parameters:
  ///   - other: strides of the same box in another place.
  ///   - body: receives where the line begins here, and where in the other place, in numbers.
  public func forEachLine(
    beside other: [Int], _ body: (_ offset: Int, _ otherOffset: Int) -> Void
  ) {
    StoredBlock.forEachLine(count: count, strides: strides, other, body)
  }

  private static func forEachLine(
    count: [Int], strides: [Int], _ other: [Int], _ body: (Int, Int) -> Void
  ) {
    let outer = Array(count.dropLast())
    var place = [Int](repeating: 0, count: outer.count)
    var offset = 0
    var otherOffset = 0
    while true {
      body(offset, otherOffset)
      var axis = outer.count - 1
      while axis >= 0 {
        place[axis] += 1
        offset += strides[axis]
        otherOffset += other[axis]
        if place[axis] < outer[axis] { break }
        offset -= place[axis] * strides[axis]
        otherOffset -= place[axis] * other[axis]
        place[axis] = 0
        axis -= 1
      }
      if axis < 0 { return }
    }
  }
}
