import Dispatch
import Estimate
import Foundation
import Hydromet
import Kernels

/// Fields and gauges made for tests, and real ones where they are at hand.
enum Storms {
  static let period = Period(end: Timestamp(secondsSince1970: 1_629_712_200), seconds: 3600)

  static func grid(rows: Int, columns: Int, cell: Double = 1000) -> GridGeometry {
    GridGeometry(
      rows: rows, columns: columns, projection: "EPSG:3857", isGeographic: false, west: 0,
      north: Double(rows) * cell, cellWidth: cell, cellHeight: cell)
  }

  /// Numbers between 0 and 1 without chance.
  struct Sequence {
    var state: UInt64

    mutating func next() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 33) / Double(1 << 31)
    }
  }

  /// A storm of three cells, mm, at a place in kilometres.
  static func truth(_ x: Double, _ y: Double) -> Double {
    var depth = 0.0
    for (cx, cy, size, top) in [(30.0, 40.0, 8.0, 40.0), (70, 60, 12, 25), (55, 20, 5, 60)] {
      let square = ((x - cx) * (x - cx) + (y - cy) * (y - cy)) / (2 * size * size)
      depth += top * exp(-square)
    }
    return depth < 0.3 ? 0 : depth
  }

  static func field(_ geometry: GridGeometry, _ depth: (Double, Double) -> Double?) -> DepthField {
    var cells: [Int32] = []
    for row in 0..<geometry.rows {
      for column in 0..<geometry.columns {
        let centre = geometry.centre(row: row, column: column)
        let value = depth(centre.x / 1000, centre.y / 1000)
        cells.append(value.map { Int32(($0 * 1000).rounded()) } ?? DepthField.missing)
      }
    }
    return DepthField(geometry: geometry, period: period, micrometres: cells)
  }

  static func gauge(_ name: String, _ x: Double, _ y: Double, _ depth: Double) -> MergeGauge {
    MergeGauge(
      station: name, place: Point(x: x * 1000, y: y * 1000),
      depth: Depth(tenthsOfMillimetre: Int32((depth * 10).rounded())))
  }

  /// Gauges that measure a field, spread without chance over a square of `width` km.
  static func gauges(
    _ count: Int, width: Double, seed: UInt64 = 7, _ depth: (Double, Double) -> Double
  ) -> [MergeGauge] {
    var chance = Sequence(state: seed)
    return (0..<count).map { index in
      let x = chance.next() * width
      let y = chance.next() * width
      return gauge("G\(index)", x, y, depth(x, y))
    }
  }

  /// All processors.
  static let manyWorkers = Workers(count: 4) { parts, body in
    withoutActuallyEscaping(body) { body in
      let work = Body(run: body)
      DispatchQueue.concurrentPerform(iterations: parts) { work.run($0) }
    }
  }

  private struct Body: @unchecked Sendable {
    let run: (Int) -> Void
  }

  /// 1142 real pairs of an hour, 23 August 2021: gauges and RADOLAN RY at them, on an otherwise dry grid.
  static func realPairs() -> (GridGeometry, DepthField, [MergeGauge])? {
    guard let folder = ProcessInfo.processInfo.environment["FRESHET_DATA"],
      let data = FileManager.default.contents(
        atPath: "\(folder)/facts/dwd-20210823_gauge_radar_pairs.csv")
    else { return nil }
    let geometry = GridGeometry(
      rows: 900, columns: 900, projection: "EPSG:3857", isGeographic: false, west: -524_000,
      north: -3_759_500, cellWidth: 1000, cellHeight: 1000)
    var cells = [Int32](repeating: 0, count: geometry.cellCount)
    var gauges: [MergeGauge] = []
    for line in String(decoding: data, as: UTF8.self).split(separator: "\n").dropFirst() {
      let fields = line.split(separator: ",")
      guard fields.count >= 8, let x = Double(fields[fields.count - 4]),
        let y = Double(fields[fields.count - 3]), let gauge = Double(fields[fields.count - 2]),
        let radar = Double(fields[fields.count - 1].trimmingCharacters(in: .whitespaces)),
        let depth = Depth(millimetres: gauge)
      else { continue }
      let place = Point(x: x * 1000, y: y * 1000)
      gauges.append(MergeGauge(station: String(fields[0]), place: place, depth: depth))
      if let cell = geometry.cell(at: place) {
        cells[cell.row * 900 + cell.column] = Int32((radar * 1000).rounded())
      }
    }
    return (
      geometry, DepthField(geometry: geometry, period: period, micrometres: cells), gauges
    )
  }
}
