import Estimate
import Hydromet
import Pipeline

/// Gauges and radar merged into one field.
struct MergeBenchmark: Benchmark {
  private let size: BenchSize
  private let iterations: Int

  init(_ size: BenchSize) {
    self.size = size
    iterations = size == .full ? 5 : 3
  }

  /// One field to merge: so many gauges on so many cells by a method.
  private struct Case {
    let method: MergeMethod
    let gauges: Int
    let rows: Int
    let columns: Int
    var asked: String?

    var line: BenchLine {
      BenchLine(
        key: "merge_\(method.rawValue)_\(gauges)",
        title:
          "\(grouped(gauges)) gauges are merged on \(grouped(rows)) x \(grouped(columns)) cells, \(method.rawValue)",
        asked: asked)
    }
  }

  private var cases: [Case] {
    let (few, many, side) = size == .full ? (2000, 3000, 1000) : (200, 300, 200)
    let (rows, columns) = size == .full ? (450, 480) : (90, 96)
    var cases = [
      Case(method: .optimalInterpolation, gauges: few, rows: side, columns: side, asked: nil)
    ]
    cases += MergeMethod.allCases.map {
      Case(
        method: $0, gauges: many, rows: rows, columns: columns,
        asked: size == .full ? "1 s" : nil)
    }
    if size == .full {
      cases += [500, 1000, 4000].map {
        Case(method: .externalDrift, gauges: $0, rows: rows, columns: columns, asked: nil)
      }
      cases.append(
        Case(method: .externalDrift, gauges: 3000, rows: 900, columns: 960, asked: nil))
    }
    return cases
  }

  var lines: [BenchLine] { cases.map(\.line) }

  func measure() throws -> [Measurement] {
    cases.map { one in
      let input = MergeBenchmark.input(one.gauges, one.rows, one.columns)
      let merge = Merge(
        MergeSettings(choice: .method(one.method)), workers: Parallel.workers)
      let runs = Stopwatch.runs(iterations) { merge.run(input) }
      var given = Checksum()
      for gauge in input.gauges { given.add(gauge.depth.millimetres) }
      var result = Checksum()
      for depth in runs.value.field.micrometres { result.add(Double(depth)) }
      return Measurement(
        line: one.line, seconds: runs.seconds, input: given.text, result: result.text)
    }
  }

  /// A field of showers, a radar that sees three quarters of it, and gauges spread over it.
  private static func input(_ count: Int, _ rows: Int, _ columns: Int) -> MergeInput {
    let geometry = GridGeometry(
      rows: rows, columns: columns, projection: "EPSG:3857", isGeographic: false, west: 0,
      north: Double(rows) * 1000, cellWidth: 1000, cellHeight: 1000)
    let period = Period(end: Timestamp(secondsSince1970: 1_720_526_400), seconds: 3600)
    func depth(_ row: Double, _ column: Double) -> Double {
      let x = (column / 37).truncatingRemainder(dividingBy: 2) - 1
      let y = (row / 29).truncatingRemainder(dividingBy: 2) - 1
      return max(0, 30 * (0.8 - x * x - y * y))
    }
    var cells: [Int32] = []
    cells.reserveCapacity(rows * columns)
    for row in 0..<rows {
      for column in 0..<columns {
        cells.append(Int32(750 * depth(Double(row), Double(column))))
      }
    }
    var state: UInt64 = 20
    func next() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 33) / Double(1 << 31)
    }
    let gauges = (0..<count).map { number in
      let column = next() * Double(columns)
      let row = next() * Double(rows)
      let catching = 0.8 + 0.4 * next()
      return MergeGauge(
        station: "G\(number)", place: Point(x: column * 1000, y: (Double(rows) - row) * 1000),
        depth: Depth(tenthsOfMillimetre: Int32(10 * catching * depth(row, column))))
    }
    return MergeInput(
      geometry: geometry, period: period,
      radar: DepthField(geometry: geometry, period: period, micrometres: cells), gauges: gauges)
  }
}
