import Formats
import Hydromet
import Synchronization
import Testing

@Suite("Chunks of netCDF-4 files, read below the library")
struct ChunkReadingTests {
  let folder: TestFolder

  init() throws {
    folder = try TestFolder()
  }

  @Test("the numbers are those that the library reads", arguments: ChunkSample.plain)
  func everyType(sample: ChunkSample) throws {
    try sample.write(to: folder.file("a.nc"))
    try compare(folder.file("a.nc"), [1, 2])
  }

  @Test(
    "edge chunks, chunks that were never written and other layouts too",
    arguments: ChunkSample.special)
  func everyLayout(sample: ChunkSample) throws {
    try sample.write(to: folder.file("a.nc"))
    try compare(folder.file("a.nc"), [1, 3])
  }

  @Test("any slab is handed out whole, each number once")
  func slabs() throws {
    let sample = ChunkSample(
      type: .int, storage: .init(chunks: [2, 16, 24], deflate: 4, shuffles: true),
      shape: [3, 50, 60])
    try sample.write(to: folder.file("a.nc"))
    let file = try NetCDFFile(path: folder.file("a.nc"))
    let reference = try NetCDFFile(path: folder.file("a.nc"), readsChunks: false)
    let variable = try #require(file.variable("rain"))
    for start in [[0, 0, 0], [1, 15, 24], [2, 16, 23], [0, 49, 59]] {
      for count in [[1, 1, 1], [1, 35, 36], [1, 20, 1], [0, 3, 3], [1, 1, 36]] {
        guard zip(zip(start, count), variable.shape).allSatisfy({ $0.0 + $0.1 <= $1 }) else {
          continue
        }
        #expect(
          try bytes(file, variable, start: start, count: count, threads: 2)
            == bytes(reference, variable, start: start, count: count, threads: 1))
      }
    }
    #expect(throws: Fault.self) {
      try file.forEachBlock(of: variable, start: [0, 0, 0], count: [4, 1, 1]) { _ in }
    }
  }

  @Test(
    "large slabs have the same numbers as floats and doubles", arguments: ChunkSample.numberTypes)
  func largeSlabs(type: NetCDFType) throws {
    let sample = ChunkSample(
      type: type, storage: .init(chunks: [64, 64], deflate: 1, shuffles: true), shape: [270, 300])
    try sample.write(to: folder.file("a.nc"))
    let file = try NetCDFFile(path: folder.file("a.nc"))
    let reference = try NetCDFFile(path: folder.file("a.nc"), readsChunks: false)
    let variable = try #require(file.variable("rain"))
    #expect(
      try file.doubles(variable).map(\.bitPattern) == reference.doubles(variable).map(\.bitPattern))
    let (start, count) = ([3, 5], [260, 290])
    #expect(
      try file.floats(variable, start: start, count: count).map(\.bitPattern)
        == reference.floats(variable, start: start, count: count).map(\.bitPattern))
  }

  @Test("blocks say where all numbers are the same, dry or missing")
  func uniform() throws {
    let writer = try NetCDFWriter(path: folder.file("a.nc"))
    let y = try writer.dimension("y", length: 100)
    let x = try writer.dimension("x", length: 64)
    let rain = try writer.variable(
      "rain", .short, dimensions: [y, x],
      storage: .init(chunks: [32, 32], deflate: 4, shuffles: true))
    // Rows 0…31 are dry, 32…63 have one wet cell in the east, the rest is missing.
    var numbers = [Int16](repeating: 0, count: 64 * 64) + [Int16](repeating: -1, count: 36 * 64)
    numbers[40 * 64 + 63] = 5
    try writer.write(numbers, to: rain)
    try writer.close()
    let file = try NetCDFFile(path: folder.file("a.nc"))
    let found = Mutex<[String: Int]>([:])
    try file.forEachBlock(
      of: try #require(file.variable("rain")), start: [0, 0], count: [100, 64], threads: 1
    ) { block in
      let first = block.first.loadUnaligned(as: Int16.self)
      found.withLock { $0["\(block.isUniform ? "all \(first)" : "mixed")", default: 0] += 1 }
    }
    // The chunks in the south reach beyond the variable, but what is inside is all missing.
    #expect(found.withLock { $0 } == ["all 0": 3, "mixed": 1, "all -1": 4])
  }

  @Test("a variable that bears the name of a dimension without being its coordinates is found")
  func namedLikeADimension() throws {
    let writer = try NetCDFWriter(path: folder.file("a.nc"))
    let y = try writer.dimension("y", length: 40)
    let rain = try writer.dimension("rain", length: 40)
    let variable = try writer.variable(
      "rain", .int, dimensions: [y, rain], storage: .init(chunks: [20, 20], deflate: 1))
    try writer.write((0..<1600).map { Int32($0) }, to: variable)
    try writer.close()
    try compare(folder.file("a.nc"), [2])
  }

  @Test("a file that took the place of an open one is not mixed with it")
  func replaced() throws {
    var sample = ChunkSample()
    try sample.write(to: folder.file("a.nc"))
    let expected = try NetCDFFile(path: folder.file("a.nc"), readsChunks: false)
    let variable = try #require(expected.variable("rain"))
    let before = try bytes(expected, variable, start: [0, 0], count: sample.shape, threads: 1)
    let file = try NetCDFFile(path: folder.file("a.nc"))
    sample.written = 0
    try sample.write(to: folder.file("b.nc"))
    try folder.move("b.nc", to: "a.nc")
    #expect(try bytes(file, variable, start: [0, 0], count: sample.shape, threads: 2) == before)
  }

  @Test(
    "a chunk that claims to be larger than 1 GiB is refused, however small the file is",
    arguments: [false, true])
  func bomb(hasChecksums: Bool) throws {
    let writer = try NetCDFWriter(path: folder.file("a.nc"))
    let length = (1 << 28) - 1
    let x = try writer.dimension("x", length: length)
    _ = try writer.variable(
      "rain", .double, dimensions: [x],
      storage: .init(chunks: [length], deflate: 1, hasChecksums: hasChecksums))
    try writer.close()
    let file = try NetCDFFile(path: folder.file("a.nc"))
    let variable = try #require(file.variable("rain"))
    let fault = #expect(throws: Fault.self) {
      try file.forEachBlock(of: variable, start: [0], count: [1]) { _ in }
    }
    #expect(fault?.code == "too_large")
  }

  @Test("two thousand openings take no memory with them", arguments: [[100, 100], [300, 300]])
  func memory(chunks: [Int]) throws {
    try ChunkSample(storage: .init(chunks: chunks, deflate: 4, shuffles: true), shape: [300, 300])
      .write(to: folder.file("a.nc"))
    func readOften(_ times: Int) throws {
      for _ in 0..<times {
        let file = try NetCDFFile(path: folder.file("a.nc"))
        let variable = try #require(file.variable("rain"))
        #expect(try file.floats(variable, start: [0, 0], count: [300, 300]).count == 90_000)
      }
    }
    try readOften(100)
    let before = ResidentMemory.bytes
    try readOften(1000)
    let grown = ResidentMemory.bytes - before
    #expect(grown < 16 << 20, "\(grown >> 10) KiB more")
  }

  // MARK: - Comparing

  private func compare(_ path: String, _ threads: [Int]) throws {
    let file = try NetCDFFile(path: path)
    let reference = try NetCDFFile(path: path, readsChunks: false)
    let variable = try #require(file.variable("rain"))
    let start = variable.shape.map { _ in 0 }
    let expected = try bytes(reference, variable, start: start, count: variable.shape, threads: 1)
    for count in threads {
      #expect(
        try bytes(file, variable, start: start, count: variable.shape, threads: count) == expected)
    }
    let wide = try file.doubles(variable).map(\.bitPattern)
    #expect(try wide == reference.doubles(variable).map(\.bitPattern))
  }

  private func bytes(
    _ file: NetCDFFile, _ variable: NetCDFVariable, start: [Int], count: [Int], threads: Int
  ) throws -> [UInt8] {
    try StoredBytes.read(file, variable, start: start, count: count, threads: threads)
  }
}
