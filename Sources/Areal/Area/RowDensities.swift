import Hydromet

/// The area density over the rows of a grid in degrees, in each row as the cubic through four of its
/// values.
///
/// In rows of a quarter of a degree and less the cubic is the density to a part in 10¹²; in higher ones,
/// and in grids that go beyond a pole, the density itself is taken.
struct RowDensities {
  let density: AreaDensity
  private let north: Double
  private let cellHeight: Double
  /// For each row the factors of 1, t, t² and t³, where t goes from −1 to 1 southward; empty where the
  /// density itself is taken.
  private var cubics: [Cubic] = []

  private typealias Cubic = (Double, Double, Double, Double)

  /// The rows that a cubic may stand for, degrees.
  private static let highest = 0.25
  /// The places of Chebyshev, where the largest error is least: cos(3π/8) and cos(π/8).
  private static let inner = 0.382683432365089772
  private static let outer = 0.923879532511286756

  init(_ frame: CellFrame, density: AreaDensity) {
    self.density = density
    let geometry = frame.geometry
    north = geometry.north
    cellHeight = geometry.cellHeight
    guard cellHeight <= RowDensities.highest, geometry.north <= 90, geometry.south >= -90 else {
      return
    }
    cubics.reserveCapacity(frame.rows)
    for row in 0..<frame.rows { cubics.append(cubic(row)) }
  }

  private func cubic(_ row: Int) -> Cubic {
    let (inner, outer) = (RowDensities.inner, RowDensities.outer)
    func value(_ t: Double) -> Double {
      density.value(atLatitude: north - (Double(row) + 0.5 + 0.5 * t) * cellHeight)
    }
    let (near, far) = ((value(inner), value(-inner)), (value(outer), value(-outer)))
    let even = ((near.0 + near.1) / 2, (far.0 + far.1) / 2)
    let odd = ((near.0 - near.1) / (2 * inner), (far.0 - far.1) / (2 * outer))
    let width = outer * outer - inner * inner
    let second = (even.1 - even.0) / width
    let third = (odd.1 - odd.0) / width
    return (even.0 - second * inner * inner, odd.0 - third * inner * inner, second, third)
  }

  /// Area per square degree, km², at `v` rows south of the grid's north edge, in or at the edge of a row.
  func value(row: Int, at v: Double) -> Double {
    guard cubics.indices.contains(row) else {
      return density.value(atLatitude: north - v * cellHeight)
    }
    let (first, second, third, fourth) = cubics[row]
    let t = 2 * (v - Double(row)) - 1
    return first + t * (second + t * (third + t * fourth))
  }
}
