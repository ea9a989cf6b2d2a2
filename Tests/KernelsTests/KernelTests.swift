import Hydromet
import Kernels
import Testing

private struct Numbers: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

private let kernels = InstructionSet.available.compactMap { Kernel($0) }

@Suite("Kernels on every instruction set")
struct KernelTests {
  @Test("depths are rounded half away from zero, once, as one at a time; NaN is missing")
  func depths() {
    var numbers = Numbers(state: 1)
    var values: [Float] = [
      .nan, .infinity, -.infinity, 0, -0.0, -0.0004, -0.0005, -0.0006, 0.0005, 0.0015, 1.4995,
      2_147_483, 2_147_484, 3e9, 1e-30, -1,
    ]
    values += (0..<1000).map { _ in Float.random(in: -1...200, using: &numbers) }
    for scale in [1000, 1000 / 6.0, 83.3333] {
      let expected = values.map { DepthField.micrometres($0, scale) }
      for kernel in kernels {
        var depths = [Int32](repeating: 7, count: values.count)
        values.withUnsafeBufferPointer { values in
          depths.withUnsafeMutableBufferPointer { depths in
            kernel.convertDepths(
              values.baseAddress!, scale: scale, count: values.count, depths.baseAddress!)
          }
        }
        #expect(depths == expected)
      }
    }
  }

  @Test("means are rounded half up exactly, also next to halves and to whole numbers")
  func means() {
    var numbers = Numbers(state: 3)
    var sums: [UInt64] = []
    var totals: [UInt64] = []
    for _ in 0..<2000 {
      let total = UInt64.random(in: 1...(1 << 39), using: &numbers)
      let whole = UInt64.random(in: 0..<(1 << 24), using: &numbers)
      for near in [0, 1, total / 2, total / 2 + total % 2, total - 1] {
        totals.append(total)
        sums.append(whole * total + near % total)
      }
    }
    while sums.count % 8 != 0 {
      sums.append(0)
      totals.append(1)
    }
    let expected = zip(sums, totals).map { Int32(($0 + $1 / 2) / $1) }
    let inverses = totals.map { 1 / Double($0) }
    for kernel in kernels {
      var means = [Int32](repeating: -1, count: sums.count)
      means.withUnsafeMutableBufferPointer { means in
        sums.withUnsafeBufferPointer { sums in
          totals.withUnsafeBufferPointer { totals in
            inverses.withUnsafeBufferPointer { inverses in
              kernel.roundMeans(
                sums.baseAddress!, totals.baseAddress!, inverses.baseAddress!, count: sums.count,
                means.baseAddress!)
            }
          }
        }
      }
      #expect(means == expected)
    }
  }

  @Test("a tile slides as cell by cell: missing cells add nothing, and are counted")
  func tiles() {
    var numbers = Numbers(state: 2)
    func tile() -> [Int32] {
      (0..<DepthTiles.cells).map { _ in
        Int.random(in: 0..<5, using: &numbers) == 0
          ? DepthField.missing
          : Int.random(in: 0..<3, using: &numbers) == 0
            ? Int32.random(in: 0...90_000, using: &numbers) : 0
      }
    }
    let stride = 80
    let sums = (0..<16 * stride).map { _ in Int32.random(in: 0...1_000_000, using: &numbers) }
    let gaps = (0..<16 * stride).map { _ in UInt16.random(in: 10...60, using: &numbers) }
    var east = [Int32](repeating: 0, count: DepthTiles.cells)
    east[5 * 64 + 48] = 100
    let cases: [([Int32]?, [Int32]?)] = [
      (tile(), tile()), (tile(), nil), (nil, tile()), (east, nil), (east, east),
    ]
    for (entering, leaving) in cases {
      var (expectedSums, expectedGaps) = (sums, gaps)
      var expectedParts: UInt8 = 0
      for row in 0..<16 {
        for column in 0..<64 {
          let new = entering?[row * 64 + column] ?? 0
          let old = leaving?[row * 64 + column] ?? 0
          expectedSums[row * stride + column] += max(new, 0) - max(old, 0)
          if max(new, 0) != max(old, 0) { expectedParts |= 1 << UInt8(column / 16) }
          expectedGaps[row * stride + column] += new < 0 ? 1 : 0
          expectedGaps[row * stride + column] -= old < 0 ? 1 : 0
        }
      }
      for kernel in kernels {
        var (ownSums, ownGaps) = (sums, gaps)
        ownSums.withUnsafeMutableBufferPointer { sums in
          ownGaps.withUnsafeMutableBufferPointer { gaps in
            lend(entering) { entering in
              lend(leaving) { leaving in
                let parts = kernel.slideTile(
                  sums.baseAddress!, stride: stride, rows: 16, entering: entering,
                  leaving: leaving)
                #expect(parts == expectedParts)
                kernel.slideGaps(
                  gaps.baseAddress!, stride: stride, rows: 16, entering: entering,
                  leaving: leaving)
              }
            }
          }
        }
        #expect(ownSums == expectedSums && ownGaps == expectedGaps)
      }
    }
  }

  private func lend(_ tile: [Int32]?, _ body: (UnsafePointer<Int32>?) -> Void) {
    guard let tile else { return body(nil) }
    tile.withUnsafeBufferPointer { body($0.baseAddress) }
  }
}
