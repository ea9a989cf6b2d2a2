import Areal
import Hydromet
import Testing

@Suite("The file of weights")
struct RegionWeightsFileTests {
  let grid = GridGeometry.plain(
    rows: 20, columns: 30, west: 100, south: 20, cell: 0.1, isGeographic: true)
  let key: WeightsKey

  init() throws {
    key = try #require(
      WeightsKey(
        grid: [UInt8](repeating: 1, count: 32), regions: [UInt8](repeating: 2, count: 32)))
  }

  func sample() throws -> RegionWeights {
    var random = SeededGenerator(4)
    let regions = (0..<9).map { i in
      Region(
        id: "\(i)",
        geometry: MultiPolygon([
          Polygon(
            outer: star(
              &random, centre: Point(x: 100 + Double(i) * 0.4, y: 21), radius: 0.6, vertices: 9))
        ]))
    }
    return try RegionWeights.build(regions: regions, geometry: grid)
  }

  @Test("what is written is read back, bit for bit")
  func roundTrip() throws {
    let weights = try sample()
    let bytes = weights.encoded(key: key)
    #expect(try RegionWeights.decode(bytes, key: key, geometry: grid) == weights)
    #expect(weights.encoded(key: key) == bytes)
    let none = try RegionWeights.build(regions: [], geometry: grid)
    #expect(
      try RegionWeights.decode(none.encoded(key: key), key: key, geometry: grid).regionCount == 0)
  }

  @Test("a file cut at any byte is refused")
  func truncated() throws {
    let bytes = try sample().encoded(key: key)
    for length in 0..<bytes.count {
      #expect(throws: Fault.self) {
        try RegionWeights.decode(Array(bytes[..<length]), key: key, geometry: grid)
      }
    }
    #expect(throws: Fault.self) {
      try RegionWeights.decode(bytes + [0, 0, 0, 0, 0, 0, 0, 0], key: key, geometry: grid)
    }
  }

  @Test("a file with any byte changed is refused")
  func damaged() throws {
    let bytes = try sample().encoded(key: key)
    for index in bytes.indices {
      for change: UInt8 in [0x01, 0x80, 0xff] {
        var damaged = bytes
        damaged[index] ^= change
        #expect(throws: Fault.self) {
          try RegionWeights.decode(damaged, key: key, geometry: grid)
        }
      }
    }
  }

  @Test("a forged file whose checksums match but whose numbers do not fit the grid is refused")
  func forged() throws {
    let weights = try sample()
    let small = grid.cropped(rows: 0..<20, columns: 0..<30)
    let bytes = weights.encoded(key: key)
    #expect(small == grid)
    for offset in stride(from: 128, to: bytes.count - 8, by: 8) {
      var forged = bytes
      for i in offset..<offset + 8 {
        forged[i] = 0xff
      }
      seal(&forged)
      #expect(throws: Fault.self) {
        try RegionWeights.decode(forged, key: key, geometry: grid)
      }
    }
    for offset in [24, 32, 40] {
      for value: [UInt8] in [[255, 255, 255, 255, 255, 255, 255, 255], [0, 0, 0, 0, 1, 0, 0, 0]] {
        var forged = bytes
        forged.replaceSubrange(offset..<offset + 8, with: value)
        seal(&forged)
        #expect(throws: Fault.self) {
          try RegionWeights.decode(forged, key: key, geometry: grid)
        }
      }
    }
  }

  @Test("weights of another grid, of other regions or of another version are refused by name")
  func otherInputs() throws {
    let bytes = try sample().encoded(key: key)
    func code(_ bytes: [UInt8], _ key: WeightsKey, _ grid: GridGeometry) -> String? {
      do {
        _ = try RegionWeights.decode(bytes, key: key, geometry: grid)
        return nil
      } catch {
        return error.code
      }
    }
    let other = try #require(
      WeightsKey(grid: key.grid, regions: [UInt8](repeating: 3, count: 32)))
    #expect(code(bytes, other, grid) == "weights_other_inputs")
    #expect(code(bytes, key, .plain(rows: 30, columns: 20)) == "weights_other_inputs")
    #expect(code(Array("CDF".utf8), key, grid) == "not_weights")
    var newer = bytes
    newer[8] = 99
    #expect(code(newer, key, grid) == "weights_version")
    #expect(WeightsKey(grid: [1, 2, 3], regions: key.regions) == nil)
  }

  /// Puts checksums into a file as its layout describes them.
  func seal(_ bytes: inout [UInt8]) {
    func sum(_ range: Range<Int>) -> [UInt8] {
      var sum: UInt64 = 0xcbf2_9ce4_8422_2325
      for offset in stride(from: range.lowerBound, to: range.upperBound, by: 8) {
        let word = bytes[offset..<offset + 8].reversed().reduce(0) { $0 << 8 | UInt64($1) }
        sum = (sum ^ word) &* 0x100_0000_01b3
        sum ^= sum >> 32
      }
      return (0..<8).map { UInt8(truncatingIfNeeded: sum >> ($0 * 8)) }
    }
    bytes.replaceSubrange(112..<120, with: sum(128..<bytes.count))
    bytes.replaceSubrange(120..<128, with: sum(0..<120))
  }
}
