import CHDF5
import Glibc
import Hydromet
import Synchronization

/// Which file a path led to.
struct FileIdentity: Sendable, Equatable {
  private let device: UInt64
  private let number: UInt64

  /// Nil where there is no such file.
  init?(path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    self.init(status)
  }

  init?(descriptor: Int32) {
    var status = stat()
    guard descriptor >= 0, fstat(descriptor, &status) == 0 else { return nil }
    self.init(status)
  }

  private init(_ status: stat) {
    device = UInt64(truncatingIfNeeded: status.st_dev)
    number = UInt64(truncatingIfNeeded: status.st_ino)
  }
}

/// A netCDF-4 file, opened a second time by HDF5 itself, which shares what netCDF has open.
final class HierarchicalFile: Sendable {
  let identifier: hid_t

  /// - Parameter identity: what netCDF has open: the path may lead to another file by now.
  /// - Returns: nil where HDF5 refuses, or opens another file.
  init?(path: String, identity: FileIdentity) {
    let opened = HierarchicalFile.open(path, identity)
    guard opened >= 0 else { return nil }
    identifier = opened
  }

  private static func open(_ path: String, _ identity: FileIdentity) -> hid_t {
    NetCDFLibrary.alone {
      let file = fr_h5_open(path.hasPrefix("/") ? path : "./\(path)")
      guard file >= 0 else { return -1 }
      if FileIdentity(descriptor: fr_h5_descriptor(file)) == identity { return file }
      H5Fclose(file)
      return -1
    }
  }

  deinit {
    let identifier = identifier
    NetCDFLibrary.alone { _ = H5Fclose(identifier) }
  }
}

/// A chunked dataset whose chunks are read as they are stored.
final class ChunkedDataset: Sendable {
  let layout: ChunkLayout
  let place: Fault.Location
  private let file: HierarchicalFile
  private let identifier: hid_t
  private let idleReaders = Mutex<[ChunkReader]>([])

  /// - Returns: nil where only the netCDF library can read the variable.
  init?(_ variable: NetCDFVariable, in file: HierarchicalFile, place: Fault.Location) {
    let found = NetCDFLibrary.alone { () -> (hid_t, ChunkLayout)? in
      let dataset = ChunkedDataset.open(variable, file.identifier)
      guard dataset >= 0 else { return nil }
      if let layout = ChunkLayout(dataset: dataset, type: variable.type, shape: variable.shape) {
        return (dataset, layout)
      }
      H5Dclose(dataset)
      return nil
    }
    guard let found else { return nil }
    self.file = file
    self.place = place
    identifier = found.0
    layout = found.1
  }

  deinit {
    let identifier = identifier
    NetCDFLibrary.alone { _ = H5Dclose(identifier) }
  }

  /// A variable that bears the name of a dimension without being its coordinates has another name in
  /// the file.
  private static func open(_ variable: NetCDFVariable, _ file: hid_t) -> hid_t {
    let group = variable.path.dropLast(variable.name.count)
    let other = "/\(group)_nc4_non_coord_\(variable.name)"
    if fr_h5_has_link(file, other) != 0 { return fr_h5_open_dataset(file, other) }
    return fr_h5_open_dataset(file, "/\(variable.path)")
  }

  /// A chunk as it is stored.
  struct StoredChunk: Sendable {
    let bytes: Int
    let mask: UInt32
  }

  /// Reads the chunk that begins at `origin` into a buffer that is asked for its bytes.
  ///
  /// - Returns: nil for a chunk that is not found: it was never written, or the file is damaged there.
  ///   The library knows which.
  func read(
    origin: [Int], into buffer: (_ bytes: Int) throws(Fault) -> UnsafeMutableRawPointer
  ) throws(Fault) -> StoredChunk? {
    let corner = origin.map { hsize_t($0) }
    // Nobody stores more than a little more than the numbers themselves.
    let limit = 2 * layout.chunkBytes + 65_536
    return try NetCDFLibrary.alone { () throws(Fault) -> StoredChunk? in
      var bytes: hsize_t = 0
      guard fr_h5_chunk_size(identifier, corner, &bytes) >= 0, bytes > 0 else { return nil }
      guard bytes <= limit else { throw damaged(origin, "claims \(bytes) bytes") }
      var mask: UInt32 = 0
      let target = try buffer(Int(bytes))
      guard fr_h5_read_chunk(identifier, corner, &mask, target) >= 0 else { return nil }
      return StoredChunk(bytes: Int(bytes), mask: mask)
    }
  }

  func damaged(_ origin: [Int], _ problem: String) -> Fault {
    Fault(
      "damaged_netcdf", at: place, "the chunk at \(origin) \(problem)",
      remedy: "check that the file is complete and of netCDF form")
  }

  // MARK: - Readers

  /// A reader that nobody else uses.
  func takeReader() throws(Fault) -> ChunkReader {
    if let idle = idleReaders.withLock({ $0.popLast() }) { return idle }
    return try ChunkReader(self.layout, place: place)
  }

  /// Hands a reader back, so that the next step of the file finds its buffers.
  func giveBack(_ reader: ChunkReader) {
    idleReaders.withLock { $0.append(reader) }
  }
}
