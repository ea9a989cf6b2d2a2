import CNetCDF
import Glibc
public import Hydromet

extension NetCDFFile {
  /// Hands out the stored numbers of a slab, box by box: every number of the slab is in exactly one
  /// box, and the numbers are those that the netCDF library reads.
  ///
  /// Chunks of netCDF-4 files that are stored plainly, shuffled or deflated are inflated on all
  /// threads; a box is then what the slab has of one chunk. Everything else the library reads.
  ///
  /// - Parameters:
  ///   - threads: how many threads; nil takes `ReadingThreads.standard`.
  ///   - body: called by several threads at once, for different boxes, in no fixed order.
  /// - Throws: `outside_variable`, `too_large`, `not_numbers`, `damaged_netcdf`, `out_of_memory`; some
  ///   boxes may have been handed out by then.
  public func forEachBlock(
    of variable: NetCDFVariable, start: [Int], count: [Int], threads: Int? = nil,
    _ body: @Sendable (StoredBlock) -> Void
  ) throws(Fault) {
    let library = LibraryBoxes(variable, Fault.Location(path, item: variable.path))
    let total = try numberCount(variable, start, count)
    if total == 0 { return }
    let dataset = try chunks(of: variable, count: count)
    let tile: [Int]
    if let dataset { tile = dataset.layout.chunk } else { tile = try library.tile(count: count) }
    let grid = BoxGrid(start: start, count: count, tile: tile)
    let queue = PieceQueue(count: grid.count)
    try queue.run(threads: threads ?? ReadingThreads.standard) {
      BlockWork(queue: queue, grid: grid, dataset: dataset, library: library).run(body)
    }
  }

  /// The chunks of a variable where they are better read below the library. Where a chunk holds many
  /// steps and one is asked for, the library's cache of inflated chunks is worth more than threads.
  func chunks(of variable: NetCDFVariable, count: [Int]) throws(Fault) -> ChunkedDataset? {
    guard let dataset = dataset(of: variable) else { return nil }
    let layout = dataset.layout
    try ChunkLayout.requireModest(layout.chunk, width: layout.width, dataset.place)
    let spansSteps = zip(zip(layout.shape, layout.chunk), count).contains { lengths, wanted in
      wanted == 1 && lengths.0 > 1 && lengths.1 > 1
    }
    return spansSteps ? nil : dataset
  }
}

/// What one thread does: takes boxes, reads them, hands them out.
private struct BlockWork {
  let queue: PieceQueue
  let grid: BoxGrid
  let dataset: ChunkedDataset?
  let library: LibraryBoxes

  func run(_ body: (StoredBlock) -> Void) {
    var piece = 0
    var buffer = RawBuffer()
    defer { buffer.free() }
    do throws(Fault) {
      let reader = try dataset?.takeReader()
      while let taken = queue.take() {
        piece = taken
        let box = grid[taken]
        if let dataset, let reader, let chunk = try reader.read(dataset, origin: box.origin) {
          body(block(box, of: chunk, dataset.layout))
        } else {
          body(try library.read(box, &buffer))
        }
      }
      if let reader { dataset?.giveBack(reader) }
    } catch {
      queue.fail(piece, error)
    }
  }

  private func block(
    _ box: BoxGrid.Box, of chunk: ChunkReader.Chunk, _ layout: ChunkLayout
  ) -> StoredBlock {
    let strides = BoxGrid.strides(of: layout.chunk)
    var offset = 0
    for axis in strides.indices { offset += (box.start[axis] - box.origin[axis]) * strides[axis] }
    return StoredBlock(
      start: box.start, count: box.count, strides: strides,
      first: chunk.numbers + offset * layout.width, width: layout.width,
      isWholeUniform: chunk.isUniform)
  }
}

/// Boxes of a variable that the netCDF library reads.
struct LibraryBoxes: Sendable {
  private let group: Int32
  private let identifier: Int32
  private let width: Int
  private let shape: [Int]
  private let place: Fault.Location
  /// Numbers of a box, where nothing else decides it.
  private static let usualCount = 1 << 17

  init(_ variable: NetCDFVariable, _ place: Fault.Location) {
    group = variable.group
    identifier = variable.identifier
    width = variable.type.width
    shape = variable.shape
    self.place = place
  }

  /// Lengths of the boxes: whole chunks, so that none is inflated twice; else whole lines.
  ///
  /// - Throws: `too_large` for chunks that nobody should inflate.
  func tile(count: [Int]) throws(Fault) -> [Int] {
    let chunk = chunkLengths()
    if let chunk { try ChunkLayout.requireModest(chunk, width: width, place) }
    var tile = count
    var numbers = 1
    for axis in count.indices.reversed() {
      let unit = max(1, chunk?[axis] ?? 1)
      let wanted = max(1, LibraryBoxes.usualCount / numbers)
      let units = max(1, wanted / unit)
      tile[axis] =
        units > count[axis] / unit ? max(unit, roundedUp(count[axis], unit)) : units * unit
      let (product, overflow) = numbers.multipliedReportingOverflow(by: tile[axis])
      numbers = overflow ? Int.max : product
    }
    return tile
  }

  private func roundedUp(_ count: Int, _ unit: Int) -> Int {
    let (sum, overflow) = count.addingReportingOverflow(unit)
    return overflow ? Int.max : sum / unit * unit
  }

  private func chunkLengths() -> [Int]? {
    NetCDFLibrary.alone {
      var storage: Int32 = 0
      var lengths = [Int](repeating: 0, count: shape.count)
      guard !shape.isEmpty,
        nc_inq_var_chunking(group, identifier, &storage, &lengths) == NC_NOERR,
        storage == NC_CHUNKED, lengths.allSatisfy({ $0 > 0 })
      else { return nil }
      return lengths
    }
  }

  /// Reads a box as it is stored. It is valid until the buffer is used again.
  func read(_ box: BoxGrid.Box, _ buffer: inout RawBuffer) throws(Fault) -> StoredBlock {
    // A slab has at most 2^28 numbers.
    let bytes = box.count.reduce(1, *) * width
    let target = try buffer.reserve(bytes, place)
    memset(target, 0, bytes)
    try NetCDFLibrary.alone { () throws(Fault) in
      let status = nc_get_vara(group, identifier, box.start, box.count, target)
      try NetCDFLibrary.check(status, place, "reading the variable")
    }
    return StoredBlock(
      start: box.start, count: box.count, strides: BoxGrid.strides(of: box.count),
      first: UnsafeRawPointer(target), width: width)
  }
}
