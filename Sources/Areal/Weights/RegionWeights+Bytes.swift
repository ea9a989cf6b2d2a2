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

/// The file of weights, little-endian, version 1:
///
///     offset  bytes
///          0      8  "FRWEIGHT"
///          8      4  version, 1
///         12      4  kind: 0 area, 1 share
///         16      4  rows        20  4  columns
///         24      8  regions, R  32  8  partly covered cells, C  40  8  runs, N
///         48     32  key of the grid
///         80     32  key of the regions
///        112      8  checksum of the payload
///        120      8  checksum of bytes 0 to 119
///        128         payload: R + 1 cell offsets and R + 1 run offsets (UInt64); R areas and R grid
///                    shares, C cell weights, N run weights (Float64); C cells, N run starts and N run
///                    lengths (UInt32); zeros up to a multiple of eight bytes
extension RegionWeights {
  static let magic = Array("FRWEIGHT".utf8)
  static let version: UInt32 = 1
  static let headerBytes = 128

  /// The bytes of the file.
  public func encoded(key: WeightsKey) -> [UInt8] {
    var payload = ByteWriter()
    payload.append(cellOffsets.lazy.map(UInt64.init))
    payload.append(runOffsets.lazy.map(UInt64.init))
    for numbers in [regionAreas, gridShares, cellWeights, runWeights] {
      payload.append(numbers.lazy.map(\.bitPattern))
    }
    for numbers in [cells, runStarts, runLengths] {
      payload.append(numbers.lazy.map(UInt32.init(bitPattern:)))
    }
    while payload.bytes.count % 8 != 0 {
      payload.bytes.append(0)
    }
    var file = ByteWriter()
    file.bytes.reserveCapacity(RegionWeights.headerBytes + payload.bytes.count)
    file.bytes += RegionWeights.magic
    file.append([
      RegionWeights.version, kind == .area ? 0 : 1, UInt32(geometry.rows),
      UInt32(geometry.columns),
    ])
    file.append([UInt64(regionCount), UInt64(cells.count), UInt64(runStarts.count)])
    file.bytes += key.grid
    file.bytes += key.regions
    file.append([checksum(of: payload.bytes, in: 0..<payload.bytes.count)])
    file.append([checksum(of: file.bytes, in: 0..<file.bytes.count)])
    file.bytes += payload.bytes
    return file.bytes
  }

  /// Reads the bytes of a file of weights. Nothing in them is trusted: lengths, offsets, cells and
  /// weights are checked before use.
  ///
  /// - Parameters:
  ///   - geometry: the grid that the weights are wanted for.
  ///   - file: what to call the bytes in a fault.
  /// - Throws: `Fault` `not_weights`, `weights_version`, `weights_other_inputs`,
  ///   `weights_truncated` or `weights_damaged`. The remedy of each is to build anew.
  public static func decode(
    _ bytes: [UInt8], key: WeightsKey, geometry: GridGeometry, file: String = "weights"
  ) throws(Fault) -> RegionWeights {
    func fault(_ code: String, _ problem: String) -> Fault {
      Fault(code, at: Fault.Location(file), problem, remedy: "delete it and build the weights anew")
    }
    var reader = ByteReader(bytes)
    guard reader.take(8).elementsEqual(magic) else {
      throw fault("not_weights", "the first bytes are not those of a file of weights")
    }
    guard bytes.count >= headerBytes else {
      throw fault("weights_truncated", "\(bytes.count) bytes are shorter than a header")
    }
    let found = reader.word32()
    guard found == version else {
      throw fault("weights_version", "version \(found) was found, \(version) is understood")
    }
    let kindCode = reader.word32()
    let shape = (rows: Int(reader.word32()), columns: Int(reader.word32()))
    let counts = [reader.word64(), reader.word64(), reader.word64()]
    let foundGrid = reader.take(32)
    let foundRegions = reader.take(32)
    let payloadSum = reader.word64()
    guard reader.word64() == checksum(of: bytes, in: 0..<headerBytes - 8), kindCode <= 1 else {
      throw fault("weights_damaged", "the checksum of the header does not match")
    }
    guard foundGrid.elementsEqual(key.grid), foundRegions.elementsEqual(key.regions),
      shape == (geometry.rows, geometry.columns)
    else {
      throw fault("weights_other_inputs", "the weights belong to another grid or other regions")
    }
    guard let length = payloadBytes(counts), length == bytes.count - headerBytes else {
      throw fault(
        "weights_truncated", "\(bytes.count) bytes do not hold what the header announces")
    }
    guard payloadSum == checksum(of: bytes, in: headerBytes..<bytes.count),
      let lists = WeightLists(&reader, counts.map { Int($0) }, geometry)
    else {
      throw fault("weights_damaged", "the weights do not match their checksum or their grid")
    }
    return RegionWeights(geometry, kindCode == 0 ? .area : .share, lists)
  }

  /// Bytes of the payload for the announced counts; nil where no file could be so long.
  private static func payloadBytes(_ counts: [UInt64]) -> Int? {
    guard counts.allSatisfy({ $0 < 1 << 40 }) else { return nil }
    let (regions, cells, runs) = (Int(counts[0]), Int(counts[1]), Int(counts[2]))
    let exact = 16 * (regions + 1) + 16 * regions + 12 * cells + 16 * runs
    return (exact + 7) / 8 * 8
  }
}

extension WeightLists {
  /// Reads the payload; nil where it contradicts itself or the grid.
  fileprivate init?(_ reader: inout ByteReader, _ counts: [Int], _ geometry: GridGeometry) {
    let (regions, cellCount, runCount) = (counts[0], counts[1], counts[2])
    guard let cellOffsets = reader.offsets(regions, upTo: cellCount),
      let runOffsets = reader.offsets(regions, upTo: runCount)
    else { return nil }
    self.cellOffsets = cellOffsets
    self.runOffsets = runOffsets
    regionAreas = reader.doubles(regions)
    gridShares = reader.doubles(regions)
    cellWeights = reader.doubles(cellCount)
    runWeights = reader.doubles(runCount)
    cells = reader.integers(cellCount)
    runStarts = reader.integers(runCount)
    runLengths = reader.integers(runCount)
    let gridCells = Int64(geometry.rows) * Int64(geometry.columns)
    let columns = Int64(geometry.columns)
    guard regionAreas.allSatisfy({ $0.isFinite && $0 >= 0 }),
      gridShares.allSatisfy({ $0 >= 0 && $0 <= 1 }),
      cellWeights.allSatisfy({ $0.isFinite && $0 >= 0 }),
      runWeights.allSatisfy({ $0.isFinite && $0 >= 0 }),
      cells.allSatisfy({ $0 >= 0 && $0 < gridCells }),
      zip(runStarts, runLengths).allSatisfy({ start, length in
        start >= 0 && start < gridCells && length > 0
          && Int64(start) % columns + Int64(length) <= columns
      })
    else { return nil }
  }
}
