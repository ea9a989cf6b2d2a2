import CDeflate
import Glibc
import Hydromet

/// Turns stored chunks into numbers: inflates, gathers shuffled bytes, turns the byte order. Holds the
/// buffers for it, which are used again for every chunk. Belongs to one thread at a time.
///
/// Grids of rain have many chunks with the same bytes, dry ones above all. The last few of them that
/// compressed well are remembered: a chunk that is stored with the same bytes is not inflated again.
final class ChunkReader: @unchecked Sendable {
  /// The numbers of a chunk.
  struct Chunk {
    let numbers: UnsafeRawPointer
    /// Whether all of them are the same.
    let isUniform: Bool
  }

  private let layout: ChunkLayout
  private let place: Fault.Location
  private let inflater: OpaquePointer
  private var stored: RawBuffer
  private var inflated: RawBuffer
  private var numbers: RawBuffer
  private var repeats = ChunkRepeats()

  init(_ layout: ChunkLayout, place: Fault.Location) throws(Fault) {
    guard let inflater = libdeflate_alloc_decompressor() else { throw RawBuffer.exhausted(place) }
    self.layout = layout
    self.place = place
    self.inflater = inflater
    stored = RawBuffer()
    inflated = RawBuffer()
    numbers = RawBuffer()
  }

  deinit {
    libdeflate_free_decompressor(inflater)
    for buffer in [stored, inflated, numbers] { buffer.free() }
    repeats.free()
  }

  /// - Returns: nil for a chunk that is not found. The numbers are valid until the next call.
  func read(_ dataset: ChunkedDataset, origin: [Int]) throws(Fault) -> Chunk? {
    let place = place
    let found = try dataset.read(origin: origin) { bytes throws(Fault) in
      try stored.reserve(bytes, place)
    }
    guard let found else { return nil }
    let bytes = try stored.reserve(found.bytes, place)
    if let known = repeats.find(bytes, found) { return known }
    let result = try decode(bytes, found, dataset, origin)
    let chunk = Chunk(
      numbers: result,
      isUniform: memcmp(result, result + layout.width, layout.chunkBytes - layout.width) == 0)
    repeats.remember(chunk, stored: bytes, found, chunkBytes: layout.chunkBytes)
    return chunk
  }

  private func decode(
    _ bytes: UnsafeRawPointer, _ chunk: ChunkedDataset.StoredChunk, _ dataset: ChunkedDataset,
    _ origin: [Int]
  ) throws(Fault) -> UnsafeRawPointer {
    var plain = bytes
    if let bit = layout.deflateBit, chunk.mask & bit == 0 {
      let target = try inflated.reserve(layout.chunkBytes, place)
      let status = libdeflate_zlib_decompress(
        inflater, bytes, chunk.bytes, target, layout.chunkBytes, nil)
      guard status == LIBDEFLATE_SUCCESS else {
        throw dataset.damaged(
          origin, "does not inflate to the \(layout.chunkBytes) bytes that it should have")
      }
      plain = UnsafeRawPointer(target)
    } else if chunk.bytes != layout.chunkBytes {
      throw dataset.damaged(
        origin, "has \(chunk.bytes) bytes instead of \(layout.chunkBytes)")
    }
    let count = layout.chunkBytes / layout.width
    if let bit = layout.shuffleBit, chunk.mask & bit == 0 {
      let target = try numbers.reserve(layout.chunkBytes, place)
      ByteOrder.gather(
        plain, into: target, count: count, width: layout.width, highestFirst: layout.isSwapped)
      return UnsafeRawPointer(target)
    }
    guard layout.isSwapped else { return plain }
    let target = try numbers.reserve(layout.chunkBytes, place)
    ByteOrder.swap(plain, into: target, count: count, width: layout.width)
    return UnsafeRawPointer(target)
  }
}

/// Memory that is asked for when it is needed; its lack is a fault.
struct RawBuffer {
  private(set) var address: UnsafeMutableRawPointer?
  private var capacity = 0

  /// At least so many bytes; what stood in them is gone where the buffer had to grow.
  mutating func reserve(_ bytes: Int, _ place: Fault.Location) throws(Fault)
    -> UnsafeMutableRawPointer
  {
    if let address, bytes <= capacity { return address }
    free()
    address = nil
    capacity = 0
    // Aligned for every type of number. Aligned allocation proper lets glibc's heap grow without end.
    guard let fresh = malloc(max(1, bytes)) else { throw RawBuffer.exhausted(place) }
    address = fresh
    capacity = bytes
    return fresh
  }

  func free() {
    Glibc.free(address)
  }

  static func exhausted(_ place: Fault.Location) -> Fault {
    Fault(
      "out_of_memory", at: place, "there is not enough memory for one chunk of the variable",
      remedy: "write the file with smaller chunks, or give the machine more memory")
  }
}
