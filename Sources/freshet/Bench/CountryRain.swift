import Drill
import Hydromet

/// Showers over the grid of a country, about an eighth of it wet, in tenths of a millimetre with the
/// scatter of a radar; the same on every machine. Frames are one field, moved on a grid that wraps
/// around.
struct CountryRain {
  let rows: Int
  let columns: Int
  private let tenths: [Int16]

  /// Cells that a frame moves by.
  private static let step = (rows: 13, columns: 40)

  init(_ size: BenchSize) {
    self.init(rows: size == .full ? 4500 : 450, columns: size == .full ? 7000 : 700)
  }

  init(rows: Int, columns: Int) {
    self.rows = rows
    self.columns = columns
    var depths = [Float](repeating: 0, count: rows * columns)
    var chance = SplitMix64(seed: 1, subject: "country rain")
    let largestRadius = rows / 28
    for _ in 0..<130 {
      let shower = Shower(
        row: chance.integer(below: rows), column: chance.integer(below: columns),
        radius: largestRadius / 5 + chance.integer(below: largestRadius * 4 / 5),
        height: chance.number(3, 120))
      CountryRain.add(shower, to: &depths, rows, columns, &chance)
    }
    tenths = depths.map { Int16(min($0.rounded(), 32_000)) }
  }

  private struct Shower {
    let row: Int
    let column: Int
    let radius: Int
    let height: Double
  }

  /// A shower fades as (1 − d²)³ from its middle to its edge.
  private static func add(
    _ shower: Shower, to depths: inout [Float], _ rows: Int, _ columns: Int,
    _ chance: inout SplitMix64
  ) {
    let square = Double(shower.radius * shower.radius)
    for dy in -shower.radius...shower.radius {
      for dx in -shower.radius...shower.radius {
        let nearness = 1 - Double(dx * dx + dy * dy) / square
        guard nearness > 0 else { continue }
        let y = (shower.row + dy + rows) % rows
        let x = (shower.column + dx + columns) % columns
        let scatter = chance.number(0, 1) + chance.number(0, 1)
        depths[y * columns + x] += Float(shower.height * nearness * nearness * nearness * scatter)
      }
    }
  }

  /// Cells of a hundredth of a degree.
  var geometry: GridGeometry {
    GridGeometry(
      rows: rows, columns: columns, projection: "EPSG:4326", isGeographic: true, west: 70,
      north: 54, cellWidth: 0.01, cellHeight: 0.01)
  }

  /// Tenths of a millimetre of a frame.
  func frame(_ number: Int) -> [Int16] {
    let down = number * CountryRain.step.rows % rows
    let right = number * CountryRain.step.columns % columns
    var result: [Int16] = []
    result.reserveCapacity(tenths.count)
    for row in 0..<rows {
      let start = (row + rows - down) % rows * columns
      result += tenths[(start + columns - right)..<(start + columns)]
      result += tenths[start..<(start + columns - right)]
    }
    return result
  }

  /// Writes the first frame as a mosaic comes: packed, in chunks of 256 x 256 cells, deflated.
  func write(to path: String) throws {
    try BenchFrameFile.write(
      frame(0), geometry: geometry,
      period: Period(end: ArealInputs.time, seconds: ArealInputs.step), path: path, chunk: 256)
  }

  func depths(_ number: Int, end: Timestamp, seconds: Int) -> DepthField {
    DepthField(
      geometry: geometry, period: Period(end: end, seconds: seconds),
      micrometres: frame(number).map { Int32($0) * 100 })
  }
}
