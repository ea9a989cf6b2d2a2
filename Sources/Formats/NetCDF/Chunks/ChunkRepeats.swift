import Glibc

/// The last few chunks that compressed well, with their stored bytes and their numbers.
struct ChunkRepeats {
  private struct Kept {
    let stored: UnsafeMutableRawPointer
    let bytes: Int
    let mask: UInt32
    let numbers: UnsafeMutableRawPointer
    let isUniform: Bool

    func free() {
      Glibc.free(stored)
      Glibc.free(numbers)
    }
  }

  private static let places = 4
  /// Larger chunks are few.
  private static let largestChunk = 1 << 20
  /// Only chunks that shrank so much are likely to come again.
  private static let smallestRatio = 16
  private var kept: [Kept] = []
  private var oldest = 0

  func find(
    _ bytes: UnsafeRawPointer, _ chunk: ChunkedDataset.StoredChunk
  ) -> ChunkReader.Chunk? {
    for known in kept where known.bytes == chunk.bytes && known.mask == chunk.mask {
      guard memcmp(known.stored, bytes, chunk.bytes) == 0 else { continue }
      return ChunkReader.Chunk(
        numbers: UnsafeRawPointer(known.numbers), isUniform: known.isUniform)
    }
    return nil
  }

  /// Keeps a copy where that is worth it. Without memory for it nothing is kept.
  mutating func remember(
    _ chunk: ChunkReader.Chunk, stored: UnsafeRawPointer, _ found: ChunkedDataset.StoredChunk,
    chunkBytes: Int
  ) {
    guard chunkBytes <= ChunkRepeats.largestChunk,
      found.bytes <= chunkBytes / ChunkRepeats.smallestRatio
    else { return }
    guard let storedCopy = malloc(found.bytes) else { return }
    guard let numbersCopy = malloc(chunkBytes) else {
      Glibc.free(storedCopy)
      return
    }
    memcpy(storedCopy, stored, found.bytes)
    memcpy(numbersCopy, chunk.numbers, chunkBytes)
    let new = Kept(
      stored: storedCopy, bytes: found.bytes, mask: found.mask, numbers: numbersCopy,
      isUniform: chunk.isUniform)
    if kept.count < ChunkRepeats.places {
      kept.append(new)
      return
    }
    kept[oldest].free()
    kept[oldest] = new
    oldest = (oldest + 1) % ChunkRepeats.places
  }

  func free() {
    for known in kept { known.free() }
  }
}
