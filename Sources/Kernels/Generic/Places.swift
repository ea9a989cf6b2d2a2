/// Where the cell of a place (row × 65,536 + column) lies in a grid of so many cells a row.
@inline(__always)
func cell(_ place: UInt32, _ stride: Int) -> Int {
  Int(place >> 16) &* stride &+ Int(place & 0xFFFF)
}

/// The patches or strips of a region.
@inline(__always)
func list(_ offsets: UnsafePointer<UInt32>, _ region: Int) -> Range<Int> {
  let start = Int(offsets[region])
  return Range(uncheckedBounds: (start, max(start, Int(offsets[region &+ 1]))))
}
