import CHDF5
import Hydromet

/// How a chunked variable lies in its file.
struct ChunkLayout: Sendable {
  /// Lengths of the dataset.
  let shape: [Int]
  /// Lengths of a chunk, each 1 or more. Chunks at the edge are stored whole.
  let chunk: [Int]
  /// Bytes of one number: 1, 2, 4 or 8.
  let width: Int
  /// Bytes of a chunk that is not compressed.
  let chunkBytes: Int
  /// Numbers are stored in the other byte order than this machine's.
  let isSwapped: Bool
  /// The bit of the shuffle filter in a chunk's filter mask; nil where there is no such filter.
  let shuffleBit: UInt32?
  /// The bit of the deflate filter.
  let deflateBit: UInt32?

  /// A chunk that would inflate to more is not read, bytes.
  private static let largestChunk = 1 << 30
  /// Below this the library is as fast, bytes.
  private static let smallestChunk = 1024

  /// What may be read below the library: chunked, of a plain number type, nothing but shuffle and
  /// deflate in this order. Runs inside `NetCDFLibrary.alone`.
  ///
  /// - Returns: nil where only the library can read the dataset.
  init?(dataset: hid_t, type: NetCDFType, shape: [Int]) {
    guard UInt16(littleEndian: 1) == 1, !shape.isEmpty,
      let isBig = ChunkLayout.isBigEndian(dataset, type),
      ChunkLayout.lengths(of: dataset) == shape
    else { return nil }
    let creation = H5Dget_create_plist(dataset)
    guard creation >= 0 else { return nil }
    defer { H5Pclose(creation) }
    guard let chunk = ChunkLayout.chunk(creation, rank: shape.count),
      let filters = ChunkLayout.filters(creation)
    else { return nil }
    let width = type.width
    var bytes = width
    for length in chunk {
      let (product, overflow) = bytes.multipliedReportingOverflow(by: length)
      guard !overflow else { return nil }
      bytes = product
    }
    guard bytes >= ChunkLayout.smallestChunk else { return nil }
    if let shuffledWidth = filters.shuffledWidth, shuffledWidth != width { return nil }
    self.shape = shape
    self.chunk = chunk
    self.width = width
    chunkBytes = bytes
    isSwapped = isBig && width > 1
    shuffleBit = width > 1 ? filters.shuffleBit : nil
    deflateBit = filters.deflateBit
  }

  /// - Throws: `too_large` for chunks of more than 1 GiB: a small file may claim them, and inflating one
  ///   takes that much memory.
  static func requireModest(
    _ chunk: [Int], width: Int, _ place: Fault.Location
  ) throws(Fault) {
    var bytes = width
    for length in chunk {
      let (product, overflow) = bytes.multipliedReportingOverflow(by: length)
      bytes = overflow ? Int.max : product
    }
    guard bytes > largestChunk else { return }
    throw Fault(
      "too_large", at: place, "its chunks of \(chunk) numbers have more than 1 GiB",
      remedy: "write the file with smaller chunks")
  }

  private static func isBigEndian(_ dataset: hid_t, _ type: NetCDFType) -> Bool? {
    let stored = H5Dget_type(dataset)
    guard stored >= 0 else { return nil }
    defer { H5Tclose(stored) }
    for isBig in [false, true] {
      let standard = fr_h5_standard_type(type.rawValue, isBig ? 1 : 0)
      if standard >= 0, H5Tequal(stored, standard) > 0 { return isBig }
    }
    return nil
  }

  private static func lengths(of dataset: hid_t) -> [Int]? {
    let space = H5Dget_space(dataset)
    guard space >= 0 else { return nil }
    defer { H5Sclose(space) }
    let rank = H5Sget_simple_extent_ndims(space)
    guard rank > 0, rank <= 32 else { return nil }
    var lengths = [hsize_t](repeating: 0, count: Int(rank))
    guard H5Sget_simple_extent_dims(space, &lengths, nil) == rank else { return nil }
    return lengths.map { Int(clamping: $0) }
  }

  private static func chunk(_ creation: hid_t, rank: Int) -> [Int]? {
    guard H5Pget_layout(creation) == H5D_CHUNKED else { return nil }
    // Partial chunks that are stored without filters are the library's business.
    var options: UInt32 = 0
    guard H5Pget_chunk_opts(creation, &options) >= 0, options == 0 else { return nil }
    var lengths = [hsize_t](repeating: 0, count: rank)
    guard H5Pget_chunk(creation, Int32(rank), &lengths) == Int32(rank) else { return nil }
    let chunk = lengths.map { Int(clamping: $0) }
    return chunk.allSatisfy { $0 >= 1 } ? chunk : nil
  }

  private struct Filters {
    var shuffleBit: UInt32?
    var shuffledWidth: Int?
    var deflateBit: UInt32?
  }

  /// Nil for a pipeline with anything else.
  private static func filters(_ creation: hid_t) -> Filters? {
    let count = H5Pget_nfilters(creation)
    guard count >= 0, count <= 2 else { return nil }
    var filters = Filters()
    for place in 0..<UInt32(count) {
      var parameter: UInt32 = 0
      switch fr_h5_filter(creation, place, &parameter) {
      case Int32(H5Z_FILTER_SHUFFLE) where filters.shuffleBit == nil && filters.deflateBit == nil:
        filters.shuffleBit = 1 << place
        filters.shuffledWidth = Int(parameter)
      case Int32(H5Z_FILTER_DEFLATE) where filters.deflateBit == nil:
        filters.deflateBit = 1 << place
      default:
        return nil
      }
    }
    return filters
  }
}

extension NetCDFType {
  /// Bytes of one number; 0 for what is no number.
  var width: Int {
    switch self {
    case .byte, .ubyte: 1
    case .short, .ushort: 2
    case .int, .uint, .float: 4
    case .int64, .uint64, .double: 8
    case .char, .string, .other: 0
    }
  }
}
