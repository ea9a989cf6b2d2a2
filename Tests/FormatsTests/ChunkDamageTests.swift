import Formats
import Hydromet
import Testing

/// Damaged files are read in this process: what they could do to it, they could do to a worker.
@Suite("Damage to the chunks of netCDF-4 files")
struct ChunkDamageTests {
  let folder: TestFolder

  init() throws {
    folder = try TestFolder()
  }

  @Test(
    "a changed byte anywhere is a fault, or the numbers are those that the library reads",
    arguments: [
      ChunkSample(shape: [40, 50]),
      ChunkSample(
        type: .float, storage: .init(chunks: [20, 30], deflate: 1), shape: [40, 50]),
      ChunkSample(type: .int, storage: .init(chunks: [20, 30]), shape: [40, 50]),
      ChunkSample(
        storage: .init(chunks: [20, 30], deflate: 4, shuffles: true, hasChecksums: true),
        shape: [40, 50]),
    ])
  func smallFiles(sample: ChunkSample) throws {
    try sample.write(to: folder.file("whole.nc"))
    try damage(folder.read("whole.nc"), variable: "rain", times: 800, seed: 1)
  }

  @Test("the same with a real radar file", .enabled(if: RealData.isPresent, "\(RealData.absence)"))
  func realFile() throws {
    let path = RealData.path("radar/bom-brisbane-20201031/66_20201031_000000.prcp-c10.nc")
    try damage(
      FileBytes.read(path: path, limit: 1 << 24), variable: "precipitation", times: 300, seed: 2)
  }

  @Test("chunks whose bytes do not inflate to their length are faults, in every thread's hands")
  func stream() throws {
    try ChunkSample(storage: .init(chunks: [70, 90], deflate: 4)).write(to: folder.file("a.nc"))
    var bytes = try folder.read("a.nc")
    // The stream begins with 78 5E (deflate, level 4) and is followed by its checksum.
    let start = try #require(
      (0..<(bytes.count - 1)).last { bytes[$0] == 0x78 && bytes[$0 + 1] == 0x5E })
    bytes[start + 100] ^= 0x10
    try folder.write(bytes, "b.nc")
    let file = try NetCDFFile(path: folder.file("b.nc"))
    let variable = try #require(file.variable("rain"))
    for threads in [1, 2] {
      let fault = #expect(throws: Fault.self) {
        try StoredBytes.read(file, variable, start: [0, 0], count: [70, 90], threads: threads)
      }
      #expect(fault?.code == "damaged_netcdf")
      #expect(fault?.problem.contains("the chunk at [0, 0] does not inflate") == true)
    }
  }

  /// Changes single bytes evenly over the file, then up to four at a time.
  private func damage(_ whole: [UInt8], variable name: String, times: Int, seed: UInt64) throws {
    var random = SplitMix(state: seed)
    var compared = 0
    for round in 0..<times {
      var bytes = whole
      let isSingle = round < times / 2
      for _ in 0...(isSingle ? 0 : Int(random.next() % 4)) {
        let place =
          isSingle
          ? 48 + (bytes.count - 48) / (times / 2) * round
          : Int(random.next() % UInt64(bytes.count - 48)) + 48
        bytes[place] = random.next() % 2 == 0 ? UInt8(truncatingIfNeeded: random.next()) : 0xFF
      }
      try folder.write(bytes, "changed.nc")
      guard let fast = numbers(name, readsChunks: true) else { continue }
      compared += 1
      #expect(fast == numbers(name, readsChunks: false), "round \(round)")
    }
    #expect(compared > times / 10, "only \(compared) of \(times) could be read")
  }

  /// Nil for a fault.
  private func numbers(_ name: String, readsChunks: Bool) -> [UInt8]? {
    guard let file = try? NetCDFFile(path: folder.file("changed.nc"), readsChunks: readsChunks),
      let variable = file.variable(name), variable.shape.reduce(1, { $0 &* $1 }) <= 1 << 18
    else { return nil }
    return try? StoredBytes.read(
      file, variable, start: variable.shape.map { _ in 0 }, count: variable.shape, threads: 2)
  }
}

/// A small generator of random numbers that gives the same ones every time.
private struct SplitMix {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
