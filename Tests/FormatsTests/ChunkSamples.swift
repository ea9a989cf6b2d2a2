import Formats
import Testing

/// Small netCDF-4 files whose chunks are stored in every way that is read below the library, and in
/// some that are not.
struct ChunkSample: Sendable, CustomTestStringConvertible {
  var type = NetCDFType.short
  var storage = NetCDFWriter.Storage(chunks: [16, 24], deflate: 4, shuffles: true)
  /// No multiple of the chunks: chunks at the edge are partly outside.
  var shape = [70, 90]
  /// How many of the first dimension are written; the rest was never.
  var written: Int?
  var isUnlimited = false

  var testDescription: String {
    "\(type) \(shape) chunks \(storage.chunks ?? []) deflate \(storage.deflate ?? 0) "
      + "\(storage.shuffles ? "shuffled " : "")\(storage.isBigEndian ? "big-endian " : "")"
      + "\(storage.hasChecksums ? "checksums " : "")\(isUnlimited ? "unlimited " : "")"
      + (written.map { "\($0) lines" } ?? "")
  }

  static let numberTypes: [NetCDFType] = [
    .byte, .ubyte, .short, .ushort, .int, .uint, .int64, .uint64, .float, .double,
  ]

  /// Every number type in both byte orders, stored plainly, deflated, and shuffled.
  static let plain: [ChunkSample] = numberTypes.flatMap { type in
    [false, true].flatMap { isBig in
      [(nil, false), (4, false), (9, true), (nil, true)].map { level, shuffles in
        ChunkSample(
          type: type,
          storage: .init(
            chunks: [32, 40], deflate: level, shuffles: shuffles, isBigEndian: isBig))
      }
    }
  }

  /// Layouts that need care.
  static let special: [ChunkSample] = [
    // Only the library checks checksums.
    ChunkSample(storage: .init(chunks: [32, 40], deflate: 4, shuffles: true, hasChecksums: true)),
    ChunkSample(storage: .init(chunks: [32, 40], hasChecksums: true)),
    // Chunks that were never written are fill values.
    ChunkSample(written: 20),
    ChunkSample(type: .float, storage: .init(chunks: [32, 40]), written: 33),
    ChunkSample(type: .double, storage: .init(chunks: [8, 90], deflate: 1), written: 0),
    ChunkSample(shape: [37, 90], written: 37, isUnlimited: true),
    ChunkSample(
      type: .int, storage: .init(chunks: [1, 30, 45], deflate: 4, shuffles: true),
      shape: [5, 70, 90], isUnlimited: true),
    // Chunks of several steps.
    ChunkSample(
      type: .ushort, storage: .init(chunks: [3, 30, 45], deflate: 4, shuffles: true),
      shape: [5, 70, 90]),
    // One chunk, chunks as long as the variable, and chunks of a few numbers.
    ChunkSample(storage: .init(chunks: [70, 90], deflate: 4, shuffles: true)),
    ChunkSample(storage: .init(chunks: [1, 90], deflate: 4)),
    ChunkSample(storage: .init(chunks: [2, 3], deflate: 4)),
    ChunkSample(type: .float, storage: .init(chunks: [4096], deflate: 2), shape: [20_000]),
    // Not in chunks at all.
    ChunkSample(storage: .plain),
  ]

  func write(to path: String) throws {
    let writer = try NetCDFWriter(path: path)
    let dimensions = try shape.enumerated().map { axis, length in
      try writer.dimension("d\(axis)", length: length, isUnlimited: isUnlimited && axis == 0)
    }
    let variable = try writer.variable("rain", type, dimensions: dimensions, storage: storage)
    let lines = written ?? shape[0]
    let slab = NetCDFWriter.Slab(
      start: shape.map { _ in 0 }, count: [lines] + shape.dropFirst())
    let patterns = (0..<slab.count.reduce(1, *)).map { pattern($0) }
    switch type {
    case .byte: try put(patterns.map { Int8(truncatingIfNeeded: $0) }, variable, slab, writer)
    case .ubyte: try put(patterns.map { UInt8(truncatingIfNeeded: $0) }, variable, slab, writer)
    case .short: try put(patterns.map { Int16(truncatingIfNeeded: $0) }, variable, slab, writer)
    case .ushort: try put(patterns.map { UInt16(truncatingIfNeeded: $0) }, variable, slab, writer)
    case .int: try put(patterns.map { Int32(truncatingIfNeeded: $0) }, variable, slab, writer)
    case .uint: try put(patterns.map { UInt32(truncatingIfNeeded: $0) }, variable, slab, writer)
    case .int64: try put(patterns, variable, slab, writer)
    case .uint64: try put(patterns.map { UInt64(bitPattern: $0) }, variable, slab, writer)
    case .float: try put(patterns.map { Float($0) / 8 }, variable, slab, writer)
    default: try put(patterns.map { $0 == 0 ? .nan : Double($0) / 8 }, variable, slab, writer)
    }
    try writer.close()
  }

  private func put<Value: NetCDFWriter.Number>(
    _ values: [Value], _ variable: NetCDFWriter.Variable, _ slab: NetCDFWriter.Slab,
    _ writer: NetCDFWriter
  ) throws {
    if !values.isEmpty { try writer.write(values, to: variable, at: slab) }
  }

  /// Mostly zero, as rain is; every byte of a wet number differs from place to place.
  private func pattern(_ index: Int) -> Int64 {
    let line = index / (shape.last ?? 1)
    guard line % 40 > 25 else { return 0 }
    return Int64(bitPattern: UInt64(index) &* 0x9E37_79B9_7F4A_7C15) >> Int64(index % 5 * 9)
  }
}
