import CLanes
public import Hydromet

/// What a weight counts.
public enum WeightKind: String, Sendable, Hashable, Codable, CaseIterable {
  /// True area of the covered part of the cell, km².
  case area
  /// Covered share of the cell, in cells, whatever their true size.
  case share
}

/// Weights of grid cells for many regions: built once, kept, and used for every field.
///
/// Weights are whole numbers: a region's own unit, a power of two, is chosen so fine that all of them
/// together stay below 2^39. So Σ weight × micrometres is exact whatever the order of adding: results
/// are the same bits on every processor, for any number of threads, on a cropped grid and in any
/// company. Rounding to the unit moves a mean by less than 1e-8 of itself.
///
/// The cells of a region are patches of two rows by eight columns with a weight for each cell, and
/// strips of wholly covered cells of one row, which need no weights of their own. See `WeightLayout`.
/// Every place has been checked against the grid, at building as at decoding.
public struct RegionWeights: Sendable {
  /// The grid the weights are for.
  public let geometry: GridGeometry
  public let kind: WeightKind
  let layout: WeightLayout
  let storage: WeightBytes
  /// Nil while the weights are being checked.
  let places: PlanePlaces?

  /// - Parameter storage: offsets and places in it have been checked, or are about to be.
  init(
    _ geometry: GridGeometry, _ kind: WeightKind, _ layout: WeightLayout, _ storage: WeightBytes,
    places: PlanePlaces? = nil
  ) {
    self.geometry = geometry
    self.kind = kind
    self.layout = layout
    self.storage = storage
    self.places = places
  }

  /// The same weights, ready to be used with rolling sums.
  func withPlaces() -> RegionWeights {
    RegionWeights(geometry, kind, layout, storage, places: PlanePlaces(self))
  }

  /// The largest grid: places are numbers of 32 bits.
  static let longestSide = 65_536

  public var regionCount: Int { layout.regions }
  /// Number of cells with a weight; a cell that two regions share counts twice.
  public var cellCount: Int {
    var count = 0
    for w in numbers(at: layout.patchWeights, layout.patches * 16, UInt32.self) where w != 0 {
      count += 1
    }
    for length in numbers(at: layout.stripLengths, layout.strips, UInt32.self) {
      count += Int(length)
    }
    return count
  }
  /// Bytes that a pass over all regions reads besides the values.
  public var byteCount: Int { layout.byteCount }

  /// Whole area of each region, inside the grid or not: km², or cells for `WeightKind.share`.
  public var regionAreas: [Double] { doubles(at: layout.regionAreas) }
  /// Area of each region inside the grid.
  public var gridAreas: [Double] { doubles(at: layout.gridAreas) }
  /// `gridAreas` over `regionAreas`: exactly 1 for a region inside the grid, 0 for one outside.
  public var gridShares: [Double] { doubles(at: layout.gridShares) }

  private func doubles(at offset: Int) -> [Double] {
    Array(numbers(at: offset, layout.regions, Double.self))
  }

  func numbers<Number: BitwiseCopyable>(
    at offset: Int, _ count: Int, _ type: Number.Type
  ) -> UnsafeBufferPointer<Number> {
    guard count > 0, let base = storage.bytes.baseAddress else {
      return UnsafeBufferPointer(start: nil, count: 0)
    }
    return UnsafeBufferPointer(
      start: (base + offset).assumingMemoryBound(to: type), count: count)
  }

  /// Whole area of a region, and its area and share inside the grid.
  public func area(of region: Int) -> (whole: Double, inGrid: Double, share: Double) {
    (
      numbers(at: layout.regionAreas, regionCount, Double.self)[region],
      numbers(at: layout.gridAreas, regionCount, Double.self)[region],
      numbers(at: layout.gridShares, regionCount, Double.self)[region]
    )
  }

  /// Sum of the weights of each region, in its own unit.
  var totals: UnsafeBufferPointer<UInt64> { numbers(at: layout.totals, regionCount, UInt64.self) }

  /// What one unit of a region's weights stands for, km² or cells.
  func unit(of region: Int) -> Double {
    let exponent = numbers(at: layout.exponents, regionCount, Int32.self)[region]
    return Double(sign: .plus, exponent: -Int(exponent), significand: 1)
  }

  /// Lends the weights to a body as the kernels want them.
  func withWeights<Result>(_ body: (fr_weights) -> Result) -> Result {
    withExtendedLifetime(storage) {
      // Empty parts still have an address inside the file.
      func part(_ offset: Int) -> UnsafePointer<UInt32>? {
        storage.bytes.baseAddress.map { ($0 + offset).assumingMemoryBound(to: UInt32.self) }
      }
      return body(
        fr_weights(
          patch_offsets: part(layout.patchOffsets), patches: part(layout.patchPlaces),
          weights: part(layout.patchWeights), strip_offsets: part(layout.stripOffsets),
          strips: part(layout.stripPlaces), strip_lengths: part(layout.stripLengths),
          strip_weights: part(layout.stripWeights)))
    }
  }

  /// Every cell of a region with its weight: row, column, weight. For evidence and maps.
  public func forEachCell(
    of region: Int, _ body: (_ row: Int, _ column: Int, _ weight: Double) -> Void
  ) {
    let unit = region >= 0 && region < regionCount ? unit(of: region) : 0
    forEachWeight(of: region) { body($0, $1, Double($2) * unit) }
  }

  /// Every cell of a region with its weight in the region's unit.
  func forEachWeight(
    of region: Int, _ body: (_ row: Int, _ column: Int, _ weight: UInt32) -> Void
  ) {
    guard region >= 0, region < regionCount else { return }
    let offsets = numbers(at: layout.patchOffsets, regionCount + 1, UInt32.self)
    let places = numbers(at: layout.patchPlaces, layout.patches, UInt32.self)
    let weights = numbers(at: layout.patchWeights, layout.patches * 16, UInt32.self)
    for patch in Int(offsets[region])..<Int(offsets[region + 1]) {
      let row = Int(places[patch] >> 16)
      let column = Int(places[patch] & 0xFFFF)
      for lane in 0..<16 where weights[patch * 16 + lane] != 0 {
        body(row + lane / 8, column + lane % 8, weights[patch * 16 + lane])
      }
    }
    forEachStrip(of: region) { row, columns, weight in
      for column in columns { body(row, column, weight) }
    }
  }

  func forEachStrip(
    of region: Int, _ body: (_ row: Int, _ columns: Range<Int>, _ weight: UInt32) -> Void
  ) {
    let offsets = numbers(at: layout.stripOffsets, regionCount + 1, UInt32.self)
    let places = numbers(at: layout.stripPlaces, layout.strips, UInt32.self)
    let lengths = numbers(at: layout.stripLengths, layout.strips, UInt32.self)
    let weights = numbers(at: layout.stripWeights, layout.strips, UInt32.self)
    for strip in Int(offsets[region])..<Int(offsets[region + 1]) {
      let column = Int(places[strip] & 0xFFFF)
      body(
        Int(places[strip] >> 16), column..<column + Int(lengths[strip]), weights[strip])
    }
  }
}

extension RegionWeights: Equatable {
  public static func == (a: RegionWeights, b: RegionWeights) -> Bool {
    a.geometry == b.geometry && a.kind == b.kind && a.layout == b.layout
      && a.storage.bytes[WeightLayout.headerBytes...].elementsEqual(
        b.storage.bytes[WeightLayout.headerBytes...])
  }
}
