/// Smooth pseudo-random functions of the plane, without the mathematics library: additions,
/// multiplications and hashes only, so that the bits are the same everywhere.
///
/// - Source: Perlin (2002), "Improving noise", with eight directions.
struct Noise: Sendable {
  private let key: UInt64

  init(seed: UInt64, subject: String) {
    var chance = SplitMix64(seed: seed, subject: subject)
    key = chance.next()
  }

  private static let directions: [(Double, Double)] = {
    let diagonal = 0.707_106_781_186_547_6
    return [
      (1, 0), (diagonal, diagonal), (0, 1), (-diagonal, diagonal), (-1, 0), (-diagonal, -diagonal),
      (0, -1), (diagonal, -diagonal),
    ]
  }()

  private func slope(_ column: Int64, _ row: Int64, _ dx: Double, _ dy: Double) -> Double {
    let corner =
      UInt64(bitPattern: column) &* 0x9e37_79b9_7f4a_7c15
      ^ UInt64(bitPattern: row) &* 0xc2b2_ae3d_27d4_eb4f
    let direction = Noise.directions[Int(SplitMix64.mixed(corner ^ key) & 7)]
    return direction.0 * dx + direction.1 * dy
  }

  /// About -0.7 … 0.7, zero at whole numbers, one bump per unit of length. Zero for coordinates
  /// beyond a thousand million.
  func value(_ x: Double, _ y: Double) -> Double {
    guard abs(x) < 1e9, abs(y) < 1e9 else { return 0 }
    let column = x.rounded(.down)
    let row = y.rounded(.down)
    let (dx, dy) = (x - column, y - row)
    let (i, j) = (Int64(column), Int64(row))
    let u = dx * dx * dx * (dx * (dx * 6 - 15) + 10)
    let v = dy * dy * dy * (dy * (dy * 6 - 15) + 10)
    let south = slope(i, j, dx, dy) * (1 - u) + slope(i + 1, j, dx - 1, dy) * u
    let north = slope(i, j + 1, dx, dy - 1) * (1 - u) + slope(i + 1, j + 1, dx - 1, dy - 1) * u
    return south * (1 - v) + north * v
  }

  /// A sum of octaves, each with half the size and half the height of the one before; about -1 … 1.
  func fractal(_ x: Double, _ y: Double, octaves: Int) -> Double {
    var sum = 0.0
    var height = 1.0
    var (px, py) = (x, y)
    for octave in 0..<octaves {
      sum += height * value(px + 17.3 * Double(octave), py - 9.1 * Double(octave))
      height *= 0.5
      px *= 2
      py *= 2
    }
    return sum
  }
}
