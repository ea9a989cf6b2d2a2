import Drill
import Hydromet

/// Showers over a square grid that wraps around, so that any number of frames costs no memory.
///
/// Only additions and multiplications of doubles are used: the bits are the same everywhere.
struct BenchRain {
  let side: Int
  /// Tenths of a millimetre in one step, row-major.
  private let tenths: [Int16]

  init(side: Int, seed: UInt64) {
    self.side = side
    var chance = SplitMix64(seed: seed, subject: "bench rain")
    var depths = [Double](repeating: 0, count: side * side)
    for _ in 0..<40 {
      let row = chance.integer(below: side)
      let column = chance.integer(below: side)
      let radius = 2 + chance.integer(below: max(1, side / 12))
      let height = chance.number(2, 70)
      BenchRain.addShower(row, column, radius, height, to: &depths, side)
    }
    tenths = depths.map { Int16(($0 * chance.number(0.8, 1.2)).rounded()) }
  }

  /// The geometry of the grid: cells of a hundredth of a degree.
  var geometry: GridGeometry {
    GridGeometry(
      rows: side, columns: side, projection: "EPSG:4326", isGeographic: true, west: 106, north: 33,
      cellWidth: 0.01, cellHeight: 0.01)
  }

  var box: Box {
    Box(minX: 106, minY: 33 - 0.01 * Double(side), maxX: 106 + 0.01 * Double(side), maxY: 33)
  }

  /// Tenths of a millimetre of a frame; the showers move by three cells east and one south a step.
  func frame(_ step: Int) -> [Int16] {
    let down = step % side
    let right = step * 3 % side
    var result: [Int16] = []
    result.reserveCapacity(tenths.count)
    for row in 0..<side {
      let start = (row + side - down) % side * side
      result += tenths[(start + side - right)..<(start + side)]
      result += tenths[start..<(start + side - right)]
    }
    return result
  }

  private static func addShower(
    _ row: Int, _ column: Int, _ radius: Int, _ height: Double, to depths: inout [Double],
    _ side: Int
  ) {
    for dy in -radius...radius {
      for dx in -radius...radius {
        let distance = Double(dx * dx + dy * dy) / Double(radius * radius)
        guard distance < 1 else { continue }
        let y = (row + dy + side) % side
        let x = (column + dx + side) % side
        depths[y * side + x] += height * (1 - distance) * (1 - distance)
      }
    }
  }
}
