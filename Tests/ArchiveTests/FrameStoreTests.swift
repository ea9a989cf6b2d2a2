import Archive
import Foundation
import Hydromet
import Testing

@Suite("A stored frame is read back as it was, or refused")
struct FrameStoreTests {
  let bench: Workbench
  let store: FrameStore

  init() throws {
    bench = try Workbench()
    store = FrameStore(folder: "\(bench.folder)/frames", isDurable: false)
  }

  private func field(_ cells: [Int32], rows: Int, columns: Int) -> DepthField {
    DepthField(
      geometry: GridGeometry(
        rows: rows, columns: columns, projection: "EPSG:4490", isGeographic: true, west: 106.1,
        north: 29.3, cellWidth: 0.01, cellHeight: 0.01), period: tenMinutes(endingAt: 10),
      micrometres: cells)
  }

  /// Cells that follow no pattern, from a linear congruence.
  private func noise(_ count: Int) -> [Int32] {
    var state: UInt32 = 1
    return (0..<count).map { _ in
      state = state &* 1_664_525 &+ 1_013_904_223
      return Int32(bitPattern: state)
    }
  }

  private var shapes: [(name: String, cells: [Int32])] {
    let missing = DepthField.missing
    return [
      ("dry", .init(repeating: 0, count: 600)),
      ("missing", .init(repeating: missing, count: 600)),
      ("edges", (0..<600).map { $0 % 7 == 0 ? .max : $0 % 5 == 0 ? missing : 0 }),
      ("slope", (0..<600).map { Int32($0 * 50) }),
      ("noise", noise(600)),
      ("run at the end", (0..<600).map { $0 < 590 ? Int32($0) : 12_345 }),
    ]
  }

  @Test("every pattern of dry, missing, smooth and wild cells comes back cell by cell")
  func roundTrip() throws {
    for shape in shapes {
      let field = field(shape.cells, rows: 20, columns: 30)
      let stored = try store.write(field, feed: "radar")
      #expect(try store.read(stored.storeName, geometry: field.geometry) == field, "\(shape.name)")
      #expect(stored.validCells == shape.cells.count { $0 != DepthField.missing })
      #expect(stored.geometryHash == field.geometry.hash)
    }
  }

  @Test("a dry frame takes a few bytes, noise takes no more than its cells")
  func size() throws {
    for (shape, most) in [("dry", 130), ("missing", 140), ("noise", 120 + 2400)] {
      let cells = try #require(shapes.first { $0.name == shape }).cells
      let stored = try store.write(field(cells, rows: 20, columns: 30), feed: shape)
      let bytes = try Data(contentsOf: URL(fileURLWithPath: "\(store.folder)/\(stored.storeName)"))
      #expect(bytes.count <= most, "\(shape)")
    }
  }

  @Test("the same frame written twice is one file of the same bytes, and no temporary file stays")
  func twice() throws {
    let field = field(noise(600), rows: 20, columns: 30)
    let first = try store.write(field, feed: "radar")
    #expect(try store.write(field, feed: "radar") == first)
    let names = try FileManager.default.contentsOfDirectory(atPath: "\(store.folder)/radar")
    #expect(names == [String(first.storeName.dropFirst(6))])
    #expect(first.storeName.hasPrefix("radar/20200705T001000Z-"))
  }

  @Test("a frame with one wrong byte anywhere is refused with what to do")
  func damage() throws {
    let cells = (0..<600).map { Int32($0 % 90 < 60 ? 0 : $0 * 100) }
    let field = field(cells, rows: 20, columns: 30)
    let stored = try store.write(field, feed: "radar")
    let url = URL(fileURLWithPath: "\(store.folder)/\(stored.storeName)")
    let bytes = try Data(contentsOf: url)
    for position in bytes.indices {
      var damaged = bytes
      damaged[position] ^= 0x10
      try damaged.write(to: url)
      let code = faultCode { _ = try store.read(stored.storeName, geometry: field.geometry) }
      #expect(code == "frame_damaged", "byte \(position)")
    }
    for length in stride(from: 0, to: bytes.count, by: 7) {
      try bytes.prefix(length).write(to: url)
      let code = faultCode { _ = try store.read(stored.storeName, geometry: field.geometry) }
      #expect(code == "frame_damaged", "\(length) bytes")
    }
    #expect(try store.write(field, feed: "radar") == stored)
    #expect(try store.read(stored.storeName, geometry: field.geometry) == field)
  }

  @Test("a frame is not read as one of another grid")
  func otherGrid() throws {
    let stored = try store.write(field(noise(600), rows: 20, columns: 30), feed: "radar")
    let other = field([], rows: 30, columns: 20).geometry
    #expect(faultCode { _ = try store.read(stored.storeName, geometry: other) } == "frame_damaged")
    #expect(
      faultCode { _ = try store.write(field([1], rows: 2, columns: 2), feed: "radar") }
        == "bad_frame")
  }

  @Test(
    "no name leads out of the store", arguments: ["../x/y.frame", "a/../../b.frame", "", "a/b"])
  func names(name: String) {
    #expect(faultCode { _ = try store.read(name, geometry: smallGrid) } == "frame_missing")
    #expect(faultCode { try store.remove([name]) } == "frame_missing")
    #expect(
      faultCode { _ = try store.write(field([1], rows: 1, columns: 1), feed: "../\(name)") }
        == "bad_feed_name")
  }

  @Test("a sweep removes what the ledger does not know, and only in the store's own files")
  func sweep() throws {
    let kept = try store.write(field(noise(4), rows: 2, columns: 2), feed: "radar").storeName
    let orphan = try store.write(field([1, 2, 3, 4], rows: 2, columns: 2), feed: "radar").storeName
    try Data("x".utf8).write(to: URL(fileURLWithPath: "\(store.folder)/radar/notes.txt"))
    try Data("x".utf8).write(to: URL(fileURLWithPath: "\(store.folder)/radar/z.frame.1.tmp"))
    #expect(try store.sweep(keeping: [kept]) == [orphan, "radar/z.frame.1.tmp"])
    try store.remove([kept, kept])
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: "\(store.folder)/radar") == ["notes.txt"])
  }

  @Test("the hash of a grid depends on every field of it and on nothing else")
  func geometryHash() {
    let grid = smallGrid
    func changed(
      rows: Int = 2, projection: String = grid.projection, isGeographic: Bool = true,
      west: Double = 106, cellHeight: Double = 0.01
    ) -> String {
      GridGeometry(
        rows: rows, columns: 3, projection: projection, isGeographic: isGeographic, west: west,
        north: 29, cellWidth: 0.01, cellHeight: cellHeight
      ).hash
    }
    let hashes = [
      changed(), changed(rows: 3), changed(projection: "EPSG:4326"), changed(isGeographic: false),
      changed(west: 106.000_000_1), changed(cellHeight: 0.02),
    ]
    #expect(Set(hashes).count == hashes.count)
    #expect(hashes[0] == grid.hash)
    #expect(grid.hash.count == 64)
  }
}

@Suite("The fingerprint of a file")
struct FingerprintTests {
  @Test(
    "is the published SHA-256 of the bytes",
    arguments: [
      ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
      ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    ])
  func published(text: String, hash: String) throws {
    let bench = try Workbench()
    let path = "\(bench.folder)/file"
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    #expect(
      try Fingerprint(ofFile: path) == Fingerprint(size: Int64(text.utf8.count), sha256: hash))
    #expect(fingerprint(text).sha256 == hash)
  }

  @Test("is the same in one piece and in many")
  func pieces() throws {
    let bench = try Workbench()
    let bytes = (0..<700_001).map { UInt8(truncatingIfNeeded: $0 / 3) }
    let path = "\(bench.folder)/file"
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    #expect(try Fingerprint(ofFile: path) == Fingerprint(of: bytes))
  }

  @Test("is refused for what is no file")
  func noFile() throws {
    let bench = try Workbench()
    #expect(faultCode { _ = try Fingerprint(ofFile: bench.folder) } == "unreadable_file")
    #expect(faultCode { _ = try Fingerprint(ofFile: "\(bench.folder)/x") } == "unreadable_file")
  }
}
