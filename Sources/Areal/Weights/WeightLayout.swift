/// Where the parts of a file of weights lie, little-endian, version 3:
///
///     offset  bytes
///          0      8  "FRWEIGHT"
///          8      4  version, 3
///         12      4  kind: 0 area, 1 share
///         16      4  rows        20  4  columns
///         24      8  regions, R  32  8  patches, P  40  8  strips, S
///         48     32  key of the grid
///         80     32  key of the regions
///        112      8  checksum of the payload
///        120      8  checksum of bytes 0 to 119
///        128         payload; each part begins at a multiple of 64 bytes, zeros between them:
///                    R areas, R areas inside the grid, R grid shares (Float64); R sums of weights
///                    (UInt64); R exponents (Int32); R + 1 patch offsets and R + 1 strip offsets; P
///                    places of patches; S places, S lengths and S weights of strips; 16 P weights
///                    of patches (UInt32)
///
/// A place is row × 65,536 + column. A patch is two rows of eight cells from its place, upper row
/// first; a strip is a run of at least sixteen wholly covered cells of one row and one weight. A weight
/// W of region r stands for W · 2^−exponent[r] km², or cells. Kernels read the mapped file as it is.
struct WeightLayout: Equatable {
  static let magic = Array("FRWEIGHT".utf8)
  static let version: UInt32 = 3
  static let headerBytes = 128
  static let alignment = 64

  let regions: Int
  let patches: Int
  let strips: Int

  let regionAreas: Int
  let gridAreas: Int
  let gridShares: Int
  let totals: Int
  let exponents: Int
  let patchOffsets: Int
  let stripOffsets: Int
  let patchPlaces: Int
  let stripPlaces: Int
  let stripLengths: Int
  let stripWeights: Int
  let patchWeights: Int
  let byteCount: Int
  /// Bytes between the parts and behind the last one.
  let gaps: [Range<Int>]

  /// Nil where no file could be so long.
  init?(regions: Int, patches: Int, strips: Int) {
    let largest = Int(UInt32.max)
    guard (0..<largest).contains(regions), (0...largest).contains(patches),
      (0...largest).contains(strips)
    else { return nil }
    self.regions = regions
    self.patches = patches
    self.strips = strips
    var position = WeightLayout.headerBytes
    var gaps: [Range<Int>] = []
    func part(_ bytes: Int) -> Int {
      let start = position
      defer { gaps.append(start + bytes..<position) }
      defer {
        position +=
          (bytes + WeightLayout.alignment - 1) / WeightLayout.alignment
          * WeightLayout.alignment
      }
      return position
    }
    regionAreas = part(8 * regions)
    gridAreas = part(8 * regions)
    gridShares = part(8 * regions)
    totals = part(8 * regions)
    exponents = part(4 * regions)
    patchOffsets = part(4 * (regions + 1))
    stripOffsets = part(4 * (regions + 1))
    patchPlaces = part(4 * patches)
    stripPlaces = part(4 * strips)
    stripLengths = part(4 * strips)
    stripWeights = part(4 * strips)
    patchWeights = part(64 * patches)
    byteCount = position
    self.gaps = gaps
  }
}
