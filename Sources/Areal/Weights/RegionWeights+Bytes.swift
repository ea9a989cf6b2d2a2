public import Hydromet

/// Names the inputs that weights were built from.
public struct WeightsKey: Sendable, Hashable {
  /// 32 bytes that name the grid and what else decides the weights (kind, ellipsoid).
  public let grid: [UInt8]
  /// 32 bytes that name the regions.
  public let regions: [UInt8]

  /// Nil unless both are 32 bytes long.
  public init?(grid: [UInt8], regions: [UInt8]) {
    guard grid.count == 32, regions.count == 32 else { return nil }
    self.grid = grid
    self.regions = regions
  }
}

extension RegionWeights {
  /// The bytes of the file, as `WeightLayout` describes them.
  public func encoded(key: WeightsKey) -> [UInt8] {
    var file = Array(storage.bytes)
    var header = ByteWriter()
    header.bytes += WeightLayout.magic
    header.append([
      WeightLayout.version, kind == .area ? 0 : 1, UInt32(geometry.rows),
      UInt32(geometry.columns),
    ])
    header.append([UInt64(layout.regions), UInt64(layout.patches), UInt64(layout.strips)])
    header.bytes += key.grid
    header.bytes += key.regions
    header.append([
      storage.bytes.withMemoryRebound(to: UInt8.self) {
        checksum(of: $0, in: WeightLayout.headerBytes..<$0.count)
      }
    ])
    header.append([
      header.bytes.withUnsafeBufferPointer { checksum(of: $0, in: 0..<$0.count) }
    ])
    file.replaceSubrange(0..<WeightLayout.headerBytes, with: header.bytes)
    return file
  }

  /// Reads the bytes of a file of weights. See the form for `WeightBytes`.
  public static func decode(
    _ bytes: [UInt8], key: WeightsKey, geometry: GridGeometry, file: String = "weights"
  ) throws(Fault) -> RegionWeights {
    try decode(WeightBytes(copying: bytes), key: key, geometry: geometry, file: file)
  }

  /// Uses the bytes of a file of weights as they are. Nothing in them is trusted: lengths, offsets,
  /// places and weights are checked before use.
  ///
  /// - Parameters:
  ///   - geometry: the grid that the weights are wanted for.
  ///   - file: what to call the bytes in a fault.
  /// - Throws: `Fault` `not_weights`, `weights_version`, `weights_other_inputs`,
  ///   `weights_truncated` or `weights_damaged`. The remedy of each is to build anew.
  public static func decode(
    _ storage: WeightBytes, key: WeightsKey, geometry: GridGeometry, file: String = "weights"
  ) throws(Fault) -> RegionWeights {
    func fault(_ code: String, _ problem: String) -> Fault {
      Fault(code, at: Fault.Location(file), problem, remedy: "delete it and build the weights anew")
    }
    let bytes = storage.bytes.assumingMemoryBound(to: UInt8.self)
    var reader = ByteReader(Array(bytes.prefix(WeightLayout.headerBytes)))
    guard reader.take(8).elementsEqual(WeightLayout.magic) else {
      throw fault("not_weights", "the first bytes are not those of a file of weights")
    }
    guard bytes.count >= WeightLayout.headerBytes else {
      throw fault("weights_truncated", "\(bytes.count) bytes are shorter than a header")
    }
    let found = reader.word32()
    guard found == WeightLayout.version else {
      throw fault(
        "weights_version", "version \(found) was found, \(WeightLayout.version) is understood")
    }
    let kindCode = reader.word32()
    let shape = (rows: Int(reader.word32()), columns: Int(reader.word32()))
    let counts = [reader.word64(), reader.word64(), reader.word64()]
    let foundGrid = reader.take(32)
    let foundRegions = reader.take(32)
    let payloadSum = reader.word64()
    guard reader.word64() == checksum(of: bytes, in: 0..<WeightLayout.headerBytes - 8),
      kindCode <= 1
    else { throw fault("weights_damaged", "the checksum of the header does not match") }
    guard foundGrid.elementsEqual(key.grid), foundRegions.elementsEqual(key.regions),
      shape == (geometry.rows, geometry.columns)
    else {
      throw fault("weights_other_inputs", "the weights belong to another grid or other regions")
    }
    guard
      let layout = WeightLayout(
        regions: Int(clamping: counts[0]), patches: Int(clamping: counts[1]),
        strips: Int(clamping: counts[2])), layout.byteCount == bytes.count
    else {
      throw fault(
        "weights_truncated", "\(bytes.count) bytes do not hold what the header announces")
    }
    let weights = RegionWeights(geometry, kindCode == 0 ? .area : .share, layout, storage)
    guard payloadSum == checksum(of: bytes, in: WeightLayout.headerBytes..<bytes.count),
      weights.isConsistent
    else {
      throw fault("weights_damaged", "the weights do not match their checksum or their grid")
    }
    return weights.withPlaces()
  }

  /// Whether offsets, places and sums agree with each other and with the grid.
  private var isConsistent: Bool {
    let patchOffsets = numbers(at: layout.patchOffsets, regionCount + 1, UInt32.self)
    let stripOffsets = numbers(at: layout.stripOffsets, regionCount + 1, UInt32.self)
    func rise(_ offsets: UnsafeBufferPointer<UInt32>, to count: Int) -> Bool {
      offsets.first == 0 && offsets.last.map(Int.init) == count
        && zip(offsets, offsets.dropFirst()).allSatisfy { $0 <= $1 }
    }
    guard rise(patchOffsets, to: layout.patches), rise(stripOffsets, to: layout.strips),
      regionAreas.allSatisfy({ $0.isFinite && $0 >= 0 }),
      gridAreas.allSatisfy({ $0.isFinite && $0 >= 0 }),
      gridShares.allSatisfy({ $0 >= 0 && $0 <= 1 }),
      numbers(at: layout.exponents, regionCount, Int32.self).allSatisfy({ abs(Int($0)) < 1100 }),
      placesAreInside, patchesOfTinyGridAreInside
    else { return false }
    return totalsAreRight(patchOffsets) && areasAreRight
      && layout.gaps.allSatisfy { storage.bytes[$0].allSatisfy { $0 == 0 } }
  }

  private var placesAreInside: Bool {
    // A grid smaller than a patch is copied into a larger one before it is read.
    let lastRow = max(0, geometry.rows - 2)
    let lastColumn = max(0, geometry.columns - PatchPacker.patchColumns)
    for place in numbers(at: layout.patchPlaces, layout.patches, UInt32.self) {
      guard Int(place >> 16) <= lastRow, Int(place & 0xFFFF) <= lastColumn else { return false }
    }
    let places = numbers(at: layout.stripPlaces, layout.strips, UInt32.self)
    let lengths = numbers(at: layout.stripLengths, layout.strips, UInt32.self)
    for (place, length) in zip(places, lengths) {
      guard Int(place >> 16) < geometry.rows, length >= 16,
        Int(place & 0xFFFF) + Int(length) <= geometry.columns
      else { return false }
    }
    return true
  }

  /// In a grid smaller than a patch, what sticks out must have no weight.
  private var patchesOfTinyGridAreInside: Bool {
    guard geometry.rows < 2 || geometry.columns < PatchPacker.patchColumns else { return true }
    return (0..<regionCount).allSatisfy { region in
      var isInside = true
      forEachWeight(of: region) { row, column, _ in
        isInside = isInside && row < geometry.rows && column < geometry.columns
      }
      return isInside
    }
  }

  /// The weights stand for the areas.
  private var areasAreRight: Bool {
    (0..<regionCount).allSatisfy { region in
      let area = area(of: region).inGrid
      return abs(Double(totals[region]) * unit(of: region) - area) <= max(1e-6 * area, 1e-200)
    }
  }

  private func totalsAreRight(_ patchOffsets: UnsafeBufferPointer<UInt32>) -> Bool {
    let weights = numbers(at: layout.patchWeights, layout.patches * 16, UInt32.self)
    for region in 0..<regionCount {
      var sum: UInt64 = 0
      for i in Int(patchOffsets[region]) * 16..<Int(patchOffsets[region + 1]) * 16 {
        guard weights[i] < 1 << 31 else { return false }
        sum += UInt64(weights[i])
      }
      forEachStrip(of: region) { _, columns, weight in
        sum += UInt64(weight & 0x7FFF_FFFF) * UInt64(columns.count)
      }
      guard sum == totals[region], sum <= 1 << 40 else { return false }
    }
    return true
  }
}
